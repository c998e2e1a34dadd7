#include "engine/predict/fill.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/predict/predict-error.h"
#include "engine/predict/predictor-private.h"

typedef struct
{
  CzPredictor *predictor;
  guint32 *ids; // the whole text
  guint n;
  guint *positions; // of the masks
  CzFill *fill;
  guint top_k;
  gboolean keep_logits;
  gsize sequences; // bytes written
} Filling;

// A row of a target of several pieces: its piece `piece` at mask `mask`.
typedef struct
{
  guint mask, target, piece;
} TargetRow;

typedef struct
{
  Filling *filling;
  GArray *of; // of TargetRow, by row
} TargetSink;

static void
clear_fill_mask (CzFillMask *mask)
{
  for (guint i = 0; i < mask->n_top; i++)
    {
      g_free (mask->top[i].token);
      g_free (mask->top[i].sequence);
    }
  for (guint i = 0; i < mask->n_targets; i++)
    {
      g_free (mask->targets[i].word);
      g_free (mask->targets[i].ids);
      g_strfreev (mask->targets[i].pieces);
    }
  g_free (mask->top);
  g_free (mask->targets);
  g_free (mask->logits);
}

void
cz_fill_free (CzFill *fill)
{
  for (guint i = 0; i < fill->n_masks; i++)
    clear_fill_mask (&fill->masks[i]);
  g_free (fill->masks);
  g_free (fill->note);
  g_free (fill);
}

// The `k` highest logits, highest first; of equal ones the lower id. `ret_ids` has room for k.
static guint
find_top (const float *logits, guint n, guint k, guint32 *ret_ids)
{
  guint found = 0;

  for (guint id = 0; id < n; id++)
    {
      guint at = found;
      if (found == k && !(logits[id] > logits[ret_ids[found - 1]]))
        continue;
      if (found < k)
        found++;
      else
        at = k - 1;
      for (; at > 0 && logits[id] > logits[ret_ids[at - 1]]; at--)
        ret_ids[at] = ret_ids[at - 1];
      ret_ids[at] = id;
    }
  return found;
}

guint
cz_fill_get_rank (const CzFill *fill, guint mask, guint32 id)
{
  const float *logits = fill->masks[mask].logits;
  guint above = 0, equal = 0;

  if (logits == NULL || id >= fill->vocabulary)
    return 0;
  for (guint i = 0; i < fill->vocabulary; i++)
    above += logits[i] > logits[id];
  for (guint i = 0; i < id; i++)
    equal += logits[i] == logits[id];
  return above + equal + 1;
}

// The whole text with one mask filled in; NULL where that grew to be too much.
static char *
decode_with (Filling *filling, guint position, guint32 id)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (filling->predictor);
  guint32 old = filling->ids[position];

  if (filling->sequences > CZ_FILL_SEQUENCES_MOST)
    return NULL;
  filling->ids[position] = id;
  char *text = cz_tokenizer_decode (tokenizer, filling->ids, filling->n,
                                    filling->fill->n_masks == 1 /* skip_special */);
  filling->ids[position] = old;
  filling->sequences += strlen (text);
  return text;
}

// Top-k and the targets of one piece, from the logits of mask `index`.
static gboolean
take_mask (Filling *filling, guint index, const float *logits, GError **error)
{
  guint vocabulary = cz_predictor_get_config (filling->predictor)->vocab_size;
  CzFillMask *mask = &filling->fill->masks[index];
  double normalizer = cz_logits_normalizer (logits, vocabulary);
  g_autofree guint32 *ids = g_new (guint32, filling->top_k + 1);

  if (isnan (normalizer))
    return cz_predict_set_not_a_number (error);
  guint n = filling->top_k > 0 ? find_top (logits, vocabulary, filling->top_k, ids) : 0;
  mask->top = g_new0 (CzFillTop, n);
  mask->n_top = n;
  for (guint i = 0; i < n; i++)
    mask->top[i] = (CzFillTop){
      .id = ids[i],
      .token = g_strdup (cz_predictor_get_token (filling->predictor, ids[i])),
      .score = exp (logits[ids[i]] - normalizer),
      .log_probability = logits[ids[i]] - normalizer,
      .sequence = decode_with (filling, mask->position, ids[i]),
    };
  for (guint i = 0; i < mask->n_targets; i++)
    if (mask->targets[i].n_pieces == 1)
      mask->targets[i].log_probability = logits[mask->targets[i].ids[0]] - normalizer;
  mask->normalizer = normalizer;
  if (filling->keep_logits && index < CZ_FILL_KEPT_MOST)
    mask->logits = g_memdup2 (logits, vocabulary * sizeof *logits);
  return TRUE;
}

