#include "jobs/run-folder.h"

#include <inttypes.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "jobs/model-card.h"

#define CHECKPOINT "checkpoint-"
#define EPOCH      "epoch-"
#define STATE      "state-"

static char *
make_path (CzLibrary *library, gint64 run, const char *name)
{
  g_autofree char *folder = cz_run_get_folder (library, run);

  return g_build_filename (folder, name, NULL);
}

char *
cz_run_folder_find_checkpoint (CzLibrary *library, gint64 run)
{
  g_autoptr (GPtrArray) checkpoints = cz_run_list_checkpoints (library, run, NULL);

  for (guint i = 0; checkpoints != NULL && i < checkpoints->len; i++)
    {
      const CzRunCheckpoint *checkpoint = checkpoints->pdata[i];
      if (strcmp (checkpoint->kind, "last") == 0)
        {
          g_autofree char *path = make_path (library, run, checkpoint->folder);
          return g_file_test (path, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&path) : NULL;
        }
    }
  return NULL;
}

// Removes the folders of the run's that begin with `prefix`, but for `kept` and those the library
// knows.
static void
remove_unknown (CzLibrary *library, gint64 run, const char *prefix)
{
  g_autofree char *folder = cz_run_get_folder (library, run);
  g_autoptr (GPtrArray) checkpoints = cz_run_list_checkpoints (library, run, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (checkpoints != NULL && dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      gboolean known = !g_str_has_prefix (name, prefix);
      for (guint i = 0; !known && i < checkpoints->len; i++)
        known = strcmp (((CzRunCheckpoint *)checkpoints->pdata[i])->folder, name) == 0;
      if (!known)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);
          cz_folder_remove (path);
        }
    }
}

void
cz_run_folder_sweep (CzLibrary *library, gint64 run)
{
  remove_unknown (library, run, CHECKPOINT);
  remove_unknown (library, run, EPOCH);
  // What was being written when the process died.
  remove_unknown (library, run, "best.");
  remove_unknown (library, run, "last.");
}

static double
count_epochs (const CzRun *run, CzTrainer *trainer)
{
  guint epochs = cz_trainer_get_options (trainer)->epochs;

  return run->steps > 0
             ? (double)cz_trainer_get_position (trainer)->step * epochs / (double)run->steps
             : 0;
}

static gboolean
enter (CzLibrary *library,
       const CzRun *run,
       CzTrainer *trainer,
       const char *kind,
       const char *folder,
       GError **error)
{
  const CzPosition *position = cz_trainer_get_position (trainer);
  CzRunCheckpoint checkpoint = {
    .step = (gint64)position->step,
    .epoch = count_epochs (run, trainer),
    .folder = (char *)folder,
    .kind = (char *)kind,
    .cross_entropy = position->evaluated_step == (gint64)position->step ? position->last : NAN,
  };

  return cz_run_add_checkpoint (library, run->id, &checkpoint, error);
}

gboolean
cz_run_folder_save_checkpoint (CzLibrary *library,
                               const CzRun *run,
                               CzTrainer *trainer,
                               GError **error)
{
  g_autofree char *name
      = g_strdup_printf (CHECKPOINT "%" PRIu64, cz_trainer_get_position (trainer)->step);
  g_autofree char *path = make_path (library, run->id, name);

  if (!cz_trainer_save_checkpoint (trainer, path, error)
      || !enter (library, run, trainer, "last", name, error))
    return FALSE;
  remove_unknown (library, run->id, CHECKPOINT);
  return TRUE;
}

static gboolean
save_model (CzLibrary *library,
            const CzRun *run,
            CzTrainer *trainer,
            const char *state,
            const char *path,
            GError **error)
{
  g_autofree char *record = cz_model_card_make_record (run);
  g_autofree char *readme = cz_model_card_make_readme (library, run, state, FALSE /* whole */);
  const CzFolderFile files[] = { { "training.json", record }, { "README.md", readme } };

  return cz_trainer_save_model (trainer, path, files, G_N_ELEMENTS (files), error);
}

