#include "gui/surroundings.h"

#include <gio/gio.h>

// The folder this program lies in.
static char *
own_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL ? g_path_get_dirname (program) : g_get_current_dir ();
}

// The build folder when this program runs from one, else NULL.
static char *
build_folder (void)
{
  g_autofree char *folder = own_folder ();
  g_autofree char *mark = g_build_filename (folder, "..", "build.ninja", NULL);

  return g_file_test (mark, G_FILE_TEST_EXISTS) ? g_path_get_dirname (folder) : NULL;
}

char *
cz_surroundings_find_cloze (void)
{
  const char *chosen = g_getenv ("CLOZE");
  g_autofree char *build = build_folder ();
  g_autofree char *folder = own_folder ();
  g_autofree char *beside = g_build_filename (folder, "cloze", NULL);

  if (chosen != NULL && chosen[0] != '\0')
    return g_strdup (chosen);
  if (build != NULL)
    {
      g_autofree char *built = g_build_filename (build, "cli", "cloze", NULL);

      if (g_file_test (built, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&built);
    }
  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_find_program_in_path ("cloze");
}

char *
cz_surroundings_find_locale_folder (void)
{
  g_autofree char *build = build_folder ();

  if (build != NULL)
    {
      g_autofree char *folder = g_build_filename (build, "po", NULL);

      if (g_file_test (folder, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&folder);
    }
  return g_strdup (CZ_LOCALE_FOLDER);
}

char *
cz_surroundings_find_data (const char *name)
{
  g_autofree char *build = build_folder ();
  g_autofree char *installed = g_build_filename (CZ_DATA_FOLDER, name, NULL);

  if (build != NULL)
    {
      g_autofree char *source = g_build_filename (CZ_SOURCE_FOLDER, "resources", name, NULL);

      if (g_file_test (source, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&source);
    }
  return g_file_test (installed, G_FILE_TEST_EXISTS) ? g_steal_pointer (&installed) : NULL;
}
