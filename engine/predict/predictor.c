// A pass and its tape belong to a padded length and a number of rows; the last few that were used
// are kept. Rows are given as masked by hand (CZ_STEP_MASK_GIVEN); any label marks a wanted
// position.
#include "engine/predict/predictor-private.h"

#include <math.h>
#include <string.h>

#include "engine/model/pass.h"
#include "engine/predict/predict-error.h"
#include "engine/text/masking.h"

#define MAX_SHAPES    8  // passes kept
#define MAX_ROWS      8  // rows at once whose logits are wanted
#define MAX_POSITIONS 64 // logits at once
#define MAX_SCORED    64 // rows at once that are scored
// Tokens at once that are scored. A CPU is busy with few already.
#define MAX_TOKENS     16384
#define MAX_TOKENS_CPU 512

typedef enum
{
  SHAPE_LOGITS,
  SHAPE_ATTENTION,
  SHAPE_SCORES,
} ShapeKind;

typedef struct
{
  guint length, rows;
  ShapeKind kind;
  guint64 used; // when, for throwing out the longest unused
  CzPass *pass;
  CzTape *tape;
} Shape;

// A row, or a part of its positions where it wants more than fit at once.
typedef struct
{
  guint row, first, n;
} Unit;

struct _CzPredictor
{
  CzModelConfig config;
  CzTokenizer *tokenizer;
  CzDistilbert *model;
  CzPass *lender;    // NULL: none
  GPtrArray *shapes; // of Shape
  guint64 clock;
  float *logits;             // (vocab_size)
  GCancellable *cancellable; // or NULL
  gboolean one_by_one;
  CzPredictorMakeRoom make_room; // or NULL
  gpointer make_room_data;
};

static void
free_shape (gpointer data)
{
  Shape *shape = data;

  g_clear_pointer (&shape->tape, cz_tape_free);
  g_clear_pointer (&shape->pass, cz_pass_free);
  g_free (shape);
}

static CzPredictor *
make_predictor (const CzModelConfig *config, CzTokenizer *tokenizer)
{
  CzPredictor *predictor = g_new0 (CzPredictor, 1);

  predictor->config = *config;
  predictor->tokenizer = cz_tokenizer_ref (tokenizer);
  predictor->shapes = g_ptr_array_new_with_free_func (free_shape);
  predictor->logits = g_new (float, predictor->config.vocab_size);
  return predictor;
}

CzPredictor *
cz_predictor_new (CzDevice *device, CzModelFolder *folder, GError **error)
{
  g_autoptr (CzPredictor) predictor = make_predictor (cz_model_folder_get_config (folder),
                                                      cz_model_folder_get_tokenizer (folder));

  predictor->model
      = cz_distilbert_new (device, &predictor->config, FALSE /* with_gradients */, error);
  if (predictor->model == NULL || !cz_distilbert_load (predictor->model, folder, error))
    return NULL;
  return g_steal_pointer (&predictor);
}

CzPredictor *
cz_predictor_new_beside (CzPass *lender, CzDistilbert *model, CzTokenizer *tokenizer)
{
  CzPredictor *predictor = make_predictor (cz_distilbert_get_config (model), tokenizer);

  predictor->model = cz_distilbert_ref (model);
  predictor->lender = lender;
  return predictor;
}

void
cz_predictor_free (CzPredictor *predictor)
{
  g_ptr_array_unref (predictor->shapes);
  g_clear_pointer (&predictor->model, cz_distilbert_unref);
  cz_tokenizer_unref (predictor->tokenizer);
  g_clear_object (&predictor->cancellable);
  g_free (predictor->logits);
  g_free (predictor);
}

void
cz_predictor_set_cancellable (CzPredictor *predictor, GCancellable *cancellable)
{
  g_set_object (&predictor->cancellable, cancellable);
}

void
cz_predictor_set_make_room (CzPredictor *predictor, CzPredictorMakeRoom make_room, gpointer data)
{
  predictor->make_room = make_room;
  predictor->make_room_data = data;
}

void
cz_predictor_set_one_by_one (CzPredictor *predictor, gboolean one_by_one)
{
  predictor->one_by_one = one_by_one;
}

