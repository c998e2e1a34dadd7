#include "engine/gpu/gemm.h"
#include "jobs/bench-product.h"
#include "jobs/bench-runs.h"

typedef struct
{
  const char *what;
  CzGemm gemm;
  guint times; // in a step
} Product;

static void
add (GArray *products,
     const char *what,
     CzGemmForm form,
     guint m,
     guint n,
     guint k,
     guint batches,
     guint times)
{
  Product product = { what,
                      { .form = form,
                        .m = m,
                        .n = n,
                        .k = k,
                        .label = what,
                        .batch_outer = batches,
                        .stride_a = { m * k, 0 },
                        .stride_b = { k * n, 0 },
                        .stride_c = { m * n, 0 } },
                      times };

  g_array_append_val (products, product);
}

// Forward, and both gradients of a product of activations (rows, in) with weights (out, in).
static void
add_linear (GArray *products, const char *what, guint rows, guint in, guint out, guint times)
{
  add (products, what, CZ_GEMM_NT, rows, out, in, 1, times);
  add (products, what, CZ_GEMM_NN, rows, in, out, 1, times);
  add (products, what, CZ_GEMM_TN, out, in, rows, 1, times);
}

static GArray *
list_products (const CzBenchOptions *options)
{
  const CzModelConfig *c = &options->config;
  GArray *products = g_array_new (FALSE, TRUE, sizeof (Product));
  guint tokens = options->blocks * options->block_size, size = options->block_size;
  guint scored = MAX ((guint)(CZ_BENCH_SCORED * tokens), 1), head = c->dim / c->n_heads;
  guint heads = options->blocks * c->n_heads, padded = (c->vocab_size + 63) / 64 * 64;

  add_linear (products, "q, k, v, out", tokens, c->dim, c->dim, 4 * c->n_layers);
  add_linear (products, "lin1", tokens, c->dim, c->hidden_dim, c->n_layers);
  add_linear (products, "lin2", tokens, c->hidden_dim, c->dim, c->n_layers);
  add (products, "scores", CZ_GEMM_NT, size, size, head, heads, 2 * c->n_layers);
  add (products, "context", CZ_GEMM_NN, size, head, size, heads, 2 * c->n_layers);
  add (products, "context", CZ_GEMM_TN, size, head, size, heads, 2 * c->n_layers);
  add_linear (products, "head", scored, c->dim, c->dim, 1);
  add_linear (products, "logits", scored, c->dim, padded, 1);
  return products;
}

double
cz_bench_count_flops (const CzBenchOptions *options)
{
  g_autoptr (GArray) products = list_products (options);
  double flops = 0;

  for (guint i = 0; i < products->len; i++)
    {
      const Product *product = &g_array_index (products, Product, i);
      flops += product->times * cz_gemm_count_flops (&product->gemm);
    }
  return flops;
}

// Small products are done several times a run, so that what a submission costs does not count.
static gboolean
measure (CzDevice *device,
         const CzBenchOptions *options,
         const Product *product,
         CzBenchPeer *peer,
         CzBenchMedians *ret_medians,
         GError **error)
{
  guint times = (guint)CLAMP (2e9 / cz_gemm_count_flops (&product->gemm), 1, 64);
  g_autoptr (CzBenchProduct) measured = cz_bench_product_new (device, &product->gemm, times, error);

  if (measured == NULL)
    return FALSE;
  g_autofree char *shape = cz_bench_product_describe (measured);
  g_autofree char *detail = g_strdup_printf ("%s %s", product->what, shape);
  const CzBenchFigure figure = { .bench = "gemm.product",
                                 .detail = detail,
                                 .device = cz_device_get_info (device)->name,
                                 .unit = "GFLOP/s",
                                 .threads = cz_bench_get_threads (device) };
  const CzBenchTurns turns
      = { peer, cz_bench_product_get_request (measured), cz_bench_product_get_gflop (measured) };
  if (!cz_bench_take_turns (options, &turns, cz_bench_product_run, measured, ret_medians, error))
    return FALSE;
  cz_bench_tell_medians (options, &figure, ret_medians);
  cz_bench_tell_beside (options, &figure, ret_medians, peer);
  return TRUE;
}

gboolean
cz_bench_gemm (CzDevice *device, const CzBenchOptions *options, GError **error)
{
  g_autoptr (GArray) products = list_products (options);
  const CzBenchTask task = cz_bench_task_for (device, "gemm", CZ_PRECISION_FP32);
  const CzBenchFigure figure = { .bench = "gemm",
                                 .device = cz_device_get_info (device)->name,
                                 .unit = "GFLOP/s",
                                 .threads = cz_bench_get_threads (device) };
  double flops = 0, seconds = 0, peer_seconds = 0;
  gboolean beside = TRUE;
  guint position = 0;
  // The first that is there will do: they come in the order of their speed.
  g_autoptr (CzBenchPeer) peer = cz_bench_peers_start_next (options, &task, &position);

  for (guint i = 0; i < products->len; i++)
    {
      const Product *product = &g_array_index (products, Product, i);
      double amount = product->times * cz_gemm_count_flops (&product->gemm) / 1e9;
      CzBenchMedians medians;

      if (!measure (device, options, product, beside ? peer : NULL, &medians, error))
        return FALSE;
      flops += amount;
      seconds += amount / medians.value;
      beside = beside && medians.peer_value > 0;
      if (beside)
        peer_seconds += amount / medians.peer_value;
    }
  double own = flops / seconds, theirs = beside ? flops / peer_seconds : 0;
  const CzBenchMedians all = { own, own, own, theirs, theirs, theirs, 0 };
  cz_bench_tell_medians (options, &figure, &all);
  cz_bench_tell_beside (options, &figure, &all, peer);
  return TRUE;
}
