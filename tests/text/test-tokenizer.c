#include <string.h>

#include "engine/text/tokenizer.h"

static const char *const pieces[]
    = { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "un",  "##aff", "##able", "a",
        "##a",   ",",     ".",     "great", "中",     "é",   "e",   "E",     "É",      "##s",
        "#",     "##é",   "cafe",  "café",  "Cafe",   "do",  "don", "'",     "t",      "n't",
        "##",    "i̇",     "ⓐ",     "##b",   "x",      "##x", "##中" };

static CzTokenizer *
make_tokenizer (const CzTokenizerOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzVocabulary) vocabulary = cz_vocabulary_new (pieces, G_N_ELEMENTS (pieces), &error);

  g_assert_no_error (error);
  CzTokenizer *tokenizer = cz_tokenizer_new (vocabulary, options, &error);
  g_assert_no_error (error);
  return tokenizer;
}

// Pieces and word indices, as "the/0 un/1 ##able/1".
static char *
describe (CzTokenizer *tokenizer, const char *text, gssize length)
{
  CzVocabulary *vocabulary = cz_tokenizer_get_vocabulary (tokenizer);
  g_autoptr (CzEncoding) e = cz_encoding_new ();
  GString *s = g_string_new (NULL);

  cz_tokenizer_encode (tokenizer, text, length, /* add_special */ FALSE, e);
  for (gsize i = 0; i < e->n; i++)
    g_string_append_printf (s, "%s%s/%d", i > 0 ? " " : "",
                            cz_vocabulary_get_token (vocabulary, e->ids[i]), e->words[i]);
  return g_string_free (s, FALSE);
}

#define assert_encodes(tokenizer, text, length, expected)              \
  do                                                                   \
    {                                                                  \
      g_autofree char *described = describe (tokenizer, text, length); \
      g_assert_cmpstr (described, ==, expected);                       \
    }                                                                  \
  while (0)

static void
test_words (void)
{
  g_autoptr (CzTokenizer) t = make_tokenizer (NULL);

  assert_encodes (t, "", -1, "");
  assert_encodes (t, " \t\r\n\xe3\x80\x80", -1, "");
  assert_encodes (t, "The unaffable, great.", -1, "the/0 un/1 ##aff/1 ##able/1 ,/2 great/3 ./4");
  assert_encodes (t, "unaffably the", -1, "[UNK]/0 the/1");
  assert_encodes (t, "don't", -1, "don/0 '/1 t/2");
  assert_encodes (t, "a#a##a", -1, "a/0 #/1 a/2 #/3 #/4 a/5");
  assert_encodes (t, "a中a", -1, "a/0 中/1 a/2");
  assert_encodes (t, "CAFÉ Cafe\xcc\x81 É", -1, "cafe/0 cafe/1 e/2");
  // A soft hyphen, a zero-width space and a replacement character are nothing.
  assert_encodes (t,
                  "th\xc2\xad"
                  "e\xe2\x80\x8b \xef\xbf\xbd the",
                  -1, "the/0 the/1");
}

static void
test_special_tokens (void)
{
  g_autoptr (CzTokenizer) t = make_tokenizer (NULL);

  assert_encodes (t, "a[MASK]a", -1, "a/0 [MASK]/1 a/2");
  assert_encodes (t, "[MASK][MASK]", -1, "[MASK]/0 [MASK]/1");
  assert_encodes (t, "[CLS] the [UNK][PAD] [SEP]", -1, "[CLS]/0 the/1 [UNK]/2 [PAD]/3 [SEP]/4");
  assert_encodes (t, "[mask]", -1, "[UNK]/0 [UNK]/1 [UNK]/2");
  assert_encodes (t, "[[MASK]", -1, "[UNK]/0 [MASK]/1");
  assert_encodes (t, "[MASK", -1, "[UNK]/0 [UNK]/1");
  // An accent behind a special token is a text of its own, and nothing is left of it.
  assert_encodes (t, "[MASK]\xcc\x81 a", -1, "[MASK]/0 a/1");
  // A sequence that a special token cuts short.
  assert_encodes (t, "\xe4\xb8[MASK]\xad", -1, "[MASK]/0");
}

