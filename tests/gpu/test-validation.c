// The validation layer sees our tapes as clean, and would see a missing barrier.

#include <glib.h>
#include <string.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/tape.h"

static CzDevice *
open_device (void)
{
  g_autoptr (GError) error = NULL;
  CzDevice *device = cz_device_open (NULL, &error);
  if (device == NULL && strstr (error->message, "vulkan-validationlayers") != NULL)
    {
      if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
        g_error ("%s", error->message);
      g_test_skip (error->message);
      return NULL;
    }
  g_assert_no_error (error);
  return device;
}

static void
test_clean (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  if (device == NULL)
    return;
  g_autoptr (CzBuffer) a = cz_buffer_new (device, 4096, CZ_MEMORY_DEVICE, "a", &error);
  g_autoptr (CzBuffer) b = cz_buffer_new (device, 4096, CZ_MEMORY_HOST, "b", &error);
  g_assert_no_error (error);
  const guint32 n = 1024, counts[] = { 16, 1, 1 };
  g_autoptr (CzTape) tape = cz_tape_new (device, "clean", CZ_TAPE_TIMESTAMPS);
  CzKernel *kernel = cz_tape_get_kernel (tape, "probe", NULL, 0);
  cz_tape_fill (tape, cz_span_all (a), 0x3f800000, "ones");
  for (guint i = 0; i < 3; i++)
    {
      CzSpan from = cz_span_all (i % 2 == 0 ? a : b), to = cz_span_all (i % 2 == 0 ? b : a);
      cz_tape_dispatch (tape, &(CzDispatch){ .kernel = kernel,
                                             .bindings = { from, to },
                                             .push = &n,
                                             .push_size = sizeof n,
                                             .groups = { 16 } });
    }
  cz_tape_copy (tape, cz_span (b, 0, 12), cz_span (a, 0, 12), "copy");
  g_assert_true (cz_buffer_write (b, 0, counts, sizeof counts, &error));
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    {
      cz_tape_run (tape, &error);
      g_assert_no_error (error);
    }
  g_auto (GStrv) messages = cz_device_get_validation_messages (device);
  g_assert_cmpuint (g_strv_length (messages), ==, 0);
}

// Two writes of one buffer without a barrier between them.
static void
record_hazard (VkCommandBuffer commands, gpointer data)
{
  VkBuffer buffer = cz_buffer_get_vk (data);
  vkCmdFillBuffer (commands, buffer, 0, 64, 1);
  vkCmdFillBuffer (commands, buffer, 0, 64, 2);
}

static void
test_hazard_is_seen (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  if (device == NULL)
    return;
  g_autoptr (CzBuffer) buffer = cz_buffer_new (device, 64, CZ_MEMORY_DEVICE, "twice", &error);
  g_assert_no_error (error);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*WRITE*AFTER*WRITE*");
  cz_device_run_once (device, record_hazard, buffer, "hazard", &error);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_auto (GStrv) messages = cz_device_get_validation_messages (device);
  g_assert_cmpuint (g_strv_length (messages), >, 0);
  g_assert_nonnull (strstr (messages[0], "twice")); // buffers bear their labels
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("CZ_VALIDATION", "1", TRUE);
  g_test_add_func ("/gpu/validation/clean", test_clean);
  g_test_add_func ("/gpu/validation/hazard-is-seen", test_hazard_is_seen);
  return g_test_run ();
}
