#include "jobs/model-extension.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/text/normalizer.h"

#define LEAST_COUNT 2 // of a word that is proposed
// A corpus's broken words are looked through as far as this, times the words wanted.
#define LOOK_THROUGH 4

struct _CzModelExtension
{
  CzModelFolder *folder;
  CzTokenizer *tokenizer; // the folder's
  CzNormalizer *normalizer;
  CzWordBuffer *buffer;
  CzEncoding *encoding;
  GPtrArray *words;  // CzBrokenWord
  GPtrArray *pieces; // GArray of guint32: each word's ids
  GHashTable *seen;  // the words' own strings
};

static void
word_free (gpointer data)
{
  CzBrokenWord *word = data;

  g_free (word->word);
  g_free (word->pieces);
  g_free (word);
}

static void
ids_free (gpointer data)
{
  g_array_unref (data);
}

CzModelExtension *
cz_model_extension_new (CzModelFolder *folder)
{
  CzModelExtension *self = g_new0 (CzModelExtension, 1);

  self->folder = folder;
  self->tokenizer = cz_model_folder_get_tokenizer (folder);
  const CzTokenizerOptions *options = cz_tokenizer_get_options (self->tokenizer);
  self->normalizer = cz_normalizer_new (&(CzNormalizerOptions){
      .lowercase = options->lowercase,
      .strip_accents = options->strip_accents,
      .cjk_spacing = options->cjk_spacing,
      .clean_text = options->clean_text,
      .max_characters = options->max_word_characters,
  });
  self->buffer = cz_word_buffer_new ();
  self->encoding = cz_encoding_new ();
  self->words = g_ptr_array_new_with_free_func (word_free);
  self->pieces = g_ptr_array_new_with_free_func (ids_free);
  self->seen = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
cz_model_extension_free (CzModelExtension *self)
{
  cz_normalizer_free (self->normalizer);
  cz_word_buffer_free (self->buffer);
  cz_encoding_free (self->encoding);
  g_hash_table_unref (self->seen);
  g_ptr_array_unref (self->pieces);
  g_ptr_array_unref (self->words);
  g_free (self);
}

// ---- Adding words ----

typedef struct
{
  char *first; // normalized
  guint n, n_characters;
} Cut;

static void
keep_word (const CzWord *word, gpointer data)
{
  Cut *cut = data;

  if (cut->n++ > 0)
    return;
  cut->first = g_strndup ((const char *)word->bytes, word->n_bytes);
  cut->n_characters = word->n_characters;
}

static gboolean G_GNUC_PRINTF (2, 3) refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error,
                     g_error_new_valist (CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID, format, arguments));
  va_end (arguments);
  return FALSE;
}

// The word as the tokenizer sees it, to be freed.
static char *
normalize (CzModelExtension *self, const char *word, GError **error)
{
  const CzTokenizerOptions *options = cz_tokenizer_get_options (self->tokenizer);
  const char *const special[]
      = { options->unk, options->cls, options->sep, options->pad, options->mask, NULL };
  Cut cut = { NULL, 0, 0 };

  if (!g_utf8_validate (word, -1, NULL))
    {
      g_autofree char *shown = g_utf8_make_valid (word, -1);
      refuse (error, _ ("“%.60s” is not UTF-8; save the words as UTF-8 text."), shown);
    }
  else if (g_strv_contains (special, word))
    refuse (error, _ ("“%.60s” is one of the model's own marks."), word);
  else
    {
      cz_normalizer_cut (self->normalizer, self->buffer, (const guint8 *)word, strlen (word), 0,
                         keep_word, &cut);
      if (cut.n == 0)
        refuse (error, _ ("“%.60s” holds no word."), word);
      else if (cut.n > 1)
        refuse (error,
                _ ("“%.60s” is several words to the tokenizer, which cuts at spaces and "
                   "punctuation; give them one by one."),
                word);
      else if (cut.n_characters > options->max_word_characters)
        refuse (error, _ ("“%.60s” is longer than the words that the tokenizer takes."), word);
      else
        return cut.first;
    }
  g_free (cut.first);
  return NULL;
}

