#pragma once

#include "data/corpus.h"
#include "engine/format/model-folder.h"
#include "engine/gpu/device.h"
#include "engine/text/vocabulary-trainer.h"
#include "jobs/job.h"

// New models and copies of models.

// Writes a model folder with random weights. Errors: CZ_FORMAT_ERROR_*, CZ_GPU_ERROR_*.
gboolean cz_model_making_randomize (CzDevice *device,
                                    const CzModelConfig *config,
                                    CzTokenizer *tokenizer,
                                    guint64 seed,
                                    const char *path,
                                    GError **error);
// Copies a folder as F32 or F16, with its model card and record where it has them.
// Errors: CZ_FORMAT_ERROR_*, CZ_JOB_ERROR_INVALID (`path` is a folder with other things in it).
gboolean cz_model_making_export (CzModelFolder *folder,
                                 const char *path,
                                 CzDtype dtype,
                                 GError **error);
// Learns the word pieces of a corpus. Errors: CZ_DATA_ERROR_*, CZ_TEXT_ERROR_*,
// G_IO_ERROR_CANCELLED.
CzVocabulary *cz_model_making_learn_vocabulary (CzLibrary *library,
                                                gint64 corpus,
                                                const CzVocabularyTrainerOptions *options,
                                                CzJobProgress progress,
                                                gpointer data,
                                                GCancellable *cancellable,
                                                GError **error);
