// Checkpoints that are damaged, foreign, or can't be written.
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/train/checkpoint.h"
#include "engine/train/train-error.h"
#include "small-run.h"

static void
assert_refused (CzTrainer *trainer, const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cz_trainer_resume (trainer, path, &error));
  g_assert_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_CHECKPOINT);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_null (strchr (error->message, '\n'));
  g_test_message ("%s", error->message);
}

static void
assert_accepted (CzTrainer *trainer, const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cz_trainer_resume (trainer, path, &error));
  g_assert_no_error (error);
}

static char *
save_checkpoint (CzSmallRun *run, CzTrainer *trainer)
{
  char *path = cz_small_run_get_path (run, "checkpoint");
  g_autoptr (GError) error = NULL;

  g_assert_true (cz_trainer_save_checkpoint (trainer, path, &error));
  g_assert_no_error (error);
  return path;
}

// Each file missing, empty, cut short, foreign.
static void
test_damaged (void)
{
  static const char *const files[]
      = { "weights.safetensors", "first.safetensors", "second.safetensors", "position.json" };
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
  g_autofree char *path = save_checkpoint (&run, trainer);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (path, files[i], NULL);
      g_autofree char *whole = NULL;
      gsize n;

      g_assert_true (g_file_get_contents (file, &whole, &n, NULL));
      g_unlink (file);
      assert_refused (trainer, path);
      for (gsize kept = 0; kept < n; kept += n / 5 + 1)
        {
          g_assert_true (g_file_set_contents (file, whole, (gssize)kept, NULL));
          assert_refused (trainer, path);
        }
      g_assert_true (g_file_set_contents (file, "hello", -1, NULL));
      assert_refused (trainer, path);
      g_assert_true (g_file_set_contents (file, whole, (gssize)n, NULL));
      assert_accepted (trainer, path);
    }
  cz_folder_remove (path);
  assert_refused (trainer, path);
  cz_small_run_tear_down (&run);
}

static void
test_position (void)
{
  static const struct
  {
    const char *from, *to;
  } cases[] = {
    { "\"version\": 1", "\"version\": 2" },
    { "\"version\": 1", "\"v\": 1" },
    { "\"step\": 0", "\"step\": -1" },
    { "\"step\": 0", "\"step\": 1e99" },
    { "\"step\": 0", "\"step\": \"0\"" },
    { "\"step\": 0", "\"step\": 100000" },
    { "\"evaluated_step\": -1", "\"evaluated_step\": 3" },
    { "\"before\": null", "\"before\": []" },
    { "\"worse\": 0", "\"worse\": -3" },
    { "\"best\": null", "\"worst\": null" },
    { "\"run\": \"", "\"run\": \"0" },
  };
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
  g_autofree char *path = save_checkpoint (&run, trainer);
  g_autofree char *file = g_build_filename (path, "position.json", NULL);
  g_autofree char *whole = NULL;

  g_assert_true (g_file_get_contents (file, &whole, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *found = strstr (whole, cases[i].from);
      g_assert_nonnull (found);
      g_autofree char *before = g_strndup (whole, (gsize)(found - whole));
      g_autofree char *changed
          = g_strconcat (before, cases[i].to, found + strlen (cases[i].from), NULL);
      g_assert_true (g_file_set_contents (file, changed, -1, NULL));
      assert_refused (trainer, path);
    }
  cz_small_run_tear_down (&run);
}

// A checkpoint of a run with other parameters is refused; one of another device is noted.
static void
test_foreign (void)
{
  CzSmallRun run;
  CzPosition position;
  g_autoptr (GError) error = NULL;

  if (!cz_small_run_set_up (&run))
    return;
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
  g_autofree char *path = save_checkpoint (&run, trainer);
  g_assert_true (cz_checkpoint_peek (path, &position, &error));
  g_assert_cmpuint (position.step, ==, 0);
  g_assert_true (isnan (position.before));
  run.options.seed = 43;
  g_autoptr (CzTrainer) other = cz_small_run_make_trainer (&run);
  assert_refused (other, path);

  g_autofree char *file = g_build_filename (path, "position.json", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  char *device = strstr (text, "\"device\": \"");
  g_assert_nonnull (device);
  device[strlen ("\"device\": \"")] = '~';
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  g_assert_null (cz_trainer_get_notes (trainer)[0]);
  assert_accepted (trainer, path);
  g_assert_nonnull (cz_trainer_get_notes (trainer)[0]);
  cz_small_run_tear_down (&run);
}

// A disk that fills up at any point of writing leaves the old checkpoint, whole, and nothing else.
static void
test_disk_full (void)
{
  CzSmallRun run;
  guint n_entries = 0;

  if (!cz_small_run_set_up (&run))
    return;
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
  g_autofree char *path = save_checkpoint (&run, trainer);
  for (guint64 room = 0; room < 130000; room += 9973)
    {
      g_autoptr (GError) error = NULL;
      cz_atomic_file_fault_arm (room);
      g_assert_false (cz_trainer_save_checkpoint (trainer, path, &error));
      cz_atomic_file_fault_arm (G_MAXUINT64);
      g_assert_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE);
      assert_accepted (trainer, path);
    }
  g_autoptr (GDir) folder = g_dir_open (run.folder, 0, NULL);
  while (g_dir_read_name (folder) != NULL)
    n_entries++;
  g_assert_cmpuint (n_entries, ==, 3); // base, tokens, checkpoint
  cz_small_run_tear_down (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoint/damaged", test_damaged);
  g_test_add_func ("/checkpoint/position", test_position);
  g_test_add_func ("/checkpoint/foreign", test_foreign);
  g_test_add_func ("/checkpoint/disk-full", test_disk_full);
  return g_test_run ();
}
