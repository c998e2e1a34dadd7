// Matrix products against sums in double precision. The elements are small integers, so that every
// product is exact and one that is missed, doubled or taken from next door shows. What lies around
// and between the rows of A and B is NaN; C starts as one bit pattern, which must survive wherever
// nothing is to be stored.

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/gpu/gemm-table.h"
#include "engine/gpu/gemm.h"

#define POISON 0x7fc0beefu // a NaN
#define MARGIN 64          // elements before and after each matrix

static CzDevice *device;
static const CzGemmPlan *plan; // how products are done; NULL: by the fixed table
// Of the inputs, which half precision holds exactly.
static CzRounding rounding = CZ_ROUNDING_NONE;

// A product to test. Offsets and paddings are elements on top of MARGIN and of the row's length.
typedef struct
{
  CzGemmForm form;
  guint m, n, k;
  guint batch_outer, batch_inner;
  guint offset; // of all three matrices
  guint pad;    // of all three leading dimensions
  gboolean accumulate, bias;
  float alpha;
  int count; // the dynamic count, or -1
  CzGemmEpilogue epilogue;
} Case;

// A matrix and its batch in a buffer, with a copy here.
typedef struct
{
  guint rows, columns, ld, stride[2];
  gsize first, n; // the first element's place, elements of the whole buffer
  float *values;
  CzBuffer *buffer;
} Matrix;

static float
random_value (GRand *rand)
{
  return (float)g_rand_int_range (rand, -4, 5);
}

static float
poison (void)
{
  guint32 word = POISON;
  float value;
  memcpy (&value, &word, 4);
  return value;
}

static guint
round_up (guint value)
{
  return (value + 3) / 4 * 4;
}

static void
matrix_init (Matrix *matrix, const Case *c, guint rows, guint columns, gboolean fill, GRand *rand)
{
  // Aligned cases have rows of a multiple of four, as the engine's tensors have.
  gboolean aligned = c->offset % 4 == 0 && c->pad % 4 == 0;
  matrix->rows = rows;
  matrix->columns = columns;
  matrix->ld = (aligned ? round_up (columns) : columns) + c->pad;
  matrix->stride[1] = matrix->ld * (rows + 1);
  matrix->stride[0] = matrix->stride[1] * c->batch_inner + (aligned ? 8 : 5);
  matrix->first = MARGIN + c->offset;
  matrix->n = matrix->first + (gsize)matrix->stride[0] * c->batch_outer + MARGIN;
  matrix->values = g_new (float, matrix->n);
  for (gsize i = 0; i < matrix->n; i++)
    matrix->values[i] = poison ();
  for (guint o = 0; fill && o < c->batch_outer; o++)
    for (guint i = 0; i < c->batch_inner; i++)
      for (guint row = 0; row < rows; row++)
        for (guint column = 0; column < columns; column++)
          matrix->values[matrix->first + o * matrix->stride[0] + i * matrix->stride[1]
                         + row * matrix->ld + column]
              = random_value (rand);

  g_autoptr (GError) error = NULL;
  matrix->buffer = cz_buffer_new (device, matrix->n * 4, CZ_MEMORY_DEVICE, "matrix", &error);
  g_assert_no_error (error);
  cz_buffer_write (matrix->buffer, 0, matrix->values, matrix->n * 4, &error);
  g_assert_no_error (error);
}

static void
matrix_clear (Matrix *matrix)
{
  g_free (matrix->values);
  cz_buffer_unref (matrix->buffer);
}

// The smallest span that holds the matrix and its batch: reading past it would be a mistake.
static CzSpan
matrix_span (const Matrix *matrix, const Case *c)
{
  gsize extent = (c->batch_outer - 1) * (gsize)matrix->stride[0]
                 + (c->batch_inner - 1) * matrix->stride[1] + (matrix->rows - 1) * matrix->ld
                 + matrix->columns;
  return cz_span (matrix->buffer, matrix->first * 4, extent * 4);
}

