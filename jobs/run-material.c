#include "jobs/run-material.h"

#include "jobs/token-cache.h"

void
cz_run_material_free (CzRunMaterial *material)
{
  g_clear_pointer (&material->source, cz_model_source_free);
  g_clear_pointer (&material->folder, cz_model_folder_free);
  g_clear_pointer (&material->corpus, cz_corpus_free);
  g_clear_pointer (&material->tokens, cz_token_file_unref);
  g_clear_pointer (&material->blocks, cz_blocks_unref);
  g_free (material);
}

CzRunMaterial *
cz_run_material_open (CzLibrary *library,
                      const char *model,
                      const char *corpus,
                      CzJobProgress progress,
                      gpointer data,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (CzModelSource) source = cz_model_source_find (library, model, error);

  if (source == NULL)
    return NULL;
  CzCorpus *found = cz_corpus_find (library, corpus, error);
  if (found == NULL)
    return NULL;
  return cz_run_material_open_recorded (library, g_steal_pointer (&source), found, progress, data,
                                        cancellable, error);
}

CzRunMaterial *
cz_run_material_open_recorded (CzLibrary *library,
                               CzModelSource *source,
                               CzCorpus *corpus,
                               CzJobProgress progress,
                               gpointer data,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (CzRunMaterial) material = g_new0 (CzRunMaterial, 1);

  material->source = source;
  material->corpus = corpus;
  material->folder = cz_model_folder_open (source->folder, error);
  if (material->folder == NULL)
    return NULL;
  material->tokens
      = cz_token_cache_open (library, corpus, cz_model_folder_get_tokenizer (material->folder),
                             progress, data, cancellable, error);
  return material->tokens != NULL ? g_steal_pointer (&material) : NULL;
}

static gboolean
is_same_cut (const CzBlockOptions *a, const CzBlockOptions *b)
{
  return a->block_size == b->block_size && a->pad_last == b->pad_last && a->pad_word == b->pad_word
         && a->split == b->split && a->split_seed == b->split_seed
         && a->train_blocks == b->train_blocks && a->test_blocks == b->test_blocks;
}

CzBlocks *
cz_run_material_cut (CzRunMaterial *material, const CzTrainOptions *options, GError **error)
{
  CzBlockOptions cut = cz_train_options_get_block_options (
      options, cz_model_folder_get_tokenizer (material->folder));

  if (material->blocks == NULL || !is_same_cut (&material->cut, &cut))
    {
      CzBlocks *blocks = cz_blocks_new (material->tokens, &cut, error);
      if (blocks == NULL)
        return NULL;
      g_clear_pointer (&material->blocks, cz_blocks_unref);
      material->blocks = blocks;
      material->cut = cut;
    }
  return cz_blocks_ref (material->blocks);
}
