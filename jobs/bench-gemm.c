#include "engine/gpu/gemm.h"
#include "jobs/bench-runs.h"

// The share of tokens that are scored, whose rows the head sees.
#define SCORED 0.15

typedef struct
{
  const char *what;
  CzGemm gemm;
  guint times; // in a step
} Product;

static const char *
name_form (CzGemmForm form)
{
  return form == CZ_GEMM_NN ? "NN" : form == CZ_GEMM_NT ? "NT" : "TN";
}

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
  guint scored = MAX ((guint)(SCORED * tokens), 1), head = c->dim / c->n_heads;
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

static CzBuffer *
make_matrix (CzDevice *device, gsize elements, const char *label, GError **error)
{
  return cz_buffer_new (device, elements * sizeof (float), CZ_MEMORY_DEVICE, label, error);
}

typedef struct
{
  CzTape *tape;
  double flops;
} Multiplying;

static gboolean
multiply (double *ret_value, gpointer data, GError **error)
{
  Multiplying *multiplying = data;
  gint64 began = g_get_monotonic_time ();

  if (!cz_tape_run (multiplying->tape, error))
    return FALSE;
  *ret_value = multiplying->flops / cz_bench_get_seconds (began) / 1e9;
  return TRUE;
}

// Small products are done several times a run, so that what a submission costs does not count.
static gboolean
measure (CzDevice *device,
         const CzBenchOptions *options,
         const Product *product,
         double *ret_speed,
         GError **error)
{
  CzGemm gemm = product->gemm;
  double flops = cz_gemm_count_flops (&gemm);
  guint times = (guint)CLAMP (2e9 / flops, 1, 64);
  g_autofree char *batches
      = gemm.batch_outer > 1 ? g_strdup_printf ("%u of ", gemm.batch_outer) : g_strdup ("");
  g_autofree char *detail = g_strdup_printf (
      "%s %s %s%ux%ux%u", product->what, name_form (gemm.form), batches, gemm.m, gemm.n, gemm.k);
  const CzBenchFigure figure = { .bench = "gemm.product",
                                 .detail = detail,
                                 .device = cz_device_get_info (device)->name,
                                 .unit = "GFLOP/s",
                                 .threads = cz_bench_get_threads (device) };
  gsize batch = MAX (gemm.batch_outer, 1);
  g_autoptr (CzBuffer) a = make_matrix (device, batch * gemm.m * gemm.k, "A", error);
  g_autoptr (CzBuffer) b
      = a != NULL ? make_matrix (device, batch * gemm.k * gemm.n, "B", error) : NULL;
  g_autoptr (CzBuffer) c
      = b != NULL ? make_matrix (device, batch * gemm.m * gemm.n, "C", error) : NULL;

  if (c == NULL)
    return FALSE;
  gemm.a = cz_span_all (a);
  gemm.b = cz_span_all (b);
  gemm.c = cz_span_all (c);
  g_autoptr (CzTape) tape = cz_tape_new (device, "gemm", CZ_TAPE_PLAIN);
  for (guint i = 0; i < times; i++)
    cz_gemm (tape, &gemm);
  if (!cz_tape_finish (tape, error))
    return FALSE;
  Multiplying multiplying = { tape, flops * times };
  return cz_bench_repeat (options, &figure, multiply, &multiplying, ret_speed, error);
}

gboolean
cz_bench_gemm (CzDevice *device, const CzBenchOptions *options, GError **error)
{
  g_autoptr (GArray) products = list_products (options);
  double flops = 0, seconds = 0;
  CzBenchFigure figure = { .bench = "gemm",
                           .device = cz_device_get_info (device)->name,
                           .unit = "GFLOP/s",
                           .threads = cz_bench_get_threads (device),
                           .runs = options->runs };

  for (guint i = 0; i < products->len; i++)
    {
      const Product *product = &g_array_index (products, Product, i);
      double amount = product->times * cz_gemm_count_flops (&product->gemm) / 1e9, speed;

      if (!measure (device, options, product, &speed, error))
        return FALSE;
      flops += amount;
      seconds += amount / speed;
    }
  figure.value = flops / seconds;
  cz_bench_tell (options, &figure);
  return TRUE;
}
