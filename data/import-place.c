#include "data/import-place.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const char *
cz_place_parse_split (const char *name)
{
  static const char *const splits[]
      = { "train", "test", "valid", "validation", "val", "dev", "unsup" };

  for (guint i = 0; i < G_N_ELEMENTS (splits); i++)
    if (g_ascii_strcasecmp (name, splits[i]) == 0)
      return splits[i];
  // What the Hub calls the film reviews that the archive calls unsup.
  return g_ascii_strcasecmp (name, "unsupervised") == 0 ? "unsup" : NULL;
}

void
cz_place_find (const char *inner, char **ret_split, char **ret_label)
{
  g_auto (GStrv) parts = g_strsplit (inner, "/", -1);
  guint folders = g_strv_length (parts);
  const char *split = NULL, *label = NULL;

  folders = MAX (folders, 1) - 1; // the last part is the file
  for (guint i = 0; i < folders && split == NULL; i++)
    {
      split = cz_place_parse_split (parts[i]);
      if (split != NULL && i + 1 < folders)
        label = parts[i + 1];
    }
  if (label != NULL && g_ascii_strcasecmp (label, "unsup") == 0)
    {
      split = "unsup";
      label = NULL;
    }
  *ret_split = g_strdup (split);
  *ret_label = split != NULL && !g_str_equal (split, "unsup") ? g_strdup (label) : NULL;
}

const char *
cz_place_refuse (const char *inner, gboolean beside_splits)
{
  const char *name = strrchr (inner, '/') != NULL ? strrchr (inner, '/') + 1 : inner;
  gboolean films = beside_splits || strstr (inner, "aclImdb") != NULL;

  if (name[0] == '.')
    return _ ("it is hidden");
  if (g_str_has_suffix (name, ".feat"))
    return _ ("it holds counts of words, no text");
  if (g_str_has_prefix (name, "urls_") && g_str_has_suffix (name, ".txt"))
    return _ ("it holds addresses, no text");
  if (g_str_has_suffix (name, ".vocab") || g_str_equal (name, "imdbEr.txt"))
    return _ ("it holds a vocabulary, no text");
  if (films && g_ascii_strncasecmp (name, "README", 6) == 0)
    return _ ("it describes the data");
  return NULL;
}
