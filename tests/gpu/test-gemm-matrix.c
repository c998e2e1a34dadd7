// Which matrix shapes, tiles and kernels are chosen for what a device says of its matrix units;
// that a device without any goes on as before; and that the test which a kernel has to pass finds
// what is wrong. The kernels themselves are tested where a device has them (test-gemm.c).

#include <glib.h>
#include <string.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/gemm-table.h"

static CzDevice *device;

#define OFFER(m, n, k, in, out)                                                    \
  {                                                                                \
    .MSize = m, .NSize = n, .KSize = k, .AType = VK_COMPONENT_TYPE_##in##_KHR,     \
    .BType = VK_COMPONENT_TYPE_##in##_KHR, .CType = VK_COMPONENT_TYPE_##out##_KHR, \
    .ResultType = VK_COMPONENT_TYPE_##out##_KHR, .scope = VK_SCOPE_SUBGROUP_KHR    \
  }

static void
assert_shape (const VkCooperativeMatrixPropertiesKHR *offers,
              guint n,
              VkComponentTypeKHR inputs,
              guint m,
              guint columns,
              guint k)
{
  CzMatrixShape shape = { 1, 2, 3 };
  g_assert_cmpint (cz_matrix_shape_choose (offers, n, inputs, &shape), ==, m != 0);
  g_assert_cmpuint (shape.m, ==, m);
  g_assert_cmpuint (shape.n, ==, columns);
  g_assert_cmpuint (shape.k, ==, k);
}

static void
test_shapes (void)
{
  const VkComponentTypeKHR fp16 = VK_COMPONENT_TYPE_FLOAT16_KHR;
  const VkComponentTypeKHR bf16 = VK_COMPONENT_TYPE_BFLOAT16_KHR;
  // The lists of an NVIDIA, an Intel and a Mesa driver, those of integers left out.
  const VkCooperativeMatrixPropertiesKHR nvidia[] = {
    OFFER (16, 16, 16, FLOAT16, FLOAT16),  OFFER (16, 8, 8, FLOAT16, FLOAT32),
    OFFER (16, 16, 16, FLOAT16, FLOAT32),  OFFER (16, 8, 16, FLOAT16, FLOAT32),
    OFFER (16, 16, 16, BFLOAT16, FLOAT32),
  };
  const VkCooperativeMatrixPropertiesKHR intel[]
      = { OFFER (8, 16, 16, FLOAT16, FLOAT16), OFFER (8, 16, 16, FLOAT16, FLOAT32) };
  const VkCooperativeMatrixPropertiesKHR lavapipe[]
      = { OFFER (8, 8, 8, FLOAT16, FLOAT16), OFFER (8, 8, 8, FLOAT16, FLOAT32) };
  assert_shape (nvidia, G_N_ELEMENTS (nvidia), fp16, 16, 16, 16);
  assert_shape (nvidia, G_N_ELEMENTS (nvidia), bf16, 16, 16, 16);
  assert_shape (intel, G_N_ELEMENTS (intel), fp16, 8, 16, 16);
  assert_shape (intel, G_N_ELEMENTS (intel), bf16, 0, 0, 0);
  assert_shape (lavapipe, G_N_ELEMENTS (lavapipe), fp16, 8, 8, 8);
  assert_shape (lavapipe, 1, fp16, 0, 0, 0); // sums in fp16
  assert_shape (NULL, 0, fp16, 0, 0, 0);

  // A larger one than the usual is taken only where there is no other; sizes that no tile can be
  // cut into, other scopes, saturation and sums of another type never are.
  const VkCooperativeMatrixPropertiesKHR large[]
      = { OFFER (16, 16, 32, FLOAT16, FLOAT32), OFFER (16, 16, 16, FLOAT16, FLOAT32) };
  assert_shape (large, 2, fp16, 16, 16, 16);
  assert_shape (large, 1, fp16, 16, 16, 32);
  VkCooperativeMatrixPropertiesKHR odd[] = {
    OFFER (16, 16, 16, FLOAT16, FLOAT32), OFFER (16, 16, 16, FLOAT16, FLOAT32),
    OFFER (16, 16, 16, FLOAT16, FLOAT32), OFFER (4, 16, 16, FLOAT16, FLOAT32),
    OFFER (16, 16, 64, FLOAT16, FLOAT32),
  };
  odd[0].scope = VK_SCOPE_WORKGROUP_KHR;
  odd[1].saturatingAccumulation = VK_TRUE;
  odd[2].BType = bf16;
  assert_shape (odd, G_N_ELEMENTS (odd), fp16, 0, 0, 0);
}

