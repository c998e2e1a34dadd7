// Devices, kernels and what is read from shaders; and a machine without a driver.

#include <glib.h>
#include <glib/gstdio.h>
#include <gio/gio.h>
#include <string.h>

#include "engine/gpu/pipeline-cache.h"
#include "engine/gpu/spirv.h"
#include "engine/gpu/system-memory.h"
#include "engine/gpu/tape.h"

static CzDevice *
open_device (void)
{
  g_autoptr (GError) error = NULL;
  CzDevice *device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  return device;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);
      remove_folder (inside);
    }
  g_remove (path);
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) devices = cz_device_list (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (devices->len, >, 0);
  for (guint i = 0; i < devices->len; i++)
    {
      const CzDeviceInfo *info = &g_array_index (devices, CzDeviceInfo, i);
      g_assert_cmpuint (info->index, ==, i);
      g_assert_cmpstr (info->name, !=, "");
      g_assert_cmpstr (info->driver, !=, "");
      g_assert_cmpuint (info->memory_bytes, >, 0);
      g_assert_cmpuint (info->subgroup_size, >, 0);
      g_assert_cmpuint (info->min_subgroup_size, <=, info->subgroup_size);
      g_assert_cmpuint (info->max_subgroup_size, >=, info->subgroup_size);
      g_assert_cmpuint (info->max_storage_range, >=, 1 << 27); // Vulkan's own minimum
      g_assert_cmpuint (info->max_texel_elements, >=, 65536);
      g_assert_cmpuint (info->max_buffer_bytes, >=, 1 << 30);
      g_assert_cmpuint (info->max_invocations, >=, 128);
      if (i > 0 && info->type == CZ_DEVICE_DISCRETE)
        g_assert_cmpint (g_array_index (devices, CzDeviceInfo, i - 1).type, ==, CZ_DEVICE_DISCRETE);
      g_test_message ("%u: %s (%s, %s), subgroups of %u (%u to %u)", i, info->name,
                      cz_device_type_to_string (info->type), info->driver, info->subgroup_size,
                      info->min_subgroup_size, info->max_subgroup_size);
    }
}

