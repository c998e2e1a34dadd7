#include "engine/text/vocabulary-trainer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/text/characters.h"
#include "engine/text/normalizer.h"
#include "engine/text/piece-pairs.h"
#include "engine/text/word-counts.h"

// Whether it is cancelled is looked up each so many words.
#define CHECK_WORDS 4096

static const char *const special_tokens[] = { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" };

struct _CzVocabularyTrainer
{
  CzVocabularyTrainerOptions options;
  CzNormalizer *normalizer;
  CzWordBuffer *buffer;
  CzWordCounts counts;
};

// What joining needs: pieces by id, and each word as the pieces it consists of at the moment.
typedef struct
{
  CzVocabularyTrainer *trainer;
  GPtrArray *pieces;         // char *
  GHashTable *ids;           // piece, owned by `pieces` → id
  guint64 *character_counts; // of every code point
  GArray *symbols;           // guint32: the pieces of all words, one word behind the other
  guint32 *starts;           // of each word in `symbols`
  guint32 *lengths;          // its pieces; 0: the word has a character that is not in the alphabet
  CzPiecePairs pairs;
} Joiner;

CzVocabularyTrainer *
cz_vocabulary_trainer_new (const CzVocabularyTrainerOptions *options, GError **error)
{
  if (options->size < G_N_ELEMENTS (special_tokens) + 2 || options->size > CZ_VOCABULARY_MAX)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("A vocabulary of %u word pieces cannot be made; choose from %d to %d."),
                   options->size, (int)G_N_ELEMENTS (special_tokens) + 2, CZ_VOCABULARY_MAX);
      return NULL;
    }

  CzVocabularyTrainer *t = g_new0 (CzVocabularyTrainer, 1);
  t->options = *options;
  t->normalizer = cz_normalizer_new (&(CzNormalizerOptions){
      .lowercase = options->lowercase,
      .strip_accents = options->strip_accents < 0 ? options->lowercase : options->strip_accents,
      .cjk_spacing = options->cjk_spacing,
      .clean_text = options->clean_text,
      .max_characters = options->max_word_characters,
  });
  t->buffer = cz_word_buffer_new ();
  cz_word_counts_init (&t->counts);
  return t;
}

void
cz_vocabulary_trainer_free (CzVocabularyTrainer *trainer)
{
  cz_normalizer_free (trainer->normalizer);
  cz_word_buffer_free (trainer->buffer);
  cz_word_counts_clear (&trainer->counts);
  g_free (trainer);
}

static void
count_word (const CzWord *word, gpointer data)
{
  CzVocabularyTrainer *t = data;

  if (word->n_characters <= t->options.max_word_characters)
    cz_word_counts_add (&t->counts, word->bytes, word->n_bytes);
}

void
cz_vocabulary_trainer_feed (CzVocabularyTrainer *trainer, const char *text, gssize length)
{
  gsize n = length < 0 ? strlen (text) : (gsize)length;

  g_return_if_fail (n < G_MAXUINT32);
  cz_normalizer_cut (trainer->normalizer, trainer->buffer, (const guint8 *)text, n, /* offset */ 0,
                     count_word, trainer);
}

// ---- The alphabet ----

// Takes `piece`. Two pairs may join to the same piece; it keeps its first id.
static guint32
add_piece (Joiner *j, char *piece)
{
  gpointer found;

  if (g_hash_table_lookup_extended (j->ids, piece, NULL, &found))
    {
      g_free (piece);
      return GPOINTER_TO_UINT (found);
    }
  guint32 id = j->pieces->len;
  g_ptr_array_add (j->pieces, piece);
  g_hash_table_insert (j->ids, piece, GUINT_TO_POINTER (id));
  return id;
}

static const guint8 *
get_text (Joiner *j, guint32 word)
{
  CzWordCounts *counts = &j->trainer->counts;
  return counts->text->data + g_array_index (counts->words, CzWordCount, word).offset;
}

static const CzWordCount *
get_count (Joiner *j, guint32 word)
{
  return &g_array_index (j->trainer->counts.words, CzWordCount, word);
}

