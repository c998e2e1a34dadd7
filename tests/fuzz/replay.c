#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/targets.h"

// Runs a target over kept inputs: replay TARGET FILE|FOLDER… Without arguments it lists the
// targets.

static guint done;

static void
replay_file (const FuzzTarget *target, const char *path)
{
  g_autofree char *text = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  // Of exactly this size, without the NUL that GLib puts behind: a step too far is seen.
  bytes = g_malloc (MAX (length, 1));
  memcpy (bytes, text, length);
  fprintf (stderr, "%s\n", path); // what is being read when it crashes
  target->take (bytes, length);
  done++;
}

static void
replay (const FuzzTarget *target, const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  if (folder == NULL)
    {
      replay_file (target, path);
      return;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      replay_file (target, inner);
    }
}

int
main (int argc, char **argv)
{
  const FuzzTarget *target;

  if (argc == 1)
    {
      for (guint i = 0; (target = fuzz_target_get (i)) != NULL; i++)
        printf ("%s\n", target->name);
      return 0;
    }
  target = fuzz_target_find (argv[1]);
  if (target == NULL)
    {
      fprintf (stderr, "There is no target %s.\n", argv[1]);
      return 2;
    }
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  for (int i = 2; i < argc; i++)
    replay (target, argv[i]);
  fprintf (stderr, "%u inputs\n", done);
  return done > 0 ? 0 : 1; // a corpus that is gone is no success
}