CzTokenizer *
cz_predictor_get_tokenizer (CzPredictor *predictor)
{
  return predictor->tokenizer;
}

const CzModelConfig *
cz_predictor_get_config (CzPredictor *predictor)
{
  return &predictor->config;
}

guint
cz_predictor_get_window (CzPredictor *predictor)
{
  return predictor->config.max_position_embeddings;
}

const char *
cz_predictor_get_token (CzPredictor *predictor, guint32 id)
{
  const char *token
      = cz_vocabulary_get_token (cz_tokenizer_get_vocabulary (predictor->tokenizer), id);

  return token != NULL ? token : "";
}

// Lengths are padded to 16, 32, 48, 64, 96, 128, 192 …, so that few tapes serve all.
static guint
pad_length (CzPredictor *predictor, guint n)
{
  guint padded = 16;

  for (guint step = 16; padded < n; padded += step)
    if (padded >= 4 * step)
      step *= 2;
  return MIN (padded, cz_predictor_get_window (predictor));
}

// 1, 2, 4, 8 … rows at once.
static guint
round_rows (guint n)
{
  guint rows = 1;

  while (rows < n)
    rows *= 2;
  return rows;
}

static CzPassOptions
get_options (guint length, guint rows, ShapeKind kind)
{
  return (CzPassOptions){
    .kind = kind == SHAPE_SCORES ? CZ_PASS_EVALUATE : CZ_PASS_PREDICT,
    .block_size = length,
    .micro_blocks = rows,
    .max_scored = kind == SHAPE_SCORES ? rows : MIN (MAX_POSITIONS, rows * length),
    .keep_attention = kind == SHAPE_ATTENTION,
  };
}

static Shape *
make_shape (CzPredictor *predictor, guint length, guint rows, ShapeKind kind, GError **error)
{
  CzPassOptions options = get_options (length, rows, kind);
  Shape *shape = g_new0 (Shape, 1);

  *shape = (Shape){ .length = length, .rows = rows, .kind = kind };
  shape->pass = predictor->lender != NULL ? cz_pass_new_beside (predictor->lender, &options, error)
                                          : cz_pass_new (predictor->model, &options, error);
  if (shape->pass != NULL)
    {
      shape->tape
          = cz_tape_new (cz_distilbert_get_device (predictor->model), "predict", CZ_TAPE_PLAIN);
      cz_pass_record_masks (shape->pass, shape->tape);
      cz_pass_record_micro (shape->pass, shape->tape);
    }
  if (shape->pass != NULL && cz_tape_finish (shape->tape, error))
    return shape;
  free_shape (shape);
  return NULL;
}

// Whether anything was given back: the other shapes, then what others have.
static gboolean
give_back (CzPredictor *predictor)
{
  if (predictor->shapes->len > 0)
    {
      g_ptr_array_set_size (predictor->shapes, 0);
      return TRUE;
    }
  return predictor->make_room != NULL && predictor->make_room (predictor->make_room_data);
}

static Shape *
get_shape (CzPredictor *predictor, guint length, guint rows, ShapeKind kind, GError **error)
{
  g_autoptr (GError) reason = NULL;
  guint oldest = 0;
  Shape *shape;

  for (guint i = 0; i < predictor->shapes->len; i++)
    {
      shape = predictor->shapes->pdata[i];
      if (shape->length == length && shape->rows == rows && shape->kind == kind)
        {
          shape->used = ++predictor->clock;
          return shape;
        }
      if (shape->used < ((Shape *)predictor->shapes->pdata[oldest])->used)
        oldest = i;
    }
  if (predictor->shapes->len >= MAX_SHAPES)
    g_ptr_array_remove_index_fast (predictor->shapes, oldest);

  while ((shape = make_shape (predictor, length, rows, kind, &reason)) == NULL)
    {
      if (!g_error_matches (reason, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY)
          || !give_back (predictor))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return NULL;
        }
      g_clear_error (&reason);
    }
  shape->used = ++predictor->clock;
  g_ptr_array_add (predictor->shapes, shape);
  return shape;
}

