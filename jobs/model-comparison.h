#pragma once

#include "engine/format/model-folder.h"
#include "jobs/job.h"

// How far the weights of one model lie from another's, tensor by tensor: what moved while training.
// Both files are read once, piece by piece, whatever their types (F32, F16, BF16); sums are in
// double precision and in a fixed order. Rows that belong to word pieces are compared where both
// vocabularies have the piece.

typedef struct
{
  guint64 n;       // numbers compared
  double distance; // |b − a|, Euclidean
  double relative; // distance / |a|; NAN where |a| is 0 and b is not
  double cosine;   // of the angle between a and b; NAN where one of them is all 0
  double largest;  // of |b − a| in any one number
} CzDistance;

typedef struct
{
  char *name;
  int layer; // as CzParameter's
  guint n_dims;
  guint64 dims[2]; // of a
  CzDistance distance;
  char *note; // what of it was compared, where that is not all of it; NULL: all
} CzTensorDistance;

typedef struct
{
  int layer;
  CzDistance distance;
} CzLayerDistance;

// A tensor that was not compared, and why (one sentence).
typedef struct
{
  char *name;
  int layer;
  char *reason;
} CzTensorUncompared;

typedef struct
{
  GPtrArray *tensors;    // CzTensorDistance, in the order of the parameter table of a
  GPtrArray *layers;     // CzLayerDistance, embeddings first
  GPtrArray *uncompared; // CzTensorUncompared
  CzDistance total;
  guint n_layers[2];
  guint n_words[2], n_shared_words; // word pieces of each, and those both have
} CzModelComparison;

void cz_model_comparison_free (CzModelComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzModelComparison, cz_model_comparison_free)

// Errors: CZ_JOB_ERROR_INVALID (other widths, or nothing compares), CZ_FORMAT_ERROR_*,
// G_IO_ERROR_CANCELLED.
CzModelComparison *cz_model_comparison_new (CzModelFolder *a,
                                            CzModelFolder *b,
                                            CzJobProgress progress,
                                            gpointer data,
                                            GCancellable *cancellable,
                                            GError **error);
