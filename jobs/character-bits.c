#include "jobs/character-bits.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/model/pass.h"
#include "engine/text/blocks.h"
#include "engine/text/philox.h"

#define BLOCK_SIZE   128
#define MICRO_BLOCKS 8
#define PROBABILITY  0.15
#define SPLIT_SEED   42 // as a run's default, so that the part is the same

// A word of a stretch. Where it lies in a model's token file depends on the model.
typedef struct
{
  guint stretch;
  guint place;     // in the stretch, from 0
  guint64 ordinal; // among all words of the corpus
  gboolean drawn;
} Word;

typedef struct
{
  guint64 at; // its first token in the file
  guint n;    // its tokens
} Place;

typedef struct
{
  const CzCharacterBitsModel *models;
  guint n_models;
  guint block_size, n_stretches;
  GArray *words;  // Word, stretch by stretch
  Place **places; // (models, words)
  guint64 characters;
  CzJobProgress progress;
  gpointer data;
  GCancellable *cancellable;
} Measure;

static void
clear_measure (Measure *m)
{
  for (guint i = 0; m->places != NULL && i < m->n_models; i++)
    g_free (m->places[i]);
  g_free (m->places);
  g_clear_pointer (&m->words, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Measure, clear_measure)

// ---- Which words ----

static gboolean
begins_word (guint32 token)
{
  return (token & CZ_TOKEN_WORD_START) != 0;
}

// The whole words of a block of the first model; `ordinal` holds their first token's place for now.
static void
add_stretch (Measure *m, CzBlocks *blocks, guint block, const guint32 *tokens, guint64 n_tokens)
{
  g_autofree guint32 *ids = g_new (guint32, m->block_size);
  guint n = cz_blocks_copy (blocks, CZ_PART_TEST, block, ids), last = n, place = 0;
  guint64 behind = cz_blocks_locate (blocks, CZ_PART_TEST, block, n - 1) + 1;

  // A word that goes on in the next block is left out.
  if (behind < n_tokens && !begins_word (tokens[behind]))
    while (last > 0 && !begins_word (ids[--last]))
      continue;
  for (guint i = 0; i < last; i++)
    {
      if (!begins_word (ids[i]))
        continue;
      Word word = { block, place++, cz_blocks_locate (blocks, CZ_PART_TEST, block, i), FALSE };
      g_array_append_val (m->words, word);
    }
}

static gboolean
choose_words (Measure *m, guint n_blocks, GError **error)
{
  const CzCharacterBitsModel *first = &m->models[0];
  CzTokenizer *tokenizer = cz_model_folder_get_tokenizer (first->folder);
  const CzBlockOptions options = {
    .block_size = m->block_size,
    .pad_last = TRUE,
    .pad_word = cz_tokenizer_get_pad_word (tokenizer),
    .split = CZ_SPLIT_AUTO,
    .split_seed = SPLIT_SEED,
    .test_blocks = n_blocks,
  };
  g_autoptr (CzBlocks) blocks = cz_blocks_new (first->tokens, &options, error);
  guint64 n_tokens;

  if (blocks == NULL)
    return FALSE;
  const guint32 *tokens = cz_token_file_get_tokens (first->tokens, &n_tokens);
  m->n_stretches = cz_blocks_get_count (blocks, CZ_PART_TEST);
  for (guint i = 0; i < m->n_stretches; i++)
    add_stretch (m, blocks, i, tokens, n_tokens);
  return TRUE;
}

static int
compare_ordinals (gconstpointer a, gconstpointer b, gpointer data)
{
  const GArray *words = data;
  guint64 x = g_array_index (words, Word, *(const guint *)a).ordinal;
  guint64 y = g_array_index (words, Word, *(const guint *)b).ordinal;

  return (x > y) - (x < y);
}

// The words in order of their places in the corpus, to be freed.
static guint *
sort_words (Measure *m)
{
  guint *order = g_new (guint, m->words->len);

  for (guint i = 0; i < m->words->len; i++)
    order[i] = i;
  g_qsort_with_data (order, (int)m->words->len, sizeof *order, compare_ordinals, m->words);
  return order;
}

// From the place in the first model's file to the number of the word.
static void
number_words (Measure *m, const guint *order)
{
  guint64 n, at = 0, ordinal = 0;
  const guint32 *tokens = cz_token_file_get_tokens (m->models[0].tokens, &n);

  for (guint i = 0; i < m->words->len; i++)
    {
      Word *word = &g_array_index (m->words, Word, order[i]);

      for (; at < word->ordinal; at++)
        ordinal += begins_word (tokens[at]);
      word->ordinal = ordinal;
    }
}

// Finds the words in a model's file. Returns how many words that has in all.
static guint64
place_words (Measure *m, guint model, const guint *order)
{
  guint64 n, ordinal = 0;
  const guint32 *tokens = cz_token_file_get_tokens (m->models[model].tokens, &n);
  guint next = 0;

  m->places[model] = g_new0 (Place, m->words->len);
  for (guint64 at = 0, end; at < n; at = end, ordinal++)
    {
      for (end = at + 1; end < n && !begins_word (tokens[end]);)
        end++;
      if (next < m->words->len && g_array_index (m->words, Word, order[next]).ordinal == ordinal)
        m->places[model][order[next++]] = (Place){ at, (guint)(end - at) };
    }
  return ordinal;
}

static gboolean
find_words (Measure *m, GError **error)
{
  g_autofree guint *order = sort_words (m);
  guint64 n = 0;

  number_words (m, order);
  for (guint i = 0; i < m->n_models; i++)
    {
      guint64 there = place_words (m, i, order);

      if (i == 0)
        n = there;
      else if (n != there)
        {
          g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                       _ ("The tokenizers of “%s” and “%s” cut text into different words; bits per "
                          "character can be compared only where the words are the same."),
                       cz_model_folder_get_path (m->models[0].folder),
                       cz_model_folder_get_path (m->models[i].folder));
          return FALSE;
        }
    }
  return TRUE;
}