// The ids that stand for a normalized word until now, and what they are called.
static GArray *
spell (CzModelExtension *self, const char *word, char **ret_pieces)
{
  CzVocabulary *vocabulary = cz_tokenizer_get_vocabulary (self->tokenizer);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GString) pieces = g_string_new (NULL);

  cz_tokenizer_encode (self->tokenizer, word, -1, FALSE, self->encoding);
  for (gsize i = 0; i < self->encoding->n; i++)
    g_string_append_printf (pieces, "%s%s", i > 0 ? " " : "",
                            cz_vocabulary_get_token (vocabulary, self->encoding->ids[i]));
  g_array_append_vals (ids, self->encoding->ids, (guint)self->encoding->n);
  *ret_pieces = g_string_free (g_steal_pointer (&pieces), FALSE);
  return ids;
}

static gboolean
check_room (CzModelExtension *self, GError **error)
{
  CzVocabulary *vocabulary = cz_tokenizer_get_vocabulary (self->tokenizer);

  if (self->words->len < CZ_MODEL_EXTENSION_MAX
      && cz_vocabulary_get_size (vocabulary) + self->words->len + 1 < CZ_VOCABULARY_MAX)
    return TRUE;
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
               _ ("More than %u words cannot be added at once; with so many, train a vocabulary of "
                  "its own."),
               self->words->len);
  return FALSE;
}

gboolean
cz_model_extension_add (CzModelExtension *self, const char *word, gint64 count, GError **error)
{
  CzVocabulary *vocabulary = cz_tokenizer_get_vocabulary (self->tokenizer);
  g_autofree char *normalized = normalize (self, word, error);

  if (normalized == NULL || !check_room (self, error))
    return FALSE;
  if (cz_vocabulary_find (vocabulary, normalized, -1) >= 0)
    return refuse (error, _ ("“%.60s” is in the vocabulary already."), normalized);
  if (g_hash_table_contains (self->seen, normalized))
    return refuse (error, _ ("“%.60s” was given twice."), normalized);

  CzBrokenWord *added = g_new0 (CzBrokenWord, 1);
  GArray *ids = spell (self, normalized, &added->pieces);
  added->word = g_steal_pointer (&normalized);
  added->n_pieces = ids->len;
  added->count = count;
  g_ptr_array_add (self->words, added);
  g_ptr_array_add (self->pieces, ids);
  g_hash_table_add (self->seen, added->word);
  return TRUE;
}

static gboolean
is_worth_it (const CzBrokenWord *word)
{
  gboolean letter = FALSE;

  for (const char *p = word->word; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_isdigit (g_utf8_get_char (p)))
        return FALSE;
      letter = letter || g_unichar_isalpha (g_utf8_get_char (p));
    }
  return letter && word->count >= LEAST_COUNT;
}

gboolean
cz_model_extension_propose (
    CzModelExtension *self, CzTokenFile *tokens, guint n, GCancellable *cancellable, GError **error)
{
  g_auto (CzCorpusTokens) counted = { 0 };
  guint before = self->words->len;
  guint most = n > G_MAXINT32 / LOOK_THROUGH ? G_MAXINT32 : n * LOOK_THROUGH;

  if (!cz_corpus_tokens_count (tokens, self->tokenizer, 128 /* block_size */, most, cancellable,
                               &counted, error))
    return FALSE;
  for (guint i = 0; i < counted.broken->len && self->words->len - before < n; i++)
    {
      const CzBrokenWord *word = counted.broken->pdata[i];

      // What the tokenizer cannot take as one word is no loss here.
      if (is_worth_it (word))
        cz_model_extension_add (self, word->word, word->count, NULL);
    }
  if (self->words->len > before)
    return TRUE;
  g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                       _ ("No word of this text that stands in it more than once is cut into three "
                          "or more pieces: there is nothing to add."));
  return FALSE;
}

GPtrArray *
cz_model_extension_get_words (CzModelExtension *self)
{
  return self->words;
}

// ---- The larger model ----

typedef struct
{
  CzModelExtension *extension;
  guint embeddings, bias; // parameters
  guint dim;
  guint32 first; // the id of the first new word
  float *rows;   // (words, dim)
  float *biases; // (words)
} Extended;

