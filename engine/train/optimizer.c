// Three kernels: squared-norm leaves partial sums, gradient-clip adds them up, adamw updates. A
// range that is longer than a binding may be is gone over in pieces; the partial sums stay in the
// order of the arena, whatever the pieces. Between the first two and the third there is the loss's
// scale, which gradient-clip alone changes.
#include "engine/train/optimizer.h"

#include <math.h>

#define VECTOR_BYTES      (4 * sizeof (float))
#define VECTORS_PER_GROUP 4096 // of the norm: 64 KiB a partial sum
#define ROUNDS_PER_GROUP  32   // of the update: vectors a lane goes over

typedef struct
{
  float step_size, root, shrink, reserved;
} Step; // adamw.comp's twin

typedef struct
{
  float norm, scale, reserved[2];
} Clip;

struct _CzOptimizer
{
  CzDevice *device;
  CzSpan weights, gradients;
  CzBuffer *first, *second, *partials, *clip, *step, *loss_scale;
  CzAdamRange *ranges;
  guint n_ranges;
  CzAdamOptions options;
  gsize piece; // bytes that one binding covers at most
};

// One piece of a range: bytes of the arena.
typedef struct
{
  gsize offset, size;
  gboolean decay;
} Piece;

static GArray *
cut_ranges (const CzAdamRange *ranges, guint n_ranges, gsize piece)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  for (guint i = 0; i < n_ranges; i++)
    {
      gsize offset = ranges[i].begin * sizeof (float);
      gsize end = offset + ranges[i].count * sizeof (float);
      while (offset < end)
        {
          Piece next = { offset, MIN (end - offset, piece), ranges[i].decay };
          g_array_append_val (pieces, next);
          offset += next.size;
        }
    }
  return pieces;
}

static guint
count_partials (gsize bytes)
{
  gsize vectors = bytes / VECTOR_BYTES;

  return (guint)((vectors + VECTORS_PER_GROUP - 1) / VECTORS_PER_GROUP);
}

static gsize
measure_piece (CzDevice *device)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  gsize partial = VECTORS_PER_GROUP * VECTOR_BYTES;
  gsize n_partials = MIN (info->max_storage_range, info->max_texel_range) / partial;

  // A whole number of partial sums, so that pieces don't change how the norm is added up.
  return CLAMP (n_partials, 1, info->max_groups[0]) * partial;
}

CzOptimizer *
cz_optimizer_new (CzDevice *device,
                  CzSpan weights,
                  CzSpan gradients,
                  const CzAdamRange *ranges,
                  guint n_ranges,
                  const CzAdamOptions *options,
                  GError **error)
{
  g_autoptr (CzOptimizer) optimizer = g_new0 (CzOptimizer, 1);
  guint n_partials = 0;

  g_assert (weights.size == gradients.size && weights.size % VECTOR_BYTES == 0);
  optimizer->device = cz_device_ref (device);
  optimizer->weights = weights;
  optimizer->gradients = gradients;
  optimizer->ranges = g_memdup2 (ranges, n_ranges * sizeof *ranges);
  optimizer->n_ranges = n_ranges;
  optimizer->options = *options;
  optimizer->piece = measure_piece (device);
  cz_buffer_ref (weights.buffer);
  cz_buffer_ref (gradients.buffer);
  g_autoptr (GArray) pieces = cut_ranges (ranges, n_ranges, optimizer->piece);
  for (guint i = 0; i < pieces->len; i++)
    n_partials += count_partials (g_array_index (pieces, Piece, i).size);

  optimizer->first = cz_buffer_new (device, weights.size, CZ_MEMORY_DEVICE, "first moments", error);
  if (optimizer->first == NULL)
    return NULL;
  optimizer->second
      = cz_buffer_new (device, weights.size, CZ_MEMORY_DEVICE, "second moments", error);
  if (optimizer->second == NULL)
    return NULL;
  optimizer->partials = cz_buffer_new (device, MAX (n_partials, 1) * sizeof (float),
                                       CZ_MEMORY_DEVICE, "partial sums of the norm", error);
  if (optimizer->partials == NULL)
    return NULL;
  optimizer->clip = cz_buffer_new (device, sizeof (Clip), CZ_MEMORY_HOST, "gradient norm", error);
  if (optimizer->clip == NULL)
    return NULL;
  optimizer->step = cz_buffer_new (device, sizeof (Step), CZ_MEMORY_HOST, "optimizer step", error);
  if (optimizer->step == NULL)
    return NULL;
  optimizer->loss_scale
      = cz_buffer_new (device, sizeof (CzLossScale), CZ_MEMORY_HOST, "loss scale", error);
  if (optimizer->loss_scale == NULL)
    return NULL;
  cz_optimizer_set_loss_scale (
      optimizer, &(CzLossScale){ .scale = options->scales_loss ? CZ_LOSS_SCALE_START : 1 });
  return g_steal_pointer (&optimizer);
}