static void
test_added (void)
{
  g_autoptr (CzTokenizer) t = make_tokenizer (NULL);
  g_autoptr (CzEncoding) e = cz_encoding_new ();
  guint32 words[8];

  cz_tokenizer_encode (t, "un[MASK] unable", -1, /* add_special */ TRUE, e);
  g_assert_cmpuint (e->n, ==, 6);
  const gint32 indices[6] = { -1, 0, 1, 2, 2, -1 };
  const guint32 ids[6] = { 2, 6, 4, 6, 8, 3 };
  const guint32 starts[6] = { 0, 0, 2, 9, 11, 0 };
  const guint32 ends[6] = { 0, 2, 8, 11, 15, 0 };
  g_assert_cmpmem (e->words, sizeof indices, indices, sizeof indices);
  g_assert_cmpmem (e->ids, sizeof ids, ids, sizeof ids);
  g_assert_cmpmem (e->starts, sizeof starts, starts, sizeof starts);
  g_assert_cmpmem (e->ends, sizeof ends, ends, sizeof ends);

  cz_tokenizer_get_words (t, e, words);
  const guint32 special = CZ_TOKEN_SPECIAL | CZ_TOKEN_WORD_START;
  const guint32 expected[6] = { 2 | special, 6 | CZ_TOKEN_WORD_START,
                                4 | special, 6 | CZ_TOKEN_WORD_START,
                                8,           3 | special };
  g_assert_cmpmem (words, sizeof expected, expected, sizeof expected);
  g_assert_cmphex (cz_tokenizer_get_pad_word (t), ==, special | CZ_TOKEN_PADDING);

  // The same encoding again, for less; and nothing at all.
  cz_tokenizer_encode (t, "the", -1, TRUE, e);
  g_assert_cmpuint (e->n, ==, 3);
  cz_tokenizer_encode (t, "", -1, TRUE, e);
  g_assert_cmpuint (e->n, ==, 2);
}

static void
test_offsets (void)
{
  g_autoptr (CzTokenizer) t = make_tokenizer (NULL);
  g_autoptr (CzEncoding) e = cz_encoding_new ();

  // Accents are dropped, bytes are not lost: é has two, the combining accent two more.
  cz_tokenizer_encode (t, "caf\xc3\xa9 e\xcc\x81. xxxxx\xff", -1, FALSE, e);
  g_assert_cmpuint (e->n, ==, 8);
  g_assert_cmpuint (e->starts[0], ==, 0);
  g_assert_cmpuint (e->ends[0], ==, 5);
  g_assert_cmpuint (e->starts[1], ==, 6);
  g_assert_cmpuint (e->starts[2], ==, 9);
  g_assert_cmpuint (e->ends[2], ==, 10);
  g_assert_cmpuint (e->starts[7], ==, 15);
  g_assert_cmpuint (e->ends[7], ==, 16);
}

static void
test_invalid_utf8 (void)
{
  g_autoptr (CzTokenizer) t = make_tokenizer (NULL);
  CzTokenizerOptions options = CZ_TOKENIZER_DEFAULTS;

  assert_encodes (t, "a\0\xff\xc3\0the\xe4\xb8", 9, "[UNK]/0");
  assert_encodes (t,
                  "th\0\xff"
                  "e",
                  5, "the/0");
  assert_encodes (t, "\xed\xa0\x80\xf5\xc0\x80", -1, ""); // a surrogate, and what never begins
  // Kept, each maximal part of a sequence is one character: six of them are a word too long.
  options.clean_text = FALSE;
  options.max_word_characters = 5;
  g_autoptr (CzTokenizer) dirty = make_tokenizer (&options);
  assert_encodes (dirty, "a \xe4\xb8\xe4\xb8", -1, "a/0 [UNK]/1");
}