static float
matrix_get (const Matrix *matrix, guint o, guint i, guint row, guint column)
{
  return matrix->values[matrix->first + o * matrix->stride[0] + i * matrix->stride[1]
                        + row * matrix->ld + column];
}

// What an epilogue makes of an element, and of the one that lies there in the other matrix.
static double
finish (CzGemmEpilogue epilogue, double value, float *other)
{
  double x = epilogue == CZ_GEMM_GELU_BACKWARD || epilogue == CZ_GEMM_RELU_BACKWARD ? (double)*other
                                                                                    : value;
  double below = 0.5 + 0.5 * erf (x * G_SQRT2 / 2);
  switch (epilogue)
    {
    case CZ_GEMM_RESIDUAL:
      return value + (double)*other;
    case CZ_GEMM_GELU:
      *other = (float)(x * below);
      return value;
    case CZ_GEMM_RELU:
      *other = (float)fmax (x, 0);
      return value;
    case CZ_GEMM_GELU_BACKWARD:
      *other = (float)(x * below);
      return value * (below + x * exp (-0.5 * x * x) / sqrt (2 * G_PI));
    case CZ_GEMM_RELU_BACKWARD:
      *other = (float)fmax (x, 0);
      return x > 0 ? value : 0;
    case CZ_GEMM_PLAIN:
    default:
      return value;
    }
}

// What the product should leave in C and in the other matrix, written into their copies.
static void
compute (const Case *c,
         const Matrix *a,
         const Matrix *b,
         Matrix *result,
         Matrix *other,
         const float *bias)
{
  gboolean tn = c->form == CZ_GEMM_TN;
  guint valid_m = !tn && c->count >= 0 ? MIN ((guint)c->count, c->m) : c->m;
  guint valid_k = tn && c->count >= 0 ? MIN ((guint)c->count, c->k) : c->k;
  double alpha = c->alpha == 0 ? 1 : (double)c->alpha;
  for (guint o = 0; o < c->batch_outer; o++)
    for (guint i = 0; i < c->batch_inner; i++)
      for (guint row = 0; row < valid_m; row++)
        for (guint column = 0; column < c->n; column++)
          {
            double sum = 0;
            for (guint k = 0; k < valid_k; k++)
              sum += (double)matrix_get (a, o, i, tn ? k : row, tn ? row : k)
                     * (double)matrix_get (b, o, i, c->form == CZ_GEMM_NT ? column : k,
                                           c->form == CZ_GEMM_NT ? k : column);
            gsize place = o * result->stride[0] + i * result->stride[1] + row * result->ld + column;
            float *element = &result->values[result->first + place];
            double value = alpha * sum + (c->bias ? (double)bias[column] : 0);
            value += c->accumulate ? (double)*element : 0;
            *element = (float)finish (c->epilogue, value, &other->values[other->first + place]);
          }
}

// Compares a matrix with what its buffer holds, what lies around it included.
static void
compare (const Case *c, const Matrix *matrix, const char *what)
{
  gboolean gelu = c->epilogue == CZ_GEMM_GELU || c->epilogue == CZ_GEMM_GELU_BACKWARD;
  g_autoptr (GError) error = NULL;
  g_autofree float *got = g_new (float, matrix->n);
  cz_buffer_read (matrix->buffer, 0, got, matrix->n * 4, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < matrix->n; i++)
    {
      float wanted = matrix->values[i];
      float tolerance = gelu ? 3e-6f * fmaxf (1, fabsf (wanted)) : 0;
      if (got[i] != wanted && !(fabsf (got[i] - wanted) <= tolerance)
          && memcmp (&got[i], &wanted, 4) != 0)
        {
          gsize place = i - matrix->first;
          g_autofree char *name = plan != NULL ? cz_gemm_plan_to_string (plan) : g_strdup ("fixed");
          g_error ("%s, form %d, %u × %u × %u, batch %u × %u, offset %u, pad %u, accumulate %d, "
                   "bias %d, alpha %g, count %d, epilogue %d: element %" G_GSIZE_FORMAT
                   " of the buffer of %s (row %u, column %u if in the first matrix) is %g instead "
                   "of %g",
                   name, c->form, c->m, c->n, c->k, c->batch_outer, c->batch_inner, c->offset,
                   c->pad, c->accumulate, c->bias, (double)c->alpha, c->count, c->epilogue, i, what,
                   (guint)(place / matrix->ld), (guint)(place % matrix->ld), (double)got[i],
                   (double)wanted);
        }
    }
}