// Puts a sequence into a block of the pass, padded.
static void
write_block (CzPredictor *predictor, Shape *shape, guint block, const guint32 *ids, guint n)
{
  gsize at = (gsize)block * shape->length;
  guint32 *words = cz_pass_get_words (shape->pass) + at;
  gint32 *labels = cz_pass_get_labels (shape->pass) + at;
  guint32 pad = cz_tokenizer_get_pad_word (predictor->tokenizer);

  for (guint i = 0; i < shape->length; i++)
    {
      words[i] = i < n ? ids[i] : pad;
      labels[i] = CZ_MASKING_IGNORED;
    }
}

static gboolean
run_shape (CzPredictor *predictor, Shape *shape, guint n_blocks, GError **error)
{
  if (g_cancellable_is_cancelled (predictor->cancellable))
    return cz_predict_set_cancelled (error);
  *cz_pass_get_step (shape->pass)
      = (CzStep){ .valid_blocks = n_blocks, .mask_strategy = CZ_STEP_MASK_GIVEN };
  return cz_tape_run (shape->tape, error);
}

static gboolean
run_units (CzPredictor *predictor,
           const CzRow *rows,
           const Unit *units,
           guint n_units,
           CzRowSink sink,
           gpointer data,
           GError **error)
{
  guint longest = 0, scored = 0;

  for (guint i = 0; i < n_units; i++)
    longest = MAX (longest, rows[units[i].row].n_ids);
  Shape *shape = get_shape (predictor, pad_length (predictor, longest), round_rows (n_units),
                            SHAPE_LOGITS, error);
  if (shape == NULL)
    return FALSE;
  for (guint i = 0; i < n_units; i++)
    {
      const CzRow *row = &rows[units[i].row];
      write_block (predictor, shape, i, row->ids, row->n_ids);
      gint32 *labels = cz_pass_get_labels (shape->pass) + (gsize)i * shape->length;
      for (guint j = 0; j < units[i].n; j++)
        labels[row->positions[units[i].first + j]] = 0;
    }
  if (!run_shape (predictor, shape, n_units, error))
    return FALSE;
  for (guint i = 0; i < n_units; i++)
    for (guint j = 0; j < units[i].n; j++, scored++)
      if (!cz_pass_read_logits (shape->pass, scored, 1, predictor->logits, error)
          || !sink (units[i].row, units[i].first + j, predictor->logits, data, error))
        return FALSE;
  return TRUE;
}

gboolean
cz_predictor_run (CzPredictor *predictor,
                  const CzRow *rows,
                  guint n_rows,
                  CzRowSink sink,
                  gpointer data,
                  GError **error)
{
  Unit units[MAX_ROWS];
  guint n_units = 0, n_positions = 0;

  for (guint row = 0; row < n_rows; row++)
    for (guint first = 0; first < rows[row].n_positions;)
      {
        guint n = MIN (rows[row].n_positions - first, MAX_POSITIONS);
        if (n_units == MAX_ROWS || n_positions + n > MAX_POSITIONS)
          {
            if (!run_units (predictor, rows, units, n_units, sink, data, error))
              return FALSE;
            n_units = n_positions = 0;
          }
        units[n_units++] = (Unit){ row, first, n };
        n_positions += n;
        first += n;
      }
  return n_units == 0 || run_units (predictor, rows, units, n_units, sink, data, error);
}

guint
cz_predictor_get_batch (CzPredictor *predictor, guint n_ids)
{
  CzDevice *device = cz_distilbert_get_device (predictor->model);
  gboolean cpu = cz_device_get_info (device)->type == CZ_DEVICE_CPU;
  guint64 room = cz_device_get_available_memory (device) / 4;
  guint length = pad_length (predictor, n_ids), rows = predictor->one_by_one ? 1 : MAX_SCORED;

  while (rows > 1 && rows * length > (cpu ? MAX_TOKENS_CPU : MAX_TOKENS))
    rows /= 2;
  for (; rows > 1; rows /= 2)
    {
      CzPassOptions options = get_options (length, rows, SHAPE_SCORES);
      if (cz_pass_plan (device, &predictor->config, &options, NULL /* lender */) <= room)
        break;
    }
  return rows;
}

