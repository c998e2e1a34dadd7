#include "data/model-front-matter.h"

#include <stdio.h>
#include <string.h>

#define MAX_BYTES 65536 // of a README that are looked at
#define MAX_VALUE 500   // bytes of a value
#define MAX_ITEMS 20    // of a list

void
cz_model_front_matter_clear (CzModelFrontMatter *matter)
{
  g_clear_pointer (&matter->licence, g_free);
  g_clear_pointer (&matter->trained_on, g_free);
  g_clear_pointer (&matter->base_model, g_free);
  g_clear_pointer (&matter->language, g_free);
}

// What stands between quotes; of "…" the escapes that matter in names.
static char *
unquote (const char *text, char quote)
{
  GString *value = g_string_new (NULL);

  for (const char *at = text + 1; *at != '\0'; at++)
    {
      if (*at == quote && !(quote == '\'' && at[1] == '\''))
        break;
      if (*at == quote || (quote == '"' && *at == '\\' && at[1] != '\0'))
        at++;
      g_string_append_c (value, *at);
    }
  return g_string_free (value, FALSE);
}

// A scalar, or NULL for an empty one, a block (| or >) or null.
static char *
read_scalar (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  char *value;

  if (trimmed[0] == '"' || trimmed[0] == '\'')
    value = unquote (trimmed, trimmed[0]);
  else
    {
      char *comment = trimmed[0] == '#' ? trimmed : strstr (trimmed, " #");
      if (comment != NULL)
        *comment = '\0';
      g_strchomp (trimmed);
      if (strchr ("|>&*!%@{", trimmed[0]) != NULL || strcmp (trimmed, "null") == 0
          || strcmp (trimmed, "~") == 0)
        return NULL;
      value = g_strdup (trimmed);
    }
  for (char *at = value; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  g_strstrip (value);
  if (value[0] == '\0' || strlen (value) > MAX_VALUE)
    g_clear_pointer (&value, g_free);
  return value;
}

static void
add_item (GPtrArray *items, const char *text)
{
  char *value = items->len < MAX_ITEMS ? read_scalar (text) : NULL;

  if (value != NULL)
    g_ptr_array_add (items, value);
}

// [a, "b"]: names have no commas.
static void
add_flow (GPtrArray *items, const char *text)
{
  g_autofree char *inside = g_strdup (text + 1);
  char *end = strrchr (inside, ']');

  if (end != NULL)
    *end = '\0';
  g_auto (GStrv) parts = g_strsplit (inside, ",", MAX_ITEMS + 1);
  for (char **part = parts; *part != NULL; part++)
    add_item (items, *part);
}

// The value that `key` has in `lines`: its items.
static GPtrArray *
find_items (char *const *lines, const char *key)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  gsize length = strlen (key);

  for (char *const *line = lines; *line != NULL; line++)
    {
      if (strncmp (*line, key, length) != 0 || (*line)[length] != ':')
        continue;
      g_autofree char *rest = g_strstrip (g_strdup (*line + length + 1));
      if (rest[0] == '[')
        add_flow (items, rest);
      else
        add_item (items, rest);
      // A list on lines of its own, indented or not.
      for (line++; items->len < MAX_ITEMS && *line != NULL; line++)
        {
          const char *at = *line + strspn (*line, " ");
          if (at[0] != '-' || (at[1] != ' ' && at[1] != '\0'))
            break;
          add_item (items, at + 1);
        }
      break;
    }
  return g_steal_pointer (&items);
}

static char *
find_first (char *const *lines, const char *key)
{
  g_autoptr (GPtrArray) items = find_items (lines, key);

  return items->len > 0 ? g_strdup (items->pdata[0]) : NULL;
}

static char *
find_joined (char *const *lines, const char *key)
{
  g_autoptr (GPtrArray) items = find_items (lines, key);

  if (items->len == 0)
    return NULL;
  g_ptr_array_add (items, NULL);
  return g_strjoinv (", ", (char **)items->pdata);
}

void
cz_model_front_matter_parse (const char *text, gsize length, CzModelFrontMatter *ret_matter)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize)MIN (length, MAX_BYTES));
  g_auto (GStrv) lines = g_strsplit (valid, "\n", -1);
  CzModelFrontMatter matter = { 0 };
  guint n = 0;

  for (char **line = lines; *line != NULL; line++)
    g_strchomp (*line);
  if (lines[0] != NULL && strcmp (lines[0], "---") == 0)
    for (n = 1; lines[n] != NULL && strcmp (lines[n], "---") != 0; n++)
      ;
  if (n > 0 && lines[n] != NULL)
    {
      // What stands below is text.
      for (char **line = &lines[n]; *line != NULL; line++)
        g_clear_pointer (line, g_free);
      matter.licence = find_joined (lines + 1, "license");
      if (g_strcmp0 (matter.licence, "other") == 0)
        {
          char *name = find_first (lines + 1, "license_name");
          if (name != NULL)
            {
              g_free (matter.licence);
              matter.licence = name;
            }
        }
      matter.trained_on = find_joined (lines + 1, "trained_on");
      if (matter.trained_on == NULL)
        matter.trained_on = find_joined (lines + 1, "datasets");
      matter.base_model = find_first (lines + 1, "base_model");
      matter.language = find_first (lines + 1, "language");
    }
  *ret_matter = matter;
}

void
cz_model_front_matter_read (const char *folder, CzModelFrontMatter *ret_matter)
{
  g_autofree char *path = g_build_filename (folder, "README.md", NULL);
  g_autofree char *text = g_malloc (MAX_BYTES);
  // A pipe in its place could be waited for in vain.
  FILE *file = g_file_test (path, G_FILE_TEST_IS_REGULAR) ? fopen (path, "re") : NULL;
  gsize length = file != NULL ? fread (text, 1, MAX_BYTES, file) : 0;

  if (file != NULL)
    fclose (file);
  cz_model_front_matter_parse (text, length, ret_matter);
}
