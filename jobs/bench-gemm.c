#include "engine/gpu/gemm.h"
#include "jobs/bench-product.h"
#include "jobs/bench-runs.h"

// Tokens of a text whose mask is filled.
#define FILLED 16

static void
add (GArray *shapes,
     const char *what,
     CzGemmForm form,
     guint m,
     guint n,
     guint k,
     guint batches,
     guint times)
{
  CzBenchShape shape = { what,
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

  g_array_append_val (shapes, shape);
}

// Forward, and both gradients of a product of activations (rows, in) with weights (out, in).
static void
add_linear (GArray *shapes, const char *what, guint rows, guint in, guint out, guint times)
{
  add (shapes, what, CZ_GEMM_NT, rows, out, in, 1, times);
  add (shapes, what, CZ_GEMM_NN, rows, in, out, 1, times);
  add (shapes, what, CZ_GEMM_TN, out, in, rows, 1, times);
}

GArray *
cz_bench_list_shapes (const CzBenchOptions *options, gboolean fill)
{
  const CzModelConfig *c = &options->config;
  GArray *shapes = g_array_new (FALSE, TRUE, sizeof (CzBenchShape));
  guint tokens = options->blocks * options->block_size, size = options->block_size;
  guint scored = MAX ((guint)(CZ_BENCH_SCORED * tokens), 1), head = c->dim / c->n_heads;
  guint heads = options->blocks * c->n_heads, padded = (c->vocab_size + 63) / 64 * 64;

  // Behind the last layer's attention there are the scored positions alone.
  add_linear (shapes, "q, k, v, out", tokens, c->dim, c->dim, 4 * c->n_layers - 1);
  add_linear (shapes, "lin1", tokens, c->dim, c->hidden_dim, c->n_layers - 1);
  add_linear (shapes, "lin2", tokens, c->hidden_dim, c->dim, c->n_layers - 1);
  add (shapes, "scores", CZ_GEMM_NT, size, size, head, heads, 2 * c->n_layers);
  add (shapes, "context", CZ_GEMM_NN, size, head, size, heads, 2 * c->n_layers);
  add (shapes, "context", CZ_GEMM_TN, size, head, size, heads, 2 * c->n_layers);
  add_linear (shapes, "top lin1", scored, c->dim, c->hidden_dim, 1);
  add_linear (shapes, "top lin2", scored, c->hidden_dim, c->dim, 1);
  add_linear (shapes, "top out, head", scored, c->dim, c->dim, 2);
  add_linear (shapes, "logits", scored, c->dim, padded, 1);
  if (!fill)
    return shapes;
  add (shapes, "fill q, k, v, out", CZ_GEMM_NT, FILLED, c->dim, c->dim, 1, 0);
  add (shapes, "fill lin1", CZ_GEMM_NT, FILLED, c->hidden_dim, c->dim, 1, 0);
  add (shapes, "fill lin2", CZ_GEMM_NT, FILLED, c->dim, c->hidden_dim, 1, 0);
  add (shapes, "fill scores", CZ_GEMM_NT, FILLED, FILLED, head, c->n_heads, 0);
  add (shapes, "fill context", CZ_GEMM_NN, FILLED, head, FILLED, c->n_heads, 0);
  add (shapes, "fill top lin1", CZ_GEMM_NT, 1, c->hidden_dim, c->dim, 1, 0);
  add (shapes, "fill top lin2", CZ_GEMM_NT, 1, c->dim, c->hidden_dim, 1, 0);
  add (shapes, "fill top out, head", CZ_GEMM_NT, 1, c->dim, c->dim, 1, 0);
  add (shapes, "fill logits", CZ_GEMM_NT, 1, padded, c->dim, 1, 0);
  return shapes;
}

double
cz_bench_count_flops (const CzBenchOptions *options)
{
  g_autoptr (GArray) products = cz_bench_list_shapes (options, FALSE);
  double flops = 0;

  for (guint i = 0; i < products->len; i++)
    {
      const CzBenchShape *product = &g_array_index (products, CzBenchShape, i);
      flops += product->times * cz_gemm_count_flops (&product->gemm);
    }
  return flops;
}

// Small products are done several times a run, so that what a submission costs does not count.
static gboolean
measure (CzDevice *device,
         const CzBenchOptions *options,
         const CzBenchShape *product,
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
  g_autoptr (GArray) products = cz_bench_list_shapes (options, FALSE);
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
      const CzBenchShape *product = &g_array_index (products, CzBenchShape, i);
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