static void
test_long_words (void)
{
  g_autoptr (CzTokenizer) t = make_tokenizer (NULL);
  g_autoptr (CzEncoding) e = cz_encoding_new ();
  g_autoptr (GString) text = g_string_new ("x");

  for (guint i = 1; i < 100; i++)
    g_string_append_c (text, 'X');
  cz_tokenizer_encode (t, text->str, -1, FALSE, e);
  g_assert_cmpuint (e->n, ==, 100);
  // Accents do not count, they are gone by then.
  g_string_append (text, "\xcc\x81\xcc\x81");
  cz_tokenizer_encode (t, text->str, -1, FALSE, e);
  g_assert_cmpuint (e->n, ==, 100);
  g_string_append_c (text, 'x');
  cz_tokenizer_encode (t, text->str, -1, FALSE, e);
  g_assert_cmpuint (e->n, ==, 1);
  g_assert_cmpuint (e->ids[0], ==, cz_tokenizer_get_unk_id (t));
  g_assert_cmpuint (e->ends[0], ==, text->len);

  // A syllable counts as the letters it consists of.
  g_string_assign (text, "");
  for (guint i = 0; i < 34; i++)
    g_string_append (text, "\xea\xb0\x81");
  cz_tokenizer_encode (t, text->str, -1, FALSE, e);
  g_assert_cmpuint (e->n, ==, 1);

  // A million letters take no memory to speak of and are one word.
  g_string_set_size (text, 1000000);
  memset (text->str, 'x', text->len);
  cz_tokenizer_encode (t, text->str, (gssize)text->len, FALSE, e);
  g_assert_cmpuint (e->n, ==, 1);
  g_assert_cmpuint (e->ends[0], ==, 1000000);
}

static void
test_cased (void)
{
  CzTokenizerOptions options = CZ_TOKENIZER_DEFAULTS;

  options.lowercase = FALSE;
  g_autoptr (CzTokenizer) cased = make_tokenizer (&options);
  g_assert_false (cz_tokenizer_get_options (cased)->strip_accents);
  assert_encodes (cased, "Cafe café E É e é", -1, "Cafe/0 café/1 E/2 É/3 e/4 é/5");

  options.strip_accents = TRUE;
  g_autoptr (CzTokenizer) stripped = make_tokenizer (&options);
  assert_encodes (stripped, "Cafe café E É e é", -1, "Cafe/0 cafe/1 E/2 E/3 e/4 e/5");

  options.lowercase = TRUE;
  options.strip_accents = FALSE;
  g_autoptr (CzTokenizer) accents = make_tokenizer (&options);
  assert_encodes (accents, "Cafe CAFÉ E É \xc4\xb0", -1, "cafe/0 café/1 e/2 é/3 i̇/4");

  options = CZ_TOKENIZER_DEFAULTS;
  options.cjk_spacing = FALSE;
  g_autoptr (CzTokenizer) together = make_tokenizer (&options);
  assert_encodes (together, "中中", -1, "中/0 ##中/0");
  g_assert_cmpstr (cz_tokenizer_get_hash (together), !=, cz_tokenizer_get_hash (cased));
}

