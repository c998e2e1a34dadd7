#include "engine/gpu/gemm.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/gemm-table.h"
#include "engine/gpu/gemm-tuned.h"

// shaders/gemm.glsl, struct Push.
typedef struct
{
  guint32 m, n, k;
  guint32 lda, ldb, ldc;
  guint32 a, b, c, bias;
  guint32 stride_a[2], stride_b[2], stride_c[2];
  guint32 batch_inner;
  guint32 count, count_first;
  guint32 flags;
  float alpha;
  guint32 parts, part_k, part_stride;
  guint32 other;
} Push;

enum
{
  HAS_BIAS = 1,
  HAS_COUNT = 2,
  ROWS_FIRST = 4,
};

// A product or a part of one, all fields filled in.
typedef struct
{
  CzGemm gemm;
  guint count_first;      // what its first row is in the dynamic count's terms
  const CzGemmPlan *plan; // or NULL: the fixed table
} Part;

double
cz_gemm_count_flops (const CzGemm *gemm)
{
  return 2.0 * gemm->m * gemm->n * gemm->k * MAX (gemm->batch_outer, 1)
         * MAX (gemm->batch_inner, 1);
}

// Moves the start of a span by elements, unless it is empty.
static void
move (CzSpan *span, gsize elements)
{
  if (span->buffer == NULL)
    return;
  span->offset += 4 * elements;
  span->size -= 4 * elements;
}

// The span from the last offset that a binding may have to extent bytes past the start of span; how
// many elements its beginning lies before that of span.
static CzSpan
align (const CzSpan *span, gsize extent, gsize alignment, guint32 *ret_elements)
{
  gsize offset = span->offset / alignment * alignment;
  *ret_elements = (guint32)((span->offset - offset) / 4);
  return cz_span (span->buffer, offset, span->offset - offset + extent);
}

// Binds what the epilogue works with; without one C, since something must be.
static void
bind_other (
    const CzDeviceInfo *info, const CzGemm *gemm, gboolean padded, CzDispatch *dispatch, Push *push)
{
  dispatch->bindings[6] = dispatch->bindings[2];
  if (gemm->epilogue != CZ_GEMM_PLAIN)
    dispatch->bindings[6] = align (&gemm->other, cz_gemm_get_extent (gemm, 'c', padded),
                                   info->storage_alignment, &push->other);
}

// Adds up what the parts of k left in the scratch buffer; push is that of the product, complete.
static void
add_parts (CzTape *tape, const Part *part, const CzDispatch *product, const Push *product_push)
{
  const CzDeviceInfo *info = cz_device_get_info (cz_tape_get_device (tape));
  const CzGemm *gemm = &part->gemm;
  Push push = *product_push;
  CzDispatch dispatch = {
    .kernel = cz_tape_get_kernel (tape, "gemm-parts",
                                  (const guint32[]){ gemm->accumulate, 0, 0, gemm->epilogue }, 4),
    .push = &push,
    .push_size = sizeof push,
    .label = product->label,
    .bytes = (double)cz_gemm_get_parts_size (gemm, push.parts),
    .groups = { (gemm->n + 63) / 64, gemm->m, gemm->batch_outer * gemm->batch_inner },
  };
  dispatch.bindings[0] = product->bindings[2];
  dispatch.bindings[2]
      = align (&gemm->c, cz_gemm_get_extent (gemm, 'c', FALSE), info->storage_alignment, &push.c);
  dispatch.bindings[4] = product->bindings[4];
  dispatch.bindings[5] = product->bindings[5];
  bind_other (info, gemm, FALSE, &dispatch, &push);
  if (gemm->bias.buffer != NULL)
    push.flags |= HAS_BIAS;
  // The count of TN is one of k, which is done with.
  if (gemm->form == CZ_GEMM_TN)
    push.flags &= ~(guint32)HAS_COUNT;
  push.alpha = gemm->alpha;
  push.ldc = gemm->ldc;
  push.stride_c[0] = gemm->stride_c[0];
  push.stride_c[1] = gemm->stride_c[1];
  cz_tape_dispatch (tape, &dispatch);
}