// The mean of a parameter's `width` numbers over the pieces of each word, into (words, width).
static gboolean
average (CzModelExtension *self, guint parameter, guint width, float *ret_rows, GError **error)
{
  g_autofree float *row = g_new (float, width);
  g_autofree double *sum = g_new (double, width);

  for (guint w = 0; w < self->pieces->len; w++)
    {
      const GArray *ids = self->pieces->pdata[w];

      memset (sum, 0, width * sizeof *sum);
      for (guint i = 0; i < ids->len; i++)
        {
          guint64 at = (guint64)g_array_index (ids, guint32, i) * width;
          if (!cz_tensor_read_floats (cz_model_folder_get_tensor (self->folder, parameter), at,
                                      width, row, error))
            return FALSE;
          for (guint k = 0; k < width; k++)
            sum[k] += row[k];
        }
      for (guint k = 0; k < width; k++)
        ret_rows[(gsize)w * width + k] = (float)(sum[k] / MAX (ids->len, 1));
    }
  return TRUE;
}

// Numbers of the larger model: its new rows, and everywhere else the old ones. Old rows that the
// vocabulary does not name are new rows as far as there are words.
static gboolean
read_extended (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer data, GError **error)
{
  Extended *e = data;
  gboolean embeddings = parameter == e->embeddings;

  if (!embeddings && parameter != e->bias)
    return cz_model_folder_read (e->extension->folder, parameter, first, n, ret_floats, error);

  guint64 width = embeddings ? e->dim : 1;
  const float *added = embeddings ? e->rows : e->biases;
  guint64 begin = e->first * width, end = begin + e->extension->words->len * width;
  for (guint64 at = first; at < first + n;)
    {
      gboolean is_new = at >= begin && at < end;
      guint64 until = MIN (first + n, is_new ? end : at < begin ? begin : G_MAXUINT64);

      if (is_new)
        memcpy (ret_floats + (at - first), added + (at - begin),
                (gsize)(until - at) * sizeof *added);
      else if (!cz_model_folder_read (e->extension->folder, parameter, at, until - at,
                                      ret_floats + (at - first), error))
        return FALSE;
      at = until;
    }
  return TRUE;
}

// The old words, then the new ones.
static CzTokenizer *
make_tokenizer (CzModelExtension *self, GError **error)
{
  CzVocabulary *old = cz_tokenizer_get_vocabulary (self->tokenizer);
  guint32 n = cz_vocabulary_get_size (old);
  g_autofree const char **tokens = g_new (const char *, n + self->words->len);

  for (guint32 id = 0; id < n; id++)
    tokens[id] = cz_vocabulary_get_token (old, id);
  for (guint i = 0; i < self->words->len; i++)
    tokens[n + i] = ((const CzBrokenWord *)self->words->pdata[i])->word;
  g_autoptr (CzVocabulary) vocabulary = cz_vocabulary_new (tokens, n + self->words->len, error);
  return vocabulary != NULL
             ? cz_tokenizer_new (vocabulary, cz_tokenizer_get_options (self->tokenizer), error)
             : NULL;
}

gboolean
cz_model_extension_save (CzModelExtension *self, const char *path, GError **error)
{
  CzParameterTable *table = cz_model_folder_get_table (self->folder);
  CzModelConfig config = *cz_model_folder_get_config (self->folder);
  guint n = self->words->len;

  if (n == 0)
    {
      g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                           _ ("There is no word to add."));
      return FALSE;
    }
  g_autoptr (CzTokenizer) tokenizer = make_tokenizer (self, error);
  if (tokenizer == NULL)
    return FALSE;
  g_autofree float *rows = g_new (float, (gsize)n *config.dim);
  g_autofree float *biases = g_new (float, n);
  Extended extended = {
    .extension = self,
    .embeddings
    = (guint)cz_parameter_table_find (table, "distilbert.embeddings.word_embeddings.weight"),
    .bias = (guint)cz_parameter_table_find (table, "vocab_projector.bias"),
    .dim = config.dim,
    .first = cz_vocabulary_get_size (cz_tokenizer_get_vocabulary (self->tokenizer)),
    .rows = rows,
    .biases = biases,
  };
  if (!average (self, extended.embeddings, config.dim, rows, error)
      || !average (self, extended.bias, 1, biases, error))
    return FALSE;
  // Rows of a rounded-up model that nothing named are taken first.
  config.vocab_size = MAX (config.vocab_size, extended.first + n);
  gboolean half
      = cz_model_folder_get_tensor (self->folder, extended.embeddings)->dtype == CZ_DTYPE_F16;
  return cz_model_folder_save (path, &config, tokenizer, half ? CZ_DTYPE_F16 : CZ_DTYPE_F32,
                               read_extended, &extended, NULL /* files */, 0, error);
}
