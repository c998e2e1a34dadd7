#include "jobs/bench-product.h"

#include "jobs/bench-runs.h"

struct _CzBenchProduct
{
  CzGemm gemm;
  CzBuffer *a, *b, *c;
  CzTape *tape;
  guint times;
  char *request;
};

static const char *
name_form (CzGemmForm form)
{
  return form == CZ_GEMM_NN ? "NN" : form == CZ_GEMM_NT ? "NT" : "TN";
}

static CzBuffer *
make_matrix (CzDevice *device, gsize elements, const char *label, GError **error)
{
  return cz_buffer_new (device, elements * sizeof (float), CZ_MEMORY_DEVICE, label, error);
}

CzBenchProduct *
cz_bench_product_new (CzDevice *device, const CzGemm *gemm, guint times, GError **error)
{
  g_autoptr (CzBenchProduct) product = g_new0 (CzBenchProduct, 1);
  gsize batch = MAX (gemm->batch_outer, 1);

  product->gemm = *gemm;
  product->times = times;
  product->request = g_strdup_printf (
      "{\"form\":\"%s\",\"m\":%u,\"n\":%u,\"k\":%u,\"batches\":%zu,\"times\":%u}",
      name_form (gemm->form), gemm->m, gemm->n, gemm->k, batch, times);
  if ((product->a = make_matrix (device, batch * gemm->m * gemm->k, "A", error)) == NULL
      || (product->b = make_matrix (device, batch * gemm->k * gemm->n, "B", error)) == NULL
      || (product->c = make_matrix (device, batch * gemm->m * gemm->n, "C", error)) == NULL)
    return NULL;
  product->gemm.a = cz_span_all (product->a);
  product->gemm.b = cz_span_all (product->b);
  product->gemm.c = cz_span_all (product->c);
  product->tape = cz_tape_new (device, "gemm", CZ_TAPE_PLAIN);
  for (guint i = 0; i < times; i++)
    cz_gemm (product->tape, &product->gemm);
  return cz_tape_finish (product->tape, error) ? g_steal_pointer (&product) : NULL;
}

void
cz_bench_product_free (CzBenchProduct *product)
{
  g_clear_pointer (&product->tape, cz_tape_free);
  g_clear_pointer (&product->a, cz_buffer_unref);
  g_clear_pointer (&product->b, cz_buffer_unref);
  g_clear_pointer (&product->c, cz_buffer_unref);
  g_free (product->request);
  g_free (product);
}

gboolean
cz_bench_product_run (double *ret_value, gpointer data, GError **error)
{
  CzBenchProduct *product = data;
  CzBenchTape tape = { product->tape, cz_bench_product_get_gflop (product) };

  return cz_bench_tape_run (ret_value, &tape, error);
}

char *
cz_bench_describe_product (const CzGemm *gemm)
{
  g_autofree char *batches
      = gemm->batch_outer > 1 ? g_strdup_printf ("%u of ", gemm->batch_outer) : g_strdup ("");

  return g_strdup_printf ("%s %s%ux%ux%u", name_form (gemm->form), batches, gemm->m, gemm->n,
                          gemm->k);
}

char *
cz_bench_product_describe (CzBenchProduct *product)
{
  return cz_bench_describe_product (&product->gemm);
}

double
cz_bench_product_get_gflop (CzBenchProduct *product)
{
  return cz_gemm_count_flops (&product->gemm) * product->times / 1e9;
}

const char *
cz_bench_product_get_request (CzBenchProduct *product)
{
  return product->request;
}