static void
dispatch (CzTape *tape, const Part *part, const CzGemmChoice *choice)
{
  CzDevice *device = cz_tape_get_device (tape);
  const CzDeviceInfo *info = cz_device_get_info (device);
  const CzGemm *gemm = &part->gemm;
  gsize load_alignment = choice->wide ? info->texel_alignment : info->storage_alignment;
  gsize zero_size = 16;
  gboolean in_parts = choice->parts > 1;
  guint32 constants[G_N_ELEMENTS (choice->constants)];
  memcpy (constants, choice->constants, sizeof constants);
  Push push = {
    .m = gemm->m,
    .n = gemm->n,
    .k = gemm->k,
    .lda = gemm->lda,
    .ldb = gemm->ldb,
    .ldc = gemm->ldc,
    .stride_a = { gemm->stride_a[0], gemm->stride_a[1] },
    .stride_b = { gemm->stride_b[0], gemm->stride_b[1] },
    .stride_c = { gemm->stride_c[0], gemm->stride_c[1] },
    .batch_inner = gemm->batch_inner,
    .count_first = part->count_first,
    .flags = (choice->rows_first ? ROWS_FIRST : 0),
    .alpha = gemm->alpha,
    .parts = choice->parts,
    .part_k = in_parts ? cz_gemm_get_part_k (gemm->k, choice->parts) : gemm->k,
  };
  if (in_parts)
    {
      // Plain sums, one matrix (or batch) a part; whatever else is asked for, add_parts () does.
      push.alpha = 1;
      push.ldc = (gemm->n + 3) / 4 * 4;
      push.stride_c[1] = push.ldc * gemm->m;
      push.stride_c[0] = push.stride_c[1] * gemm->batch_inner;
      push.part_stride = push.stride_c[0] * gemm->batch_outer;
      constants[0] = FALSE;
      constants[3] = CZ_GEMM_PLAIN;
    }
  CzSpan zeros = cz_span_part (cz_device_get_zeros (device), 0, zero_size);
  CzDispatch dispatch = {
    .kernel = cz_tape_get_kernel (tape, choice->kernel, constants, choice->n_constants),
    .push = &push,
    .push_size = sizeof push,
    .label = gemm->label != NULL ? gemm->label : "gemm",
    .flops = cz_gemm_count_flops (gemm),
    .bytes = (double)gemm->batch_outer * gemm->batch_inner * 4
             * ((double)gemm->m * gemm->k + (double)gemm->k * gemm->n
                + (double)gemm->m * gemm->n * (gemm->accumulate ? 2 : 1)),
  };
  dispatch.bindings[0]
      = align (&gemm->a, cz_gemm_get_extent (gemm, 'a', choice->fours), load_alignment, &push.a);
  dispatch.bindings[1]
      = align (&gemm->b, cz_gemm_get_extent (gemm, 'b', choice->fours), load_alignment, &push.b);
  // C is bound three times by the wide kernels, which have to agree on where it starts.
  gsize alignment = choice->wide ? MAX (info->storage_alignment, info->texel_alignment)
                                 : info->storage_alignment;
  if (in_parts)
    dispatch.bindings[2] = cz_tape_get_scratch (tape, cz_gemm_get_parts_size (gemm, choice->parts));
  else
    dispatch.bindings[2]
        = align (&gemm->c, cz_gemm_get_extent (gemm, 'c', choice->fours), alignment, &push.c);
  if (choice->fuses)
    bind_other (info, gemm, choice->fours, &dispatch, &push);
  if (choice->wide)
    {
      dispatch.bindings[3] = dispatch.bindings[gemm->accumulate ? 2 : 0];
      dispatch.bindings[6] = dispatch.bindings[7] = dispatch.bindings[2];
    }
  dispatch.bindings[4] = zeros;
  if (gemm->bias.buffer != NULL)
    {
      gsize extent = choice->wide ? (gsize)(gemm->n + 3) / 4 * 16 : (gsize)gemm->n * 4;
      dispatch.bindings[4] = align (&gemm->bias, extent, load_alignment, &push.bias);
      push.flags |= in_parts ? 0 : HAS_BIAS;
    }
  dispatch.bindings[5] = zeros;
  if (gemm->dynamic.buffer != NULL)
    {
      dispatch.bindings[5] = align (&gemm->dynamic, 4, info->storage_alignment, &push.count);
      push.flags |= HAS_COUNT;
    }

  guint across = (gemm->n + choice->tile_n - 1) / choice->tile_n;
  guint down = (gemm->m + choice->tile_m - 1) / choice->tile_m;
  dispatch.groups[0] = choice->rows_first ? down : across;
  dispatch.groups[1] = choice->rows_first ? across : down;
  dispatch.groups[2] = gemm->batch_outer * gemm->batch_inner * choice->parts;
  cz_tape_dispatch (tape, &dispatch);
  if (in_parts)
    add_parts (tape, part, &dispatch, &push);
}

// Where to cut a length in two: near its middle, at a multiple of the tiles if it is long.
static guint
cut (guint length)
{
  guint half = length / 2;
  return half >= 64 ? half / 64 * 64 : half >= 4 ? half / 4 * 4 : half;
}

