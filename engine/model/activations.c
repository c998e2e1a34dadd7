#include "engine/model/activations.h"

#include "engine/model/attention.h"
#include "engine/model/partials.h"
#include "engine/model/selection.h"

#define ROUND_UP(n, to) (((n) + (to)-1) / (to) * (to))
#define PLACE_STEP      256 // bytes: any device may bind there
#define SLICE_STEP      64  // rows: parts of word arrays then begin at multiples of 256 bytes
#define SLICE_BYTES     ((gsize)64 << 20) // of a slice's logits at most
#define SLICE_SHARE \
  5 // a slice holds a fifth of the tokens: at 15 % one slice is nearly always enough

enum
{
  GROUP_MAPPED,
  GROUP_BATCH,
  GROUP_SCRATCH,
  GROUP_LAYER
};

// The table is gone through twice: once to add up the groups, once to cut the buffers into spans.
typedef struct
{
  CzBuffer **buffers;
  gsize *sizes;
  gboolean fused; // attention, see attention.h
} Table;

static CzSpan
place (Table *table, guint group, gsize bytes)
{
  CzSpan span = cz_span (table->buffers[group], table->sizes[group], bytes);

  table->sizes[group] += ROUND_UP (bytes, PLACE_STEP);
  return span;
}

static void
place_batch (Table *table, CzActivations *a, const CzPassOptions *options)
{
  gsize word = sizeof (guint32), batch = (gsize)options->batch_blocks * options->block_size * word;
  gsize positions = ROUND_UP (a->capacity * word, PLACE_STEP);
  guint padded = cz_attention_pad (options->block_size);

  a->positions_at = PLACE_STEP;
  a->losses_at = a->positions_at + positions;
  a->step = place (table, GROUP_MAPPED, sizeof (CzStep));
  a->words = place (table, GROUP_MAPPED, batch);
  a->hashes = place (table, GROUP_MAPPED, options->batch_blocks * word);
  a->given = place (table, GROUP_MAPPED, batch);
  a->answer_mapped = place (table, GROUP_MAPPED, a->losses_at + positions);
  a->answer = place (table, GROUP_BATCH, a->losses_at + positions);
  a->result = cz_span_part (a->answer, 0, sizeof (CzPassResult));
  a->positions = cz_span_part (a->answer, a->positions_at, positions);
  a->losses = cz_span_part (a->answer, a->losses_at, positions);
  a->ids = place (table, GROUP_BATCH, batch);
  a->labels = place (table, GROUP_BATCH, batch);
  a->counts = place (table, GROUP_BATCH, CZ_SELECTION_COUNT_BYTES (a->slices));
  a->scored_labels = place (table, GROUP_BATCH, positions);
  a->token_ids = place (table, GROUP_BATCH, ROUND_UP (a->tokens, 4) * word);
  a->attended = place (table, GROUP_BATCH, (gsize)options->micro_blocks * padded * word);
}

static void
place_layers (Table *table,
              CzActivations *a,
              const CzModelConfig *config,
              const CzPassOptions *options)
{
  gboolean train = options->kind == CZ_PASS_TRAIN;
  gsize dim = (gsize)a->tokens * config->dim * sizeof (float);
  gsize hidden = (gsize)a->tokens * config->hidden_dim * sizeof (float);
  gsize stats = (gsize)a->tokens * 4 * sizeof (float);
  gsize p = cz_attention_get_bytes (options->micro_blocks, options->block_size, config->n_heads);
  gsize attention
      = cz_attention_get_stats_bytes (options->micro_blocks, options->block_size, config->n_heads);

  for (guint i = 0; i < config->n_layers; i++)
    {
      CzLayerActivations *layer = &a->layers[i];
      guint group = GROUP_LAYER + i;

      // Of what is frozen nothing is kept but the highest layer's end: the next one's input.
      if (i > 0 && (!train || i + 2 < options->frozen))
        {
          *layer = a->layers[0];
          if (options->keep_attention)
            layer->p = place (table, group, p);
          continue;
        }
      layer->q = place (table, group, dim);
      layer->k = place (table, group, dim);
      layer->v = place (table, group, dim);
      layer->p = options->keep_attention ? place (table, group, p) : a->p;
      if (table->fused)
        layer->attention_stats = place (table, group, attention);
      layer->context = place (table, group, dim);
      if (i + 1 == config->n_layers)
        continue;
      layer->sum1 = place (table, group, dim);
      layer->stats1 = place (table, group, stats);
      layer->hidden = place (table, group, hidden);
      layer->sum2 = place (table, group, dim);
      layer->stats2 = place (table, group, stats);
    }
}