void
cz_optimizer_free (CzOptimizer *optimizer)
{
  cz_buffer_unref (optimizer->weights.buffer);
  cz_buffer_unref (optimizer->gradients.buffer);
  g_clear_pointer (&optimizer->first, cz_buffer_unref);
  g_clear_pointer (&optimizer->second, cz_buffer_unref);
  g_clear_pointer (&optimizer->partials, cz_buffer_unref);
  g_clear_pointer (&optimizer->clip, cz_buffer_unref);
  g_clear_pointer (&optimizer->step, cz_buffer_unref);
  g_clear_pointer (&optimizer->loss_scale, cz_buffer_unref);
  cz_device_unref (optimizer->device);
  g_free (optimizer->ranges);
  g_free (optimizer);
}

static void
record_norm (CzOptimizer *optimizer, CzTape *tape, const GArray *pieces, guint subgroup)
{
  CzKernel *sums = cz_tape_get_kernel (tape, "squared-norm", &subgroup, 1);
  guint n_partials = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *piece = &g_array_index (pieces, Piece, i);
      struct
      {
        guint32 n, per_group, first_partial;
      } push = { (guint32)(piece->size / VECTOR_BYTES), VECTORS_PER_GROUP, n_partials };
      guint n = count_partials (piece->size);

      cz_tape_dispatch (
          tape, &(CzDispatch){ .kernel = sums,
                               .bindings
                               = { cz_span_part (optimizer->gradients, piece->offset, piece->size),
                                   cz_span_all (optimizer->partials) },
                               .push = &push,
                               .push_size = sizeof push,
                               .groups = { n },
                               .label = "gradient norm",
                               .flops = (double)piece->size / 2,
                               .bytes = (double)piece->size });
      n_partials += n;
    }
  struct
  {
    guint32 n;
    float max_norm;
  } push = { n_partials, (float)optimizer->options.clip_norm };
  const guint32 constants[] = { subgroup, optimizer->options.scales_loss };
  cz_tape_dispatch (
      tape,
      &(CzDispatch){ .kernel = cz_tape_get_kernel (tape, "gradient-clip", constants, 2),
                     .bindings = { cz_span_all (optimizer->partials), cz_span_all (optimizer->clip),
                                   cz_span_all (optimizer->loss_scale) },
                     .push = &push,
                     .push_size = sizeof push,
                     .groups = { 1 },
                     .label = "gradient norm" });
}

