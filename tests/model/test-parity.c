// Model A (random numbers, and what PyTorch computed with them): loss, logits, gradients, steps of
// AdamW, filled masks; and AdamW alone.
#include <glib/gstdio.h>
#include <math.h>

#include "engine/format/safetensors.h"
#include "engine/train/optimizer.h"
#include "jobs/job.h"
#include "jobs/parity.h"
#include "tests/model/stage.h"

static char *
reference_path (const char *name)
{
  return g_build_filename (g_getenv ("CZ_SOURCE_ROOT"), "tests", "model_a", name, NULL);
}

static void
report (const CzParityLine *line, gpointer data)
{
  g_test_message ("%s %s: off by %.2e, %.2e allowed", line->file, line->tensor, line->error,
                  line->tolerance);
  ++*(guint *)data;
}

static void
test_model_a (void)
{
  g_autofree char *model = reference_path ("model_A"), *folder = reference_path ("");
  g_autoptr (GError) error = NULL;
  guint n = 0;
  Stage stage;

  if (!stage_open (&stage))
    return;
  cz_parity_run (stage.device, model, folder, CZ_PRECISION_FP32, report, &n, &error);
  g_assert_no_error (error);
  // 2 batches of 41 gradients with loss and logits, one of the words' alone, 5 files of parameters
  // (two key biases left out), 15 losses, and the masks.
  g_assert_cmpuint (n, >=, 2 * 43 + 2 + 5 * 39 + 15 + 2);
  stage_close (&stage);
}

// What a comparison in half precision found: how far off gradients, losses and logits are at most,
// as shares of what they are compared with.
typedef struct
{
  double tolerance; // of gradients and logits
  guint n;
  double gradient, loss, logits;
} Half;

static void
report_half (const CzParityLine *line, gpointer data)
{
  Half *half = data;
  double share = line->error / line->tolerance;

  half->n++;
  if (g_str_has_prefix (line->tensor, "grad."))
    half->gradient = MAX (half->gradient, half->tolerance * share);
  else if (g_str_has_prefix (line->tensor, "loss"))
    half->loss = MAX (half->loss, 1e-2 * share);
  else
    half->logits = MAX (half->logits, half->tolerance * share);
}

// The same in half precision: near single precision's numbers, and not too near.
static void
test_half (gconstpointer data)
{
  CzPrecision precision = GPOINTER_TO_UINT (data);
  g_autofree char *model = reference_path ("model_A"), *folder = reference_path ("");
  double unit
      = precision == CZ_PRECISION_FP16 ? 0x1p-11 : 0x1p-8; // what rounding is off by at most
  g_autoptr (GError) error = NULL;
  Half half = { .tolerance = precision == CZ_PRECISION_FP16 ? 2e-2 : 1e-1 };
  Stage stage;

  if (!stage_open (&stage))
    return;
  cz_parity_run (stage.device, model, folder, precision, report_half, &half, &error);
  g_test_message ("gradients off by %.2e, losses by %.2e, logits by %.2e", half.gradient, half.loss,
                  half.logits);
  g_assert_no_error (error);
  // 2 batches of 41 gradients but for two key biases, with loss and logits, the words' alone, and
  // 15 losses.
  g_assert_cmpuint (half.n, >=, 2 * 41 + 2 + 15);
  g_assert_cmpfloat (half.gradient, >, unit);
  g_assert_cmpfloat (half.logits, >, unit);
  stage_close (&stage);
}

// A parameter that is off is told.
static void
test_wrong_model (void)
{
  g_autofree char *model = reference_path ("model_A"), *folder = reference_path ("");
  g_autofree char *place = g_dir_make_tmp ("cz-parity-XXXXXX", NULL), *contents = NULL;
  g_autofree char *weights = g_build_filename (model, "model.safetensors", NULL);
  const char *names[]
      = { "config.json", "model.safetensors", "vocab.txt", "tokenizer_config.json" };
  g_autoptr (GError) error = NULL;
  gsize length;
  guint n = 0;
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (model, names[i], NULL);
      g_autofree char *to = g_build_filename (place, names[i], NULL);
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (from, &text, &length, &error));
      if (i == 1)
        ((float *)(text + length))[-100] += 0.5f;
      g_assert_true (g_file_set_contents (to, text, (gssize)length, &error));
    }
  g_assert_false (
      cz_parity_run (stage.device, place, folder, CZ_PRECISION_FP32, report, &n, &error));
  g_assert_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID);
  g_test_message ("%s", error->message);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (place, names[i], NULL);

      g_remove (path);
    }
  g_rmdir (place);
  stage_close (&stage);
}

// ---- AdamW alone: weights w decay by 0.01, b don't; learning rates and gradients as recorded

#define N 512

typedef struct
{
  Stage *stage;
  CzSafetensors *file;
} Unit;

