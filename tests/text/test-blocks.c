#include <glib/gstdio.h>
#include <string.h>

#include "engine/text/blocks.h"
#include "engine/text/tokenizer.h"

// A token's id tells where it comes from: document * PER_DOCUMENT + place in it.
enum
{
  PER_DOCUMENT = 1000,
  PAD_WORD = 0x3fffff | CZ_TOKEN_SPECIAL | CZ_TOKEN_PADDING
};

typedef struct
{
  const char *split;
  guint count;
} Document;

static CzTokenFile *
make_file (const Document *documents, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("cz-blocks-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "tokens", NULL);
  g_autoptr (CzTokenWriter) w = cz_token_writer_new (path, "key", &error);

  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      guint32 words[PER_DOCUMENT];
      for (guint k = 0; k < documents[i].count; k++)
        words[k] = i * PER_DOCUMENT + k;
      g_assert_true (
          cz_token_writer_add (w, i, documents[i].split, words, documents[i].count, &error));
    }
  g_assert_true (cz_token_writer_finish (w, &error));
  CzTokenFile *file = cz_token_file_open (path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (folder);
  return file;
}

static CzTokenFile *
make_many (guint n, const char *split, guint count)
{
  g_autofree Document *documents = g_new (Document, n);

  for (guint i = 0; i < n; i++)
    documents[i] = (Document){ split, count + i % 7 };
  return make_file (documents, n);
}

static CzBlockOptions
options_of (CzSplitMode split, guint train, guint test)
{
  return (CzBlockOptions){
    .block_size = 16,
    .pad_word = PAD_WORD,
    .split = split,
    .split_seed = 42,
    .train_blocks = train,
    .test_blocks = test,
  };
}

static CzBlocks *
make_blocks (CzTokenFile *file, const CzBlockOptions *options)
{
  g_autoptr (GError) error = NULL;
  CzBlocks *blocks = cz_blocks_new (file, options, &error);

  g_assert_no_error (error);
  return blocks;
}

// Enters the documents that a part's blocks come from.
static void
gather_documents (CzBlocks *blocks, CzBlockPart part, GHashTable *ret)
{
  guint size = cz_blocks_get_block_size (blocks);
  g_autofree guint32 *words = g_new (guint32, size);

  for (guint32 i = 0; i < cz_blocks_get_count (blocks, part); i++)
    {
      guint length = cz_blocks_copy (blocks, part, i, words);
      for (guint k = 0; k < length; k++)
        g_hash_table_add (ret, GUINT_TO_POINTER (words[k] / PER_DOCUMENT + 1));
    }
}

static gboolean
has_note (CzBlocks *blocks, const char *part)
{
  const char *const *notes = cz_blocks_get_notes (blocks);

  for (guint i = 0; notes[i] != NULL; i++)
    if (strstr (notes[i], part) != NULL)
      return TRUE;
  return FALSE;
}

static const Document corpus[] = {
  { "train", 10 }, { "test", 20 }, { "unsup", 50 }, { "train", 13 },
  { "", 5 },       { "train", 0 }, { "test", 30 },  { "train", 9 },
};

static void
test_corpus (void)
{
  g_autoptr (CzTokenFile) file = make_file (corpus, G_N_ELEMENTS (corpus));
  CzBlockOptions options = options_of (CZ_SPLIT_AUTO, 0, 0);
  g_autoptr (CzBlocks) blocks = make_blocks (file, &options);
  // The train documents one behind the other: 10 + 13 + 5 + 9 tokens.
  guint32 stream[37], words[16];
  guint n = 0;

  for (guint k = 0; k < 10; k++)
    stream[n++] = k;
  for (guint k = 0; k < 13; k++)
    stream[n++] = 3000 + k;
  for (guint k = 0; k < 5; k++)
    stream[n++] = 4000 + k;
  for (guint k = 0; k < 9; k++)
    stream[n++] = 7000 + k;

  g_assert_cmpint (cz_blocks_get_split (blocks), ==, CZ_SPLIT_CORPUS);
  g_assert_cmpuint (cz_blocks_get_count (blocks, CZ_PART_TRAIN), ==, 2);
  g_assert_cmpuint (cz_blocks_get_count (blocks, CZ_PART_TEST), ==, 3);
  g_assert_null (cz_blocks_get_notes (blocks)[0]);
  for (guint32 i = 0; i < 2; i++)
    {
      g_assert_cmpuint (cz_blocks_copy (blocks, CZ_PART_TRAIN, i, words), ==, 16);
      g_assert_cmpmem (words, sizeof words, stream + 16 * i, sizeof words);
    }

  options.pad_last = TRUE;
  g_autoptr (CzBlocks) padded = make_blocks (file, &options);
  g_assert_cmpuint (cz_blocks_get_count (padded, CZ_PART_TRAIN), ==, 3);
  g_assert_cmpuint (cz_blocks_get_count (padded, CZ_PART_TEST), ==, 4);
  g_assert_cmpuint (cz_blocks_copy (padded, CZ_PART_TRAIN, 2, words), ==, 5);
  g_assert_cmpmem (words, 5 * 4, stream + 32, 5 * 4);
  for (guint k = 5; k < 16; k++)
    g_assert_cmphex (words[k], ==, PAD_WORD);

  // unsup only when asked for.
  options.train_split = "unsup";
  g_autoptr (CzBlocks) unsup = make_blocks (file, &options);
  g_assert_cmpuint (cz_blocks_get_count (unsup, CZ_PART_TRAIN), ==, 4);
  cz_blocks_copy (unsup, CZ_PART_TRAIN, 0, words);
  g_assert_cmpuint (words[0], ==, 2000);
}

static void
test_some_of_corpus (void)
{
  g_autoptr (CzTokenFile) train = make_many (100, "train", 40);
  CzBlockOptions options = options_of (CZ_SPLIT_CORPUS, 50, 10);
  g_autoptr (CzBlocks) some = make_blocks (train, &options);
  g_autoptr (GHashTable) documents = g_hash_table_new (NULL, NULL);
  guint32 words[16], before = 0;

  g_assert_cmpuint (cz_blocks_get_count (some, CZ_PART_TRAIN), ==, 50);
  g_assert_cmpuint (cz_blocks_get_count (some, CZ_PART_TEST), ==, 0);
  g_assert_true (has_note (some, "testing"));
  // From everywhere, not from the beginning; in their order.
  gather_documents (some, CZ_PART_TRAIN, documents);
  g_assert_cmpuint (g_hash_table_size (documents), >, 30);
  for (guint32 i = 0; i < 50; i++)
    {
      cz_blocks_copy (some, CZ_PART_TRAIN, i, words);
      g_assert_true (i == 0 || words[0] > before);
      before = words[0];
    }

  // The same again with the same seed, others with another.
  g_autoptr (CzBlocks) again = make_blocks (train, &options);
  options.split_seed = 43;
  g_autoptr (CzBlocks) other = make_blocks (train, &options);
  guint same = 0;
  for (guint32 i = 0; i < 50; i++)
    {
      guint32 ours[16], theirs[16];
      cz_blocks_copy (some, CZ_PART_TRAIN, i, words);
      cz_blocks_copy (again, CZ_PART_TRAIN, i, ours);
      cz_blocks_copy (other, CZ_PART_TRAIN, i, theirs);
      g_assert_cmpmem (words, sizeof words, ours, sizeof ours);
      same += memcmp (words, theirs, sizeof words) == 0;
    }
  g_assert_cmpuint (same, <, 25);
}

static void
test_documents (void)
{
  g_autoptr (CzTokenFile) file = make_many (100, NULL, 40);
  const guint asked[][2] = { { 0, 20 }, { 0, 0 }, { 30, 1000 }, { 0, 1000 }, { 5, 7 } };

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      CzBlockOptions options = options_of (CZ_SPLIT_DOCUMENTS, asked[i][0], asked[i][1]);
      g_autoptr (GHashTable) train = g_hash_table_new (NULL, NULL);
      g_autoptr (GHashTable) test = g_hash_table_new (NULL, NULL);
      GHashTableIter iter;
      gpointer document;

      options.pad_last = i % 2 == 0;
      g_autoptr (CzBlocks) blocks = make_blocks (file, &options);
      gather_documents (blocks, CZ_PART_TRAIN, train);
      gather_documents (blocks, CZ_PART_TEST, test);
      g_assert_cmpuint (g_hash_table_size (train), >, 0);
      g_assert_cmpuint (g_hash_table_size (test), >, 0);
      g_hash_table_iter_init (&iter, test);
      while (g_hash_table_iter_next (&iter, &document, NULL))
        g_assert_false (g_hash_table_contains (train, document));
    }

  CzBlockOptions options = options_of (CZ_SPLIT_DOCUMENTS, 0, 20);
  g_autoptr (CzBlocks) twenty = make_blocks (file, &options);
  g_assert_cmpuint (cz_blocks_get_count (twenty, CZ_PART_TEST), ==, 20);
  g_assert_null (cz_blocks_get_notes (twenty)[0]);
  // 4,300 tokens are 268 blocks: a fifth at most, and that is said.
  options = options_of (CZ_SPLIT_AUTO, 0, 1000);
  g_autoptr (CzBlocks) most = make_blocks (file, &options);
  g_assert_cmpint (cz_blocks_get_split (most), ==, CZ_SPLIT_DOCUMENTS);
  g_assert_cmpuint (cz_blocks_get_count (most, CZ_PART_TEST), >=, 50);
  g_assert_cmpuint (cz_blocks_get_count (most, CZ_PART_TEST), <=, 54);
  g_assert_true (has_note (most, "1000"));
  // As few for training as asked for leave more for testing.
  options = options_of (CZ_SPLIT_AUTO, 100, 150);
  g_autoptr (CzBlocks) more = make_blocks (file, &options);
  g_assert_cmpuint (cz_blocks_get_count (more, CZ_PART_TRAIN), ==, 100);
  g_assert_cmpuint (cz_blocks_get_count (more, CZ_PART_TEST), ==, 150);
  g_assert_cmpstr (cz_blocks_get_notes (more)[0], ==, NULL);
}

