#include "engine/text/tokenizer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/text/normalizer.h"
#include "engine/text/special-tokens.h"
#include "engine/text/vocabulary-trie.h"

enum
{
  UNK,
  CLS,
  SEP,
  PAD,
  MASK
};

struct _CzTokenizer
{
  gatomicrefcount references;
  CzVocabulary *vocabulary;
  CzTokenizerOptions options; // its strings are ours
  CzNormalizer *normalizer;
  CzSpecialTokens special;
  guint32 special_ids[CZ_SPECIAL_TOKENS];
  const CzTrie *trie;   // the vocabulary's
  guint32 continuation; // the trie's node of "##"; 0: no piece continues a word
  char *hash;
};

static char *
compute_hash (CzTokenizer *t)
{
  const CzTokenizerOptions *o = &t->options;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *settings = g_strdup_printf ("wordpiece 1 %d %d %d %d %u", o->lowercase != FALSE,
                                               o->strip_accents != FALSE, o->cjk_spacing != FALSE,
                                               o->clean_text != FALSE, o->max_word_characters);
  gsize length;
  g_autofree char *text = cz_vocabulary_get_text (t->vocabulary, &length);

  // Strings go in with their NUL, so that their borders count.
  g_checksum_update (sum, (const guchar *)settings, (gssize)strlen (settings) + 1);
  for (guint i = 0; i < CZ_SPECIAL_TOKENS; i++)
    g_checksum_update (sum, (const guchar *)t->special.strings[i],
                       (gssize)t->special.lengths[i] + 1);
  g_checksum_update (sum, (const guchar *)text, (gssize)length);
  return g_strdup (g_checksum_get_string (sum));
}

static void
tokenizer_free (CzTokenizer *t)
{
  g_clear_pointer (&t->vocabulary, cz_vocabulary_unref);
  g_clear_pointer (&t->normalizer, cz_normalizer_free);
  g_free ((char *)t->options.unk);
  g_free ((char *)t->options.cls);
  g_free ((char *)t->options.sep);
  g_free ((char *)t->options.pad);
  g_free ((char *)t->options.mask);
  g_free (t->hash);
  g_free (t);
}

CzTokenizer *
cz_tokenizer_new (CzVocabulary *vocabulary, const CzTokenizerOptions *options, GError **error)
{
  const CzTokenizerOptions given = options != NULL ? *options : CZ_TOKENIZER_DEFAULTS;
  const char *strings[CZ_SPECIAL_TOKENS]
      = { given.unk, given.cls, given.sep, given.pad, given.mask };
  gint32 ids[CZ_SPECIAL_TOKENS];

  if (given.max_word_characters == 0)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("A tokenizer for words of at most 0 characters cannot be used."));
      return NULL;
    }
  for (guint i = 0; i < CZ_SPECIAL_TOKENS; i++)
    {
      ids[i] = strings[i] != NULL ? cz_vocabulary_find (vocabulary, strings[i], -1) : -1;
      if (ids[i] < 0)
        {
          g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_MISSING,
                       _ ("The special token “%s” is not in the vocabulary; does the vocabulary "
                          "belong to this model?"),
                       strings[i] != NULL ? strings[i] : "");
          return NULL;
        }
    }

  CzTokenizer *t = g_new0 (CzTokenizer, 1);
  g_atomic_ref_count_init (&t->references);
  t->vocabulary = cz_vocabulary_ref (vocabulary);
  t->options = given;
  t->options.strip_accents = given.strip_accents < 0 ? given.lowercase : given.strip_accents;
  strings[UNK] = t->options.unk = g_strdup (given.unk);
  strings[CLS] = t->options.cls = g_strdup (given.cls);
  strings[SEP] = t->options.sep = g_strdup (given.sep);
  strings[PAD] = t->options.pad = g_strdup (given.pad);
  strings[MASK] = t->options.mask = g_strdup (given.mask);
  for (guint i = 0; i < CZ_SPECIAL_TOKENS; i++)
    t->special_ids[i] = (guint32)ids[i];
  cz_special_tokens_init (&t->special, strings);
  t->normalizer = cz_normalizer_new (&(CzNormalizerOptions){
      .lowercase = t->options.lowercase,
      .strip_accents = t->options.strip_accents,
      .cjk_spacing = t->options.cjk_spacing,
      .clean_text = t->options.clean_text,
      .max_characters = t->options.max_word_characters,
  });
  t->trie = cz_vocabulary_get_trie (vocabulary);
  t->continuation = cz_trie_walk (t->trie, "##", 2);
  t->hash = compute_hash (t);
  return t;
}

