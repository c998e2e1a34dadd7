#include "jobs/model-making.h"

#include <glib/gi18n-lib.h>

#include "data/document.h"
#include "engine/model/distilbert.h"

// The files that go along with a copy; the others are written anew.
static const char *const companions[] = { "README.md", "training.json" };

gboolean
cz_model_making_randomize (CzDevice *device,
                           const CzModelConfig *config,
                           CzTokenizer *tokenizer,
                           guint64 seed,
                           const char *path,
                           GError **error)
{
  g_autoptr (CzDistilbert) model
      = cz_distilbert_new (device, config, FALSE /* with_gradients */, error);

  return model != NULL && cz_distilbert_randomize (model, seed, error)
         && cz_model_folder_save (path, config, tokenizer, CZ_DTYPE_F32, cz_distilbert_reader,
                                  model, NULL /* files */, 0, error);
}

static gboolean
read_folder (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer data, GError **error)
{
  return cz_model_folder_read (data, parameter, first, n, ret_floats, error);
}

// A folder that may be replaced: not there, empty, or a model's.
static gboolean
check_target (const char *path, GError **error)
{
  g_autofree char *config = g_build_filename (path, "config.json", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (config, G_FILE_TEST_EXISTS)
      || (dir != NULL && g_dir_read_name (dir) == NULL))
    return TRUE;
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
               _ ("“%s” is there already and is no model folder; choose another name."), path);
  return FALSE;
}

gboolean
cz_model_making_export (CzModelFolder *folder, const char *path, CzDtype dtype, GError **error)
{
  CzFolderFile files[G_N_ELEMENTS (companions)];
  char *texts[G_N_ELEMENTS (companions)] = { NULL };
  guint n = 0;

  if (!check_target (path, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *from
          = g_build_filename (cz_model_folder_get_path (folder), companions[i], NULL);
      if (g_file_get_contents (from, &texts[n], NULL, NULL))
        {
          files[n] = (CzFolderFile){ companions[i], texts[n] };
          n++;
        }
    }
  gboolean saved = cz_model_folder_save (path, cz_model_folder_get_config (folder),
                                         cz_model_folder_get_tokenizer (folder), dtype, read_folder,
                                         folder, files, n, error);
  for (guint i = 0; i < n; i++)
    g_free (texts[i]);
  return saved;
}

// ---- Learning word pieces ----

// Counting words takes about this share of the time.
#define COUNTING 0.5

typedef struct
{
  CzVocabularyTrainer *trainer;
  gint64 bytes_done, bytes_total;
  CzJobProgress progress;
  gpointer data;
  GCancellable *cancellable;
} Learner;

static gboolean
feed_document (const CzDocument *document, gpointer data, GError **error)
{
  Learner *learner = data;

  if (g_cancellable_set_error_if_cancelled (learner->cancellable, error))
    return FALSE;
  cz_vocabulary_trainer_feed (learner->trainer, document->text, (gssize)document->length);
  learner->bytes_done += (gint64)document->length;
  if (learner->progress != NULL && learner->bytes_total > 0)
    learner->progress (COUNTING
                           * MIN ((double)learner->bytes_done / (double)learner->bytes_total, 1),
                       _ ("Counting words"), learner->data);
  return TRUE;
}

static void
tell_joined (guint32 done, guint32 wanted, gpointer data)
{
  Learner *learner = data;

  if (learner->progress != NULL)
    learner->progress (COUNTING + (1 - COUNTING) * done / MAX (wanted, 1),
                       _ ("Joining word pieces"), learner->data);
}

CzVocabulary *
cz_model_making_learn_vocabulary (CzLibrary *library,
                                  gint64 corpus,
                                  const CzVocabularyTrainerOptions *options,
                                  CzJobProgress progress,
                                  gpointer data,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (CzCorpus) record = cz_corpus_get (library, corpus, error);
  g_autoptr (CzVocabularyTrainer) trainer
      = record != NULL ? cz_vocabulary_trainer_new (options, error) : NULL;
  Learner learner
      = { .trainer = trainer, .progress = progress, .data = data, .cancellable = cancellable };

  if (trainer == NULL)
    return NULL;
  learner.bytes_total = record->bytes;
  if (!cz_document_each (library, corpus, feed_document, &learner, error))
    return NULL;
  return cz_vocabulary_trainer_train (trainer, tell_joined, &learner, cancellable, error);
}
