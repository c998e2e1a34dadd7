#pragma once

#include "engine/gpu/gemm.h"

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

char *cz_bench_product_describe (CzBenchProduct *product);   // "NT 96 of 128x128x64"; to be freed
double cz_bench_product_get_gflop (CzBenchProduct *product); // of a run
// The same for a peer, one line of JSON: {"form", "m", "n", "k", "batches", "times"}.
const char *cz_bench_product_get_request (CzBenchProduct *product);