static void
check (const Case *c)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (c->m * 7 + c->n * 11 + c->k * 13 + c->form);
  gboolean nt = c->form == CZ_GEMM_NT, tn = c->form == CZ_GEMM_TN;
  Matrix a, b, result, bias, other, count = { 0 };
  const Case single = { .offset = c->offset, .pad = c->pad, .batch_outer = 1, .batch_inner = 1 };
  matrix_init (&a, c, tn ? c->k : c->m, tn ? c->m : c->k, TRUE, rand);
  matrix_init (&b, c, nt ? c->n : c->k, nt ? c->k : c->n, TRUE, rand);
  matrix_init (&result, c, c->m, c->n, c->accumulate, rand);
  matrix_init (&bias, &single, 1, c->n, TRUE, rand);
  matrix_init (&other, c, c->m, c->n, c->epilogue != CZ_GEMM_PLAIN, rand);

  if (c->count >= 0)
    {
      // What lies past the count may be anything: make it NaN.
      guint valid = MIN ((guint)c->count, tn ? c->k : c->m);
      for (guint o = 0; o < c->batch_outer; o++)
        for (guint i = 0; i < c->batch_inner; i++)
          for (guint row = valid; row < a.rows; row++)
            for (guint column = 0; column < a.columns; column++)
              a.values[a.first + o * a.stride[0] + i * a.stride[1] + row * a.ld + column]
                  = poison ();
      for (guint o = 0; tn && o < c->batch_outer; o++)
        for (guint i = 0; i < c->batch_inner; i++)
          for (guint row = valid; row < b.rows; row++)
            for (guint column = 0; column < b.columns; column++)
              b.values[b.first + o * b.stride[0] + i * b.stride[1] + row * b.ld + column]
                  = poison ();
      cz_buffer_write (a.buffer, 0, a.values, a.n * 4, &error);
      g_assert_no_error (error);
      cz_buffer_write (b.buffer, 0, b.values, b.n * 4, &error);
      g_assert_no_error (error);
      guint32 words[4] = { 12345, 12345, 12345, (guint32)c->count };
      count.buffer = cz_buffer_new (device, sizeof words, CZ_MEMORY_HOST, "count", &error);
      g_assert_no_error (error);
      memcpy (cz_buffer_map (count.buffer), words, sizeof words);
    }

  g_autoptr (CzTape) tape = cz_tape_new (device, "gemm", CZ_TAPE_PLAIN);
  CzGemm gemm = {
    .form = c->form,
    .m = c->m,
    .n = c->n,
    .k = c->k,
    .a = matrix_span (&a, c),
    .b = matrix_span (&b, c),
    .c = matrix_span (&result, c),
    .lda = a.ld,
    .ldb = b.ld,
    .ldc = result.ld,
    .batch_outer = c->batch_outer,
    .batch_inner = c->batch_inner,
    .stride_a = { a.stride[0], a.stride[1] },
    .stride_b = { b.stride[0], b.stride[1] },
    .stride_c = { result.stride[0], result.stride[1] },
    .accumulate = c->accumulate,
    .alpha = c->alpha,
  };
  if (c->bias)
    gemm.bias = matrix_span (&bias, &single);
  if (c->count >= 0)
    gemm.dynamic = cz_span (count.buffer, 12, 4);
  if (c->epilogue != CZ_GEMM_PLAIN)
    {
      gemm.epilogue = c->epilogue;
      gemm.other = matrix_span (&other, c);
    }
  cz_tape_set_rounding (tape, rounding);
  cz_gemm_planned (tape, &gemm, plan);
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);

  compute (c, &a, &b, &result, &other, bias.values + bias.first);
  compare (c, &result, "C");
  compare (c, &other, "the other matrix");
  matrix_clear (&a);
  matrix_clear (&b);
  matrix_clear (&result);
  matrix_clear (&bias);
  matrix_clear (&other);
  if (count.buffer != NULL)
    cz_buffer_unref (count.buffer);
}

