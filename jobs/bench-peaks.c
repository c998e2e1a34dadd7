#include "jobs/bench-product.h"
#include "jobs/bench-runs.h"

// Side of the square product: doubled until a run takes ENOUGH seconds. Rows of a power of two
// would share the same places of a processor's caches, so that the peak is none.
#define SMALLEST     512
#define SMALLEST_CPU 768
#define LARGEST      8192
#define ENOUGH       0.05
// The copy, in bytes, and how many of them are a run: of a GPU more, so that what a submission
// costs does not count.
#define COPIED     ((gsize)256 << 20)
#define COPIES_CPU 4
#define COPIES_GPU 32

static CzBenchProduct *
make_square (CzDevice *device, CzGemmForm form, guint side, GError **error)
{
  const CzGemm gemm = { .form = form, .m = side, .n = side, .k = side };

  return cz_bench_product_new (device, &gemm, 1 /* times */, error);
}

// The second run's speed.
static gboolean
try_square (CzDevice *device, CzGemmForm form, guint side, double *ret_gflops, GError **error)
{
  g_autoptr (CzBenchProduct) product = make_square (device, form, side, error);

  return product != NULL && cz_bench_product_run (ret_gflops, product, error)
         && cz_bench_product_run (ret_gflops, product, error);
}

static guint
find_largest_side (CzDevice *device)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  guint64 matrix
      = MIN (cz_device_get_available_memory (device) / 8, (guint64)info->max_storage_range);
  guint side = LARGEST;

  while (side > SMALLEST && (guint64)side * side * sizeof (float) > matrix)
    side /= 2;
  return side;
}

static gboolean
choose_square (CzDevice *device, CzGemmForm *ret_form, guint *ret_side, GError **error)
{
  guint largest = find_largest_side (device);
  guint side = cz_device_get_info (device)->type == CZ_DEVICE_CPU ? SMALLEST_CPU : SMALLEST;
  double best, gflops;

  for (;; side *= 2)
    {
      if (!try_square (device, CZ_GEMM_NN, side, &best, error))
        return FALSE;
      if (2 * side > largest || 2.0 * side * side * side / 1e9 / best > ENOUGH)
        break;
    }
  *ret_form = CZ_GEMM_NN;
  for (CzGemmForm form = CZ_GEMM_NT; form <= CZ_GEMM_TN; form++)
    {
      if (!try_square (device, form, side, &gflops, error))
        return FALSE;
      if (gflops > best)
        {
          best = gflops;
          *ret_form = form;
        }
    }
  *ret_side = side;
  return TRUE;
}

static gboolean
measure_product (CzDevice *device, CzBenchOptions *options, CzBenchFigure *figure, GError **error)
{
  const CzBenchTask task = cz_bench_task_for (device, "gemm", options->precision);
  CzBenchMedians medians;
  CzGemmForm form;
  guint side, position = 0;

  if (!choose_square (device, &form, &side, error))
    return FALSE;
  g_autoptr (CzBenchProduct) product = make_square (device, form, side, error);
  if (product == NULL)
    return FALSE;
  g_autofree char *detail = cz_bench_product_describe (product);
  g_autoptr (CzBenchPeer) peer = cz_bench_peers_start_next (options, &task, &position);
  const CzBenchTurns turns
      = { peer, cz_bench_product_get_request (product), cz_bench_product_get_gflop (product) };
  if (!cz_bench_take_turns (options, &turns, cz_bench_product_run, product, &medians, error))
    return FALSE;
  figure->bench = "peak.gemm";
  figure->detail = detail;
  figure->unit = "GFLOP/s";
  cz_bench_tell_medians (options, figure, &medians);
  cz_bench_tell_beside (options, figure, &medians, peer);
  options->peak_gflops = medians.value;
  options->peer_peak_gflops = medians.peer_value;
  if (peer != NULL)
    {
      options->peak_peer = g_strdup_printf ("%s, %s", cz_bench_peer_get_name (peer), detail);
      options->peak_peer_device = g_strdup (cz_bench_peer_get_device (peer));
    }
  return TRUE;
}

static gboolean
measure_copy (CzDevice *device, CzBenchOptions *options, CzBenchFigure *figure, GError **error)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  gsize size = MIN (COPIED, info->max_buffer_bytes) / 4 * 4;
  guint times = info->type == CZ_DEVICE_CPU ? COPIES_CPU : COPIES_GPU;
  g_autoptr (CzBuffer) from = cz_buffer_new (device, size, CZ_MEMORY_DEVICE, "from", error);
  g_autoptr (CzBuffer) to
      = from != NULL ? cz_buffer_new (device, size, CZ_MEMORY_DEVICE, "to", error) : NULL;
  const CzBenchTurns alone = { NULL };
  CzBenchMedians medians;

  if (to == NULL)
    return FALSE;
  g_autoptr (CzTape) tape = cz_tape_new (device, "copy", CZ_TAPE_PLAIN);
  for (guint i = 0; i < times; i++)
    cz_tape_copy (tape, cz_span_all (from), cz_span_all (to), "copy");
  CzBenchTape copying = { tape, 2.0 * times * (double)size / 1e9 };
  if (!cz_tape_finish (tape, error)
      || !cz_bench_take_turns (options, &alone, cz_bench_tape_run, &copying, &medians, error))
    return FALSE;
  figure->bench = "peak.copy";
  figure->detail = NULL;
  figure->unit = "GB/s";
  cz_bench_tell_medians (options, figure, &medians);
  options->peak_gbytes = medians.value;
  return TRUE;
}

gboolean
cz_bench_peaks (CzDevice *device, CzBenchOptions *options, GError **error)
{
  CzBenchFigure figure
      = { .device = cz_device_get_info (device)->name, .threads = cz_bench_get_threads (device) };

  return measure_product (device, options, &figure, error)
         && measure_copy (device, options, &figure, error);
}

void
cz_bench_options_clear (CzBenchOptions *options)
{
  g_clear_pointer (&options->peak_peer, g_free);
  g_clear_pointer (&options->peak_peer_device, g_free);
}
