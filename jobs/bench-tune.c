#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/gpu/gemm-matrix.h"
#include "engine/gpu/gemm-tuned.h"
#include "jobs/bench-product.h"
#include "jobs/bench-runs.h"

// A plan has to be so much faster than the fixed table's to be chosen, and be faster in every turn:
// anything less is noise.
#define WORTH 1.03
// A plan this many times slower than the best is measured once, and one that took longer than
// SLOW seconds as well is not tried with other parameters.
#define HOPELESS 2
#define FAR      4
#define SLOW     0.05
// Seconds that a run takes at least, unless it is of 64 products.
#define ENOUGH 0.02
// Elements of a result that are compared with sums in double precision.
#define SAMPLES  512
#define NAN_WORD 0x7fc00000u

// A product to be tuned.
typedef struct
{
  CzDevice *device;
  const CzBenchOptions *options;
  CzGemm gemm;           // all fields filled in
  CzRounding rounding;   // of A and B
  guint times;           // how often a tape does it
  CzBuffer *buffers[3];  // A, B, C
  float *values[2];      // of A and B
  gsize sizes[3];        // elements
  float *fixed, *result; // C by the fixed table, and by another plan
} Subject;

// What one plan does.
typedef struct
{
  CzGemmPlan plan;
  CzTape *tape;
  double seconds; // the median
} Trial;

static void
subject_free (Subject *subject)
{
  for (guint i = 0; i < 3; i++)
    g_clear_pointer (&subject->buffers[i], cz_buffer_unref);
  g_free (subject->values[0]);
  g_free (subject->values[1]);
  g_free (subject->fixed);
  g_free (subject->result);
  g_free (subject);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Subject, subject_free)

