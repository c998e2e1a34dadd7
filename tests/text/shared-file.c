#include "tests/text/shared-file.h"

char *
shared_file (const char *name)
{
  const char *shared = g_getenv ("CZ_SHARED");
  g_autofree char *path = g_build_filename (shared != NULL ? shared : "../shared", name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
    g_test_fail_printf ("%s is not there, and under CI it must be", path);
  else
    {
      g_autofree char *why = g_strdup_printf ("%s is not there", path);
      g_test_skip (why);
    }
  return NULL;
}
