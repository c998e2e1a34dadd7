#include "jobs/predictors.h"

#include <glib/gstdio.h>
#include <string.h>

#include "jobs/model-source.h"

#define KEPT 4

typedef struct
{
  char *folder;
  gint64 written, size; // of its weights
  CzPredictor *predictor;
} Kept;

struct _CzPredictors
{
  CzLibrary *library;
  CzDevice *device;
  GQueue kept;               // of Kept, the last used first
  GCancellable *cancellable; // or NULL
};

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->folder);
  g_clear_pointer (&kept->predictor, cz_predictor_free);
  g_free (kept);
}

CzPredictors *
cz_predictors_new (CzLibrary *library, CzDevice *device)
{
  CzPredictors *predictors = g_new0 (CzPredictors, 1);

  predictors->library = library;
  predictors->device = cz_device_ref (device);
  g_queue_init (&predictors->kept);
  return predictors;
}

void
cz_predictors_free (CzPredictors *predictors)
{
  g_queue_clear_full (&predictors->kept, kept_free);
  g_clear_object (&predictors->cancellable);
  cz_device_unref (predictors->device);
  g_free (predictors);
}

static void
look_at_weights (const char *folder, gint64 *ret_written, gint64 *ret_size)
{
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  GStatBuf status;

  *ret_written = *ret_size = -1;
  if (g_stat (path, &status) == 0)
    {
      *ret_written
          = status.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + status.st_mtim.tv_nsec;
      *ret_size = status.st_size;
    }
}

static CzPredictor *
load (CzPredictors *predictors, const char *path, GError **error)
{
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (path, error);

  if (folder == NULL)
    return NULL;
  for (;;)
    {
      g_autoptr (GError) reason = NULL;
      CzPredictor *predictor = cz_predictor_new (predictors->device, folder, &reason);

      if (predictor != NULL)
        return predictor;
      if (predictors->kept.length == 0
          || !g_error_matches (reason, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return NULL;
        }
      kept_free (g_queue_pop_tail (&predictors->kept));
    }
}

void
cz_predictors_set_cancellable (CzPredictors *predictors, GCancellable *cancellable)
{
  g_set_object (&predictors->cancellable, cancellable);
}

// Loads it unless it is there.
static CzPredictor *
find (CzPredictors *predictors, const char *model, GError **error)
{
  g_autoptr (CzModelSource) source = cz_model_source_find (predictors->library, model, error);
  gint64 written, size;

  if (source == NULL)
    return NULL;
  look_at_weights (source->folder, &written, &size);
  for (GList *link = predictors->kept.head; link != NULL; link = link->next)
    {
      Kept *kept = link->data;
      if (strcmp (kept->folder, source->folder) != 0)
        continue;
      g_queue_unlink (&predictors->kept, link);
      if (kept->written == written && kept->size == size)
        {
          g_queue_push_head_link (&predictors->kept, link);
          return kept->predictor;
        }
      kept_free (kept);
      g_list_free (link);
      break;
    }
  while (predictors->kept.length >= KEPT)
    kept_free (g_queue_pop_tail (&predictors->kept));
  CzPredictor *predictor = load (predictors, source->folder, error);
  if (predictor == NULL)
    return NULL;
  Kept *kept = g_new (Kept, 1);
  *kept = (Kept){ g_steal_pointer (&source->folder), written, size, predictor };
  g_queue_push_head (&predictors->kept, kept);
  return predictor;
}

// Gives back the model that was not used for longest, but not the one at work.
static gboolean
make_room (gpointer data)
{
  CzPredictors *predictors = data;

  if (predictors->kept.length < 2)
    return FALSE;
  kept_free (g_queue_pop_tail (&predictors->kept));
  return TRUE;
}

CzPredictor *
cz_predictors_get (CzPredictors *predictors, const char *model, GError **error)
{
  CzPredictor *predictor = find (predictors, model, error);

  if (predictor == NULL)
    return NULL;
  cz_predictor_set_cancellable (predictor, predictors->cancellable);
  cz_predictor_set_make_room (predictor, make_room, predictors);
  return predictor;
}