static void
trial_clear (Trial *trial)
{
  g_clear_pointer (&trial->tape, cz_tape_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

// Values from -1 to 1, the same each time; rows are not like each other, or sums would be large and
// so would their errors. Coarse ones are what half precision holds exactly.
static float *
draw (gsize n, guint32 seed, gboolean coarse)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  float *values = g_new (float, n);
  guint shift = coarse ? 24 : 8;

  for (gsize i = 0; i < n; i++)
    values[i] = (float)(g_rand_int (rand) >> shift) / (float)(1 << (31 - shift)) - 1;
  return values;
}

static Subject *
subject_new (CzDevice *device,
             const CzBenchOptions *options,
             const CzGemm *gemm,
             CzRounding rounding,
             GError **error)
{
  static const char *const labels[] = { "A", "B", "C" };
  g_autoptr (Subject) subject = g_new0 (Subject, 1);
  gsize batch = MAX (gemm->batch_outer, 1);

  subject->device = device;
  subject->options = options;
  subject->gemm = *gemm;
  subject->rounding = rounding;
  subject->times = 1;
  subject->sizes[0] = batch * gemm->m * gemm->k;
  subject->sizes[1] = batch * gemm->k * gemm->n;
  subject->sizes[2] = batch * gemm->m * gemm->n;
  for (guint i = 0; i < 3; i++)
    {
      gsize bytes = subject->sizes[i] * sizeof (float);
      subject->buffers[i] = cz_buffer_new (device, bytes, CZ_MEMORY_DEVICE, labels[i], error);
      if (subject->buffers[i] == NULL)
        return NULL;
      if (i == 2)
        break;
      subject->values[i] = draw (subject->sizes[i], i + 1, rounding != CZ_ROUNDING_NONE);
      if (!cz_buffer_write (subject->buffers[i], 0, subject->values[i], bytes, error))
        return NULL;
    }
  subject->gemm.a = cz_span_all (subject->buffers[0]);
  subject->gemm.b = cz_span_all (subject->buffers[1]);
  subject->gemm.c = cz_span_all (subject->buffers[2]);
  cz_gemm_complete (&subject->gemm);
  subject->fixed = g_new (float, subject->sizes[2]);
  subject->result = g_new (float, subject->sizes[2]);
  return g_steal_pointer (&subject);
}

// ---- Whether it is right ----

// Of a sum of k products of values between -1 and 1; one product that is missed shows.
static double
get_tolerance (const CzGemm *gemm)
{
  return 1e-5 + 1e-6 * gemm->k;
}

static double
compute (const Subject *subject, gsize matrix, guint row, guint column)
{
  const CzGemm *gemm = &subject->gemm;
  const float *a = subject->values[0] + matrix * gemm->stride_a[0];
  const float *b = subject->values[1] + matrix * gemm->stride_b[0];
  gsize step_a = gemm->form == CZ_GEMM_TN ? gemm->lda : 1;
  gsize step_b = gemm->form == CZ_GEMM_NT ? 1 : gemm->ldb;
  double sum = 0;

  a += gemm->form == CZ_GEMM_TN ? row : (gsize)row * gemm->lda;
  b += gemm->form == CZ_GEMM_NT ? (gsize)column * gemm->ldb : column;
  for (guint k = 0; k < gemm->k; k++)
    sum += (double)a[k * step_a] * (double)b[k * step_b];
  return sum;
}

// The fixed table's result against sums in double precision, at the corners and anywhere.
static gboolean
check_fixed (const Subject *subject)
{
  const CzGemm *gemm = &subject->gemm;
  gsize n = subject->sizes[2], last = n - 1;
  const gsize corners[] = { 0, gemm->n - 1, last - (gemm->n - 1), last };
  g_autoptr (GRand) rand = g_rand_new_with_seed (0);
  for (guint i = 0; i < SAMPLES; i++)
    {
      gsize place
          = i < G_N_ELEMENTS (corners) ? corners[i] : (gsize)((guint64)g_rand_int (rand) * n >> 32);
      gsize matrix = place / ((gsize)gemm->m * gemm->n);
      guint row = (guint)(place / gemm->n % gemm->m), column = (guint)(place % gemm->n);
      double difference
          = fabs ((double)subject->fixed[place] - compute (subject, matrix, row, column));
      if (!(difference <= get_tolerance (gemm)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_result (const Subject *subject)
{
  double tolerance = get_tolerance (&subject->gemm);

  for (gsize i = 0; i < subject->sizes[2]; i++)
    if (!(fabs ((double)subject->result[i] - (double)subject->fixed[i]) <= tolerance))
      return FALSE;
  return TRUE;
}

// ---- How fast it is ----

// Fills C with what no result is, so that one which is not stored shows.
static gboolean
poison (const Subject *subject, GError **error)
{
  g_autoptr (CzTape) tape = cz_tape_new (subject->device, "poison", CZ_TAPE_PLAIN);

  cz_tape_fill (tape, subject->gemm.c, NAN_WORD, "poison");
  return cz_tape_finish (tape, error) && cz_tape_run (tape, error);
}

static gboolean
run_once (const Subject *subject, Trial *trial, double *ret_seconds, GError **error)
{
  gint64 began = g_get_monotonic_time ();

  if (g_cancellable_set_error_if_cancelled (subject->options->cancellable, error)
      || !cz_tape_run (trial->tape, error))
    return FALSE;
  *ret_seconds = cz_bench_get_seconds (began);
  return TRUE;
}

static gboolean
record (const Subject *subject, Trial *trial, GError **error)
{
  trial->tape = cz_tape_new (subject->device, "tune", CZ_TAPE_PLAIN);
  cz_tape_set_rounding (trial->tape, subject->rounding);
  for (guint i = 0; i < subject->times; i++)
    cz_gemm_planned (trial->tape, &subject->gemm, &trial->plan);
  return cz_tape_finish (trial->tape, error);
}

// The median of the runs after one that does not count; of a plan that is far slower than `best`
// (seconds), its first.
static gboolean
time_trial (const Subject *subject, Trial *trial, double best, GError **error)
{
  guint runs = subject->options->runs;
  g_autofree double *seconds = g_new (double, runs + 1);

  if (!record (subject, trial, error))
    return FALSE;
  for (guint i = 0; i <= runs; i++)
    {
      if (!run_once (subject, trial, &seconds[i], error))
        return FALSE;
      if (i == 1 && seconds[1] > HOPELESS * best)
        runs = 1;
    }
  trial->seconds = cz_bench_get_median (seconds + 1, runs);
  return TRUE;
}

// Times a plan and reads its result. A plan that this device cannot carry out takes for ever.
static gboolean
try_plan (const Subject *subject, Trial *trial, double best, float *ret_result, GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (!poison (subject, error))
    return FALSE;
  if (time_trial (subject, trial, best, &failed))
    return cz_buffer_read (subject->buffers[2], 0, ret_result, subject->sizes[2] * sizeof (float),
                           error);
  trial->seconds = INFINITY;
  if (!cz_device_is_failed (subject->device)
      && !g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && !g_error_matches (failed, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY))
    {
      memset (ret_result, 0xff, subject->sizes[2] * sizeof (float));
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// Small products are done several times a run, so that what a submission costs does not count.
static gboolean
choose_times (Subject *subject, const CzGemmPlan *plan, GError **error)
{
  g_auto (Trial) trial = { .plan = *plan };
  double first;

  if (!record (subject, &trial, error) || !run_once (subject, &trial, &first, error)
      || !run_once (subject, &trial, &trial.seconds, error))
    return FALSE;
  subject->times = (guint)CLAMP (ENOUGH / trial.seconds, 1, 64);
  return TRUE;
}

// The two in turn, so that whatever else slows the machine slows both; ret_faster: whether the
// other was the faster one in each turn.
static gboolean
compare (const Subject *subject, Trial *one, Trial *other, gboolean *ret_faster, GError **error)
{
  guint runs = subject->options->runs;
  g_autofree double *first = g_new (double, runs);
  g_autofree double *second = g_new (double, runs);

  for (guint i = 0; i < runs; i++)
    if (!run_once (subject, one, &first[i], error) || !run_once (subject, other, &second[i], error))
      return FALSE;
  *ret_faster = TRUE;
  for (guint i = 0; i < runs; i++)
    *ret_faster = *ret_faster && second[i] < first[i];
  one->seconds = cz_bench_get_median (first, runs);
  other->seconds = cz_bench_get_median (second, runs);
  return TRUE;
}

// ---- One product after the other ----

typedef struct
{
  CzDevice *device;
  const CzBenchOptions *options;
  CzGemmTuned *tuned;
  gboolean better;                      // somewhere than the fixed table
  double fraction, weight;              // of all that is done, and what one product adds to it
  CzRounding rounding;                  // of the products being measured
  double gflop, seconds, fixed_seconds; // of a step, so rounded
} Tuning;

// Behind a product's sizes; "": not rounded.
static const char *const rounding_names[CZ_ROUNDINGS] = { "", " fp16", " bf16" };

static void
note_wrong (const Tuning *tuning, const CzGemmPlan *plan, const char *detail)
{
  g_autofree char *name = cz_gemm_plan_to_string (plan);
  g_autofree char *sentence = g_strdup_printf (
      _ ("“%s” gives wrong results for %s on this device, or none: it is not used"), name, detail);

  tuning->options->note (sentence, tuning->options->data);
}

static void
tell_progress (const Tuning *tuning, double done, const char *detail)
{
  g_autofree char *text = g_strdup_printf (_ ("Measuring %s"), detail);

  if (tuning->options->progress != NULL)
    tuning->options->progress (tuning->fraction + done * tuning->weight, text,
                               tuning->options->data);
}

// Finds the fastest of the plans after the first, which is `fixed`; `best` is it in the end.
static gboolean
find_best (const Tuning *tuning,
           const Subject *subject,
           const GArray *plans,
           const Trial *fixed,
           const char *detail,
           Trial *best,
           GError **error)
{
  CzGemmKernel hopeless = CZ_GEMM_KERNELS;

  best->seconds = fixed->seconds;
  for (guint i = 1; i < plans->len; i++)
    {
      g_auto (Trial) trial = { .plan = g_array_index (plans, CzGemmPlan, i) };
      gboolean plainest
          = trial.plan.kernel != g_array_index (plans, CzGemmPlan, i - 1).kernel || i == 1;

      tell_progress (tuning, (double)i / plans->len, detail);
      if (trial.plan.kernel == hopeless)
        continue;
      if (!try_plan (subject, &trial, best->seconds, subject->result, error))
        return FALSE;
      if (!check_result (subject))
        {
          note_wrong (tuning, &trial.plan, detail);
          continue;
        }
      if (plainest && trial.seconds > SLOW && trial.seconds > FAR * best->seconds)
        hopeless = trial.plan.kernel;
      if (trial.seconds < best->seconds)
        {
          trial_clear (best);
          *best = trial;
          trial.tape = NULL;
        }
    }
  return TRUE;
}

// One product with its kernel, or (detail NULL) all together with the table.
static void
tell (const Tuning *tuning, const char *detail, const char *name, double value, double fixed)
{
  const CzBenchFigure figure = { .bench = "gemm.tuned",
                                 .detail = detail,
                                 .device = cz_device_get_info (tuning->device)->name,
                                 .unit = "GFLOP/s",
                                 .threads = cz_bench_get_threads (tuning->device),
                                 .runs = tuning->options->runs,
                                 .value = value,
                                 .kernel = detail != NULL ? name : NULL,
                                 .table = detail == NULL ? name : NULL,
                                 .fixed_value = fixed };
  cz_bench_tell (tuning->options, &figure);
}

static gboolean
tune (Tuning *tuning, const CzBenchShape *shape, GError **error)
{
  g_autoptr (Subject) subject
      = subject_new (tuning->device, tuning->options, &shape->gemm, tuning->rounding, error);
  if (subject == NULL)
    return FALSE;
  g_autoptr (GArray) plans = cz_gemm_table_list (tuning->device, &subject->gemm, tuning->rounding);
  g_autofree char *size = cz_bench_describe_product (&shape->gemm);
  g_autofree char *detail
      = g_strdup_printf ("%s %s%s", shape->what, size, rounding_names[tuning->rounding]);
  g_auto (Trial) fixed = { .plan = g_array_index (plans, CzGemmPlan, 0) };
  g_auto (Trial) best = { .plan = fixed.plan };
  gboolean faster = FALSE;

  tell_progress (tuning, 0, detail);
  if (!choose_times (subject, &fixed.plan, error)
      || !try_plan (subject, &fixed, INFINITY, subject->fixed, error))
    return FALSE;
  if (!check_fixed (subject))
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                   _ ("The matrix product %s is wrong on “%s”: try another device or driver"),
                   detail, cz_device_get_info (tuning->device)->name);
      return FALSE;
    }
  if (!find_best (tuning, subject, plans, &fixed, detail, &best, error)
      || (best.tape != NULL && !compare (subject, &fixed, &best, &faster, error)))
    return FALSE;
  gboolean better = faster && fixed.seconds >= WORTH * best.seconds;
  const Trial *chosen = better ? &best : &fixed;
  double gflop = cz_gemm_count_flops (&subject->gemm) * subject->times / 1e9;
  g_autofree char *name = cz_gemm_plan_to_string (&chosen->plan);

  // The others are entered too: what lies near an entry follows it.
  cz_gemm_tuned_add (tuning->tuned, &subject->gemm, tuning->rounding, &chosen->plan);
  tuning->better = tuning->better || better;
  tuning->gflop += shape->times * gflop / subject->times;
  tuning->seconds += shape->times * chosen->seconds / subject->times;
  tuning->fixed_seconds += shape->times * fixed.seconds / subject->times;
  tuning->fraction += tuning->weight;
  tell (tuning, detail, name, gflop / chosen->seconds, gflop / fixed.seconds);
  return TRUE;
}

// Keeps the table, or, where the fixed one is best everywhere, removes what was there before.
static gboolean
keep (const Tuning *tuning, const char *path, GError **error)
{
  g_autofree char *sentence = NULL;

  if (tuning->better)
    {
      if (!cz_gemm_tuned_save (tuning->tuned, tuning->device, path, error))
        return FALSE;
      sentence = g_strdup_printf (
          _ ("From now on this device uses the table “%s” (%s). Numbers of runs that began with "
             "another are no longer repeatable to the last bit; without the file all is as "
             "before."),
          cz_gemm_tuned_get_name (tuning->tuned), path);
    }
  else if (g_remove (path) != 0 && errno != ENOENT)
    {
      int code = errno;
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
                   _ ("%s cannot be removed: %s"), path, g_strerror (code));
      return FALSE;
    }
  else
    sentence = g_strdup_printf (_ ("No kernel is faster than those of the fixed table “%s”, which "
                                   "this device uses from now on."),
                                cz_gemm_table_get_fixed_name (tuning->device));
  tuning->options->note (sentence, tuning->options->data);
  return TRUE;
}

// All products of a step; of fp32 also those of fill-mask, which knows nothing else.
static gboolean
tune_all (Tuning *tuning, CzRounding rounding, GError **error)
{
  g_autoptr (GArray) shapes
      = cz_bench_list_shapes (tuning->options, rounding == CZ_ROUNDING_NONE /* with fill */);

  tuning->rounding = rounding;
  tuning->fraction = 0;
  tuning->weight = 1.0 / shapes->len;
  tuning->gflop = tuning->seconds = tuning->fixed_seconds = 0;
  for (guint i = 0; i < shapes->len; i++)
    if (!tune (tuning, &g_array_index (shapes, CzBenchShape, i), error))
      return FALSE;
  return TRUE;
}

gboolean
cz_bench_tune (CzDevice *device, const CzBenchOptions *options, GError **error)
{
  g_autoptr (CzGemmTuned) tuned = cz_gemm_tuned_new ();
  g_autofree char *path = cz_gemm_tuned_get_path (device);
  Tuning tuning = { device, options, tuned };

  if (path == NULL)
    {
      g_set_error_literal (
          error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
          _ ("CZ_GEMM_TABLE is empty: no table is used. Unset it, or name a file."));
      return FALSE;
    }
  for (CzRounding rounding = CZ_ROUNDING_FP16; rounding < CZ_ROUNDINGS; rounding++)
    // Without matrix units it is the kernels for fp32, and their plans.
    if (cz_gemm_matrix_get (device, rounding) != NULL)
      {
        if (!tune_all (&tuning, rounding, error))
          return FALSE;
        tell (&tuning, rounding_names[rounding] + 1, cz_gemm_table_get_name (device, rounding),
              tuning.gflop / tuning.seconds, tuning.gflop / tuning.fixed_seconds);
      }
  if (!tune_all (&tuning, CZ_ROUNDING_NONE, error) || !keep (&tuning, path, error))
    return FALSE;
  tell (&tuning, NULL,
        tuning.better ? cz_gemm_tuned_get_name (tuned) : cz_gemm_table_get_fixed_name (device),
        tuning.gflop / tuning.seconds, tuning.gflop / tuning.fixed_seconds);
  return TRUE;
}