static void record (CzTape *tape, const Part *part);

typedef enum
{
  OUTER,
  INNER,
  M,
  N,
  K,
} Direction;

// Records the product as two, one after the other.
static void
halve (CzTape *tape, const Part *part, Direction direction)
{
  Part first = *part, second = *part;
  CzGemm *one = &first.gemm, *two = &second.gemm;
  gboolean nt = one->form == CZ_GEMM_NT, tn = one->form == CZ_GEMM_TN;
  guint at;
  switch (direction)
    {
    case OUTER:
    case INNER:
      {
        guint *batches = direction == OUTER ? &one->batch_outer : &one->batch_inner;
        guint axis = direction == OUTER ? 0 : 1;
        at = *batches / 2;
        *(direction == OUTER ? &two->batch_outer : &two->batch_inner) = *batches - at;
        *batches = at;
        move (&two->a, (gsize)at * one->stride_a[axis]);
        move (&two->b, (gsize)at * one->stride_b[axis]);
        move (&two->c, (gsize)at * one->stride_c[axis]);
        move (&two->other, (gsize)at * one->stride_c[axis]);
      }
      break;
    case M:
      at = cut (one->m);
      one->m = at;
      two->m -= at;
      move (&two->a, tn ? at : (gsize)at * one->lda);
      move (&two->c, (gsize)at * one->ldc);
      move (&two->other, (gsize)at * one->ldc);
      if (!tn)
        second.count_first += at;
      break;
    case N:
      at = cut (one->n);
      one->n = at;
      two->n -= at;
      move (&two->b, nt ? (gsize)at * one->ldb : at);
      move (&two->c, at);
      move (&two->other, at);
      move (&two->bias, at);
      break;
    case K:
      at = cut (one->k);
      one->k = at;
      two->k -= at;
      move (&two->a, tn ? (gsize)at * one->lda : at);
      move (&two->b, nt ? at : (gsize)at * one->ldb);
      two->accumulate = TRUE;
      two->bias = (CzSpan){ 0 };
      one->epilogue = CZ_GEMM_PLAIN;
      if (tn)
        second.count_first += at;
      break;
    }
  record (tape, &first);
  record (tape, &second);
}

// Records the product, in parts where the device's limits ask for it or its caches are better used.
static void
record (CzTape *tape, const Part *part)
{
  const CzDeviceInfo *info = cz_device_get_info (cz_tape_get_device (tape));
  const CzGemm *gemm = &part->gemm;
  CzGemmChoice choice;
  cz_gemm_table_choose (cz_tape_get_device (tape), gemm, part->plan, cz_tape_get_rounding (tape),
                        &choice);

  gsize slack = MAX (info->texel_alignment, info->storage_alignment);
  gsize largest_load = (choice.wide ? info->max_texel_range : info->max_storage_range) - slack;
  gsize largest_store = MIN (info->max_storage_range, largest_load + slack) - slack;
  gboolean a = cz_gemm_get_extent (gemm, 'a', choice.fours) > largest_load;
  gboolean b = cz_gemm_get_extent (gemm, 'b', choice.fours) > largest_load;
  gboolean c = cz_gemm_get_extent (gemm, 'c', choice.fours) > largest_store;
  guint64 across = (gemm->n + choice.tile_n - 1) / choice.tile_n;
  guint64 down = (gemm->m + choice.tile_m - 1) / choice.tile_m;
  guint64 batches = (guint64)gemm->batch_outer * gemm->batch_inner;

  if ((a || b || c || batches > info->max_groups[2]) && batches > 1)
    halve (tape, part, gemm->batch_outer > 1 ? OUTER : INNER);
  else if (c || down > info->max_groups[choice.rows_first ? 0 : 1])
    halve (tape, part, gemm->m > 1 ? M : N);
  else if (across > info->max_groups[choice.rows_first ? 1 : 0])
    halve (tape, part, N);
  else if (a)
    halve (tape, part, gemm->form == CZ_GEMM_TN ? (gemm->k > 1 ? K : M) : gemm->m > 1 ? M : K);
  else if (b)
    halve (tape, part, gemm->form != CZ_GEMM_NT ? (gemm->k > 1 ? K : N) : gemm->n > 1 ? N : K);
  else if (choice.longest_k != 0 && gemm->k > choice.longest_k)
    halve (tape, part, K);
  else if (gemm->epilogue != CZ_GEMM_PLAIN && !choice.fuses)
    cz_tape_fail (tape, g_error_new (CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                                     _ ("The kernel “%s” does no more than a matrix product"),
                                     choice.kernel));
  else
    dispatch (tape, part, &choice);
}