// How many characters a word has for a model; 0: it is none to it (a mark, [UNK]).
static guint64
count_characters (Measure *m, guint model, const Place *place)
{
  CzTokenizer *tokenizer = cz_model_folder_get_tokenizer (m->models[model].folder);
  const guint32 *tokens = cz_token_file_get_tokens (m->models[model].tokens, &(guint64){ 0 });
  guint64 characters = 0;

  for (guint i = 0; i < place->n; i++)
    {
      gboolean continuation;

      if (tokens[place->at + i] & CZ_TOKEN_SPECIAL)
        return 0;
      characters += (guint64)g_utf8_strlen (
          cz_tokenizer_get_piece (tokenizer, tokens[place->at + i] & CZ_TOKEN_ID_MASK,
                                  &continuation),
          -1);
    }
  return characters;
}

static gboolean
draw_words (Measure *m, GError **error)
{
  guint32 threshold = cz_random_threshold (PROBABILITY);

  for (guint i = 0; i < m->words->len; i++)
    {
      Word *word = &g_array_index (m->words, Word, i);
      guint64 characters = 0;
      guint32 draw[4];

      cz_random (0 /* seed */, CZ_RANDOM_EVAL_MASK, 0 /* step */, word->stretch, word->place, draw);
      word->drawn = draw[0] < threshold;
      for (guint k = 0; word->drawn && k < m->n_models; k++)
        {
          characters = count_characters (m, k, &m->places[k][i]);
          word->drawn = characters > 0;
        }
      if (word->drawn)
        m->characters += characters;
    }
  if (m->characters > 0)
    return TRUE;
  g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                       _ ("The test part has too little text to measure bits per character on; "
                          "choose a larger corpus."));
  return FALSE;
}

// ---- One model ----

// Fills blocks of the pass from word `i` on, `first` is the first stretch; returns the next word.
static guint
fill (Measure *m, guint model, CzPass *pass, guint first, guint n, guint i, GError **error)
{
  CzTokenizer *tokenizer = cz_model_folder_get_tokenizer (m->models[model].folder);
  const guint32 *tokens = cz_token_file_get_tokens (m->models[model].tokens, &(guint64){ 0 });
  guint32 mask = cz_tokenizer_get_mask_id (tokenizer);
  guint32 *words = cz_pass_get_words (pass);
  gint32 *labels = cz_pass_get_labels (pass);

  *cz_pass_get_step (pass)
      = (CzStep){ .valid_blocks = n, .mask_strategy = CZ_STEP_MASK_GIVEN, .mask_id = mask };
  for (guint block = 0; block < n; block++)
    {
      guint at = block * m->block_size, end = at + m->block_size;

      for (; i < m->words->len && g_array_index (m->words, Word, i).stretch == first + block; i++)
        {
          const Place *place = &m->places[model][i];

          if (place->n > end - at)
            {
              g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                           _ ("“%s” cuts words into more pieces than “%s”; give the one with more "
                              "pieces first."),
                           cz_model_folder_get_path (m->models[model].folder),
                           cz_model_folder_get_path (m->models[0].folder));
              return G_MAXUINT;
            }
          for (guint k = 0; k < place->n; k++, at++)
            {
              guint32 token = tokens[place->at + k];
              gboolean drawn = g_array_index (m->words, Word, i).drawn;

              words[at] = drawn ? (token & ~CZ_TOKEN_ID_MASK) | mask : token;
              labels[at] = drawn ? (gint32)(token & CZ_TOKEN_ID_MASK) : -100;
            }
        }
      for (; at < end; at++)
        {
          words[at] = cz_tokenizer_get_pad_word (tokenizer);
          labels[at] = -100;
        }
      cz_pass_get_hashes (pass)[block] = 0;
    }
  return i;
}

