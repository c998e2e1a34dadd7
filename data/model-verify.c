#include "data/model-verify.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/file-hash.h"
#include "data/model-private.h"
#include "engine/format/model-folder.h"

typedef struct
{
  CzModelVerifyProgress progress;
  gpointer data;
  gint64 bytes; // of all there is to read
} Telling;

void
cz_model_file_free (CzModelFile *file)
{
  g_free (file->path);
  g_free (file->sha256);
  g_free (file->expected);
  g_free (file->problem);
  g_free (file);
}

static void
tell_bytes (guint64 bytes, gpointer data)
{
  const Telling *telling = data;

  if (telling->progress != NULL && telling->bytes > 0)
    telling->progress (MIN ((double)bytes / (double)telling->bytes, 1), _ ("Reading the weights"),
                       telling->data);
}

// A file that is not what was noted: another whole one, or none that can be read.
static void
judge (CzModelFile *file, const char *path, const GError *unreadable)
{
  if (unreadable != NULL)
    {
      file->state = CZ_MODEL_FILE_DAMAGED;
      file->problem = g_strdup_printf (_ ("“%s” is damaged. %s"), path, unreadable->message);
    }
  else
    {
      file->state = CZ_MODEL_FILE_CHANGED;
      file->problem = g_strdup_printf (_ ("“%s” is another file than when the model was added. Put "
                                          "the old one back, or add the folder as a new model."),
                                       path);
    }
}

// Takes `hash`. NULL without cancellation: the file is missing.
static CzModelFile *
make_file (const char *path, char *hash, const char *expected, const GError *reason)
{
  CzModelFile *file = g_new0 (CzModelFile, 1);

  file->path = g_path_get_basename (path);
  file->sha256 = hash;
  file->expected = g_strdup (expected);
  if (hash == NULL)
    {
      file->state = CZ_MODEL_FILE_MISSING;
      file->problem = g_strdup (reason->message);
    }
  return file;
}

static gboolean
differs (const CzModelFile *file)
{
  return file->sha256 != NULL && file->expected != NULL
         && g_ascii_strcasecmp (file->sha256, file->expected) != 0;
}

static gboolean
verify_weights (CzLibrary *library,
                const CzModel *model,
                GPtrArray *files,
                Telling *telling,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *path = g_build_filename (model->folder, CZ_MODEL_WEIGHTS, NULL);
  g_autoptr (GError) reason = NULL;
  gint64 bytes = 0, modified = 0;
  gboolean there = cz_model_look_at_weights (model->folder, &bytes, &modified);

  telling->bytes = bytes;
  char *hash = cz_file_hash (path, tell_bytes, telling, cancellable, &reason);
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  CzModelFile *file = make_file (path, hash, model->hash, reason);
  g_ptr_array_add (files, file);
  if (differs (file))
    {
      g_autoptr (GError) unreadable = NULL;
      g_autoptr (CzSafetensors) opened = cz_safetensors_open (path, &unreadable);
      judge (file, path, unreadable);
    }
  else if (there && file->state == CZ_MODEL_FILE_OK)
    cz_model_note_unchanged (library, model->id, bytes, modified);
  return TRUE;
}

static void
verify_vocabulary (const CzModel *model, GPtrArray *files)
{
  g_autofree char *path = cz_model_get_vocabulary_file (model->folder);
  g_autoptr (GError) reason = NULL;
  char *hash = cz_file_hash (path, NULL, NULL, NULL, &reason);
  CzModelFile *file = make_file (path, hash, model->vocabulary_hash, reason);

  g_ptr_array_add (files, file);
  if (differs (file))
    {
      g_autoptr (GError) unreadable = NULL;
      g_autoptr (CzTokenizer) tokenizer
          = cz_model_folder_load_tokenizer (model->folder, &unreadable);
      judge (file, path, unreadable);
    }
}

// Of the config nothing is noted; it must fit the rest.
static void
verify_config (const CzModel *model, GPtrArray *files)
{
  g_autofree char *path = g_build_filename (model->folder, "config.json", NULL);
  g_autoptr (GError) reason = NULL;
  CzModelFile *file;

  for (guint i = 0; i < files->len; i++)
    if (((CzModelFile *)files->pdata[i])->state != CZ_MODEL_FILE_OK)
      return;
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (model->folder, &reason);
  if (folder != NULL)
    return;
  file = g_new0 (CzModelFile, 1);
  file->path = g_strdup ("config.json");
  file->sha256 = cz_file_hash (path, NULL, NULL, NULL, NULL);
  file->state = file->sha256 != NULL ? CZ_MODEL_FILE_DAMAGED : CZ_MODEL_FILE_MISSING;
  file->problem = g_strdup (reason->message);
  g_ptr_array_add (files, file);
}

GPtrArray *
cz_model_verify (CzLibrary *library,
                 gint64 id,
                 CzModelVerifyProgress progress,
                 gpointer data,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_model_file_free);
  g_autoptr (CzModel) model = cz_model_get (library, id, error);
  Telling telling = { .progress = progress, .data = data };

  if (model == NULL || !verify_weights (library, model, files, &telling, cancellable, error))
    return NULL;
  verify_vocabulary (model, files);
  verify_config (model, files);
  return g_steal_pointer (&files);
}
