#include "gui/hub/repository-name.h"

#include <glib/gi18n.h>
#include <string.h>

// The longest that the Hub allows.
#define LONGEST 96

void
cz_repository_name_clear (CzRepositoryName *name)
{
  g_clear_pointer (&name->repo, g_free);
  g_clear_pointer (&name->revision, g_free);
}

// ---- The parts of a name ----

// As the Hub allows them: letters, digits, "-", "_" and ".", no "--" or "..", "-" and "." neither
// first nor last. (It allows "_" first, which harms nobody.)
static gboolean
is_part (const char *part)
{
  gsize n = strlen (part);

  if (n == 0 || strchr ("-.", part[0]) != NULL || strchr ("-.", part[n - 1]) != NULL)
    return FALSE;
  if (strstr (part, "--") != NULL || strstr (part, "..") != NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isalnum (part[i]) && strchr ("-_.", part[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
is_revision (const char *revision)
{
  if (!g_ascii_isalnum (revision[0]) || strlen (revision) > LONGEST
      || strstr (revision, "..") != NULL)
    return FALSE;
  for (const char *at = revision; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-_./", *at) == NULL)
      return FALSE;
  return TRUE;
}

// ---- Addresses ----

// Whether the text begins with this host, and where its path begins then.
static const char *
skip_host (const char *text, const char *host)
{
  gsize n = strlen (host);

  if (n == 0 || g_ascii_strncasecmp (text, host, n) != 0)
    return NULL;
  return text[n] == '/' ? text + n + 1 : text[n] == '\0' ? text + n : NULL;
}

// The host, with its port, that HF_ENDPOINT names; freed by the caller, "" without one.
static char *
get_endpoint_host (void)
{
  const char *endpoint = g_getenv ("HF_ENDPOINT");
  const char *begin = endpoint != NULL ? strstr (endpoint, "://") : NULL;

  return begin != NULL ? g_strndup (begin + 3, strcspn (begin + 3, "/")) : g_strdup ("");
}

// Where the path begins in an address of the Hub; NULL: it is none. *ret_foreign: it is one of
// somewhere else.
static const char *
find_path (const char *text, gboolean *ret_foreign)
{
  g_autofree char *endpoint = get_endpoint_host ();
  const char *const hosts[]
      = { "huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co", endpoint };
  const char *host = text;

  *ret_foreign = FALSE;
  if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    host = text + 8;
  else if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    host = text + 7;
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      const char *path = skip_host (host, hosts[i]);

      if (path != NULL)
        return path;
    }
  *ret_foreign = host != text || strstr (text, "://") != NULL;
  return NULL;
}

// ---- Both ----

// The parts of an address or name: no empty ones, nothing of what follows "?" or "#".
static GStrv
split (const char *text)
{
  g_autofree char *bare = g_strndup (text, strcspn (text, "?#"));
  g_auto (GStrv) parts = g_strsplit (bare, "/", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != '\0')
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

// What stands in an address behind a repository, where a page of it follows.
static gboolean
is_page (const char *part)
{
  static const char *const pages[] = { "tree",    "blob",        "resolve", "raw",   "commit",
                                       "commits", "discussions", "viewer",  "blame", NULL };

  return part != NULL && g_strv_contains (pages, part);
}

// Of "tree/main" and "blob/main/config.json"; freed by the caller, NULL: none.
static char *
find_revision (const char *const *page)
{
  static const char *const words[] = { "tree", "blob", "resolve", "raw", "commit", NULL };

  return page[0] != NULL && page[1] != NULL && g_strv_contains (words, page[0]) ? g_strdup (page[1])
                                                                                : NULL;
}

static char *
strip (const char *typed)
{
  char *text = g_strstrip (g_strdup (typed));
  gsize n = strlen (text);

  // Copied out of a program: "distilbert-base-uncased".
  if (n >= 2 && strchr ("\"'`<", text[0]) != NULL
      && text[n - 1] == (text[0] == '<' ? '>' : text[0]))
    {
      memmove (text, text + 1, n - 2);
      text[n - 2] = '\0';
    }
  return text;
}

// What the repository is called, out of the parts: owner and name, but for the oldest, which have
// no owner. NULL: nothing like a name. *ret_used: how many parts it took.
static char *
find_repo (const char *const *parts, gboolean address, guint *ret_used)
{
  guint n = g_strv_length ((char **)parts);
  g_autofree char *repo = NULL;

  if (n == 0)
    return NULL;
  *ret_used = n == 1 || (address && n > 1 && is_page (parts[1])) ? 1 : 2;
  if (n < *ret_used || (n > *ret_used && !address))
    return NULL;
  for (guint i = 0; i < *ret_used; i++)
    if (!is_part (parts[i]))
      return NULL;
  repo = *ret_used == 1 ? g_strdup (parts[0]) : g_strdup_printf ("%s/%s", parts[0], parts[1]);
  return strlen (repo) <= LONGEST ? g_steal_pointer (&repo) : NULL;
}

gboolean
cz_repository_name_parse (const char *typed, CzRepositoryName *ret_name, const char **ret_why)
{
  g_autofree char *text = strip (typed);
  g_auto (GStrv) all = NULL;
  g_autofree char *repo = NULL;
  g_autofree char *revision = NULL;
  const char *const *parts;
  char *name = g_str_has_prefix (text, "hub:") ? text + strlen ("hub:") : text;
  char *at;
  const char *path;
  gboolean foreign, dataset;
  guint used;

  *ret_why = NULL;
  if (name[0] == '\0')
    return FALSE;
  path = find_path (name, &foreign);
  if (foreign)
    {
      *ret_why = _ ("Only addresses of the Hub, huggingface.co, name a repository.");
      return FALSE;
    }
  at = path == NULL ? strchr (name, '@') : NULL;
  if (at != NULL)
    {
      *at = '\0';
      revision = g_strdup (at + 1);
    }
  all = split (path != NULL ? path : name);
  parts = (const char *const *)all;
  if (path != NULL && g_strcmp0 (parts[0], "spaces") == 0)
    {
      *ret_why = _ ("This is the address of a Space, a program that runs on the Hub; it holds no "
                    "model and no data set.");
      return FALSE;
    }
  dataset = g_strcmp0 (parts[0], "datasets") == 0 && parts[1] != NULL;
  if (dataset || (path != NULL && g_strcmp0 (parts[0], "models") == 0 && parts[1] != NULL))
    parts++;
  // "huggingface.co/datasets" lists them all.
  else if (path != NULL && parts[1] == NULL
           && (g_strcmp0 (parts[0], "datasets") == 0 || g_strcmp0 (parts[0], "models") == 0))
    parts++;
  repo = find_repo (parts, path != NULL, &used);
  if (repo == NULL)
    {
      *ret_why = _ ("A repository is named like “distilbert-base-uncased” or “owner/name”, with "
                    "letters, digits, “-”, “_” and “.”.");
      return FALSE;
    }
  if (revision == NULL)
    revision = find_revision (parts + used);
  if (revision != NULL && !is_revision (revision))
    {
      *ret_why = _ ("What follows the “@” is no branch, tag or commit.");
      return FALSE;
    }
  *ret_name = (CzRepositoryName){
    .repo = g_steal_pointer (&repo),
    .revision = g_strcmp0 (revision, "main") == 0 ? NULL : g_steal_pointer (&revision),
    .dataset = dataset,
    .model = path != NULL && !dataset,
  };
  return TRUE;
}

char *
cz_repository_name_get_short (const char *repo)
{
  const char *slash = strrchr (repo, '/');

  return g_strdup (slash != NULL ? slash + 1 : repo);
}