// Odd and even sizes on both sides of every tile, three forms, aligned or not.
static void
test_sizes (gconstpointer data)
{
  guint offset = GPOINTER_TO_UINT (data);
  static const guint sizes[][3] = {
    { 1, 1, 1 },     { 1, 3, 5 },     { 3, 1, 8 },     { 5, 7, 3 },     { 4, 4, 4 },
    { 15, 16, 17 },  { 16, 64, 8 },   { 17, 65, 9 },   { 31, 63, 16 },  { 32, 64, 64 },
    { 33, 66, 12 },  { 64, 1, 64 },   { 1, 127, 64 },  { 2, 614, 20 },  { 128, 128, 64 },
    { 127, 30, 31 }, { 48, 130, 40 }, { 70, 259, 11 }, { 257, 68, 24 }, { 9, 61, 614 },
    { 6, 10, 2500 },
  };
  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      check (&(Case){
          .form = form,
          .m = sizes[i][0],
          .n = sizes[i][1],
          .k = sizes[i][2],
          .batch_outer = 1,
          .batch_inner = 1,
          .offset = offset,
          .pad = offset == 0 ? i % 3 * 4 : i % 3,
          .count = -1,
      });
}

// Each of bias, alpha and accumulate, alone and together, with and without a ragged edge.
static void
test_epilogue (gconstpointer data)
{
  guint offset = GPOINTER_TO_UINT (data);
  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    for (guint i = 0; i < 16; i++)
      check (&(Case){
          .form = form,
          .m = 35,
          .n = i & 8 ? 67 : 68,
          .k = 21,
          .batch_outer = 1,
          .batch_inner = 1,
          .offset = offset,
          .bias = (i & 1) != 0,
          .accumulate = (i & 2) != 0,
          .alpha = i & 4 ? 0.125f : 0,
          .count = -1,
      });
}

static void
test_batches (gconstpointer data)
{
  guint offset = GPOINTER_TO_UINT (data);
  static const guint batches[][2] = { { 1, 12 }, { 5, 1 }, { 3, 4 } };
  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    for (guint i = 0; i < G_N_ELEMENTS (batches); i++)
      check (&(Case){
          .form = form,
          .m = 20 + i,
          .n = 24 - 3 * i,
          .k = 16 + i,
          .batch_outer = batches[i][0],
          .batch_inner = batches[i][1],
          .offset = offset,
          .pad = offset == 0 ? 4 : 1,
          .bias = i == 1,
          .accumulate = i == 2,
          .count = -1,
      });
}

static void
test_counts (gconstpointer data)
{
  guint offset = GPOINTER_TO_UINT (data);
  static const int counts[] = { 0, 1, 7, 8, 32, 37, 69, 70, 1000 };
  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
      check (&(Case){
          .form = form,
          .m = 70,
          .n = 66 + i,
          .k = 70,
          .batch_outer = 1 + i % 2,
          .batch_inner = 1,
          .offset = offset,
          .bias = i % 3 == 1,
          .accumulate = i % 3 == 2,
          .count = counts[i],
      });
}

