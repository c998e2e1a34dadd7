// Buffers: zeros, writes and reads at offsets, limits; and the hazards that barriers come from.

#include <glib.h>
#include <string.h>

#include "engine/gpu/buffer.h"
#include "engine/gpu/hazards.h"

static CzDevice *
open_device (void)
{
  g_autoptr (GError) error = NULL;
  CzDevice *device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  return device;
}

// New buffers hold zeros, also in memory that was used before.
static void
test_zeros (void)
{
  g_autoptr (CzDevice) device = open_device ();
  const gsize size = (1 << 20) + 3;
  g_autofree guint8 *bytes = g_malloc (size), *zeros = g_malloc0 (size);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;
      CzMemory kind = i % 2 == 0 ? CZ_MEMORY_DEVICE : CZ_MEMORY_HOST;
      g_autoptr (CzBuffer) buffer = cz_buffer_new (device, size, kind, "zeros", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (cz_buffer_get_size (buffer), ==, size);
      g_assert_true (cz_buffer_read (buffer, 0, bytes, size, &error));
      g_assert_cmpmem (bytes, size, zeros, size);
      memset (bytes, 0xa5, size);
      g_assert_true (cz_buffer_write (buffer, 0, bytes, size, &error));
    }
  CzSpan shared = cz_device_get_zeros (device);
  g_autoptr (GError) error = NULL;
  g_assert_cmpuint (shared.size, ==, 256);
  g_assert_true (cz_buffer_read (shared.buffer, shared.offset, bytes, 256, &error));
  g_assert_cmpmem (bytes, 256, zeros, 256);
}

// More than the staging buffer holds, at odd offsets; what lies around stays.
static void
test_write_and_read (void)
{
  g_autoptr (CzDevice) device = open_device ();
  const gsize size = ((gsize)18 << 20) + 5, offset = 4099;
  g_autofree guint8 *written = g_malloc (size), *read = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    written[i] = (guint8)(i * 7 + (i >> 13));
  for (CzMemory kind = CZ_MEMORY_DEVICE; kind <= CZ_MEMORY_HOST; kind++)
    {
      g_autoptr (GError) error = NULL;
      guint8 before = 1, after = 1;
      g_autoptr (CzBuffer) buffer
          = cz_buffer_new (device, size + 2 * offset, kind, "large", &error);
      g_assert_no_error (error);
      g_assert_true (cz_buffer_write (buffer, offset, written, size, &error));
      g_assert_true (cz_buffer_read (buffer, offset, read, size, &error));
      g_assert_cmpint (memcmp (written, read, size), ==, 0);
      g_assert_true (cz_buffer_read (buffer, offset - 1, &before, 1, &error));
      g_assert_true (cz_buffer_read (buffer, offset + size, &after, 1, &error));
      g_assert_cmpuint (before + after, ==, 0);
      g_assert_true (cz_buffer_write (buffer, size, NULL, 0, &error));
      if (kind == CZ_MEMORY_HOST)
        g_assert_cmpint (memcmp ((guint8 *)cz_buffer_map (buffer) + offset, written, size), ==, 0);
    }
}

static void
test_limits (void)
{
  g_autoptr (CzDevice) device = open_device ();
  const CzDeviceInfo *info = cz_device_get_info (device);
  const gsize sizes[] = { 0, info->max_buffer_bytes + 1, G_MAXSIZE - 100 };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (cz_buffer_new (device, sizes[i], CZ_MEMORY_DEVICE, "giant", &error));
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY);
      g_assert_nonnull (strstr (error->message, "giant"));
    }

  g_autoptr (GError) error = NULL;
  g_autoptr (CzBuffer) buffer = cz_buffer_new (device, 100, CZ_MEMORY_DEVICE, "small", &error);
  guint8 bytes[8] = { 0 };
  g_assert_no_error (error);
  g_assert_false (cz_buffer_write (buffer, 93, bytes, 8, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (cz_buffer_read (buffer, G_MAXSIZE - 3, bytes, 8, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
}

static gboolean
enter (CzHazards *hazards, guint buffer, gsize offset, gsize size, gboolean write)
{
  static const char buffers[4];
  CzAccess access = { &buffers[buffer], offset, size, write };
  return cz_hazards_enter (hazards, &access, 1);
}

static void
test_hazards (void)
{
  g_autoptr (CzHazards) hazards = cz_hazards_new ();
  g_assert_false (enter (hazards, 0, 0, 100, FALSE));
  g_assert_false (enter (hazards, 0, 50, 100, FALSE)); // reads never collide
  g_assert_false (enter (hazards, 1, 0, 100, TRUE));   // another buffer
  g_assert_false (enter (hazards, 0, 150, 10, TRUE));  // beside what was read
  g_assert_true (enter (hazards, 0, 149, 1, TRUE));    // write after read, by one byte
  g_assert_true (enter (hazards, 0, 149, 1, TRUE));    // write after write
  g_assert_true (enter (hazards, 0, 100, 50, FALSE));  // read after write
  g_assert_false (enter (hazards, 1, 0, 100, FALSE));  // a barrier was since
  cz_hazards_clear (hazards);
  g_assert_false (enter (hazards, 0, 100, 50, TRUE));

  // One command may read and write the same bytes.
  static const char buffer;
  CzAccess both[] = { { &buffer, 0, 8, FALSE }, { &buffer, 0, 8, TRUE } };
  g_assert_false (cz_hazards_enter (hazards, both, 2));
  g_assert_true (cz_hazards_enter (hazards, both, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu/buffer/zeros", test_zeros);
  g_test_add_func ("/gpu/buffer/write-and-read", test_write_and_read);
  g_test_add_func ("/gpu/buffer/limits", test_limits);
  g_test_add_func ("/gpu/hazards", test_hazards);
  return g_test_run ();
}