static void
test_few_documents (void)
{
  const Document one[] = { { "", 500 } };
  const Document uneven[] = { { "", 900 }, { "", 20 } };
  g_autoptr (CzTokenFile) single = make_file (one, 1);
  g_autoptr (CzTokenFile) two = make_file (uneven, 2);
  CzBlockOptions options = options_of (CZ_SPLIT_AUTO, 0, 1000);

  // One document cannot be on both sides: its blocks are.
  g_autoptr (CzBlocks) cut = make_blocks (single, &options);
  g_assert_cmpint (cz_blocks_get_split (cut), ==, CZ_SPLIT_BLOCKS);
  g_assert_cmpuint (cz_blocks_get_count (cut, CZ_PART_TRAIN), ==, 25);
  g_assert_cmpuint (cz_blocks_get_count (cut, CZ_PART_TEST), ==, 6);
  g_assert_true (has_note (cut, "too few documents"));

  options.split = CZ_SPLIT_DOCUMENTS;
  g_autoptr (CzBlocks) whole = make_blocks (single, &options);
  g_assert_cmpuint (cz_blocks_get_count (whole, CZ_PART_TEST), ==, 0);
  g_assert_true (has_note (whole, "testing"));
  g_autoptr (CzBlocks) small = make_blocks (two, &options);
  g_assert_cmpuint (cz_blocks_get_count (small, CZ_PART_TRAIN), ==, 56);
  g_assert_cmpuint (cz_blocks_get_count (small, CZ_PART_TEST), ==, 1);
}

