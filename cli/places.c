#include "cli/places.h"

#include <gio/gio.h>
#include <libintl.h>

// The build folder when this program runs from one, else NULL.
static char *
find_build_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program == NULL)
    return NULL;
  g_autofree char *folder = g_path_get_dirname (program);
  g_autofree char *build = g_path_get_dirname (folder);
  g_autofree char *mark = g_build_filename (build, "build.ninja", NULL);
  return g_file_test (mark, G_FILE_TEST_EXISTS) ? g_steal_pointer (&build) : NULL;
}

char *
cz_places_find_data (const char *name)
{
  g_autofree char *build = find_build_folder ();
  g_autofree char *path = build != NULL
                              ? g_build_filename (CZ_SOURCE_FOLDER, "resources", name, NULL)
                              : g_build_filename (CZ_DATA_FOLDER, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

void
cz_places_bind_translations (void)
{
  g_autofree char *build = find_build_folder ();
  g_autofree char *folder
      = build != NULL ? g_build_filename (build, "po", NULL) : g_strdup (CZ_LOCALE_FOLDER);

  bindtextdomain (GETTEXT_PACKAGE, folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE); // ngettext () asks no other
}
