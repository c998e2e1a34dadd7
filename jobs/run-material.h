#pragma once

#include "data/corpus.h"
#include "engine/format/model-folder.h"
#include "engine/text/blocks.h"
#include "engine/train/train-options.h"
#include "jobs/job.h"
#include "jobs/model-source.h"

// What runs and evaluations are made of: a model's folder and a corpus as tokens.
typedef struct
{
  CzModelSource *source;
  CzModelFolder *folder;
  CzCorpus *corpus;
  CzTokenFile *tokens;

  // Private: what was cut last, and as what.
  CzBlocks *blocks;
  CzBlockOptions cut;
} CzRunMaterial;

// Opens model and corpus by their names, tokenizes where that was not done yet. The progress is
// that of tokenizing. Errors: those of the four.
CzRunMaterial *cz_run_material_open (CzLibrary *library,
                                     const char *model,
                                     const char *corpus,
                                     CzJobProgress progress,
                                     gpointer data,
                                     GCancellable *cancellable,
                                     GError **error);
// The same from what a run's record says; takes both.
CzRunMaterial *cz_run_material_open_recorded (CzLibrary *library,
                                              CzModelSource *source,
                                              CzCorpus *corpus,
                                              CzJobProgress progress,
                                              gpointer data,
                                              GCancellable *cancellable,
                                              GError **error);
void cz_run_material_free (CzRunMaterial *material);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRunMaterial, cz_run_material_free)

// The blocks that the options ask for; those asked for last are at hand. Errors: CZ_TEXT_ERROR_*.
CzBlocks *cz_run_material_cut (CzRunMaterial *material,
                               const CzTrainOptions *options,
                               GError **error);
