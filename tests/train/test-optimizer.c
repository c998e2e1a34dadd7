// AdamW alone, against torch.optim.AdamW's numbers and against itself.
#include <math.h>
#include <string.h>

#include "engine/format/safetensors.h"
#include "engine/train/optimizer.h"
#include "engine/train/schedule.h"
#include "small-run.h"

#define N 512 // of w, and of b

typedef struct
{
  CzBuffer *weights, *gradients;
  CzOptimizer *optimizer;
  CzTape *tape;
} Setup;

static CzDevice *
open_device (void)
{
  g_autoptr (GError) error = NULL;
  CzDevice *device = cz_device_open (NULL, &error);

  if (device == NULL && g_strcmp0 (g_getenv ("CI"), "true") == 0)
    g_error ("%s", error->message);
  if (device == NULL)
    g_test_skip (error->message);
  return device;
}

static void
set_up (Setup *setup,
        CzDevice *device,
        gsize n,
        const CzAdamRange *ranges,
        guint n_ranges,
        double clip_norm,
        gboolean scales_loss)
{
  g_autoptr (GError) error = NULL;
  const CzAdamOptions options = { .beta1 = 0.9,
                                  .beta2 = 0.999,
                                  .epsilon = 1e-8,
                                  .weight_decay = 0.01,
                                  .clip_norm = clip_norm,
                                  .scales_loss = scales_loss };

  setup->weights = cz_buffer_new (device, n * 4, CZ_MEMORY_DEVICE, "weights", &error);
  setup->gradients = cz_buffer_new (device, n * 4, CZ_MEMORY_DEVICE, "gradients", &error);
  g_assert_no_error (error);
  setup->optimizer
      = cz_optimizer_new (device, cz_span_all (setup->weights), cz_span_all (setup->gradients),
                          ranges, n_ranges, &options, &error);
  g_assert_no_error (error);
  setup->tape = cz_tape_new (device, "update", CZ_TAPE_PLAIN);
  cz_optimizer_record (setup->optimizer, setup->tape);
  g_assert_true (cz_tape_finish (setup->tape, &error));
  g_assert_no_error (error);
}

static void
tear_down (Setup *setup)
{
  cz_tape_free (setup->tape);
  cz_optimizer_free (setup->optimizer);
  cz_buffer_unref (setup->weights);
  cz_buffer_unref (setup->gradients);
}

static void
read_tensor (CzSafetensors *file, float *ret, guint64 n, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *name = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  const CzTensor *tensor = cz_safetensors_lookup (file, name);

  g_assert_nonnull (tensor);
  g_assert_true (cz_tensor_read_floats (tensor, 0, n, ret, &error));
}

static void
assert_close (const float *got, const float *wanted, guint n, double tolerance)
{
  for (guint i = 0; i < n; i++)
    if (!(fabs ((double)got[i] - wanted[i]) <= tolerance * (1e-3 + fabs ((double)wanted[i]))))
      g_error ("element %u is %.9g, not %.9g", i, got[i], wanted[i]);
}

// A first moment is a sum of gradients of both signs, which may all but cancel: what each step's
// rounding leaves is measured by the sum of their sizes. (PyTorch's own numbers lie up to 5 such
// halves of a last place from the exact ones; a device that fuses products into sums rounds
// otherwise.)
static void
assert_sum_close (const float *got, const float *wanted, const double *sizes, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!(fabs ((double)got[i] - wanted[i]) <= 10 * 0x1p-24 * sizes[i]))
      g_error ("element %u is %.9g, not %.9g", i, got[i], wanted[i]);
}