static void
test_other_special_tokens (void)
{
  static const char *const others[]
      = { "a", "<pad>", "<unk>", "<mask>", "<s>", "</s>", "<mask>s", "b", "<", ">", "mask", "s" };
  CzTokenizerOptions options = CZ_TOKENIZER_DEFAULTS;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzVocabulary) v = cz_vocabulary_new (others, G_N_ELEMENTS (others), &error);
  g_autoptr (CzEncoding) e = cz_encoding_new ();

  g_assert_null (cz_tokenizer_new (v, NULL, &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "[UNK]"));
  g_clear_error (&error);

  options.pad = "<pad>";
  options.unk = "<unk>";
  options.mask = "<mask>";
  options.cls = "<s>";
  options.sep = "</s>";
  g_autoptr (CzTokenizer) t = cz_tokenizer_new (v, &options, &error);
  g_assert_no_error (error);
  cz_tokenizer_encode (t, "a<mask>b [MASK]", -1, TRUE, e);
  const guint32 ids[] = { 4, 0, 3, 7, 2, 10, 2, 5 };
  g_assert_cmpmem (e->ids, e->n * 4, ids, sizeof ids);
  g_assert_true (cz_tokenizer_is_special (t, 3));
  g_assert_false (cz_tokenizer_is_special (t, 0));

  // Where two begin at one place the longer one counts.
  options.cls = "<mask>s";
  g_autoptr (CzTokenizer) longer = cz_tokenizer_new (v, &options, &error);
  cz_tokenizer_encode (longer, "<mask>s<mask>", -1, FALSE, e);
  g_assert_cmpuint (e->n, ==, 2);
  g_assert_cmpuint (e->ids[0], ==, 6);
  g_assert_cmpuint (e->ids[1], ==, 3);

  // They need not begin alike.
  options.cls = "b";
  g_autoptr (CzTokenizer) mixed = cz_tokenizer_new (v, &options, &error);
  assert_encodes (mixed, "aba", -1, "a/0 b/1 a/2");

  options.max_word_characters = 0;
  g_assert_null (cz_tokenizer_new (v, &options, &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID);
}

static void
test_decode (void)
{
  g_autoptr (CzTokenizer) t = make_tokenizer (NULL);
  const guint32 ids[] = { 2, 8, 6, 7, 8, 11, 4, 12, 9999, 29, 25, 3 };
  const guint32 late[] = { 7, 5 };
  gboolean continuation;

  g_autofree char *all = cz_tokenizer_decode (t, ids, G_N_ELEMENTS (ids), FALSE);
  g_assert_cmpstr (all, ==, "[CLS]able unaffable, [MASK].n't do [SEP]");
  g_autofree char *bare = cz_tokenizer_decode (t, ids, G_N_ELEMENTS (ids), TRUE);
  g_assert_cmpstr (bare, ==, "##able unaffable,.n't do");
  g_autofree char *first = cz_tokenizer_decode (t, late, 2, TRUE);
  g_assert_cmpstr (first, ==, "##aff the");
  g_autofree char *none = cz_tokenizer_decode (t, NULL, 0, TRUE);
  g_assert_cmpstr (none, ==, "");

  g_assert_cmpstr (cz_tokenizer_get_piece (t, 8, &continuation), ==, "able");
  g_assert_true (continuation);
  g_assert_cmpstr (cz_tokenizer_get_piece (t, 30, &continuation), ==, "##");
  g_assert_false (continuation);
  g_assert_null (cz_tokenizer_get_piece (t, 9999, &continuation));
}

static void
test_hash (void)
{
  CzTokenizerOptions options = CZ_TOKENIZER_DEFAULTS;
  g_autoptr (CzTokenizer) a = make_tokenizer (NULL);
  g_autoptr (CzTokenizer) b = make_tokenizer (&options);

  g_assert_cmpuint (strlen (cz_tokenizer_get_hash (a)), ==, 64);
  g_assert_cmpstr (cz_tokenizer_get_hash (a), ==, cz_tokenizer_get_hash (b));
  options.mask = "[UNK]";
  g_autoptr (CzTokenizer) c = make_tokenizer (&options);
  g_assert_cmpstr (cz_tokenizer_get_hash (a), !=, cz_tokenizer_get_hash (c));
}

// ---- Any bytes ----

