#pragma once

#include "engine/format/model-folder.h"

// What a model is built of, as model.summary () in Keras lists it.

// A module: a matrix with its bias, a LayerNorm, a table of embeddings.
typedef struct
{
  char *name;       // "distilbert.transformer.layer.0.attention.q_lin"
  const char *type; // "Embedding", "Dense", "LayerNormalization"
  int layer;        // as CzParameter's
  guint n_dims;
  guint64 dims[2];    // of its weight as the file stores it, (out, in); vectors (n)
  guint64 parameters; // of weight and bias
  gboolean trainable;
} CzModelModule;

typedef struct
{
  GPtrArray *modules; // CzModelModule, from the input to the output
  guint n_layers;
  guint64 parameters, trainable;
  guint64 bytes;     // of all tensors as the file stores them
  const char *dtype; // of the first, "F32"
} CzModelSummary;

CzModelSummary *cz_model_summary_new (CzModelFolder *folder);
void cz_model_summary_free (CzModelSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzModelSummary, cz_model_summary_free)

// "embeddings", "layer.0", …, "head": the layers' names, in JSON too; freed by the caller.
char *cz_model_summary_name_layer (int layer, guint n_layers);