// A k so long that it is done in parts, with a count that ends in the first, in the last, in none.
static void
test_long (gconstpointer data)
{
  guint offset = GPOINTER_TO_UINT (data);
  static const int counts[] = { -1, 0, 300, 1299 };
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    for (guint accumulate = 0; accumulate < 2; accumulate++)
      check (&(Case){
          .form = CZ_GEMM_TN,
          .m = 12,
          .n = 16,
          .k = 1300,
          .batch_outer = 1,
          .batch_inner = 1,
          .offset = offset,
          .bias = TRUE,
          .accumulate = accumulate,
          .alpha = 0.5f,
          .count = counts[i],
      });
}

// ---- Every kernel ----

typedef struct
{
  CzGemmPlan plan;
  CzRounding rounding;
  gboolean aligned;
} Forced;

// Sizes on both sides of the tile's edges and of what its threads load at a time, parts of k that
// end anywhere, and all that can be asked for besides, in turn.
static void
test_kernel (gconstpointer data)
{
  const Forced *forced = data;
  static const guint sizes[][3] = {
    { 1, 1, 1 },    { 5, 7, 33 },   { 16, 64, 32 },    { 32, 33, 64 },  { 33, 31, 130 },
    { 64, 64, 16 }, { 65, 66, 97 }, { 127, 129, 200 }, { 130, 128, 8 }, { 17, 260, 700 },
  };
  plan = &forced->plan;
  rounding = forced->rounding;
  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        guint turn = i + form * 3;
        guint counted = form == CZ_GEMM_TN ? sizes[i][2] : sizes[i][0];
        check (&(Case){
            .form = form,
            .m = sizes[i][0],
            .n = sizes[i][1],
            .k = sizes[i][2],
            .batch_outer = 1 + turn % 2,
            .batch_inner = turn % 5 == 1 ? 3 : 1,
            .offset = forced->aligned ? 0 : 1 + turn % 3,
            .pad = forced->aligned ? turn % 2 * 4 : turn % 3,
            .accumulate = turn % 3 == 1,
            .bias = turn % 4 < 2,
            .alpha = turn % 3 == 2 ? 0.5f : 0,
            .count = turn % 2 == 0 ? -1 : (int)(counted * (turn % 4) / 3),
        });
      }
  plan = NULL;
  rounding = CZ_ROUNDING_NONE;
}

// Every epilogue once, in other forms, with and without what else can be asked for.
static void
test_fused (gconstpointer data)
{
  const Forced *forced = data;
  plan = &forced->plan;
  rounding = forced->rounding;
  for (CzGemmEpilogue epilogue = CZ_GEMM_RESIDUAL; epilogue <= CZ_GEMM_RELU_BACKWARD; epilogue++)
    check (&(Case){
        .form = epilogue % 3 == 1 ? CZ_GEMM_NT : CZ_GEMM_NN,
        .m = 37,
        .n = 50,
        .k = 70,
        .batch_outer = 2,
        .batch_inner = 1,
        .offset = forced->aligned ? 0 : 1,
        .pad = forced->aligned ? 4 : 3,
        .bias = epilogue <= CZ_GEMM_RELU,
        .accumulate = epilogue == CZ_GEMM_RESIDUAL,
        .alpha = 0.125f,
        .count = epilogue % 2 == 0 ? -1 : 33,
        .epilogue = epilogue,
    });
  plan = NULL;
  rounding = CZ_ROUNDING_NONE;
}

