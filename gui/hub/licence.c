#include "gui/hub/licence.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  FREE,          // nearly everything is allowed
  PUBLIC_DOMAIN, // everything is
  COPYLEFT,      // free, and what is made of it stays so
  NAMED,         // the authors are named
  SHARED_ALIKE,  // and what is made of it is shared the same way
  UNCHANGED,     // not passed on changed
  NO_COMMERCE,   // and no business
  NO_COMMERCE_ALIKE,
  NO_COMMERCE_UNCHANGED,
  RESPONSIBLE, // uses that harm are forbidden
  OWN,         // terms of its own
  UNKNOWN,     // the repository says that it doesn't know
} Kind;

// Where an id stands for a family, versions follow it: "cc-by-4.0". The longer ids come first.
static const struct
{
  const char *id;
  const char *name;
  Kind kind;
} licences[] = {
  { "apache-2.0", "Apache 2.0", FREE },
  { "mit", "MIT", FREE },
  { "bsd", "BSD", FREE },
  { "isc", "ISC", FREE },
  { "zlib", "zlib", FREE },
  { "afl-3.0", "Academic Free 3.0", FREE },
  { "artistic-2.0", "Artistic 2.0", FREE },
  { "ecl-2.0", "Educational Community 2.0", FREE },
  { "ncsa", "NCSA", FREE },
  { "bsl-1.0", "Boost 1.0", FREE },
  { "postgresql", "PostgreSQL", FREE },
  { "cdla-permissive", "CDLA Permissive", FREE },
  { "odc-by", "ODC-By", NAMED },
  { "pddl", "PDDL", PUBLIC_DOMAIN },
  { "cc0", "CC0", PUBLIC_DOMAIN },
  { "unlicense", "Unlicense", PUBLIC_DOMAIN },
  { "wtfpl", "WTFPL", PUBLIC_DOMAIN },
  { "cc-by-nc-sa", "CC BY-NC-SA", NO_COMMERCE_ALIKE },
  { "cc-by-nc-nd", "CC BY-NC-ND", NO_COMMERCE_UNCHANGED },
  { "cc-by-nc", "CC BY-NC", NO_COMMERCE },
  { "cc-by-sa", "CC BY-SA", SHARED_ALIKE },
  { "cc-by-nd", "CC BY-ND", UNCHANGED },
  { "cc-by", "CC BY", NAMED },
  { "odbl", "ODbL", SHARED_ALIKE },
  { "cdla-sharing", "CDLA Sharing", SHARED_ALIKE },
  { "gfdl", "GNU FDL", SHARED_ALIKE },
  { "agpl", "GNU AGPL", COPYLEFT },
  { "lgpl", "GNU LGPL", COPYLEFT },
  { "gpl", "GNU GPL", COPYLEFT },
  { "mpl", "Mozilla MPL", COPYLEFT },
  { "epl", "Eclipse EPL", COPYLEFT },
  { "eupl", "EUPL", COPYLEFT },
  { "osl", "Open Software (OSL)", COPYLEFT },
  { "bigscience-openrail-m", "BigScience OpenRAIL-M", RESPONSIBLE },
  { "bigscience-bloom-rail", "BigScience BLOOM RAIL", RESPONSIBLE },
  { "creativeml-openrail-m", "CreativeML OpenRAIL-M", RESPONSIBLE },
  { "openrail++", "OpenRAIL++", RESPONSIBLE },
  { "openrail", "OpenRAIL", RESPONSIBLE },
  { "bigcode-openrail-m", "BigCode OpenRAIL-M", RESPONSIBLE },
  { "llama", "Llama", OWN },
  { "gemma", "Gemma", OWN },
  { "other", N_ ("Terms of its own"), OWN },
  { "unknown", N_ ("Not known"), UNKNOWN },
};

static const char *
describe (Kind kind)
{
  switch (kind)
    {
    case FREE:
      return _ ("Free to use, change and pass on, in business too; keep its notice with it.");
    case PUBLIC_DOMAIN:
      return _ ("Free for everything; nothing has to be kept or named.");
    case COPYLEFT:
      return _ ("Free to use and change; what you pass on of it has to stay under this licence.");
    case NAMED:
      return _ ("Free to use, change and pass on, in business too; name its authors.");
    case SHARED_ALIKE:
      return _ ("Free to use and change; name its authors, and share what you make of it the same "
                "way.");
    case UNCHANGED:
      return _ ("Name its authors. What you make of it may not be passed on.");
    case NO_COMMERCE:
      return _ ("Not for business. Name its authors.");
    case NO_COMMERCE_ALIKE:
      return _ ("Not for business. Name its authors, and share what you make of it the same way.");
    case NO_COMMERCE_UNCHANGED:
      return _ ("Not for business. Name its authors. What you make of it may not be passed on.");
    case RESPONSIBLE:
      return _ ("Free to use and change, but not for the harmful uses it lists; read them there.");
    case UNKNOWN:
      return _ ("Nobody says what is allowed. Ask its authors before you pass on anything made of "
                "it.");
    case OWN:
    default:
      return _ ("Read its terms on the repository's page before you use it.");
    }
}

// Whether the id is this one or a version of it.
static gboolean
matches (const char *id, const char *known)
{
  gsize n = strlen (known);

  return g_ascii_strncasecmp (id, known, n) == 0 && !g_ascii_isalpha (id[n]);
}

// Its place in the table; G_N_ELEMENTS (licences): not known.
static guint
find (const char *id)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (licences) && !matches (id, licences[i].id))
    i++;
  return i;
}

char *
cz_licence_get_name (const char *id)
{
  const char *version;
  guint i;

  if (id == NULL || id[0] == '\0')
    return g_strdup (_ ("None said"));
  i = find (id);
  if (i == G_N_ELEMENTS (licences))
    return g_strdup (id);
  version = id + strlen (licences[i].id);
  version += strspn (version, "-v");
  return version[0] == '\0' ? g_strdup (_ (licences[i].name))
                            : g_strdup_printf ("%s %s", _ (licences[i].name), version);
}

const char *
cz_licence_get_consequence (const char *id)
{
  guint i;

  if (id == NULL || id[0] == '\0')
    return _ ("The repository names no licence. Ask its authors before you pass on anything made "
              "of it.");
  i = find (id);
  return i < G_N_ELEMENTS (licences) ? describe (licences[i].kind) : NULL;
}