static gboolean
score_rows (
    CzPredictor *predictor, const CzScoredRow *rows, guint n_rows, double *ret_nats, GError **error)
{
  guint longest = 0;

  for (guint i = 0; i < n_rows; i++)
    longest = MAX (longest, rows[i].n_ids);
  Shape *shape = get_shape (predictor, pad_length (predictor, longest), round_rows (n_rows),
                            SHAPE_SCORES, error);
  if (shape == NULL)
    return FALSE;
  for (guint i = 0; i < n_rows; i++)
    {
      write_block (predictor, shape, i, rows[i].ids, rows[i].n_ids);
      cz_pass_get_labels (shape->pass)[(gsize)i * shape->length + rows[i].position]
          = (gint32)rows[i].token;
    }
  if (!run_shape (predictor, shape, n_rows, error))
    return FALSE;
  const float *losses = cz_pass_get_losses (shape->pass);
  for (guint i = 0; i < n_rows; i++)
    {
      if (!isfinite (losses[i]))
        return cz_predict_set_not_a_number (error);
      ret_nats[i] = losses[i];
    }
  return TRUE;
}

gboolean
cz_predictor_score (
    CzPredictor *predictor, const CzScoredRow *rows, guint n_rows, double *ret_nats, GError **error)
{
  guint longest = 0;

  for (guint i = 0; i < n_rows; i++)
    longest = MAX (longest, rows[i].n_ids);
  guint batch = cz_predictor_get_batch (predictor, longest);
  for (guint first = 0; first < n_rows; first += batch)
    if (!score_rows (predictor, rows + first, MIN (batch, n_rows - first), ret_nats + first, error))
      return FALSE;
  return TRUE;
}

gboolean
cz_predictor_run_attention (CzPredictor *predictor,
                            const guint32 *ids,
                            guint n_ids,
                            guint first,
                            guint n_queries,
                            float *ret_probabilities,
                            GError **error)
{
  const CzModelConfig *config = &predictor->config;
  guint length = pad_length (predictor, n_ids);
  Shape *shape = get_shape (predictor, length, 1 /* rows */, SHAPE_ATTENTION, error);

  if (shape == NULL)
    return FALSE;
  write_block (predictor, shape, 0, ids, n_ids);
  if (!run_shape (predictor, shape, 1, error))
    return FALSE;
  g_autofree float *padded = g_new (float, (gsize)config->n_heads *length *length);
  for (guint layer = 0; layer < config->n_layers; layer++)
    {
      if (!cz_pass_read_attention (shape->pass, layer, 0 /* block */, padded, error))
        return FALSE;
      for (guint row = 0; row < config->n_heads * n_queries; row++)
        {
          gsize from = ((gsize)(row / n_queries) * length + first + row % n_queries) * length;
          gsize to = ((gsize)layer * config->n_heads * n_queries + row) * n_ids;
          memcpy (ret_probabilities + to, padded + from, n_ids * sizeof (float));
        }
    }
  return TRUE;
}

gboolean
cz_predictor_read_embeddings (
    CzPredictor *predictor, guint32 first, guint32 n, float *ret_floats, GError **error)
{
  guint64 dim = predictor->config.dim;

  return cz_distilbert_read (predictor->model, 0 /* word embeddings */, first * dim, n * dim,
                             ret_floats, error);
}

guint32 *
cz_window_cut (const guint32 *ids,
               guint n,
               guint window,
               guint first,
               guint last,
               guint *ret_n,
               guint *ret_shift)
{
  guint content = n - 2, room = window - 2, middle = (first + last) / 2 - 1;
  guint start = 0;

  if (n > window)
    {
      start = middle > room / 2 ? middle - room / 2 : 0;
      start = MIN (start, content - room);
      content = room;
    }
  guint32 *cut = g_new (guint32, content + 2);
  cut[0] = ids[0];
  memcpy (cut + 1, ids + 1 + start, content * sizeof *cut);
  cut[content + 1] = ids[n - 1];
  *ret_n = content + 2;
  *ret_shift = start;
  return cut;
}

double
cz_logits_normalizer (const float *logits, guint n)
{
  float highest = logits[0];
  double sum = 0;

  for (guint i = 0; i < n; i++)
    {
      if (!isfinite (logits[i]))
        return NAN;
      highest = MAX (highest, logits[i]);
    }
  for (guint i = 0; i < n; i++)
    sum += exp ((double)logits[i] - highest);
  return highest + log (sum);
}