// A plan for each kernel of the device and form, k whole and in parts. Not the blocks where
// compiling them takes minutes: lavapipe's narrowest vectors are enough of a processor.
static void
add_kernels (void)
{
  gboolean blocks = strstr (cz_gemm_table_get_fixed_name (device), "wide") == NULL
                    && strstr (cz_device_get_info (device)->name, "SwiftShader") == NULL;
  static const struct
  {
    const char *plan;
    gboolean fused;
  } tests[] = {
    { "block-128x128", FALSE },
    { "block-128x128 parts=3 rows-first", FALSE },
    { "block-64x64", FALSE },
    { "block-64x64 parts=5", FALSE },
    { "block-32x32 rows-first", TRUE },
    { "block-32x32 parts=2", TRUE },
    { "block-16x64", FALSE },
    { "block-16x64 parts=16", FALSE },
    { "wide-4", FALSE },
    { "wide-16 longest-k=48 rows-first", FALSE },
    { "wide-32", FALSE },
    { "matrix-128x128", FALSE },
    { "matrix-64x64 parts=3 rows-first", TRUE },
    { "matrix-64x64", TRUE },
    { "matrix-32x32", FALSE },
    { "matrix-32x32 parts=16", FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (guint aligned = 0; aligned < 2; aligned++)
      for (CzRounding half = CZ_ROUNDING_NONE; half < CZ_ROUNDINGS; half++)
        {
          Forced forced = { .rounding = half, .aligned = aligned != 0 };
          g_autofree char *path
              = g_strdup_printf ("%s/%s%s", tests[i].plan, aligned ? "aligned" : "unaligned",
                                 half == CZ_ROUNDING_NONE   ? ""
                                 : half == CZ_ROUNDING_FP16 ? "/fp16"
                                                            : "/bf16");
          g_autofree char *kernel = g_strconcat ("/gemm/kernel/", path, NULL);
          g_autofree char *fused = g_strconcat ("/gemm/fused/", path, NULL);
          g_assert_true (cz_gemm_plan_from_string (tests[i].plan, &forced.plan));
          gboolean matrix = forced.plan.kernel >= CZ_GEMM_MATRIX_128;
          gboolean block = !matrix && forced.plan.kernel >= CZ_GEMM_BLOCK_128;
          if (matrix ? !aligned || !cz_gemm_table_has (device, forced.plan.kernel, half)
                     : half != CZ_ROUNDING_NONE || (block && !blocks))
            continue;
          g_test_add_data_func_full (kernel, g_memdup2 (&forced, sizeof forced), test_kernel,
                                     g_free);
          // Of blocks one way each: compiling is what takes time.
          if (tests[i].fused && (matrix || (aligned != 0) == (forced.plan.parts <= 1)))
            g_test_add_data_func_full (fused, g_memdup2 (&forced, sizeof forced), test_fused,
                                       g_free);
        }
}

// As long a k as a vocabulary is: drivers that give up long loops would miss its end.
static void
test_longest (gconstpointer data)
{
  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    check (&(Case){
        .form = form,
        .m = 3,
        .n = 5,
        .k = 40000,
        .batch_outer = 1,
        .batch_inner = 1,
        .offset = GPOINTER_TO_UINT (data),
        .bias = TRUE,
        .count = -1,
    });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autoptr (GError) error = NULL;
  device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  const CzDeviceInfo *info = cz_device_get_info (device);
  g_test_message ("%s, %s", info->name, cz_gemm_table_get_name (device, CZ_ROUNDING_NONE));
  if (g_getenv ("LP_NATIVE_VECTOR_WIDTH") == NULL && g_str_has_prefix (info->name, "llvmpipe")
      && info->subgroup_size <= 8)
    {
      g_print (
          "1..0 # SKIP this processor's width is one of those that are tested by themselves\n");
      cz_device_unref (device);
      return 0;
    }

  static const struct
  {
    const char *name;
    void (*function) (gconstpointer data);
  } tests[] = {
    { "sizes", test_sizes },   { "epilogue", test_epilogue }, { "batches", test_batches },
    { "counts", test_counts }, { "long", test_long },         { "longest", test_longest },
  };
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (guint offset = 0; offset < 2; offset++)
      {
        g_autofree char *path
            = g_strdup_printf ("/gemm/%s/%s", tests[i].name, offset == 0 ? "aligned" : "unaligned");
        g_test_add_data_func (path, GUINT_TO_POINTER (offset), tests[i].function);
      }
  add_kernels ();
  int status = g_test_run ();
  cz_device_unref (device);
  return status;
}