CzTokenizer *
cz_tokenizer_ref (CzTokenizer *tokenizer)
{
  g_atomic_ref_count_inc (&tokenizer->references);
  return tokenizer;
}

void
cz_tokenizer_unref (CzTokenizer *tokenizer)
{
  if (g_atomic_ref_count_dec (&tokenizer->references))
    tokenizer_free (tokenizer);
}

// ---- Encoding ----

struct _CzEncodingScratch
{
  CzWordBuffer *words;
};

CzEncoding *
cz_encoding_new (void)
{
  CzEncoding *e = g_new0 (CzEncoding, 1);

  e->scratch = g_new0 (CzEncodingScratch, 1);
  e->scratch->words = cz_word_buffer_new ();
  return e;
}

void
cz_encoding_free (CzEncoding *encoding)
{
  cz_word_buffer_free (encoding->scratch->words);
  g_free (encoding->scratch);
  g_free (encoding->ids);
  g_free (encoding->words);
  g_free (encoding->starts);
  g_free (encoding->ends);
  g_free (encoding);
}

static void
reserve (CzEncoding *e, gsize more)
{
  if (e->capacity - e->n >= more)
    return;
  e->capacity = MAX (e->capacity * 2, e->n + MAX (more, 256));
  e->ids = g_renew (guint32, e->ids, e->capacity);
  e->words = g_renew (gint32, e->words, e->capacity);
  e->starts = g_renew (guint32, e->starts, e->capacity);
  e->ends = g_renew (guint32, e->ends, e->capacity);
}

static inline void
put (CzEncoding *e, guint32 id, gint32 word, guint32 start, guint32 end)
{
  e->ids[e->n] = id;
  e->words[e->n] = word;
  e->starts[e->n] = start;
  e->ends[e->n] = end;
  e->n++;
}

typedef struct
{
  CzTokenizer *tokenizer;
  CzEncoding *encoding;
  gint32 word; // index of the next one
} Encoder;

// Takes the longest piece again and again; a word with a rest that no piece begins is [UNK].
static void
encode_word (const CzWord *word, gpointer data)
{
  Encoder *encoder = data;
  CzTokenizer *t = encoder->tokenizer;
  CzEncoding *e = encoder->encoding;
  const CzTrie *trie = t->trie;
  gsize n_before = e->n;
  gint32 index = encoder->word++;
  guint32 at = 0;
  guint32 root = 0;

  reserve (e, MAX (word->n_bytes, 1));
  if (word->n_characters > t->options.max_word_characters)
    {
      put (e, t->special_ids[UNK], index, word->start, word->end);
      return;
    }
  while (at < word->n_bytes)
    {
      guint32 node = root, end = at;
      gint32 id = -1;

      for (guint32 i = at; i < word->n_bytes; i++)
        {
          node = cz_trie_step (trie, node, word->bytes[i]);
          if (node == 0)
            break;
          if (trie->nodes[node].value >= 0)
            {
              id = trie->nodes[node].value;
              end = i + 1;
            }
        }
      if (id < 0)
        {
          e->n = n_before;
          put (e, t->special_ids[UNK], index, word->start, word->end);
          return;
        }
      if (word->starts != NULL)
        put (e, (guint32)id, index, word->starts[at], word->ends[end - 1]);
      else
        put (e, (guint32)id, index, word->start + at, word->start + end);
      at = end;
      root = t->continuation;
      if (root == 0 && at < word->n_bytes)
        {
          e->n = n_before;
          put (e, t->special_ids[UNK], index, word->start, word->end);
          return;
        }
    }
}

void
cz_tokenizer_encode (CzTokenizer *tokenizer,
                     const char *text,
                     gssize length,
                     gboolean add_special,
                     CzEncoding *ret_encoding)
{
  CzTokenizer *t = tokenizer;
  CzEncoding *e = ret_encoding;
  gsize n = length < 0 ? strlen (text) : (gsize)length;
  Encoder encoder = { t, e, 0 };

  g_return_if_fail (n < G_MAXUINT32);
  e->n = 0;
  reserve (e, 2);
  if (add_special)
    put (e, t->special_ids[CLS], -1, 0, 0);
  for (gsize from = 0; from < n;)
    {
      gsize at = n;
      guint which = 0;
      gboolean found = cz_special_tokens_find (&t->special, text, n, from, &at, &which);

      cz_normalizer_cut (t->normalizer, e->scratch->words, (const guint8 *)text + from, at - from,
                         (guint32)from, encode_word, &encoder);
      from = at;
      if (found)
        {
          from += t->special.lengths[which];
          reserve (e, 1);
          put (e, t->special_ids[which], encoder.word++, (guint32)at, (guint32)from);
        }
    }
  reserve (e, 1);
  if (add_special)
    put (e, t->special_ids[SEP], -1, 0, 0);
}