static void
replay (CzDevice *device, CzSafetensors *file, const char *variant, double clip_norm)
{
  static const CzAdamRange ranges[] = { { 0, N, TRUE }, { N, N, FALSE } };
  CzSchedule schedule = cz_schedule_new (CZ_SCHEDULE_LINEAR, 1e-3, 2, 10);
  g_autoptr (GError) error = NULL;
  float numbers[2 * N], wanted[2 * N], norms[6], rates[6];
  double sizes[2 * N] = { 0 };
  Setup setup;

  set_up (&setup, device, 2 * N, ranges, 2, clip_norm, FALSE);
  read_tensor (file, numbers, N, "w0");
  read_tensor (file, numbers + N, N, "b0");
  read_tensor (file, norms, 6, "%s.grad_norm", variant);
  read_tensor (file, rates, 6, "%s.lr", variant);
  g_assert_true (cz_buffer_write (setup.weights, 0, numbers, sizeof numbers, &error));
  for (guint step = 1; step <= 6; step++)
    {
      double rate = cz_schedule_get_rate (&schedule, step - 1);
      g_assert_cmpfloat_with_epsilon (rate, rates[step - 1], 1e-9);
      read_tensor (file, numbers, N, "gw%u", step);
      read_tensor (file, numbers + N, N, "gb%u", step);
      g_assert_true (cz_buffer_write (setup.gradients, 0, numbers, sizeof numbers, &error));
      double clip = clip_norm > 0 ? fmin (1, clip_norm / norms[step - 1]) : 1;
      for (guint i = 0; i < 2 * N; i++)
        sizes[i] = 0.9 * sizes[i] + 0.1 * clip * fabs ((double)numbers[i]);
      cz_optimizer_set_step (setup.optimizer, step, rate);
      g_assert_true (cz_tape_run (setup.tape, &error));
      g_assert_no_error (error);
      g_assert_cmpfloat_with_epsilon (cz_optimizer_get_gradient_norm (setup.optimizer),
                                      norms[step - 1], 2e-6 * norms[step - 1]);
      read_tensor (file, wanted, N, "%s.w%u", variant, step);
      read_tensor (file, wanted + N, N, "%s.b%u", variant, step);
      g_assert_true (cz_buffer_read (setup.weights, 0, numbers, sizeof numbers, &error));
      assert_close (numbers, wanted, 2 * N, 1e-6);
      g_assert_true (cz_buffer_read (setup.gradients, 0, numbers, sizeof numbers, &error));
      for (guint i = 0; i < 2 * N; i++)
        g_assert_cmpfloat (numbers[i], ==, 0);
    }
  CzSpan first = cz_optimizer_get_first (setup.optimizer);
  CzSpan second = cz_optimizer_get_second (setup.optimizer);
  read_tensor (file, wanted, N, "%s.w.exp_avg", variant);
  read_tensor (file, wanted + N, N, "%s.b.exp_avg", variant);
  g_assert_true (cz_buffer_read (first.buffer, first.offset, numbers, sizeof numbers, &error));
  assert_sum_close (numbers, wanted, sizes, 2 * N);
  read_tensor (file, wanted, N, "%s.w.exp_avg_sq", variant);
  read_tensor (file, wanted + N, N, "%s.b.exp_avg_sq", variant);
  g_assert_true (cz_buffer_read (second.buffer, second.offset, numbers, sizeof numbers, &error));
  assert_close (numbers, wanted, 2 * N, 3e-6);
  tear_down (&setup);
}

static void
test_torch (void)
{
  g_autofree char *path = cz_reference_get_path ("adamw_unit.safetensors");
  g_autoptr (CzDevice) device = path != NULL ? open_device () : NULL;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  g_autoptr (CzSafetensors) file = cz_safetensors_open (path, &error);
  g_assert_no_error (error);
  replay (device, file, "noclip", 0);
  replay (device, file, "clip1", 1);
}

