#include "gui/welcome/sample-folder.h"

#include <glib/gi18n.h>

#include "gui/surroundings.h"

static char *
find (const char *name)
{
  const char *folder = g_getenv ("CZ_SAMPLE");
  g_autofree char *path = NULL;

  if (folder == NULL || folder[0] == '\0')
    {
      g_autofree char *inside = g_build_filename ("sample", name, NULL);

      return cz_surroundings_find_data (inside);
    }
  path = g_build_filename (folder, name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

char *
cz_sample_folder_find_corpus (void)
{
  return find ("jargon-file.jsonl");
}

// The lines that are not empty.
static char **
read_lines (const char *name, GError **error)
{
  g_autofree char *path = find (name);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (path == NULL)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                   _ ("The file %s, which comes with the program, is missing: install Clozebench "
                      "completely."),
                   name);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_strstrip (lines[i])[0] != '\0')
      g_strv_builder_add (builder, lines[i]);
  return g_strv_builder_end (builder);
}

char **
cz_sample_folder_read_arguments (GError **error)
{
  return read_lines ("run-arguments.txt", error);
}

char **
cz_sample_folder_read_sentences (GError **error)
{
  return read_lines ("sentences.txt", error);
}
