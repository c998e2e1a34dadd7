#pragma once

#include "engine/gpu/gemm.h"
#include "jobs/bench.h"

// One matrix product on buffers of its own, for measuring. For the bench files alone.
typedef struct _CzBenchProduct CzBenchProduct;

// `times`: how often a run does it. The product's buffers are made here; strides of a batch are
// its own.
CzBenchProduct *cz_bench_product_new (CzDevice *device,
                                      const CzGemm *gemm,
                                      guint times,
                                      GError **error);
void cz_bench_product_free (CzBenchProduct *product);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBenchProduct, cz_bench_product_free)

// A CzBenchRun of a CzBenchProduct: GFLOP/s.
gboolean cz_bench_product_run (double *ret_value, gpointer data, GError **error);

char *cz_bench_describe_product (const CzGemm *gemm);        // "NT 96 of 128x128x64"; to be freed
char *cz_bench_product_describe (CzBenchProduct *product);   // the same
double cz_bench_product_get_gflop (CzBenchProduct *product); // of a run
// The same for a peer, one line of JSON: {"form", "m", "n", "k", "batches", "times"}.
const char *cz_bench_product_get_request (CzBenchProduct *product);

// A product of the model.
typedef struct
{
  const char *what; // it is part of
  CzGemm gemm;      // without matrices
  guint times;      // in a training step; 0: of filling a mask
} CzBenchShape;

// Those of a training step, and, if asked for, those of filling a mask in a text of 16 tokens.
GArray *cz_bench_list_shapes (const CzBenchOptions *options, gboolean fill);