// What lies in no range stays, gradients and all, and the norm leaves it out.
static void
test_frozen (void)
{
  static const CzAdamRange ranges[] = { { 64, 128, TRUE }, { 256, 64, FALSE } };
  g_autoptr (CzDevice) device = open_device ();
  g_autoptr (GError) error = NULL;
  float numbers[512], gradients[512];
  Setup setup;

  if (device == NULL)
    return;
  set_up (&setup, device, 512, ranges, 2, 0, FALSE);
  for (guint i = 0; i < 512; i++)
    numbers[i] = gradients[i] = 1;
  g_assert_true (cz_buffer_write (setup.weights, 0, numbers, sizeof numbers, &error));
  g_assert_true (cz_buffer_write (setup.gradients, 0, gradients, sizeof gradients, &error));
  cz_optimizer_set_step (setup.optimizer, 1, 0.5);
  g_assert_true (cz_tape_run (setup.tape, &error));
  g_assert_cmpfloat_with_epsilon (cz_optimizer_get_gradient_norm (setup.optimizer), sqrt (192),
                                  1e-5);
  g_assert_true (cz_buffer_read (setup.weights, 0, numbers, sizeof numbers, &error));
  g_assert_true (cz_buffer_read (setup.gradients, 0, gradients, sizeof gradients, &error));
  for (guint i = 0; i < 512; i++)
    {
      gboolean decays = i >= 64 && i < 192, plain = i >= 256 && i < 320;
      double wanted = decays ? 1 * (1 - 0.5 * 0.01) - 0.5 : plain ? 0.5 : 1;
      g_assert_cmpfloat_with_epsilon (numbers[i], wanted, 1e-6);
      g_assert_cmpfloat (gradients[i], ==, decays || plain ? 0 : 1);
    }
  tear_down (&setup);
}

// Many partial sums, and a length that ends within a vector run: the norm is right to rounding.
static void
test_norm (void)
{
  const gsize n = 3 * 16384 + 1028;
  const CzAdamRange range = { 0, n, FALSE };
  g_autoptr (CzDevice) device = open_device ();
  g_autofree float *gradients = g_new (float, n);
  g_autoptr (GError) error = NULL;
  double square = 0;
  Setup setup;

  if (device == NULL)
    return;
  set_up (&setup, device, n, &range, 1, 1, FALSE);
  for (gsize i = 0; i < n; i++)
    {
      gradients[i] = (float)sin ((double)i) * (i % 7 == 0 ? 100 : 1);
      square += (double)gradients[i] * gradients[i];
    }
  g_assert_true (cz_buffer_write (setup.gradients, 0, gradients, n * 4, &error));
  cz_optimizer_set_step (setup.optimizer, 1, 1e-3);
  g_assert_true (cz_tape_run (setup.tape, &error));
  g_assert_cmpfloat_with_epsilon (cz_optimizer_get_gradient_norm (setup.optimizer), sqrt (square),
                                  1e-6 * sqrt (square));
  tear_down (&setup);
}

// ---- Loss scaling

// Weights and moments one after the other.
static void
read_state (Setup *setup, float *ret /* 3 × N */)
{
  CzSpan first = cz_optimizer_get_first (setup->optimizer);
  CzSpan second = cz_optimizer_get_second (setup->optimizer);
  g_autoptr (GError) error = NULL;

  g_assert_true (cz_buffer_read (setup->weights, 0, ret, N * 4, &error));
  g_assert_true (cz_buffer_read (first.buffer, first.offset, ret + N, N * 4, &error));
  g_assert_true (cz_buffer_read (second.buffer, second.offset, ret + 2 * N, N * 4, &error));
}

// A step with gradients of its own, multiplied by `scale`; one of them is `spoilt` unless that is
// 0.
static void
take_step (Setup *setup, guint64 step, float scale, float spoilt)
{
  g_autoptr (GError) error = NULL;
  float gradients[N];

  for (guint i = 0; i < N; i++)
    gradients[i] = scale * ((float)sin ((double)(i * step + 1)) / 8);
  if (spoilt != 0)
    gradients[N / 3] = spoilt;
  g_assert_true (cz_buffer_write (setup->gradients, 0, gradients, sizeof gradients, &error));
  cz_optimizer_set_step (setup->optimizer, step, 1e-2);
  g_assert_true (cz_tape_run (setup->tape, &error));
  g_assert_no_error (error);
  g_assert_true (cz_buffer_read (setup->gradients, 0, gradients, sizeof gradients, &error));
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (gradients[i], ==, 0);
}

