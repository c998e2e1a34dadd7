#include "jobs/corpus-tokens.h"

#include <stdlib.h>
#include <string.h>

#include "engine/text/blocks.h"

#define BROKEN_PIECES 3 // a word of fewer is not worth telling

typedef struct
{
  CzTokenizer *tokenizer;
  CzVocabulary *vocabulary;
  guint8 *is_word; // of each id: whether the piece has a letter or digit
  guint32 n_ids;
  CzWordTable *table; // of broken words, as "em ##bed ##ding"
  GString *pieces;
  CzCorpusTokens *counted;
} Counter;

static gboolean
has_letter (const char *piece)
{
  for (const char *p = piece; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static void
read_vocabulary (Counter *self)
{
  self->n_ids = cz_vocabulary_get_size (self->vocabulary);
  self->is_word = g_new0 (guint8, MAX (self->n_ids, 1));
  for (guint32 id = 0; id < self->n_ids; id++)
    {
      gboolean continuation;

      self->is_word[id]
          = !cz_tokenizer_is_special (self->tokenizer, id)
            && has_letter (cz_tokenizer_get_piece (self->tokenizer, id, &continuation));
    }
}

// One word: `n` tokens from its first piece on.
static void
count_word (Counter *self, const guint32 *tokens, gsize n)
{
  gboolean word = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      guint32 id = tokens[i] & CZ_TOKEN_ID_MASK;

      word = word || (id < self->n_ids && self->is_word[id]);
    }
  if (!word)
    return;
  self->counted->words++;
  self->counted->pieces += (gint64)n;
  if (n < BROKEN_PIECES)
    return;
  self->counted->broken_words++;
  g_string_truncate (self->pieces, 0);
  for (gsize i = 0; i < n; i++)
    {
      gboolean continuation = FALSE;
      guint32 id = tokens[i] & CZ_TOKEN_ID_MASK;
      const char *piece
          = id < self->n_ids ? cz_tokenizer_get_piece (self->tokenizer, id, &continuation) : "";

      g_string_append_printf (self->pieces, "%s%s", i == 0 ? "" : " ##", piece);
    }
  cz_word_table_add_exactly (self->table, self->pieces->str, self->pieces->len);
}

static void
broken_word_free (gpointer data)
{
  CzBrokenWord *word = data;

  g_free (word->word);
  g_free (word->pieces);
  g_free (word);
}

static int
compare_broken (gconstpointer a, gconstpointer b)
{
  const CzBrokenWord *x = *(const CzBrokenWord *const *)a, *y = *(const CzBrokenWord *const *)b;
  gint64 all = x->n_pieces * x->count, other = y->n_pieces * y->count;

  if (all != other)
    return all < other ? 1 : -1;
  return strcmp (x->word, y->word);
}

static void
list_broken (Counter *self, guint n)
{
  g_autoptr (GPtrArray) counted = cz_word_table_list_frequent (self->table, G_MAXUINT);
  GPtrArray *list = g_ptr_array_new_with_free_func (broken_word_free);

  for (guint i = 0; i < counted->len; i++)
    {
      const CzCountedWord *found = counted->pdata[i];
      g_auto (GStrv) pieces = g_strsplit (found->word, " ##", -1);
      CzBrokenWord *word = g_new0 (CzBrokenWord, 1);

      word->word = g_strjoinv ("", pieces);
      word->pieces = g_strdup (found->word);
      word->n_pieces = g_strv_length (pieces);
      word->count = found->count;
      g_ptr_array_add (list, word);
    }
  g_ptr_array_sort (list, compare_broken);
  if (list->len > n)
    g_ptr_array_set_size (list, (int)n);
  self->counted->broken = list;
}

static gboolean
count_tokens (Counter *self, CzTokenFile *file, GCancellable *cancellable, GError **error)
{
  guint32 unk = cz_tokenizer_get_unk_id (self->tokenizer);
  guint64 n;
  const guint32 *tokens = cz_token_file_get_tokens (file, &n);

  self->counted->tokens = (gint64)n;
  for (guint64 i = 0, end; i < n; i = end)
    {
      if (i % 4096 < 8 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (end = i + 1; end < n && (tokens[end] & CZ_TOKEN_WORD_START) == 0;)
        end++;
      if ((tokens[i] & CZ_TOKEN_ID_MASK) == unk)
        self->counted->unknown++;
      else if ((tokens[i] & CZ_TOKEN_SPECIAL) == 0)
        count_word (self, tokens + i, (gsize)(end - i));
    }
  return TRUE;
}

static void
count_blocks (CzTokenFile *file, CzTokenizer *tokenizer, guint block_size, CzCorpusTokens *counted)
{
  const CzBlockOptions options = { .block_size = block_size,
                                   .pad_word = cz_tokenizer_get_pad_word (tokenizer),
                                   .split = CZ_SPLIT_AUTO,
                                   .split_seed = 42 };
  g_autoptr (CzBlocks) blocks = cz_blocks_new (file, &options, NULL);

  if (blocks == NULL)
    return;
  counted->train_blocks = cz_blocks_get_count (blocks, CZ_PART_TRAIN);
  counted->test_blocks = cz_blocks_get_count (blocks, CZ_PART_TEST);
}

void
cz_corpus_tokens_clear (CzCorpusTokens *tokens)
{
  g_clear_pointer (&tokens->broken, g_ptr_array_unref);
}

gboolean
cz_corpus_tokens_count (CzTokenFile *file,
                        CzTokenizer *tokenizer,
                        guint block_size,
                        guint n_broken,
                        GCancellable *cancellable,
                        CzCorpusTokens *ret_tokens,
                        GError **error)
{
  CzCorpusTokens counted = { 0 };
  Counter counter = { .tokenizer = tokenizer,
                      .vocabulary = cz_tokenizer_get_vocabulary (tokenizer),
                      .table = cz_word_table_new (CZ_WORD_TABLE_LIMIT),
                      .pieces = g_string_new (NULL),
                      .counted = &counted };
  gboolean ok;

  read_vocabulary (&counter);
  ok = count_tokens (&counter, file, cancellable, error);
  if (ok)
    {
      count_blocks (file, tokenizer, block_size, &counted);
      list_broken (&counter, n_broken);
      *ret_tokens = counted;
    }
  cz_word_table_free (counter.table);
  g_string_free (counter.pieces, TRUE);
  g_free (counter.is_word);
  return ok;
}
