#pragma once

#include "engine/format/model-config.h"

// One trained tensor. Vectors have rows = 1.
typedef struct
{
  char *name; // Hugging Face's, with "distilbert." where the checkpoint has it
  guint rows;
  guint columns;
  guint n_dims;       // 1 or 2, as the file's shape
  guint64 n_elements; // rows × columns
  gboolean decay;     // weight decay applies: not to biases, nor to any LayerNorm
  gboolean trained;   // FALSE: sinusoidal positions
  int layer;          // -1 embeddings, 0 … n_layers-1, n_layers: the masked-LM head
} CzParameter;

// A config's parameters in a fixed order: those that decay first (embeddings, layers, head), then
// the biases and LayerNorms (in the same order). The output matrix is the word embeddings, so it is
// not listed: 16 for each layer and 9 besides. Immutable, reference counted.
typedef struct _CzParameterTable CzParameterTable;

CzParameterTable *cz_parameter_table_new (const CzModelConfig *config);
CzParameterTable *cz_parameter_table_ref (CzParameterTable *table);
void cz_parameter_table_unref (CzParameterTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzParameterTable, cz_parameter_table_unref)

guint cz_parameter_table_get_size (const CzParameterTable *table);
const CzParameter *cz_parameter_table_get (const CzParameterTable *table, guint index);
// The index of the parameter with that name (with or without "distilbert."), or -1.
int cz_parameter_table_find (const CzParameterTable *table, const char *name);
// How many of the first parameters decay.
guint cz_parameter_table_get_n_decayed (const CzParameterTable *table);
// Trained numbers in all, e.g. 66,985,530 for DistilBERT-base.
guint64 cz_parameter_table_get_n_elements (const CzParameterTable *table);