// Rows that share one window have several positions; masks of windows of their own are one a row.
static gboolean
sink_masks (guint row, guint index, const float *logits, gpointer data, GError **error)
{
  return take_mask (data, row + index, logits, error);
}

static void
set_note (Filling *filling)
{
  if (filling->fill->note == NULL)
    filling->fill->note = g_strdup_printf (
        _ ("The text has %u tokens and the model sees %u at once: it was shown the "
           "part around each mask."),
        filling->n, cz_predictor_get_window (filling->predictor));
}

static gboolean
fill_masks (Filling *filling, GError **error)
{
  guint window = cz_predictor_get_window (filling->predictor), n_masks = filling->fill->n_masks;
  guint first = filling->positions[0], last = filling->positions[n_masks - 1];
  gboolean together = last - first + 1 <= window - 2;
  guint n_rows = together ? 1 : n_masks;
  g_autofree CzRow *rows = g_new0 (CzRow, n_rows);
  g_autofree guint *positions = g_new (guint, n_masks);
  g_autoptr (GPtrArray) sequences = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_rows; i++)
    {
      guint shift, n, from = together ? first : filling->positions[i];
      guint32 *ids = cz_window_cut (filling->ids, filling->n, window, from, together ? last : from,
                                    &n, &shift);
      g_ptr_array_add (sequences, ids);
      rows[i] = (CzRow){ ids, n, positions + i, together ? n_masks : 1 };
      for (guint j = 0; j < rows[i].n_positions; j++)
        positions[i + j] = filling->positions[i + j] - shift;
    }
  if (filling->n > window)
    set_note (filling);
  return cz_predictor_run (filling->predictor, rows, n_rows, sink_masks, filling, error);
}

static gboolean
sink_target (guint row, guint index, const float *logits, gpointer data, GError **error)
{
  TargetSink *sink = data;
  const TargetRow *of = &g_array_index (sink->of, TargetRow, row);
  CzFillTarget *target = &sink->filling->fill->masks[of->mask].targets[of->target];
  guint vocabulary = cz_predictor_get_config (sink->filling->predictor)->vocab_size;
  double normalizer = cz_logits_normalizer (logits, vocabulary);

  if (isnan (normalizer))
    return cz_predict_set_not_a_number (error);
  target->log_probability += logits[target->ids[of->piece]] - normalizer;
  return TRUE;
}

// The text with mask `position` widened to the target's pieces, those before `piece` filled in.
static guint32 *
widen (Filling *filling, guint position, const CzFillTarget *target, guint piece)
{
  guint32 mask = filling->ids[position];
  guint32 *wide = g_new (guint32, filling->n + target->n_pieces - 1);

  memcpy (wide, filling->ids, position * sizeof *wide);
  for (guint i = 0; i < target->n_pieces; i++)
    wide[position + i] = i < piece ? target->ids[i] : mask;
  memcpy (wide + position + target->n_pieces, filling->ids + position + 1,
          (filling->n - position - 1) * sizeof *wide);
  return wide;
}

// Targets of several pieces: each piece is one row, as all that stands before it is known.
static gboolean
fill_targets (Filling *filling, GError **error)
{
  guint window = cz_predictor_get_window (filling->predictor);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (CzRow));
  g_autoptr (GArray) of = g_array_new (FALSE, FALSE, sizeof (TargetRow));
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  TargetSink sink = { filling, of };

  for (guint i = 0; i < filling->fill->n_masks; i++)
    for (guint j = 0; j < filling->fill->masks[i].n_targets; j++)
      {
        const CzFillTarget *target = &filling->fill->masks[i].targets[j];
        guint from = filling->positions[i], n_wide = filling->n + target->n_pieces - 1;

        for (guint piece = 0; target->n_pieces > 1 && piece < target->n_pieces; piece++)
          {
            g_autofree guint32 *wide = widen (filling, from, target, piece);
            TargetRow row_of = { i, j, piece };
            CzRow row = { .n_positions = 1 };
            guint shift;
            guint32 *ids = cz_window_cut (wide, n_wide, window, from, from + target->n_pieces - 1,
                                          &row.n_ids, &shift);
            guint *position = g_new (guint, 1);
            *position = from + piece - shift;
            row.ids = ids;
            row.positions = position;
            g_ptr_array_add (owned, ids);
            g_ptr_array_add (owned, position);
            g_array_append_val (rows, row);
            g_array_append_val (of, row_of);
            if (n_wide > window)
              set_note (filling);
          }
      }
  return cz_predictor_run (filling->predictor, (const CzRow *)(gpointer)rows->data, rows->len,
                           sink_target, &sink, error);
}