void
cz_tokenizer_get_words (CzTokenizer *tokenizer, const CzEncoding *encoding, guint32 *ret)
{
  for (gsize i = 0; i < encoding->n; i++)
    {
      guint32 id = encoding->ids[i];

      ret[i] = id;
      if (cz_tokenizer_is_special (tokenizer, id))
        ret[i] |= CZ_TOKEN_SPECIAL | CZ_TOKEN_WORD_START;
      else if (i == 0 || encoding->words[i] != encoding->words[i - 1])
        ret[i] |= CZ_TOKEN_WORD_START;
    }
}

// ---- Decoding ----

// Appends a piece as the Rust library's clean-up leaves it; it looks at one piece at a time.
static void
append_clean (GString *text, const char *piece, gboolean spaced)
{
  static const char *const changes[][2] = {
    { " .", "." },   { " ?", "?" },     { " !", "!" },     { " ,", "," },
    { " ' ", "'" },  { " n't", "n't" }, { " 'm", "'m" },   { " do not", " don't" },
    { " 's", "'s" }, { " 've", "'ve" }, { " 're", "'re" },
  };
  g_autoptr (GString) part = g_string_new (spaced ? " " : NULL);

  g_string_append (part, piece);
  if (strchr (part->str, ' ') != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
      g_string_replace (part, changes[i][0], changes[i][1], /* limit: all */ 0);
  g_string_append_len (text, part->str, (gssize)part->len);
}

char *
cz_tokenizer_decode (CzTokenizer *tokenizer, const guint32 *ids, gsize n, gboolean skip_special)
{
  GString *text = g_string_new (NULL);
  gboolean first = TRUE;

  for (gsize i = 0; i < n; i++)
    {
      const char *piece = cz_vocabulary_get_token (tokenizer->vocabulary, ids[i]);

      if (piece == NULL || (skip_special && cz_tokenizer_is_special (tokenizer, ids[i])))
        continue;
      gboolean continues = g_str_has_prefix (piece, "##") && !first;
      append_clean (text, continues ? piece + 2 : piece, !first && !continues);
      first = FALSE;
    }
  return g_string_free (text, FALSE);
}

const char *
cz_tokenizer_get_piece (CzTokenizer *tokenizer, guint32 id, gboolean *ret_continuation)
{
  const char *piece = cz_vocabulary_get_token (tokenizer->vocabulary, id);
  gboolean continues = piece != NULL && g_str_has_prefix (piece, "##") && piece[2] != '\0';

  if (ret_continuation != NULL)
    *ret_continuation = continues;
  return continues ? piece + 2 : piece;
}

// ---- What it is made of ----

CzVocabulary *
cz_tokenizer_get_vocabulary (CzTokenizer *tokenizer)
{
  return tokenizer->vocabulary;
}

const CzTokenizerOptions *
cz_tokenizer_get_options (CzTokenizer *tokenizer)
{
  return &tokenizer->options;
}

guint32
cz_tokenizer_get_unk_id (CzTokenizer *tokenizer)
{
  return tokenizer->special_ids[UNK];
}

guint32
cz_tokenizer_get_cls_id (CzTokenizer *tokenizer)
{
  return tokenizer->special_ids[CLS];
}

guint32
cz_tokenizer_get_sep_id (CzTokenizer *tokenizer)
{
  return tokenizer->special_ids[SEP];
}

guint32
cz_tokenizer_get_pad_id (CzTokenizer *tokenizer)
{
  return tokenizer->special_ids[PAD];
}

guint32
cz_tokenizer_get_mask_id (CzTokenizer *tokenizer)
{
  return tokenizer->special_ids[MASK];
}

gboolean
cz_tokenizer_is_special (CzTokenizer *tokenizer, guint32 id)
{
  for (guint i = 0; i < CZ_SPECIAL_TOKENS; i++)
    if (tokenizer->special_ids[i] == id)
      return TRUE;
  return FALSE;
}

guint32
cz_tokenizer_get_pad_word (CzTokenizer *tokenizer)
{
  return tokenizer->special_ids[PAD] | CZ_TOKEN_SPECIAL | CZ_TOKEN_PADDING | CZ_TOKEN_WORD_START;
}

const char *
cz_tokenizer_get_hash (CzTokenizer *tokenizer)
{
  return tokenizer->hash;
}