static gboolean
run_model (
    Measure *m, guint model, CzPass *pass, CzTape *tape, CzCharacterBits *bits, GError **error)
{
  double nats = 0;

  for (guint first = 0, word = 0; first < m->n_stretches; first += MICRO_BLOCKS)
    {
      if (g_cancellable_set_error_if_cancelled (m->cancellable, error))
        return FALSE;
      if (m->progress != NULL)
        m->progress ((model + (double)first / m->n_stretches) / m->n_models,
                     _ ("Measuring bits per character"), m->data);
      word = fill (m, model, pass, first, MIN (MICRO_BLOCKS, m->n_stretches - first), word, error);
      if (word == G_MAXUINT || !cz_tape_run (tape, error))
        return FALSE;
      guint n = cz_pass_get_result (pass)->micro_scored;
      for (guint i = 0; i < n; i++)
        nats += cz_pass_get_losses (pass)[i];
      bits->scored_tokens += n;
    }
  if (!isfinite (nats))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("The model in “%s” gives no number: its weights are spoilt."),
                   cz_model_folder_get_path (m->models[model].folder));
      return FALSE;
    }
  bits->bits = nats / G_LN2 / (double)m->characters;
  return TRUE;
}

static gboolean
measure_model (Measure *m, CzDevice *device, guint model, CzCharacterBits *bits, GError **error)
{
  CzModelFolder *folder = m->models[model].folder;
  const CzPassOptions options = { .kind = CZ_PASS_EVALUATE,
                                  .block_size = m->block_size,
                                  .micro_blocks = MIN (MICRO_BLOCKS, m->n_stretches) };
  g_autoptr (CzDistilbert) distilbert = cz_distilbert_new (
      device, cz_model_folder_get_config (folder), FALSE /* with_gradients */, error);
  if (distilbert == NULL || !cz_distilbert_load (distilbert, folder, error))
    return FALSE;
  g_autoptr (CzPass) pass = cz_pass_new (distilbert, &options, error);
  if (pass == NULL)
    return FALSE;
  g_autoptr (CzTape) tape = cz_tape_new (device, "character-bits", CZ_TAPE_PLAIN);
  cz_pass_record_masks (pass, tape);
  cz_pass_record_micro (pass, tape);
  return cz_tape_finish (tape, error) && run_model (m, model, pass, tape, bits, error);
}

gboolean
cz_character_bits_measure (CzDevice *device,
                           const CzCharacterBitsModel *models,
                           guint n,
                           guint blocks,
                           CzJobProgress progress,
                           gpointer data,
                           GCancellable *cancellable,
                           CzCharacterBits *ret_bits,
                           guint64 *ret_characters,
                           GError **error)
{
  g_auto (Measure) m = { .models = models,
                         .n_models = n,
                         .block_size = BLOCK_SIZE,
                         .progress = progress,
                         .data = data,
                         .cancellable = cancellable };
  g_autofree CzCharacterBits *bits = g_new0 (CzCharacterBits, n);

  m.words = g_array_new (FALSE, FALSE, sizeof (Word));
  m.places = g_new0 (Place *, n);
  for (guint i = 0; i < n; i++)
    m.block_size = MIN (m.block_size,
                        cz_model_folder_get_config (models[i].folder)->max_position_embeddings);
  if (!choose_words (&m, blocks, error) || !find_words (&m, error) || !draw_words (&m, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!measure_model (&m, device, i, &bits[i], error))
      return FALSE;
  for (guint i = 0; i < n; i++)
    ret_bits[i] = bits[i];
  *ret_characters = m.characters;
  return TRUE;
}