// The name is taken over, the floats are freed by the caller.
static float *
read_numbers (Unit *unit, char *name)
{
  const CzTensor *tensor = cz_safetensors_lookup (unit->file, name);
  float *floats;

  g_assert_nonnull (tensor);
  floats = g_new (float, tensor->n_elements);
  g_assert_true (cz_tensor_read_floats (tensor, 0, tensor->n_elements, floats, NULL));
  g_free (name);
  return floats;
}

// The two tensors "w" and "b" of one name, one behind the other in the arena.
static void
write_numbers (CzSpan arena, guint index, float *floats)
{
  g_assert_true (cz_buffer_write (arena.buffer, arena.offset + index * N * sizeof (float), floats,
                                  N * sizeof (float), NULL));
  g_free (floats);
}

static void
check_numbers (const char *what, CzSpan arena, guint index, float *floats, double tolerance)
{
  double expected[N];

  for (guint i = 0; i < N; i++)
    expected[i] = floats[i];
  g_free (floats);
  stage_check_values (what, cz_span_part (arena, index * N * sizeof (float), N * sizeof (float)),
                      expected, N, tolerance);
}

static void
check_adamw (Unit *unit, const char *variant, double clip)
{
  CzSpan weights = stage_upload (unit->stage, NULL, 2 * N);
  CzSpan gradients = stage_upload (unit->stage, NULL, 2 * N);
  CzAdamRange ranges[] = { { 0, N, TRUE }, { N, N, FALSE } };
  CzAdamOptions options = { 0.9, 0.999, 1e-8, 0.01, clip, FALSE };
  g_autoptr (GError) error = NULL;
  g_autoptr (CzOptimizer) optimizer
      = cz_optimizer_new (unit->stage->device, weights, gradients, ranges, 2, &options, &error);
  g_autoptr (CzTape) tape = cz_tape_new (unit->stage->device, "update", CZ_TAPE_PLAIN);
  g_autofree float *rates = read_numbers (unit, g_strdup_printf ("%s.lr", variant));
  g_autofree float *norms = read_numbers (unit, g_strdup_printf ("%s.grad_norm", variant));

  g_assert_no_error (error);
  cz_optimizer_record (optimizer, tape);
  g_assert_true (cz_tape_finish (tape, &error));
  write_numbers (weights, 0, read_numbers (unit, g_strdup ("w0")));
  write_numbers (weights, 1, read_numbers (unit, g_strdup ("b0")));
  for (guint step = 1; step <= 6; step++)
    {
      write_numbers (gradients, 0, read_numbers (unit, g_strdup_printf ("gw%u", step)));
      write_numbers (gradients, 1, read_numbers (unit, g_strdup_printf ("gb%u", step)));
      cz_optimizer_set_step (optimizer, step, rates[step - 1]);
      g_assert_true (cz_tape_run (tape, &error));
      g_assert_cmpfloat (fabs (cz_optimizer_get_gradient_norm (optimizer) - norms[step - 1]), <,
                         1e-5);
      check_numbers ("w", weights, 0,
                     read_numbers (unit, g_strdup_printf ("%s.w%u", variant, step)), 5e-7);
      check_numbers ("b", weights, 1,
                     read_numbers (unit, g_strdup_printf ("%s.b%u", variant, step)), 5e-7);
    }
  for (guint i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? "w" : "b";

      check_numbers ("first moments", cz_optimizer_get_first (optimizer), i,
                     read_numbers (unit, g_strdup_printf ("%s.%s.exp_avg", variant, name)), 5e-7);
      check_numbers ("second moments", cz_optimizer_get_second (optimizer), i,
                     read_numbers (unit, g_strdup_printf ("%s.%s.exp_avg_sq", variant, name)),
                     1e-6);
    }
}

static void
test_adamw (void)
{
  g_autofree char *path = reference_path ("adamw_unit.safetensors");
  g_autoptr (GError) error = NULL;
  Stage stage;

  if (!stage_open (&stage))
    return;
  g_autoptr (CzSafetensors) file = cz_safetensors_open (path, &error);
  g_assert_no_error (error);
  check_adamw (&(Unit){ &stage, file }, "noclip", 0);
  check_adamw (&(Unit){ &stage, file }, "clip1", 1);
  stage_close (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/parity/adamw", test_adamw);
  g_test_add_func ("/model/parity/model-a", test_model_a);
  g_test_add_data_func ("/model/parity/fp16", GUINT_TO_POINTER (CZ_PRECISION_FP16), test_half);
  g_test_add_data_func ("/model/parity/bf16", GUINT_TO_POINTER (CZ_PRECISION_BF16), test_half);
  g_test_add_func ("/model/parity/wrong-model", test_wrong_model);
  return g_test_run ();
}
