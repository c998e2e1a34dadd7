#include "jobs/model-source.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/data-error.h"
#include "data/model.h"
#include "data/run.h"
#include "jobs/run-folder.h"

G_DEFINE_QUARK (cz - job - error - quark, cz_job_error)

void
cz_model_source_free (CzModelSource *source)
{
  g_free (source->label);
  g_free (source->name);
  g_free (source->folder);
  g_free (source);
}

// A checkpoint of a kind whose model folder is there; `epoch` counts for "epoch" alone.
static char *
find_checkpoint (CzLibrary *library, gint64 run, const char *kind, gint64 epoch, GError **error)
{
  g_autoptr (GPtrArray) checkpoints = cz_run_list_checkpoints (library, run, error);
  g_autofree char *folder = cz_run_get_folder (library, run);

  for (guint i = 0; checkpoints != NULL && i < checkpoints->len; i++)
    {
      const CzRunCheckpoint *checkpoint = checkpoints->pdata[i];
      g_autofree char *path = g_build_filename (folder, checkpoint->folder, NULL);
      g_autofree char *config = g_build_filename (path, "config.json", NULL);

      if (strcmp (checkpoint->kind, kind) == 0
          && (epoch == 0 || (gint64)(checkpoint->epoch + 0.5) == epoch)
          && g_file_test (config, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

// The state a finished or stopped run ended in; of another its last checkpoint's.
static char *
find_last (CzLibrary *library, const CzRun *run, GError **error)
{
  g_autofree char *folder = cz_run_get_folder (library, run->id);
  g_autofree char *last = g_build_filename (folder, "last", NULL);

  if (run->state != CZ_RUN_FINISHED && run->state != CZ_RUN_STOPPED)
    return cz_run_folder_export_checkpoint (library, run, error);
  return g_file_test (last, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&last) : NULL;
}

static gboolean
fill_from_run (CzLibrary *library, CzModelSource *source, GError **error)
{
  const char *at = strchr (source->label, '@');
  g_autofree char *number
      = g_strndup (source->label + 4, at != NULL ? (gsize)(at - source->label - 4) : G_MAXINT);
  const char *which = at != NULL ? at + 1 : "";
  guint64 id, epoch = 0;
  g_autoptr (GError) reason = NULL;

  if (!g_ascii_string_to_unsigned (number, 10, 1, G_MAXINT64, &id, NULL)
      || (which[0] != '\0' && strcmp (which, "best") != 0 && strcmp (which, "last") != 0
          && !(g_str_has_prefix (which, "epoch:")
               && g_ascii_string_to_unsigned (which + 6, 10, 1, G_MAXINT32, &epoch, NULL)))
      || (at != NULL && which[0] == '\0'))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("“%s” names no model of a run; write run:ID, run:ID@best, run:ID@last or "
                      "run:ID@epoch:N."),
                   source->label);
      return FALSE;
    }
  g_autoptr (CzRun) run = cz_run_get (library, (gint64)id, error);
  if (run == NULL)
    return FALSE;
  source->run = run->id;

  char *folder = NULL;
  const char *kind = epoch > 0 ? "epoch" : strcmp (which, "last") == 0 ? "last" : "best";
  if (strcmp (kind, "last") != 0)
    folder = find_checkpoint (library, run->id, kind, (gint64)epoch, &reason);
  if (folder == NULL && reason == NULL && (which[0] == '\0' || strcmp (kind, "last") == 0))
    {
      kind = "last";
      folder = find_last (library, run, &reason);
    }
  if (reason != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (folder == NULL)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                   _ ("Run %" PRId64 " has no such model (“%s”): it is written when the run "
                      "gets there, and only the epochs that keep_epochs asks for stay."),
                   run->id, source->label);
      return FALSE;
    }
  source->folder = folder;
  source->name = epoch > 0 ? g_strdup_printf ("run:%" PRId64 "@epoch:%" PRIu64, run->id, epoch)
                           : g_strdup_printf ("run:%" PRId64 "@%s", run->id, kind);
  return TRUE;
}

CzModelSource *
cz_model_source_find (CzLibrary *library, const char *label, GError **error)
{
  g_autoptr (CzModelSource) source = g_new0 (CzModelSource, 1);
  g_autoptr (GError) reason = NULL;

  source->label = g_utf8_make_valid (label, -1);
  if (g_str_has_prefix (label, "hub:"))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                   _ ("A model of the Hub is added to the library before it is used: “cloze model "
                      "add %s”."),
                   source->label);
      return NULL;
    }
  if (g_str_has_prefix (label, "run:"))
    return fill_from_run (library, source, error) ? g_steal_pointer (&source) : NULL;

  g_autoptr (CzModel) model
      = strchr (label, '/') == NULL ? cz_model_find (library, source->label, &reason) : NULL;
  if (model != NULL)
    {
      source->name = g_strdup (model->name);
      source->folder = g_strdup (model->folder);
      source->model_id = model->id;
      return g_steal_pointer (&source);
    }
  if (g_file_test (label, G_FILE_TEST_IS_DIR))
    {
      source->folder = g_canonicalize_filename (label, NULL);
      g_autofree char *base = g_path_get_basename (source->folder);
      source->name = g_utf8_make_valid (base, -1);
      return g_steal_pointer (&source);
    }
  if (reason != NULL && !g_error_matches (reason, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
               _ ("There is no model “%s”: it is neither a name in the library (“cloze model list” "
                  "shows them), nor a folder, nor run:ID."),
               source->label);
  return NULL;
}