static void
test_select (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) best = open_device ();
  const CzDeviceInfo *info = cz_device_get_info (best);
  g_autofree char *part = g_ascii_strup (info->name, -1);
  g_autoptr (CzDevice) by_index = cz_device_open ("0", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cz_device_get_info (by_index)->name, ==, info->name);
  g_autoptr (CzDevice) by_name = cz_device_open (part, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cz_device_get_info (by_name)->index, ==, 0);

  g_assert_null (cz_device_open ("no such thing", &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_NO_DEVICE);
  g_assert_nonnull (strstr (error->message, info->name)); // it tells what there is
  g_clear_error (&error);
  g_assert_null (cz_device_open ("99", &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_NO_DEVICE);
}

static void
test_memory (void)
{
  g_autoptr (CzDevice) device = open_device ();
  guint64 available = cz_system_memory_available (), total = cz_system_memory_total ();
  g_assert_cmpuint (available, >, 1 << 20);
  g_assert_cmpuint (available, <=, total);
  g_assert_cmpuint (total, <, G_MAXUINT64);
  g_assert_cmpuint (cz_device_get_available_memory (device), >, 1 << 20);
  g_assert_cmpuint (cz_device_get_available_memory (device), <,
                    cz_device_get_info (device)->memory_bytes * 2);
}

// In a process of its own, since the instance lasts as long as the process.
static void
test_no_driver (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GError) error = NULL;
      g_setenv ("VK_ICD_FILENAMES", "/nonexistent/driver.json", TRUE);
      g_setenv ("VK_DRIVER_FILES", "/nonexistent/driver.json", TRUE);
      g_assert_null (cz_device_list (&error));
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_NO_DEVICE);
      g_assert_nonnull (strstr (error->message, "mesa-vulkan-drivers"));
      g_clear_error (&error);
      g_assert_null (cz_device_open (NULL, &error));
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_NO_DEVICE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static void
test_kernel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  const guint32 constants[] = { 16, 0x40400000 /* 3.0 */ };
  const guint32 others[] = { 32 };

  CzKernel *kernel = cz_device_get_kernel (device, "probe-texel", constants, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpint (cz_kernel_get_binding (kernel, 0), ==, CZ_BINDING_TEXEL_VEC4);
  g_assert_cmpint (cz_kernel_get_binding (kernel, 1), ==, CZ_BINDING_TEXEL_UINT);
  g_assert_cmpint (cz_kernel_get_binding (kernel, 2), ==, CZ_BINDING_NONE);
  g_assert_cmpint (cz_kernel_get_binding (kernel, 3), ==, CZ_BINDING_READ_WRITE);
  g_assert_cmpint (cz_kernel_get_binding (kernel, 99), ==, CZ_BINDING_NONE);
  g_assert_cmpuint (cz_kernel_get_push_size (kernel), ==, 4);
  g_assert_cmpuint (cz_kernel_get_local_size (kernel)[0], ==, 16);
  g_assert_cmpuint (cz_kernel_get_local_size (kernel)[1], ==, 1);

  g_assert_true (cz_device_get_kernel (device, "probe-texel", constants, 2, &error) == kernel);
  CzKernel *other = cz_device_get_kernel (device, "probe-texel", others, 1, &error);
  g_assert_no_error (error);
  g_assert_true (other != kernel);
  g_assert_cmpuint (cz_kernel_get_local_size (other)[0], ==, 32);

  CzKernel *probe = cz_device_get_kernel (device, "probe", NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (cz_kernel_get_binding (probe, 0), ==, CZ_BINDING_READ);
  g_assert_cmpint (cz_kernel_get_binding (probe, 1), ==, CZ_BINDING_WRITE);
  g_assert_cmpstr (cz_kernel_get_name (probe), ==, "probe");

  g_assert_true (cz_kernel_exists ("probe"));
  g_assert_false (cz_kernel_exists ("no-such-kernel"));
  g_assert_null (cz_device_get_kernel (device, "no-such-kernel", NULL, 0, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
  g_clear_error (&error);
  const guint32 huge[] = { 1u << 20 };
  g_assert_null (cz_device_get_kernel (device, "probe-texel", huge, 1, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "threads"));
}

// Texels of floats and of words at offsets, with both constants at work.
static void
test_texels (void)
{
  enum
  {
    N = 37
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  const guint32 constants[] = { 16, 0x40400000 /* 3.0 */ }, n = N;
  gsize offset = cz_device_get_info (device)->texel_alignment;
  gsize size = offset + 40 * 4;
  g_autoptr (CzBuffer) a = cz_buffer_new (device, size, CZ_MEMORY_DEVICE, "a", &error);
  g_autoptr (CzBuffer) u = cz_buffer_new (device, size, CZ_MEMORY_DEVICE, "u", &error);
  g_autoptr (CzBuffer) b = cz_buffer_new (device, N * 4, CZ_MEMORY_DEVICE, "b", &error);
  g_assert_no_error (error);
  float floats[40], results[N];
  guint32 words[40];
  for (guint i = 0; i < 40; i++)
    {
      floats[i] = (float)i + 0.25f;
      words[i] = 1000 * i;
    }
  g_assert_true (cz_buffer_write (a, offset, floats, sizeof floats, &error));
  g_assert_true (cz_buffer_write (u, offset, words, sizeof words, &error));

  g_autoptr (CzTape) tape = cz_tape_new (device, "texels", CZ_TAPE_PLAIN);
  cz_tape_dispatch (tape, &(CzDispatch){
                              .kernel = cz_tape_get_kernel (tape, "probe-texel", constants, 2),
                              .bindings = { [0] = cz_span (a, offset, 40 * 4),
                                            [1] = cz_span (u, offset, N * 4),
                                            [3] = cz_span_all (b) },
                              .push = &n,
                              .push_size = sizeof n,
                              .groups = { (N + 15) / 16 },
                          });
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  g_assert_true (cz_buffer_read (b, 0, results, sizeof results, &error));
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (results[i], ==, 3 * floats[i] + (float)words[i]);
}

// Kernels with subgroup operations run at the size that the device reports.
static void
test_subgroups (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDevice) device = open_device ();
  const CzDeviceInfo *info = cz_device_get_info (device);
  guint32 results[64][3];
  if (!info->subgroup_arithmetic || !info->subgroup_shuffle || info->subgroup_size > 64)
    {
      g_test_skip ("this device has no subgroups of up to 64 that add and shuffle");
      return;
    }
  g_autoptr (CzBuffer) out
      = cz_buffer_new (device, sizeof results, CZ_MEMORY_DEVICE, "out", &error);
  g_assert_no_error (error);
  g_autoptr (CzTape) tape = cz_tape_new (device, "subgroups", CZ_TAPE_PLAIN);
  cz_tape_dispatch (tape, &(CzDispatch){
                              .kernel = cz_tape_get_kernel (tape, "probe-subgroup", NULL, 0),
                              .bindings = { cz_span_all (out) },
                              .groups = { 1 },
                          });
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  g_assert_true (cz_buffer_read (out, 0, results, sizeof results, &error));
  for (guint i = 0; i < 64; i++)
    {
      guint size = info->subgroup_size, first = i / size * size;
      g_assert_cmpuint (results[i][0], ==, size);
      g_assert_cmpuint (results[i][1], ==, size * first + size * (size - 1) / 2);
      g_assert_cmpuint (results[i][2], ==, first + 1);
    }
}

// Damaged SPIR-V is refused or read as something else, never beyond its end.
static void
test_damaged_spirv (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_resources_lookup_data ("/org/clozebench/shaders/probe-texel.spv",
                                                      G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_assert_no_error (error);
  gsize n = g_bytes_get_size (bytes) / 4;
  const guint32 *good = g_bytes_get_data (bytes, NULL);
  guint refused = 0;
  CzSpirv spirv;

  g_assert_true (cz_spirv_reflect (good, n, NULL, 0, "good", &spirv, &error));
  for (gsize length = 0; length < n; length++)
    {
      g_autofree guint32 *cut = g_memdup2 (good, MAX (length, 1) * 4);
      refused += !cz_spirv_reflect (cut, length, NULL, 0, "cut", &spirv, NULL);
    }
  g_assert_cmpuint (refused, >, n / 2);
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree guint32 *changed = g_memdup2 (good, n * 4);
      gint at = g_test_rand_int_range (0, (gint32)n);
      if (i % 2 == 0)
        changed[at] = (guint32)g_test_rand_int ();
      else
        changed[at] ^= 1u << g_test_rand_int_range (0, 32);
      cz_spirv_reflect (changed, n, NULL, 0, "changed", &spirv, NULL);
    }
}

static void
test_pipeline_cache_file (void)
{
  g_autoptr (CzDevice) device = open_device ();
  CzDeviceInfo info = *cz_device_get_info (device);
  const char data[] = "what a driver keeps";
  g_autoptr (GBytes) file = cz_pipeline_cache_encode (&info, data, sizeof data);
  g_autoptr (GBytes) back = cz_pipeline_cache_decode (&info, file);
  g_assert_nonnull (back);
  g_assert_cmpmem (g_bytes_get_data (back, NULL), g_bytes_get_size (back), data, sizeof data);

  gsize size;
  const guint8 *bytes = g_bytes_get_data (file, &size);
  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *damaged = g_memdup2 (bytes, size);
      damaged[i] ^= 0x10;
      g_autoptr (GBytes) other = g_bytes_new (damaged, size);
      g_autoptr (GBytes) cut = g_bytes_new (bytes, i);
      g_assert_null (cz_pipeline_cache_decode (&info, other));
      g_assert_null (cz_pipeline_cache_decode (&info, cut));
    }
  info.driver_version++;
  g_assert_null (cz_pipeline_cache_decode (&info, file));
}

// A file that is no cache does not keep a device from opening or building kernels.
static void
test_damaged_pipeline_cache (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "clozebench", NULL);
  g_autofree char *name = NULL;
  {
    g_autoptr (CzDevice) device = open_device ();
    const CzDeviceInfo *info = cz_device_get_info (device);
    name = g_strdup_printf ("%s/pipelines-%08x-%08x.bin", folder, info->vendor_id, info->device_id);
  }
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (name, "CZPC but no more", -1, &error);
  g_assert_no_error (error);
  g_autoptr (CzDevice) device = open_device ();
  g_assert_nonnull (cz_device_get_kernel (device, "probe", NULL, 0, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  // Not G_TEST_OPTION_ISOLATE_DIRS: the loader finds drivers through XDG_DATA_DIRS.
  g_autofree char *cache = g_dir_make_tmp ("clozebench-XXXXXX", NULL);
  g_assert_nonnull (cache);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu/device/list", test_list);
  g_test_add_func ("/gpu/device/select", test_select);
  g_test_add_func ("/gpu/device/memory", test_memory);
  g_test_add_func ("/gpu/device/no-driver", test_no_driver);
  g_test_add_func ("/gpu/kernel/reflection", test_kernel);
  g_test_add_func ("/gpu/kernel/texels", test_texels);
  g_test_add_func ("/gpu/kernel/subgroups", test_subgroups);
  g_test_add_func ("/gpu/kernel/damaged-spirv", test_damaged_spirv);
  g_test_add_func ("/gpu/pipeline-cache/file", test_pipeline_cache_file);
  g_test_add_func ("/gpu/pipeline-cache/damaged", test_damaged_pipeline_cache);
  int status = g_test_run ();
  remove_folder (cache);
  return status;
}