// A slice of the head and of the last layer's end.
static void
place_slice (Table *table, CzActivations *a, const CzModelConfig *config, const CzArena *arena)
{
  gsize row = sizeof (float) * a->slice_rows, dim = row * config->dim;
  CzSpan *const rows[] = { &a->top_context, &a->top_x,  &a->top_sum1, &a->top_y1, &a->top_sum2,
                           &a->head_x,      &a->head_t, &a->head_sum, &a->head_z };
  CzSpan *const stats[] = { &a->top_stats1, &a->top_stats2, &a->head_stats };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    *rows[i] = place (table, GROUP_SCRATCH, dim);
  for (guint i = 0; i < G_N_ELEMENTS (stats); i++)
    *stats[i] = place (table, GROUP_SCRATCH, row * 4);
  a->top_hidden = place (table, GROUP_SCRATCH, row * config->hidden_dim);
  a->top_active = place (table, GROUP_SCRATCH, row * config->hidden_dim);
  a->logits = place (table, GROUP_SCRATCH, row * cz_arena_get_padded_vocabulary (arena));
}

// What is alive at one time only: the head, a layer's attention, its feed-forward. Returns where
// the longest ends.
static gsize
place_in_turn (Table *table,
               CzActivations *a,
               const CzModelConfig *config,
               const CzPassOptions *options,
               const CzArena *arena)
{
  gboolean train = options->kind == CZ_PASS_TRAIN;
  gsize dim = (gsize)a->tokens * config->dim * sizeof (float);
  gsize p = cz_attention_get_scratch_bytes (options->micro_blocks, options->block_size,
                                            config->n_heads);
  gsize *size = &table->sizes[GROUP_SCRATCH], begin, end;

  // The head's slices leave a gradient in dc.
  a->y1 = a->dc = place (table, GROUP_SCRATCH, dim);
  begin = *size;
  place_slice (table, a, config, arena);
  if (train)
    a->head_dz = place (table, GROUP_SCRATCH, (gsize)a->slice_rows * config->dim * sizeof (float));
  end = *size;

  *size = begin;
  a->active = place (table, GROUP_SCRATCH, (gsize)a->tokens * config->hidden_dim * sizeof (float));
  end = MAX (end, *size);

  *size = begin;
  a->dq = a->dc;
  if (table->fused)
    {
      if (train)
        a->dq = place (table, GROUP_SCRATCH, dim);
      return MAX (end, *size);
    }
  a->p = place (table, GROUP_SCRATCH, p);
  if (train && options->attention_dropout > 0)
    a->dropped = place (table, GROUP_SCRATCH, p);
  if (train)
    a->dscores = place (table, GROUP_SCRATCH, p);
  return MAX (end, *size);
}

static void
place_scratch (Table *table,
               CzActivations *a,
               const CzModelConfig *config,
               const CzPassOptions *options,
               const CzArena *arena)
{
  gsize dim = (gsize)a->tokens * config->dim * sizeof (float);
  gsize vectors = cz_arena_get_size (arena) - cz_arena_get_decayed_size (arena);

  a->embed_sum = place (table, GROUP_SCRATCH, dim);
  a->embed_stats = place (table, GROUP_SCRATCH, (gsize)a->tokens * 4 * sizeof (float));
  a->x = a->db = place (table, GROUP_SCRATCH, dim);
  if (options->kind == CZ_PASS_TRAIN)
    {
      a->links = place (table, GROUP_SCRATCH, (gsize)a->tokens * sizeof (guint32));
      a->da = place (table, GROUP_SCRATCH, dim);
      // Not lent: what lies between the vectors is added up with them and has to stay zero.
      a->partials = place (table, GROUP_BATCH, CZ_PARTIALS_CHUNKS * vectors);
    }
  table->sizes[GROUP_SCRATCH] = place_in_turn (table, a, config, options, arena);
}

static void
place_all (Table *table,
           CzActivations *a,
           const CzModelConfig *config,
           const CzPassOptions *options,
           const CzArena *arena)
{
  place_batch (table, a, options);
  place_scratch (table, a, config, options, arena);
  place_layers (table, a, config, options);
}

