#pragma once

#include "engine/format/model-folder.h"
#include "engine/gpu/buffer.h"
#include "engine/gpu/device.h"
#include "engine/model/arena.h"

// A DistilBERT for masked words on a device: an arena of parameters and, for training, one of
// gradients of the same layout (see arena.h). Not thread-safe: one thread uses a model at a time.
//
// The optimizer works on whole ranges of the two arenas (cz_arena_get_trained ()), reads gradients
// summed over a batch and sets them to zero when it is done with them; a pass only adds to them.
typedef struct _CzDistilbert CzDistilbert;

// What is wrong with a model or a pass that is asked for.
typedef enum
{
  CZ_MODEL_ERROR_INVALID, // options that don't go together, or numbers out of range
} CzModelError;
#define CZ_MODEL_ERROR (cz_model_error_quark ())
GQuark cz_model_error_quark (void);

// All parameters and gradients are zero. Errors: CZ_GPU_ERROR_OUT_OF_MEMORY and others of the
// device.
CzDistilbert *cz_distilbert_new (CzDevice *device,
                                 const CzModelConfig *config,
                                 gboolean with_gradients,
                                 GError **error);
CzDistilbert *cz_distilbert_ref (CzDistilbert *model);
void cz_distilbert_unref (CzDistilbert *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzDistilbert, cz_distilbert_unref)

// Device bytes that cz_distilbert_new () takes.
guint64 cz_distilbert_plan (const CzModelConfig *config, gboolean with_gradients);

// All stay the model's.
CzDevice *cz_distilbert_get_device (CzDistilbert *model);
const CzModelConfig *cz_distilbert_get_config (CzDistilbert *model);
CzArena *cz_distilbert_get_arena (CzDistilbert *model);
CzSpan cz_distilbert_get_parameters (CzDistilbert *model); // the whole arena
CzSpan cz_distilbert_get_gradients (CzDistilbert *model);  // empty without gradients
// One tensor's numbers (padding left out).
CzSpan cz_distilbert_get_parameter (CzDistilbert *model, guint parameter);
CzSpan cz_distilbert_get_gradient (CzDistilbert *model, guint parameter);

// Fills the parameters from a folder of the same config. Errors: CZ_FORMAT_ERROR_*, CZ_GPU_ERROR_*.
gboolean cz_distilbert_load (CzDistilbert *model, CzModelFolder *folder, GError **error);
// Fills them as a new model's: weights and embeddings normal with the config's initializer_range
// (Philox, purpose CZ_RANDOM_INIT), the padding token's row 0, biases 0, LayerNorms 1 and 0.
gboolean cz_distilbert_randomize (CzDistilbert *model, guint64 seed, GError **error);

// `n` numbers of a parameter from element `first` on, to or from the host. No tape may be under
// way. Errors: CZ_MODEL_ERROR_INVALID (outside the tensor), CZ_GPU_ERROR_*.
gboolean cz_distilbert_read (CzDistilbert *model,
                             guint parameter,
                             guint64 first,
                             guint64 n,
                             float *ret_floats,
                             GError **error);
gboolean cz_distilbert_write (CzDistilbert *model,
                              guint parameter,
                              guint64 first,
                              guint64 n,
                              const float *floats,
                              GError **error);
gboolean cz_distilbert_read_gradient (CzDistilbert *model,
                                      guint parameter,
                                      guint64 first,
                                      guint64 n,
                                      float *ret_floats,
                                      GError **error);
// The CzTensorReader for cz_model_folder_save (); `model` is a CzDistilbert.
gboolean cz_distilbert_reader (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer model, GError **error);