// How subgroups divide a tile: whole matrices for each, as square as can be.
static void
test_grids (void)
{
  static const struct
  {
    guint m, n, k, subgroup; // of the device
    guint tile, threads;
    guint down, across; // 0: not at all
    gsize shared;
  } cases[] = {
    { 16, 16, 16, 32, 128, 256, 2, 4, 20480 }, { 16, 16, 16, 32, 64, 128, 2, 2, 10240 },
    { 16, 16, 16, 32, 32, 64, 1, 2, 5120 },    { 16, 16, 16, 64, 128, 256, 2, 2, 20480 },
    { 16, 16, 16, 64, 32, 64, 1, 1, 5120 },    { 8, 16, 16, 16, 128, 256, 4, 4, 20480 },
    { 8, 8, 8, 8, 32, 64, 2, 4, 5120 },        { 8, 8, 8, 8, 128, 256, 4, 8, 20480 },
    { 16, 16, 16, 8, 32, 64, 0, 0, 0 },        { 16, 16, 16, 128, 32, 64, 0, 0, 0 },
    { 32, 32, 16, 8, 128, 256, 0, 0, 0 },      { 32, 32, 16, 16, 128, 256, 4, 4, 73728 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CzGemmMatrix matrix
          = { .shape = { cases[i].m, cases[i].n, cases[i].k }, .subgroup_size = cases[i].subgroup };
      CzGemmGrid grid = { 0 };
      g_test_message ("case %u", i);
      g_assert_cmpint (
          cz_gemm_matrix_divide (&matrix, cases[i].tile, cases[i].tile, cases[i].threads, &grid),
          ==, cases[i].down != 0);
      g_assert_cmpuint (grid.down, ==, cases[i].down);
      g_assert_cmpuint (grid.across, ==, cases[i].across);
      if (cases[i].down != 0)
        g_assert_cmpuint (
            cz_gemm_matrix_get_shared (&matrix, cases[i].tile, cases[i].tile, 32, &grid), ==,
            cases[i].shared);
    }
  const CzGemmMatrix few = { .shape = { 16, 16, 16 }, .subgroup_size = 32, .most_subgroups = 4 };
  CzGemmGrid grid;
  g_assert_false (cz_gemm_matrix_divide (&few, 128, 128, 256, &grid));
  g_assert_true (cz_gemm_matrix_divide (&few, 64, 64, 128, &grid));
}

static CzBuffer *
make_product (guint m, guint n, guint k, CzGemm *ret_gemm)
{
  g_autoptr (GError) error = NULL;
  CzBuffer *buffer = cz_buffer_new (device, 1 << 20, CZ_MEMORY_DEVICE, "product", &error);
  g_assert_no_error (error);
  *ret_gemm = (CzGemm){ .form = CZ_GEMM_NT,
                        .m = m,
                        .n = n,
                        .k = k,
                        .a = cz_span_all (buffer),
                        .b = cz_span_all (buffer),
                        .c = cz_span_all (buffer) };
  cz_gemm_complete (ret_gemm);
  return buffer;
}

// Gives the device matrix units that it does not have: nothing is run with them.
static void
pretend (CzRounding rounding, const char *kernel, CzMatrixShape shape, guint subgroup)
{
  device->gemm_matrix[rounding] = (CzGemmMatrix){ CZ_GEMM_MATRIX_TESTING, kernel, shape, subgroup };
}

static void
assert_chosen (const CzGemm *gemm,
               const char *plan,
               CzRounding rounding,
               const char *kernel,
               guint tile,
               guint parts)
{
  CzGemmPlan parsed;
  CzGemmChoice choice;
  if (plan != NULL)
    g_assert_true (cz_gemm_plan_from_string (plan, &parsed));
  cz_gemm_table_choose (device, gemm, plan != NULL ? &parsed : NULL, rounding, &choice);
  if (kernel != NULL)
    g_assert_cmpstr (choice.kernel, ==, kernel);
  else
    g_assert_false (g_str_has_prefix (choice.kernel, "gemm-matrix"));
  if (tile != 0)
    g_assert_cmpuint (choice.tile_m, ==, tile);
  if (parts != 0)
    g_assert_cmpuint (choice.parts, ==, parts);
}

static void
test_choice (void)
{
  CzGemmMatrix before[CZ_ROUNDINGS];
  CzDeviceInfo info = device->info;
  CzGemm gemm, ragged;
  g_autoptr (CzBuffer) buffer = make_product (256, 256, 512, &gemm);
  memcpy (before, device->gemm_matrix, sizeof before);
  // Large enough for all tiles, whatever the device.
  device->info.max_shared_memory = 32768;
  device->info.max_invocations = device->info.max_group_size[0] = 1024;

  // A device that has none, or whose units do not do what is asked for.
  for (CzRounding i = CZ_ROUNDING_NONE; i < CZ_ROUNDINGS; i++)
    {
      device->gemm_matrix[i] = (CzGemmMatrix){ .state = CZ_GEMM_MATRIX_NONE };
      assert_chosen (&gemm, NULL, i, NULL, 0, 0);
      assert_chosen (&gemm, "matrix-64x64", i, NULL, 0, 0);
      g_assert_cmpstr (cz_gemm_table_get_name (device, i), ==,
                       cz_gemm_table_get_fixed_name (device));
    }

  const CzMatrixShape shape = { 16, 16, 16 };
  pretend (CZ_ROUNDING_FP16, "gemm-matrix-fp16", shape, 32);
  assert_chosen (&gemm, NULL, CZ_ROUNDING_NONE, NULL, 0, 0);
  assert_chosen (&gemm, NULL, CZ_ROUNDING_BF16, NULL, 0, 0);
  assert_chosen (&gemm, "matrix-64x64 parts=2", CZ_ROUNDING_FP16, "gemm-matrix-fp16", 64, 2);
  assert_chosen (&gemm, "matrix-128x128", CZ_ROUNDING_FP16, "gemm-matrix-fp16", 128, 1);
  assert_chosen (&gemm, NULL, CZ_ROUNDING_FP16, "gemm-matrix-fp16", 0, 0);
  g_assert_nonnull (strstr (cz_gemm_table_get_name (device, CZ_ROUNDING_FP16), "16x16x16"));
  g_assert_null (strstr (cz_gemm_table_get_name (device, CZ_ROUNDING_BF16), "matrix"));
  // Few tiles: the smallest.
  g_autoptr (CzBuffer) other = make_product (64, 64, 64, &ragged);
  assert_chosen (&ragged, NULL, CZ_ROUNDING_FP16, "gemm-matrix-fp16", 32, 1);
  // What cannot be loaded by fours is done as before.
  ragged.b.offset = 4;
  ragged.b.size -= 4;
  assert_chosen (&ragged, NULL, CZ_ROUNDING_FP16, NULL, 0, 0);
  assert_chosen (&ragged, "matrix-32x32", CZ_ROUNDING_FP16, NULL, 0, 0);
  // Nor are tiles that do not fit.
  device->info.max_shared_memory = 16384;
  assert_chosen (&gemm, "matrix-64x64", CZ_ROUNDING_FP16, "gemm-matrix-fp16", 64, 1);
  g_assert_false (cz_gemm_table_has (device, CZ_GEMM_MATRIX_128, CZ_ROUNDING_FP16));

  device->info = info;
  memcpy (device->gemm_matrix, before, sizeof before);
}

// A block does what a matrix kernel should; dispatched as if its tile were larger it leaves most of
// C undone.
static void
test_check (void)
{
  g_autoptr (GError) error = NULL;
  CzGemmMatrix before[CZ_ROUNDINGS];
  const CzMatrixShape shape = { 16, 16, 16 };
  if (strstr (device->info.name, "SwiftShader") != NULL)
    {
      g_test_skip ("SwiftShader takes minutes to compile a block");
      return;
    }
  memcpy (before, device->gemm_matrix, sizeof before);
  for (CzRounding rounding = CZ_ROUNDING_FP16; rounding < CZ_ROUNDINGS; rounding++)
    {
      pretend (rounding, "gemm-block-32x32", shape, 32);
      g_assert_true (cz_gemm_check_matrix (device, rounding, CZ_GEMM_MATRIX_32, &error));
      g_assert_no_error (error);
    }
  g_assert_false (cz_gemm_check_matrix (device, CZ_ROUNDING_FP16, CZ_GEMM_MATRIX_64, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "matrix-64x64, NN"));
  memcpy (device->gemm_matrix, before, sizeof before);
}

// With the environment's leave the units of whatever device this is are used as they are.
static void
test_here (void)
{
  const CzGemmMatrix *matrix = cz_gemm_matrix_get (device, CZ_ROUNDING_FP16);
  g_assert_null (cz_gemm_matrix_get (device, CZ_ROUNDING_NONE));
  if (device->matrices.fp16.m == 0)
    {
      g_assert_null (matrix);
      return;
    }
  g_assert_nonnull (matrix);
  g_assert_cmpint (matrix->state, ==, CZ_GEMM_MATRIX_GOOD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autoptr (GError) error = NULL;
  g_setenv ("CZ_GEMM_TABLE", "", TRUE);
  device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  g_test_add_func ("/gemm-matrix/shapes", test_shapes);
  g_test_add_func ("/gemm-matrix/grids", test_grids);
  g_test_add_func ("/gemm-matrix/choice", test_choice);
  g_test_add_func ("/gemm-matrix/check", test_check);
  g_test_add_func ("/gemm-matrix/here", test_here);
  int status = g_test_run ();
  cz_device_unref (device);
  return status;
}