gboolean
cz_run_folder_save_best (CzLibrary *library, CzRun *run, CzTrainer *trainer, GError **error)
{
  g_autofree char *path = make_path (library, run->id, "best");

  if (!save_model (library, run, trainer, "best", path, error)
      || !enter (library, run, trainer, "best", "best", error))
    return FALSE;
  g_free (run->result_folder);
  run->result_folder = g_steal_pointer (&path);
  return TRUE;
}

gboolean
cz_run_folder_save_epoch (
    CzLibrary *library, const CzRun *run, CzTrainer *trainer, guint keep, GError **error)
{
  guint64 epoch = (guint64)(count_epochs (run, trainer) + 0.5);
  g_autofree char *name = g_strdup_printf (EPOCH "%" PRIu64, epoch);
  g_autofree char *path = make_path (library, run->id, name);

  if (keep == 0)
    return TRUE;
  if (!save_model (library, run, trainer, name, path, error)
      || !enter (library, run, trainer, "epoch", name, error))
    return FALSE;
  g_autoptr (GPtrArray) checkpoints = cz_run_list_checkpoints (library, run->id, error);
  if (checkpoints == NULL)
    return FALSE;
  for (guint i = 0; i < checkpoints->len; i++)
    {
      const CzRunCheckpoint *checkpoint = checkpoints->pdata[i];
      if (strcmp (checkpoint->kind, "epoch") == 0
          && checkpoint->epoch + 0.5 < (double)epoch - keep + 1
          && !cz_run_remove_checkpoint (library, run->id, checkpoint->folder, error))
        return FALSE;
    }
  remove_unknown (library, run->id, EPOCH);
  return TRUE;
}

gboolean
cz_run_folder_save_last (CzLibrary *library, CzRun *run, CzTrainer *trainer, GError **error)
{
  g_autofree char *path = make_path (library, run->id, "last");

  if (!save_model (library, run, trainer, "last", path, error))
    return FALSE;
  if (run->result_folder == NULL)
    run->result_folder = g_steal_pointer (&path);
  return TRUE;
}

char *
cz_run_folder_export_checkpoint (CzLibrary *library, const CzRun *run, GError **error)
{
  g_autofree char *checkpoint = cz_run_folder_find_checkpoint (library, run->id);

  if (checkpoint == NULL)
    return NULL;
  const char *step = strrchr (checkpoint, '-') + 1;
  g_autofree char *name = g_strconcat (STATE, step, NULL);
  g_autofree char *path = make_path (library, run->id, name);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&path);
  g_autoptr (CzModelFolder) base = cz_model_folder_open (run->model_folder, error);
  if (base == NULL)
    return NULL;
  g_autofree char *record = cz_model_card_make_record (run);
  g_autofree char *readme = cz_model_card_make_readme (library, run, name, FALSE /* whole */);
  const CzFolderFile files[] = { { "training.json", record }, { "README.md", readme } };
  return cz_checkpoint_export (checkpoint, base, path, files, G_N_ELEMENTS (files), error)
             ? g_steal_pointer (&path)
             : NULL;
}

gboolean
cz_run_folder_describe (CzLibrary *library, const CzRun *run, GError **error)
{
  static const char *const names[] = { "best", "last" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = make_path (library, run->id, names[i]);

      if (g_file_test (path, G_FILE_TEST_IS_DIR)
          && !cz_model_card_write (library, run, names[i], path, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_run_folder_drop_checkpoint (CzLibrary *library, gint64 run, GError **error)
{
  g_autofree char *path = cz_run_folder_find_checkpoint (library, run);

  if (path != NULL)
    {
      g_autofree char *name = g_path_get_basename (path);
      if (!cz_run_remove_checkpoint (library, run, name, error))
        return FALSE;
    }
  remove_unknown (library, run, CHECKPOINT);
  return TRUE;
}