static int
compare_characters (gconstpointer a, gconstpointer b, gpointer data)
{
  const guint64 *counts = data;
  gunichar x = *(const gunichar *)a, y = *(const gunichar *)b;

  if (counts[x] != counts[y])
    return counts[x] > counts[y] ? -1 : 1;
  return (x > y) - (x < y);
}

static int
compare_code_points (gconstpointer a, gconstpointer b)
{
  gunichar x = *(const gunichar *)a, y = *(const gunichar *)b;
  return (x > y) - (x < y);
}

static char *
make_piece (gunichar c, gboolean continues)
{
  char bytes[6];
  int n = g_unichar_to_utf8 (c, bytes);
  return g_strdup_printf ("%s%.*s", continues ? "##" : "", n, bytes);
}

// Chooses the characters and enters them, first those that begin words, then those within, each in
// order of their code points. In `character_counts` only those chosen remain.
static void
make_alphabet (Joiner *j)
{
  const CzVocabularyTrainerOptions *o = &j->trainer->options;
  guint n_words = j->trainer->counts.words->len;
  g_autoptr (GArray) alphabet = g_array_new (FALSE, FALSE, sizeof (gunichar));
  g_autofree guint8 *places = g_new0 (guint8, 0x110000); // 1: begins a word, 2: stands within
  guint most = MIN (o->limit_alphabet, (o->size - j->pieces->len) / 2);

  for (guint i = 0; i < n_words; i++)
    {
      const guint8 *text = get_text (j, i);
      guint32 length = get_count (j, i)->length;
      guint n_bytes;

      for (guint32 at = 0; at < length; at += n_bytes)
        {
          gunichar c = cz_character_decode (text + at, length - at, &n_bytes);
          j->character_counts[c] += get_count (j, i)->count;
          places[c] |= at == 0 ? 1 : 2;
        }
    }

  for (gunichar c = 0; c < 0x110000; c++)
    if (j->character_counts[c] > 0)
      g_array_append_val (alphabet, c);
  g_array_sort_with_data (alphabet, compare_characters, j->character_counts);
  for (guint i = most; i < alphabet->len; i++)
    j->character_counts[g_array_index (alphabet, gunichar, i)] = 0;
  g_array_set_size (alphabet, MIN (alphabet->len, most));
  g_array_sort (alphabet, compare_code_points);
  for (guint8 place = 1; place <= 2; place++)
    for (guint i = 0; i < alphabet->len; i++)
      {
        gunichar c = g_array_index (alphabet, gunichar, i);
        if (place == 1 || places[c] & 2)
          add_piece (j, make_piece (c, place == 2));
      }
}

// ---- Words as pieces ----

static void
spell_word (Joiner *j, guint32 word)
{
  const guint8 *text = get_text (j, word);
  guint32 length = get_count (j, word)->length;
  guint n_bytes;

  j->starts[word] = j->symbols->len;
  j->lengths[word] = 0;
  for (guint32 at = 0; at < length; at += n_bytes)
    {
      gunichar c = cz_character_decode (text + at, length - at, &n_bytes);
      if (j->character_counts[c] == 0)
        {
          g_array_set_size (j->symbols, j->starts[word]);
          return;
        }
      g_autofree char *piece = make_piece (c, at > 0);
      guint32 id = GPOINTER_TO_UINT (g_hash_table_lookup (j->ids, piece));
      g_array_append_val (j->symbols, id);
    }
  j->lengths[word] = j->symbols->len - j->starts[word];
}

static void
count_pairs (Joiner *j, guint32 word)
{
  const guint32 *symbols = &g_array_index (j->symbols, guint32, j->starts[word]);

  for (guint32 i = 1; i < j->lengths[word]; i++)
    cz_piece_pairs_add (&j->pairs, symbols[i - 1], symbols[i], word, get_count (j, word)->count);
}