static void
test_blocks_split (void)
{
  g_autofree Document *documents = g_new (Document, 60);
  guint32 words[16];

  for (guint i = 0; i < 60; i++)
    documents[i] = (Document){ i % 3 == 0 ? "train" : i % 3 == 1 ? "test" : "unsup", 100 };
  g_autoptr (CzTokenFile) file = make_file (documents, 60);
  CzBlockOptions options = options_of (CZ_SPLIT_BLOCKS, 80, 20);
  g_autoptr (CzBlocks) blocks = make_blocks (file, &options);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  g_assert_cmpuint (cz_blocks_get_count (blocks, CZ_PART_TRAIN), ==, 80);
  g_assert_cmpuint (cz_blocks_get_count (blocks, CZ_PART_TEST), ==, 20);
  g_assert_null (cz_blocks_get_notes (blocks)[0]);
  for (guint part = 0; part < 2; part++)
    for (guint32 i = 0; i < cz_blocks_get_count (blocks, part); i++)
      {
        cz_blocks_copy (blocks, part, i, words);
        g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (words[0] + 1)));
        for (guint k = 0; k < 16; k++)
          g_assert_cmpuint (words[k] / PER_DOCUMENT % 3, ==, 0); // of the train split
      }

  options.train_blocks = 500; // there are 125
  g_autoptr (CzBlocks) few = make_blocks (file, &options);
  g_assert_cmpuint (cz_blocks_get_count (few, CZ_PART_TRAIN), ==, 105);
  g_assert_true (has_note (few, "500"));
  g_assert_true (has_note (few, "105"));

  g_autoptr (CzTokenFile) plain = make_many (20, NULL, 30);
  options = options_of (CZ_SPLIT_BLOCKS, 0, 0);
  g_autoptr (CzBlocks) all = make_blocks (plain, &options);
  guint32 n = cz_blocks_get_count (all, CZ_PART_TRAIN) + cz_blocks_get_count (all, CZ_PART_TEST);
  guint64 tokens;
  cz_token_file_get_tokens (plain, &tokens);
  g_assert_cmpuint (n, ==, tokens / 16);
}