// Gives NULL, or what is wrong with the product (translated, static).
static const char *
find_mistake (const CzGemm *gemm)
{
  gboolean nt = gemm->form == CZ_GEMM_NT, tn = gemm->form == CZ_GEMM_TN;
  if (gemm->m == 0 || gemm->n == 0 || gemm->k == 0)
    return _ ("a matrix is empty");
  if (gemm->lda < (tn ? gemm->m : gemm->k) || gemm->ldb < (nt ? gemm->k : gemm->n)
      || gemm->ldc < gemm->n)
    return _ ("a row is longer than the leading dimension");
  if (gemm->a.buffer == NULL || gemm->b.buffer == NULL || gemm->c.buffer == NULL
      || gemm->a.offset % 4 != 0 || gemm->b.offset % 4 != 0 || gemm->c.offset % 4 != 0
      || gemm->bias.offset % 4 != 0 || gemm->dynamic.offset % 4 != 0 || gemm->other.offset % 4 != 0)
    return _ ("a matrix lies at no whole element of a buffer");
  if (cz_gemm_get_extent (gemm, 'a', FALSE) > gemm->a.size
      || cz_gemm_get_extent (gemm, 'b', FALSE) > gemm->b.size
      || cz_gemm_get_extent (gemm, 'c', FALSE) > gemm->c.size
      || (gemm->bias.buffer != NULL && gemm->bias.size / 4 < gemm->n)
      || (gemm->epilogue != CZ_GEMM_PLAIN
          && (gemm->other.buffer == NULL
              || cz_gemm_get_extent (gemm, 'c', FALSE) > gemm->other.size))
      || (gemm->dynamic.buffer != NULL && gemm->dynamic.size < 4))
    return _ ("a matrix is larger than its span");
  return NULL;
}

void
cz_gemm_complete (CzGemm *gemm)
{
  gboolean nt = gemm->form == CZ_GEMM_NT, tn = gemm->form == CZ_GEMM_TN;
  if (gemm->lda == 0)
    gemm->lda = tn ? gemm->m : gemm->k;
  if (gemm->ldb == 0)
    gemm->ldb = nt ? gemm->k : gemm->n;
  if (gemm->ldc == 0)
    gemm->ldc = gemm->n;
  if (gemm->batch_outer == 0)
    gemm->batch_outer = 1;
  if (gemm->batch_inner == 0)
    gemm->batch_inner = 1;
  if (gemm->alpha == 0)
    gemm->alpha = 1;
}

void
cz_gemm_planned (CzTape *tape, const CzGemm *gemm, const CzGemmPlan *plan)
{
  if (cz_tape_has_failed (tape))
    return;
  Part part = { .gemm = *gemm, .plan = plan };
  const CzGemm *full = &part.gemm;
  cz_gemm_complete (&part.gemm);

  const char *mistake = find_mistake (full);
  if (mistake == NULL)
    record (tape, &part);
  else
    cz_tape_fail (tape, g_error_new (CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                                     _ ("Product “%s” of %u × %u × %u: %s"),
                                     full->label != NULL ? full->label : "gemm", full->m, full->n,
                                     full->k, mistake));
}

// The measured plan for a product (all fields filled in), or NULL.
static const CzGemmPlan *
find_plan (CzTape *tape, const CzGemm *gemm)
{
  CzDevice *device = cz_tape_get_device (tape);
  const CzGemmTuned *tuned = device->gemm_tuned;
  CzRounding rounding = cz_tape_get_rounding (tape);
  if (tuned == NULL)
    return NULL;
  const CzGemmPlan *plan = cz_gemm_tuned_find (tuned, gemm, rounding);
  // Without matrix units it is the same kernels whatever they round to.
  if (plan == NULL && cz_gemm_matrix_get (device, rounding) == NULL)
    plan = cz_gemm_tuned_find (tuned, gemm, CZ_ROUNDING_NONE);
  return plan;
}

void
cz_gemm (CzTape *tape, const CzGemm *gemm)
{
  CzGemm full = *gemm;
  cz_gemm_complete (&full);
  cz_gemm_planned (tape, gemm, find_plan (tape, &full));
}

gboolean
cz_gemm_can_fuse (CzTape *tape, const CzGemm *gemm)
{
  CzGemm full = *gemm;
  CzGemmChoice choice;
  cz_gemm_complete (&full);
  if (cz_tape_has_failed (tape) || find_mistake (&full) != NULL)
    return FALSE;
  cz_gemm_table_choose (cz_tape_get_device (tape), &full, find_plan (tape, &full),
                        cz_tape_get_rounding (tape), &choice);
  return choice.fuses;
}
