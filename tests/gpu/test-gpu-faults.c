// Every failure of the device comes back as an error that says what to do, leaves nothing behind
// and, when the device is lost, keeps saying so.

#include <glib.h>
#include <string.h>

#include "engine/gpu/fault.h"
#include "engine/gpu/tape.h"

static CzDevice *
open_device (void)
{
  g_autoptr (GError) error = NULL;
  CzDevice *device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  return device;
}

static CzTape *
record_fill (CzDevice *device, CzBuffer *buffer)
{
  g_autoptr (GError) error = NULL;
  CzTape *tape = cz_tape_new (device, "fill", CZ_TAPE_TIMESTAMPS);
  cz_tape_fill (tape, cz_span_all (buffer), 7, "sevens");
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  return tape;
}

static void
test_allocation (void)
{
  g_autoptr (CzDevice) device = open_device ();
  for (guint n = 1; n <= 3; n++)
    {
      cz_gpu_fault_arm (CZ_GPU_FAULT_ALLOCATION, n);
      for (guint i = 1; i <= 4; i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (CzBuffer) buffer
              = cz_buffer_new (device, 1 << 16, CZ_MEMORY_DEVICE, "arena", &error);
          g_assert_true ((buffer == NULL) == (i == n));
          if (i != n)
            continue;
          g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY);
          g_assert_nonnull (strstr (error->message, "arena"));
          g_assert_nonnull (strstr (error->message, "smaller batch"));
        }
    }
  g_assert_false (cz_device_is_failed (device)); // that much is no reason to give it up
}

// The device's own buffer too.
static void
test_allocation_on_open (void)
{
  g_autoptr (GError) error = NULL;
  cz_gpu_fault_arm (CZ_GPU_FAULT_ALLOCATION, 1);
  g_assert_null (cz_device_open (NULL, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY);
  g_autoptr (CzDevice) device = open_device ();
}

static void
test_kernel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  cz_gpu_fault_arm (CZ_GPU_FAULT_KERNEL, 1);
  g_assert_null (cz_device_get_kernel (device, "probe", NULL, 0, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY);
  g_assert_nonnull (strstr (error->message, "probe"));
  g_clear_error (&error);
  g_assert_nonnull (cz_device_get_kernel (device, "probe", NULL, 0, &error));
  g_assert_no_error (error);

  cz_gpu_fault_arm (CZ_GPU_FAULT_KERNEL, 1);
  g_autoptr (CzTape) tape = cz_tape_new (device, "tape", CZ_TAPE_PLAIN);
  g_assert_null (cz_tape_get_kernel (tape, "probe-texel", NULL, 0));
  cz_tape_dispatch (tape, &(CzDispatch){ .kernel = NULL, .groups = { 1 } });
  g_assert_false (cz_tape_finish (tape, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY); // the first error, not the last
}

static void
assert_lost (CzDevice *device, CzBuffer *buffer, CzTape *tape)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (cz_device_is_failed (device));
  g_assert_false (cz_tape_submit (tape, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_assert_false (cz_tape_run (tape, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  guint32 word = 0;
  g_assert_false (cz_buffer_read (buffer, 0, &word, 4, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_assert_false (cz_buffer_write (buffer, 0, &word, 4, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_assert_null (cz_buffer_new (device, 64, CZ_MEMORY_HOST, "late", &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_assert_null (cz_device_get_kernel (device, "probe", NULL, 0, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_autoptr (CzTape) late = cz_tape_new (device, "late", CZ_TAPE_PLAIN);
  cz_tape_fill (late, cz_span_all (buffer), 0, "late");
  g_assert_false (cz_tape_finish (late, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
}

static void
test_submit (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  g_autoptr (CzBuffer) buffer = cz_buffer_new (device, 64, CZ_MEMORY_HOST, "buffer", &error);
  g_assert_no_error (error);
  g_autoptr (CzTape) tape = record_fill (device, buffer);
  cz_gpu_fault_arm (CZ_GPU_FAULT_SUBMIT, 2);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  g_assert_false (cz_tape_run (tape, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  g_assert_nonnull (strstr (error->message, "fill"));
  assert_lost (device, buffer, tape);

  // Another opening of the same hardware is not concerned.
  g_clear_error (&error);
  g_autoptr (CzDevice) again = open_device ();
  g_assert_nonnull (cz_device_get_kernel (again, "probe", NULL, 0, &error));
  g_assert_no_error (error);
}

// The last part of a split tape fails while the first ones run.
static void
test_submit_of_a_part (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  g_autoptr (CzBuffer) buffer = cz_buffer_new (device, 1 << 20, CZ_MEMORY_HOST, "b", &error);
  g_assert_no_error (error);
  g_autoptr (CzTape) tape = cz_tape_new (device, "long", CZ_TAPE_PLAIN);
  for (guint i = 0; i < 250; i++)
    cz_tape_fill (tape, cz_span_all (buffer), i, "fill");
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cz_tape_get_n_submits (tape), ==, 3);
  cz_gpu_fault_arm (CZ_GPU_FAULT_SUBMIT, 3);
  g_assert_false (cz_tape_run (tape, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  assert_lost (device, buffer, tape);
}

static void
test_wait (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  g_autoptr (CzBuffer) buffer = cz_buffer_new (device, 64, CZ_MEMORY_HOST, "buffer", &error);
  g_assert_no_error (error);
  g_autoptr (CzTape) tape = record_fill (device, buffer);
  cz_gpu_fault_arm (CZ_GPU_FAULT_WAIT, 1);
  g_assert_true (cz_tape_submit (tape, &error));
  g_assert_false (cz_tape_wait (tape, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
  assert_lost (device, buffer, tape);
}

// The environment arms it too, for tests of whole programs.
static void
test_environment (void)
{
  g_autoptr (GError) error = NULL;
  g_setenv ("CZ_GPU_FAULT", "kernel:2", TRUE);
  g_autoptr (CzDevice) device = open_device ();
  g_unsetenv ("CZ_GPU_FAULT");
  g_assert_nonnull (cz_device_get_kernel (device, "probe", NULL, 0, &error));
  g_assert_null (cz_device_get_kernel (device, "probe-texel", NULL, 0, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu/fault/allocation", test_allocation);
  g_test_add_func ("/gpu/fault/allocation-on-open", test_allocation_on_open);
  g_test_add_func ("/gpu/fault/kernel", test_kernel);
  g_test_add_func ("/gpu/fault/submit", test_submit);
  g_test_add_func ("/gpu/fault/submit-of-a-part", test_submit_of_a_part);
  g_test_add_func ("/gpu/fault/wait", test_wait);
  g_test_add_func ("/gpu/fault/environment", test_environment);
  return g_test_run ();
}