static void
test_too_short (void)
{
  const Document documents[] = { { "train", 7 }, { "test", 5 }, { "unsup", 500 } };
  g_autoptr (CzTokenFile) file = make_file (documents, 3);
  g_autoptr (CzTokenFile) empty = make_file (documents, 0);
  g_autoptr (GError) error = NULL;

  for (CzSplitMode split = CZ_SPLIT_AUTO; split <= CZ_SPLIT_BLOCKS; split++)
    {
      CzBlockOptions options = options_of (split, 0, 0);
      g_assert_null (cz_blocks_new (file, &options, &error));
      g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_TOO_SHORT);
      g_assert_nonnull (strstr (error->message, "16"));
      g_clear_error (&error);
      g_assert_null (cz_blocks_new (empty, &options, &error));
      g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_TOO_SHORT);
      g_clear_error (&error);
    }

  CzBlockOptions options = options_of (CZ_SPLIT_CORPUS, 0, 0);
  options.pad_last = TRUE;
  g_autoptr (CzBlocks) padded = make_blocks (file, &options);
  g_assert_cmpuint (cz_blocks_get_count (padded, CZ_PART_TRAIN), ==, 1);
  g_assert_cmpuint (cz_blocks_get_count (padded, CZ_PART_TEST), ==, 1);
  options.block_size = 0;
  g_assert_null (cz_blocks_new (file, &options, &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blocks/corpus", test_corpus);
  g_test_add_func ("/blocks/some-of-corpus", test_some_of_corpus);
  g_test_add_func ("/blocks/documents", test_documents);
  g_test_add_func ("/blocks/few-documents", test_few_documents);
  g_test_add_func ("/blocks/blocks", test_blocks_split);
  g_test_add_func ("/blocks/too-short", test_too_short);
  return g_test_run ();
}
