#include "jobs/bench-predictor.h"

#include "engine/format/atomic-file.h"
#include "engine/model/distilbert.h"

// A tokenizer whose vocabulary is the special tokens and made-up words.
static CzTokenizer *
make_tokenizer (guint size, GError **error)
{
  static const char *const special[] = { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" };
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < size; i++)
    g_ptr_array_add (words, i < G_N_ELEMENTS (special) ? g_strdup (special[i])
                                                       : g_strdup_printf ("word%u", i));
  g_autoptr (CzVocabulary) vocabulary
      = cz_vocabulary_new ((const char *const *)words->pdata, words->len, error);
  return vocabulary != NULL ? cz_tokenizer_new (vocabulary, NULL, error) : NULL;
}

static gboolean
save_random_model (CzDevice *device, const char *path, const CzModelConfig *config, GError **error)
{
  g_autoptr (CzTokenizer) tokenizer = make_tokenizer (config->vocab_size, error);
  g_autoptr (CzDistilbert) model
      = tokenizer != NULL ? cz_distilbert_new (device, config, FALSE /* with_gradients */, error)
                          : NULL;

  return model != NULL && cz_distilbert_randomize (model, 42 /* seed */, error)
         && cz_model_folder_save (path, config, tokenizer, CZ_DTYPE_F32, cz_distilbert_reader,
                                  model, NULL, 0, error);
}

static CzPredictor *
make_random_predictor (CzDevice *device, const CzModelConfig *config, GError **error)
{
  g_autofree char *temporary = g_dir_make_tmp ("clozebench-XXXXXX", error);
  g_autoptr (CzModelFolder) folder = NULL;
  CzPredictor *predictor = NULL;

  if (temporary == NULL)
    return NULL;
  g_autofree char *path = g_build_filename (temporary, "model", NULL);
  if (save_random_model (device, path, config, error))
    folder = cz_model_folder_open (path, error);
  if (folder != NULL)
    predictor = cz_predictor_new (device, folder, error);
  g_clear_pointer (&folder, cz_model_folder_free);
  cz_folder_remove (temporary);
  return predictor;
}

CzPredictor *
cz_bench_make_predictor (CzDevice *device,
                         CzModelFolder *folder,
                         const CzBenchOptions *options,
                         GError **error)
{
  return folder != NULL ? cz_predictor_new (device, folder, error)
                        : make_random_predictor (device, &options->config, error);
}