static void
record_update (CzOptimizer *optimizer, CzTape *tape, const Piece *piece, guint subgroup)
{
  const CzAdamOptions *options = &optimizer->options;
  guint32 n = (guint32)(piece->size / VECTOR_BYTES);
  guint32 max_groups = cz_device_get_info (optimizer->device)->max_groups[0];
  guint32 per_group = MAX (subgroup * ROUNDS_PER_GROUP, n / max_groups + 1);
  struct
  {
    guint32 n, per_group;
    float beta1, rest1, beta2, rest2, epsilon;
    guint32 decays;
  } push = { n,
             per_group,
             (float)options->beta1,
             (float)(1 - options->beta1),
             (float)options->beta2,
             (float)(1 - options->beta2),
             (float)options->epsilon,
             piece->decay };
  const guint32 constants[] = { subgroup, options->scales_loss };
  CzSpan weights = cz_span_part (optimizer->weights, piece->offset, piece->size);
  CzSpan gradients = cz_span_part (optimizer->gradients, piece->offset, piece->size);
  CzSpan first = cz_span (optimizer->first, piece->offset, piece->size);
  CzSpan second = cz_span (optimizer->second, piece->offset, piece->size);

  cz_tape_dispatch (tape, &(CzDispatch){ .kernel = cz_tape_get_kernel (tape, "adamw", constants, 2),
                                         .bindings = { weights, gradients, first, second, weights,
                                                       first, second, cz_span_all (optimizer->clip),
                                                       cz_span_all (optimizer->step),
                                                       cz_span_all (optimizer->loss_scale) },
                                         .push = &push,
                                         .push_size = sizeof push,
                                         .groups = { (n + per_group - 1) / per_group },
                                         .label = "adamw",
                                         .flops = (double)n * 4 * 14,
                                         .bytes = (double)piece->size * 7 });
  // Storing zeros from the kernel takes lavapipe several times as long.
  cz_tape_fill (tape, gradients, 0, "clear gradients");
}

void
cz_optimizer_record (CzOptimizer *optimizer, CzTape *tape)
{
  guint subgroup = cz_device_get_info (optimizer->device)->subgroup_size;
  g_autoptr (GArray) pieces = cut_ranges (optimizer->ranges, optimizer->n_ranges, optimizer->piece);

  record_norm (optimizer, tape, pieces, subgroup);
  for (guint i = 0; i < pieces->len; i++)
    record_update (optimizer, tape, &g_array_index (pieces, Piece, i), subgroup);
}

void
cz_optimizer_set_step (CzOptimizer *optimizer, guint64 step, double learning_rate)
{
  const CzAdamOptions *options = &optimizer->options;
  Step *mapped = cz_buffer_map (optimizer->step);

  g_assert (step >= 1);
  mapped->step_size = (float)(learning_rate / (1 - pow (options->beta1, (double)step)));
  mapped->root = (float)sqrt (1 - pow (options->beta2, (double)step));
  mapped->shrink = (float)(1 - learning_rate * options->weight_decay);
}

double
cz_optimizer_get_gradient_norm (CzOptimizer *optimizer)
{
  const Clip *mapped = cz_buffer_map (optimizer->clip);

  return mapped->norm;
}

CzLossScale
cz_optimizer_get_loss_scale (CzOptimizer *optimizer)
{
  const CzLossScale *mapped = cz_buffer_map (optimizer->loss_scale);

  return *mapped;
}

void
cz_optimizer_set_loss_scale (CzOptimizer *optimizer, const CzLossScale *loss_scale)
{
  CzLossScale *mapped = cz_buffer_map (optimizer->loss_scale);

  *mapped = *loss_scale;
}

gboolean
cz_optimizer_scales_loss (CzOptimizer *optimizer)
{
  return optimizer->options.scales_loss;
}

CzSpan
cz_optimizer_get_scale (CzOptimizer *optimizer)
{
  return optimizer->options.scales_loss
             ? cz_span (optimizer->loss_scale, G_STRUCT_OFFSET (CzLossScale, scale), sizeof (float))
             : (CzSpan){ 0 };
}

CzSpan
cz_optimizer_get_first (CzOptimizer *optimizer)
{
  return cz_span_all (optimizer->first);
}

CzSpan
cz_optimizer_get_second (CzOptimizer *optimizer)
{
  return cz_span_all (optimizer->second);
}

guint64
cz_optimizer_plan_bytes (gsize n_floats)
{
  return 2 * (guint64)n_floats * sizeof (float)
         + (n_floats / 4 / VECTORS_PER_GROUP + 8) * sizeof (float) + sizeof (Clip) + sizeof (Step)
         + sizeof (CzLossScale);
}