static void
assert_loss_scale (Setup *setup, float scale, guint good_steps, guint skipped_steps, guint skipped)
{
  CzLossScale now = cz_optimizer_get_loss_scale (setup->optimizer);

  g_assert_cmpfloat (now.scale, ==, scale);
  g_assert_cmpuint (now.good_steps, ==, good_steps);
  g_assert_cmpuint (now.skipped_steps, ==, skipped_steps);
  g_assert_cmpuint (now.skipped, ==, skipped);
}

// Scaled gradients are worth the same to the last bit; those that are no numbers change nothing but
// the scale.
static void
test_loss_scale (void)
{
  static const CzAdamRange range = { 0, N, TRUE };
  static const float spoils[] = { INFINITY, -INFINITY, NAN };
  g_autoptr (CzDevice) device = open_device ();
  float plain_state[3 * N], state[3 * N], scale = CZ_LOSS_SCALE_START;
  Setup plain, scaled;
  guint skipped = 0;

  if (device == NULL)
    return;
  set_up (&plain, device, N, &range, 1, 1, FALSE);
  set_up (&scaled, device, N, &range, 1, 1, TRUE);
  g_assert_null (cz_optimizer_get_scale (plain.optimizer).buffer);
  assert_loss_scale (&scaled, 65536, 0, 0, FALSE);
  for (guint64 step = 1; step <= 6; step++)
    {
      take_step (&plain, step, 1, 0);
      if (step > 2 && step <= 5)
        {
          read_state (&scaled, plain_state);
          take_step (&scaled, step, scale, spoils[step - 3]);
          read_state (&scaled, state);
          g_assert_cmpmem (state, sizeof state, plain_state, sizeof plain_state);
          scale /= 2;
          assert_loss_scale (&scaled, scale, 0, ++skipped, TRUE);
        }
      take_step (&scaled, step, scale, 0);
      g_assert_cmpfloat (cz_optimizer_get_gradient_norm (scaled.optimizer), ==,
                         cz_optimizer_get_gradient_norm (plain.optimizer));
      read_state (&plain, plain_state);
      read_state (&scaled, state);
      g_assert_cmpmem (state, sizeof state, plain_state, sizeof plain_state);
    }
  assert_loss_scale (&scaled, 8192, 2, 3, FALSE);
  tear_down (&plain);
  tear_down (&scaled);
}

// Doubled after 2,000 good steps in a row, never beyond what a float holds.
static void
test_growth (void)
{
  static const CzAdamRange range = { 0, N, FALSE };
  g_autoptr (CzDevice) device = open_device ();
  Setup setup;

  if (device == NULL)
    return;
  set_up (&setup, device, N, &range, 1, 0, TRUE);
  cz_optimizer_set_loss_scale (setup.optimizer, &(CzLossScale){ 1024, 1998, 3, FALSE });
  take_step (&setup, 1, 1024, 0);
  assert_loss_scale (&setup, 1024, 1999, 3, FALSE);
  take_step (&setup, 2, 1024, 0);
  assert_loss_scale (&setup, 2048, 0, 3, FALSE);
  cz_optimizer_set_loss_scale (setup.optimizer, &(CzLossScale){ 1024, 1999, 3, FALSE });
  take_step (&setup, 3, 1024, NAN);
  assert_loss_scale (&setup, 512, 0, 4, TRUE);
  take_step (&setup, 3, 512, 0);
  assert_loss_scale (&setup, 512, 1, 4, FALSE);
  cz_optimizer_set_loss_scale (setup.optimizer, &(CzLossScale){ 0x1p127f, 1999, 0, FALSE });
  take_step (&setup, 4, 1, 0);
  assert_loss_scale (&setup, 0x1p127f, 0, 0, FALSE);
  tear_down (&setup);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/optimizer/torch", test_torch);
  g_test_add_func ("/optimizer/frozen", test_frozen);
  g_test_add_func ("/optimizer/norm", test_norm);
  g_test_add_func ("/optimizer/loss-scale", test_loss_scale);
  g_test_add_func ("/optimizer/growth", test_growth);
  return g_test_run ();
}
