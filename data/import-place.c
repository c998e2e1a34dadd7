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
cz_place_find_split_of_name (const char *inner)
{
  g_autofree char *name = g_path_get_basename (inner);
  char *dot = strchr (name, '.'), *dash;

  if (dot != NULL)
    *dot = '\0';
  dash = strchr (name, '-');
  if (dash != NULL && g_ascii_isdigit (dash[1]) && strstr (dash, "-of-") != NULL)
    *dash = '\0';
  return cz_place_parse_split (name);
}

char *
cz_place_find_above (const char *inner)
{
  g_auto (GStrv) parts = g_strsplit (inner, "/", -1);
  g_autoptr (GString) above = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL && parts[i + 1] != NULL; i++)
    {
      if (cz_place_parse_split (parts[i]) != NULL)
        return g_strdup (above->len > 0 ? above->str : ".");
      g_string_append_printf (above, "%s%s", i > 0 ? "/" : "", parts[i]);
    }
  return NULL;
}

gboolean
cz_place_is_description (const char *inner)
{
  static const char *const names[]
      = { "README", "LICENSE", "LICENCE", "COPYING", "CITATION", "CHANGELOG", "AUTHORS" };
  const char *name = strrchr (inner, '/') != NULL ? strrchr (inner, '/') + 1 : inner;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize n = strlen (names[i]);

      if (g_ascii_strncasecmp (name, names[i], n) == 0 && (name[n] == '\0' || name[n] == '.'))
        return TRUE;
    }
  return FALSE;
}

const char *
cz_place_refuse (const char *inner)
{
  const char *name = strrchr (inner, '/') != NULL ? strrchr (inner, '/') + 1 : inner;

  if (name[0] == '.')
    return _ ("it is hidden");
  if (g_str_has_suffix (name, ".feat"))
    return _ ("it holds counts of words, no text");
  if (g_str_has_prefix (name, "urls_") && g_str_has_suffix (name, ".txt"))
    return _ ("it holds addresses, no text");
  if (g_str_has_suffix (name, ".vocab") || g_str_equal (name, "imdbEr.txt"))
    return _ ("it holds a vocabulary, no text");
  return NULL;
}