static void
set_slices (CzActivations *a, const CzPassOptions *options, const CzArena *arena)
{
  gsize row = cz_arena_get_padded_vocabulary (arena) * sizeof (float);
  gsize most = MAX (SLICE_BYTES / row / SLICE_STEP, 1) * SLICE_STEP;

  a->tokens = options->micro_blocks * options->block_size;
  a->capacity = options->kind == CZ_PASS_TRAIN ? a->tokens : options->max_scored;
  if (options->kind == CZ_PASS_PREDICT) // all logits are to be read, so they make one slice
    a->slice_rows = ROUND_UP (a->capacity, SLICE_STEP);
  else
    a->slice_rows
        = (guint)MIN (ROUND_UP ((a->tokens + SLICE_SHARE - 1) / SLICE_SHARE, SLICE_STEP), most);
  a->slice_rows = MIN (a->slice_rows, ROUND_UP (a->capacity, SLICE_STEP));
  a->slices = (a->capacity + a->slice_rows - 1) / a->slice_rows;
}

gboolean
cz_activations_fuse_attention (CzDevice *device,
                               const CzModelConfig *config,
                               const CzPassOptions *options)
{
  return !options->keep_attention && cz_attention_is_fused (device, config->dim / config->n_heads);
}

static CzActivations *
new_table (CzDevice *device,
           const CzModelConfig *config,
           const CzPassOptions *options,
           const CzArena *arena,
           gsize **ret_sizes)
{
  CzActivations *a = g_new0 (CzActivations, 1);

  a->n_buffers = GROUP_LAYER + config->n_layers;
  a->buffers = g_new0 (CzBuffer *, a->n_buffers);
  a->layers = g_new0 (CzLayerActivations, config->n_layers);
  set_slices (a, options, arena);
  *ret_sizes = g_new0 (gsize, a->n_buffers);
  place_all (
      &(Table){ a->buffers, *ret_sizes, cz_activations_fuse_attention (device, config, options) },
      a, config, options, arena);
  return a;
}

// Scratch and layers hold nothing that outlasts a micro-batch.
static gboolean
can_borrow (guint group, gsize size, gsize lent)
{
  return group >= GROUP_SCRATCH && size <= lent;
}

guint64
cz_activations_plan (CzDevice *device,
                     const CzModelConfig *config,
                     const CzPassOptions *options,
                     const CzPassOptions *lender)
{
  g_autoptr (CzArena) arena = cz_arena_new (config);
  g_autofree gsize *sizes = NULL, *lent = NULL;
  g_autoptr (CzActivations) a = new_table (device, config, options, arena, &sizes);
  g_autoptr (CzActivations) b
      = lender != NULL ? new_table (device, config, lender, arena, &lent) : NULL;
  guint64 bytes = 0;

  for (guint i = 0; i < a->n_buffers; i++)
    if (b == NULL || !can_borrow (i, sizes[i], lent[i]))
      bytes += sizes[i];
  return bytes;
}

CzActivations *
cz_activations_new (CzDevice *device,
                    const CzModelConfig *config,
                    const CzPassOptions *options,
                    const CzActivations *lender,
                    GError **error)
{
  g_autoptr (CzArena) arena = cz_arena_new (config);
  g_autofree gsize *sizes = NULL;
  g_autoptr (CzActivations) a = new_table (device, config, options, arena, &sizes);

  for (guint i = 0; i < a->n_buffers; i++)
    {
      CzBuffer *lent = lender != NULL ? lender->buffers[i] : NULL;

      if (sizes[i] == 0)
        continue;
      if (lent != NULL && can_borrow (i, sizes[i], cz_buffer_get_size (lent)))
        a->buffers[i] = cz_buffer_ref (lent);
      else
        a->buffers[i] = cz_buffer_new (device, sizes[i],
                                       i == GROUP_MAPPED ? CZ_MEMORY_HOST : CZ_MEMORY_DEVICE,
                                       "activations", error);
      if (!a->buffers[i])
        return NULL;
      sizes[i] = 0;
    }
  place_all (&(Table){ a->buffers, sizes, cz_activations_fuse_attention (device, config, options) },
             a, config, options, arena);
  return g_steal_pointer (&a);
}

void
cz_activations_free (CzActivations *a)
{
  for (guint i = 0; i < a->n_buffers; i++)
    g_clear_pointer (&a->buffers[i], cz_buffer_unref);
  g_free (a->buffers);
  g_free (a->layers);
  g_free (a);
}