static gboolean
spell_words (Joiner *j, GCancellable *cancellable, GError **error)
{
  guint n_words = j->trainer->counts.words->len;

  for (guint i = 0; i < n_words; i++)
    {
      if (i % CHECK_WORDS == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      spell_word (j, i);
      count_pairs (j, i);
    }
  return TRUE;
}

// Puts `joined` wherever the pair stands in a word, and counts the pairs that come and go thereby.
static void
join_in_word (Joiner *j, guint32 word, guint32 left, guint32 right, guint32 joined)
{
  guint32 *symbols = &g_array_index (j->symbols, guint32, j->starts[word]);
  guint64 count = get_count (j, word)->count;
  guint32 n = j->lengths[word], kept = 0;

  for (guint32 i = 0; i < n; i++)
    {
      if (i + 1 == n || symbols[i] != left || symbols[i + 1] != right)
        {
          symbols[kept++] = symbols[i];
          continue;
        }
      cz_piece_pairs_subtract (&j->pairs, left, right, count);
      if (kept > 0)
        {
          cz_piece_pairs_subtract (&j->pairs, symbols[kept - 1], left, count);
          cz_piece_pairs_add (&j->pairs, symbols[kept - 1], joined, word, count);
        }
      if (i + 2 < n)
        {
          cz_piece_pairs_subtract (&j->pairs, right, symbols[i + 2], count);
          cz_piece_pairs_add (&j->pairs, joined, symbols[i + 2], word, count);
        }
      symbols[kept++] = joined;
      i++;
    }
  j->lengths[word] = kept;
}

static void
join (Joiner *j, const CzPiecePair *pair)
{
  const char *left = j->pieces->pdata[pair->left], *right = j->pieces->pdata[pair->right];
  guint32 joined = add_piece (j, g_strconcat (left, right + strlen ("##"), NULL));

  for (guint32 i = 0; i < pair->n_words; i++)
    join_in_word (j, pair->words[i], pair->left, pair->right, joined);
}

// ---- Training ----

static gboolean
join_pieces (Joiner *j,
             CzVocabularyProgress progress,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  const CzVocabularyTrainerOptions *o = &j->trainer->options;
  CzPiecePair pair;

  for (guint round = 0; j->pieces->len < o->size; round++)
    {
      // The first rounds are the longest: their pairs stand in very many words.
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (round % 64 == 0 && progress != NULL)
        progress (j->pieces->len, o->size, data);
      if (!cz_piece_pairs_take (&j->pairs, o->min_frequency, &pair))
        break;
      join (j, &pair);
      g_free (pair.words);
    }
  if (progress != NULL)
    progress (j->pieces->len, o->size, data);
  return TRUE;
}

CzVocabulary *
cz_vocabulary_trainer_train (CzVocabularyTrainer *trainer,
                             CzVocabularyProgress progress,
                             gpointer data,
                             GCancellable *cancellable,
                             GError **error)
{
  guint n_words = trainer->counts.words->len;
  CzVocabulary *vocabulary = NULL;

  if (n_words == 0)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_TOO_SHORT,
                   _ ("There are no words to learn a vocabulary from."));
      return NULL;
    }

  Joiner j = { .trainer = trainer };
  j.pieces = g_ptr_array_new_with_free_func (g_free);
  j.ids = g_hash_table_new (g_str_hash, g_str_equal);
  j.character_counts = g_new0 (guint64, 0x110000);
  j.symbols = g_array_new (FALSE, FALSE, sizeof (guint32));
  j.starts = g_new (guint32, n_words);
  j.lengths = g_new (guint32, n_words);
  cz_piece_pairs_init (&j.pairs);

  for (guint i = 0; i < G_N_ELEMENTS (special_tokens); i++)
    add_piece (&j, g_strdup (special_tokens[i]));
  make_alphabet (&j);
  if (spell_words (&j, cancellable, error) && join_pieces (&j, progress, data, cancellable, error))
    vocabulary = cz_vocabulary_new ((const char *const *)j.pieces->pdata, j.pieces->len, error);

  cz_piece_pairs_clear (&j.pairs);
  g_free (j.lengths);
  g_free (j.starts);
  g_array_unref (j.symbols);
  g_free (j.character_counts);
  g_hash_table_unref (j.ids);
  g_ptr_array_unref (j.pieces);
  return vocabulary;
}