static gboolean
split_target (CzPredictor *predictor,
              const char *word,
              CzEncoding *encoding,
              CzFillTarget *target,
              GError **error)
{
  guint window = cz_predictor_get_window (predictor);

  cz_tokenizer_encode (cz_predictor_get_tokenizer (predictor), word, -1, FALSE /* add_special */,
                       encoding);
  if (encoding->n == 0 || encoding->n > window - 2)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   encoding->n == 0
                       ? _ ("The target “%.60s” holds no word; give one or leave it out.")
                       : _ ("The target “%.60s” is longer than the model's window; give "
                            "a shorter one."),
                   word);
      return FALSE;
    }
  target->word = g_strdup (word);
  target->n_pieces = (guint)encoding->n;
  target->ids = g_memdup2 (encoding->ids, encoding->n * sizeof *encoding->ids);
  target->pieces = g_new0 (char *, encoding->n + 1);
  for (guint i = 0; i < target->n_pieces; i++)
    target->pieces[i] = g_strdup (cz_predictor_get_token (predictor, target->ids[i]));
  return TRUE;
}

static gboolean
add_targets (CzPredictor *predictor, CzFill *fill, const char *const *targets, GError **error)
{
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  guint n = targets != NULL ? g_strv_length ((char **)targets) : 0;

  for (guint i = 0; i < fill->n_masks; i++)
    {
      CzFillMask *mask = &fill->masks[i];
      mask->targets = g_new0 (CzFillTarget, n);
      for (guint j = 0; j < n; j++)
        {
          if (!split_target (predictor, targets[j], encoding, &mask->targets[j], error))
            return FALSE;
          mask->n_targets++;
        }
    }
  return TRUE;
}

CzFill *
cz_predictor_fill (CzPredictor *predictor,
                   const char *text,
                   gssize length,
                   const CzFillOptions *options,
                   GError **error)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (predictor);
  guint32 mask_id = cz_tokenizer_get_mask_id (tokenizer);
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  g_autoptr (CzFill) fill = g_new0 (CzFill, 1);

  cz_tokenizer_encode (tokenizer, text, length, TRUE /* add_special */, encoding);
  g_autofree guint *positions = g_new (guint, encoding->n);
  for (guint i = 0; i < encoding->n; i++)
    if (encoding->ids[i] == mask_id)
      positions[fill->n_masks++] = i;
  fill->masks = g_new0 (CzFillMask, fill->n_masks);
  fill->vocabulary = cz_predictor_get_config (predictor)->vocab_size;
  for (guint i = 0; i < fill->n_masks; i++)
    fill->masks[i].position = positions[i];
  if (fill->n_masks == 0)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The text has no %s; write it where a word is to be guessed."),
                   cz_tokenizer_get_options (tokenizer)->mask);
      return NULL;
    }
  if (fill->n_masks > CZ_FILL_MASKS_MOST)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The text has %u masks; at most %d are filled at once. Take some out."),
                   fill->n_masks, CZ_FILL_MASKS_MOST);
      return NULL;
    }
  Filling filling
      = { .predictor = predictor,
          .ids = encoding->ids,
          .n = (guint)encoding->n,
          .positions = positions,
          .fill = fill,
          .top_k = MIN (options->top_k, cz_predictor_get_config (predictor)->vocab_size),
          .keep_logits = options->keep_logits,
          .sequences = options->no_sequences ? CZ_FILL_SEQUENCES_MOST + 1 : 0 };
  if (!add_targets (predictor, fill, options->targets, error) || !fill_masks (&filling, error)
      || !fill_targets (&filling, error))
    return NULL;
  return g_steal_pointer (&fill);
}