static void
fill_random (GRand *rand, GString *text)
{
  static const char *const parts[]
      = { "[MASK]",   "[CLS",         " ",  "the",          "un",       "able",         "é",  "中",
          "\xcc\x81", "\xe0\xa3\xa3", "각", "\xe2\x89\xae", "\xc4\xb0", "\xef\xa4\x80", "##", "X" };
  gint32 n = g_rand_int_range (rand, 0, 40);

  g_string_truncate (text, 0);
  for (gint32 i = 0; i < n; i++)
    switch (g_rand_int_range (rand, 0, 4))
      {
      case 0:
        g_string_append_c (text, (char)g_rand_int_range (rand, 0, 256));
        break;
      case 1:
        g_string_append_unichar (text, (gunichar)g_rand_int_range (rand, 0, 0x110000));
        break;
      default:
        g_string_append (text, parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
        break;
      }
}

static void
test_random_bytes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240229);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (CzEncoding) reused = cz_encoding_new ();

  for (guint variant = 0; variant < 16; variant++)
    {
      CzTokenizerOptions options = CZ_TOKENIZER_DEFAULTS;
      options.lowercase = (variant & 1) != 0;
      options.strip_accents = (variant & 2) != 0;
      options.cjk_spacing = (variant & 4) != 0;
      options.clean_text = (variant & 8) != 0;
      options.max_word_characters = variant + 1;
      g_autoptr (CzTokenizer) t = make_tokenizer (&options);

      for (guint round = 0; round < 1500; round++)
        {
          fill_random (rand, text);
          // In memory of exactly its size, so that a read beyond it is found.
          g_autofree char *exact = g_memdup2 (text->str, text->len);
          g_autoptr (CzEncoding) fresh = cz_encoding_new ();
          gint32 word = -1;

          cz_tokenizer_encode (t, exact != NULL ? exact : "", (gssize)text->len, FALSE, reused);
          cz_tokenizer_encode (t, exact != NULL ? exact : "", (gssize)text->len, FALSE, fresh);
          g_assert_cmpmem (reused->ids, reused->n * 4, fresh->ids, fresh->n * 4);
          for (gsize i = 0; i < reused->n; i++)
            {
              g_assert_cmpuint (reused->ids[i], <, G_N_ELEMENTS (pieces));
              g_assert_true (reused->words[i] == word || reused->words[i] == word + 1);
              word = reused->words[i];
              g_assert_cmpuint (reused->starts[i], <, reused->ends[i]);
              g_assert_cmpuint (reused->ends[i], <=, text->len);
              if (i > 0)
                g_assert_cmpuint (reused->starts[i], >=, reused->starts[i - 1]);
            }
          g_autofree char *decoded = cz_tokenizer_decode (t, reused->ids, reused->n, FALSE);
          g_assert_true (g_utf8_validate (decoded, -1, NULL));
        }
    }
}

// ---- Threads ----

static gpointer
encode_often (gpointer data)
{
  CzTokenizer *t = data;
  gsize n = 0;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *described = describe (t, "The unaffable café中[MASK] x", -1);
      n += strlen (described);
    }
  return GSIZE_TO_POINTER (n);
}

static void
test_threads (void)
{
  g_autoptr (CzTokenizer) t = make_tokenizer (NULL);
  GThread *threads[4];
  gpointer expected = encode_often (t);

  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("encode", encode_often, t);
  for (guint i = 0; i < 4; i++)
    g_assert_true (g_thread_join (threads[i]) == expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizer/words", test_words);
  g_test_add_func ("/tokenizer/special-tokens", test_special_tokens);
  g_test_add_func ("/tokenizer/added", test_added);
  g_test_add_func ("/tokenizer/offsets", test_offsets);
  g_test_add_func ("/tokenizer/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/tokenizer/long-words", test_long_words);
  g_test_add_func ("/tokenizer/cased", test_cased);
  g_test_add_func ("/tokenizer/other-special-tokens", test_other_special_tokens);
  g_test_add_func ("/tokenizer/decode", test_decode);
  g_test_add_func ("/tokenizer/hash", test_hash);
  g_test_add_func ("/tokenizer/random-bytes", test_random_bytes);
  g_test_add_func ("/tokenizer/threads", test_threads);
  return g_test_run ();
}
