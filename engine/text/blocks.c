#include "engine/text/blocks.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "engine/text/block-stream.h"
#include "engine/text/philox.h"
#include "engine/text/tokenizer.h"

// Draws of CZ_RANDOM_SPLIT are told apart by their step.
enum
{
  STEP_DOCUMENTS,
  STEP_BLOCKS,
  STEP_TRAIN,
  STEP_TEST
};

#define UNSUP "unsup"

typedef struct
{
  const CzBlockStream *stream;
  guint32 *numbers; // of the stream's blocks, ascending
  guint32 n;
} Part;

struct _CzBlocks
{
  gatomicrefcount references;
  CzTokenFile *file;
  const guint32 *tokens; // the file's
  guint block_size;
  guint32 pad_word;
  CzSplitMode split;
  CzBlockStream streams[2]; // of train and test; CZ_SPLIT_BLOCKS cuts both from the first
  Part parts[2];
  GPtrArray *notes;
};

// What is needed while blocks are made.
typedef struct
{
  CzBlocks *blocks;
  CzTokenFile *file;
  const CzBlockOptions *options;
  const char *test_split;
} Maker;

static guint64
count_tokens (Maker *m, const char *split)
{
  guint64 sum = 0, n = cz_token_file_get_n_documents (m->file);

  for (guint64 i = 0; i < n; i++)
    {
      CzTokenDocument d;
      cz_token_file_get_document (m->file, i, &d);
      if (g_str_equal (d.split, split))
        sum += d.count;
    }
  return sum;
}

static const char *
find_test_split (Maker *m)
{
  static const char *const names[] = { "test", "validation", "valid", "dev" };

  if (m->options->test_split != NULL)
    return m->options->test_split;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (count_tokens (m, names[i]) > 0)
      return names[i];
  return names[0];
}

static gboolean
is_train (Maker *m, const CzTokenDocument *d)
{
  if (m->options->train_split != NULL)
    return g_str_equal (d->split, m->options->train_split);
  return d->split[0] == '\0' || g_str_equal (d->split, "train");
}

// May a document go into a split made here? All but unsup, unless a split was named.
static gboolean
is_eligible (Maker *m, const CzTokenDocument *d)
{
  if (m->options->train_split != NULL)
    return is_train (m, d);
  return !g_str_equal (d->split, UNSUP);
}

static gboolean
has_train (Maker *m)
{
  guint64 n = cz_token_file_get_n_documents (m->file);

  for (guint64 i = 0; i < n; i++)
    {
      CzTokenDocument d;
      cz_token_file_get_document (m->file, i, &d);
      if (d.count > 0 && is_train (m, &d))
        return TRUE;
    }
  return FALSE;
}

static guint64
count_blocks (Maker *m, guint64 tokens)
{
  guint size = m->options->block_size;

  return tokens / size + (m->options->pad_last && tokens % size != 0);
}

// How many of `total` blocks (or tokens, with `unit` tokens a block) a test part made here may get
// at most, and how many it is to get.
static guint64
test_most (Maker *m, guint64 total, guint64 unit)
{
  guint64 train = m->options->train_blocks * unit;
  guint64 most = MAX (total / 5, total >= 2 * unit ? unit : 0);

  return train > 0 && train < total ? MAX (most, total - train) : most;
}

static guint64
test_share (Maker *m, guint64 total, guint64 unit)
{
  guint64 most = test_most (m, total, unit);
  guint64 wanted
      = m->options->test_blocks > 0 ? m->options->test_blocks * unit : MAX (total / 10, unit);

  return MIN (wanted, most);
}

// ---- Which documents go where ----

static void
split_by_corpus (Maker *m)
{
  guint64 n = cz_token_file_get_n_documents (m->file);

  for (guint64 i = 0; i < n; i++)
    {
      CzTokenDocument d;
      cz_token_file_get_document (m->file, i, &d);
      if (is_train (m, &d))
        cz_block_stream_add (&m->blocks->streams[CZ_PART_TRAIN], &d);
      if (g_str_equal (d.split, m->test_split))
        cz_block_stream_add (&m->blocks->streams[CZ_PART_TEST], &d);
    }
}

// Chooses documents for testing in shuffled order, those that do not take the part beyond its
// share; if all are larger, the smallest, and FALSE. Never all there are.
static gboolean
choose_test_documents (Maker *m, GArray *eligible, guint64 total, gboolean *is_test)
{
  guint64 wanted = test_share (m, total, m->options->block_size);
  // Documents seldom add up to it; what is a little more will do.
  guint64 most = MIN (MAX (wanted + wanted / 10 + m->options->block_size, total / 5),
                      test_most (m, total, m->options->block_size));
  guint64 taken = 0, smallest = G_MAXUINT64;
  guint smallest_at = 0;
  g_autofree guint32 *order = g_new (guint32, MAX (eligible->len, 1));

  cz_random_permutation (m->options->split_seed, CZ_RANDOM_SPLIT, STEP_DOCUMENTS, eligible->len,
                         order);
  for (guint i = 0; i < eligible->len; i++)
    {
      CzTokenDocument d;
      cz_token_file_get_document (m->file, g_array_index (eligible, guint64, order[i]), &d);
      if (d.count < smallest)
        {
          smallest = d.count;
          smallest_at = order[i];
        }
      if (taken < wanted && taken + d.count <= most)
        {
          is_test[order[i]] = TRUE;
          taken += d.count;
        }
    }
  if (taken == 0 && eligible->len > 1)
    is_test[smallest_at] = TRUE;
  return taken > 0;
}

// FALSE: the documents are too few, or too large, to be split well.
static gboolean
split_by_documents (Maker *m)
{
  g_autoptr (GArray) eligible = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 n = cz_token_file_get_n_documents (m->file), total = 0;

  for (guint64 i = 0; i < n && eligible->len < G_MAXINT32; i++)
    {
      CzTokenDocument d;
      cz_token_file_get_document (m->file, i, &d);
      if (d.count == 0 || !is_eligible (m, &d))
        continue;
      g_array_append_val (eligible, i);
      total += d.count;
    }

  g_autofree gboolean *is_test = g_new0 (gboolean, MAX (eligible->len, 1));
  gboolean good = choose_test_documents (m, eligible, total, is_test);
  for (guint i = 0; i < eligible->len; i++)
    {
      CzTokenDocument d;
      cz_token_file_get_document (m->file, g_array_index (eligible, guint64, i), &d);
      cz_block_stream_add (&m->blocks->streams[is_test[i] ? CZ_PART_TEST : CZ_PART_TRAIN], &d);
    }
  return good && count_blocks (m, m->blocks->streams[CZ_PART_TRAIN].total) > 0
         && count_blocks (m, m->blocks->streams[CZ_PART_TEST].total) > 0;
}

static void
gather_for_blocks (Maker *m)
{
  gboolean train_only = has_train (m);
  guint64 n = cz_token_file_get_n_documents (m->file);

  for (guint64 i = 0; i < n; i++)
    {
      CzTokenDocument d;
      cz_token_file_get_document (m->file, i, &d);
      if (train_only ? is_train (m, &d) : is_eligible (m, &d))
        cz_block_stream_add (&m->blocks->streams[CZ_PART_TRAIN], &d);
    }
}

// ---- Which blocks of them ----

static int
compare_numbers (const void *a, const void *b)
{
  guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;
  return (x > y) - (x < y);
}

static void
take_blocks (Part *part, const CzBlockStream *stream, const guint32 *numbers, guint32 n)
{
  part->stream = stream;
  part->n = n;
  part->numbers = g_new (guint32, MAX (n, 1));
  if (n > 0)
    memcpy (part->numbers, numbers, n * sizeof *numbers);
  qsort (part->numbers, n, sizeof *part->numbers, compare_numbers);
}

static guint32
count_stream (Maker *m, CzBlockPart part)
{
  guint64 n = count_blocks (m, m->blocks->streams[part].total);
  return (guint32)MIN (n, G_MAXINT32);
}

// As many blocks of a part's own documents as asked for, at random; all, if there are no more.
static void
choose_blocks (Maker *m, CzBlockPart part, guint wanted)
{
  guint32 total = count_stream (m, part);
  guint32 n = wanted == 0 ? total : MIN (wanted, total);
  g_autofree guint32 *order = g_new (guint32, MAX (total, 1));

  cz_random_permutation (m->options->split_seed, CZ_RANDOM_SPLIT,
                         part == CZ_PART_TRAIN ? STEP_TRAIN : STEP_TEST, total, order);
  if (n == total)
    for (guint32 i = 0; i < total; i++)
      order[i] = i;
  take_blocks (&m->blocks->parts[part], &m->blocks->streams[part], order, n);
}

static void
split_by_blocks (Maker *m)
{
  CzBlocks *b = m->blocks;
  guint32 total = count_stream (m, CZ_PART_TRAIN);
  guint32 test = (guint32)test_share (m, total, /* unit */ 1);
  guint32 train = total - test;
  g_autofree guint32 *order = g_new (guint32, MAX (total, 1));

  if (m->options->train_blocks > 0)
    train = MIN (train, m->options->train_blocks);
  cz_random_permutation (m->options->split_seed, CZ_RANDOM_SPLIT, STEP_BLOCKS, total, order);
  take_blocks (&b->parts[CZ_PART_TEST], &b->streams[CZ_PART_TRAIN], order, test);
  take_blocks (&b->parts[CZ_PART_TRAIN], &b->streams[CZ_PART_TRAIN], order + test, train);
}

// ---- Making ----

static void
note (CzBlocks *b, char *text)
{
  g_ptr_array_add (b->notes, text);
}

static void
note_counts (Maker *m)
{
  CzBlocks *b = m->blocks;
  guint32 train = b->parts[CZ_PART_TRAIN].n, test = b->parts[CZ_PART_TEST].n;

  if (train < m->options->train_blocks)
    note (b, g_strdup_printf (_ ("Of the %u blocks asked for training there are %u."),
                              m->options->train_blocks, train));
  if (train == 0)
    note (b, g_strdup (_ ("There is not one block for training.")));
  if (test == 0)
    note (b, g_strdup (_ ("There is not one block for testing.")));
  else if (test < m->options->test_blocks)
    note (b, g_strdup_printf (_ ("Of the %u blocks asked for testing there are %u."),
                              m->options->test_blocks, test));
}

static void
clear_streams (CzBlocks *b)
{
  for (guint i = 0; i < G_N_ELEMENTS (b->streams); i++)
    {
      cz_block_stream_clear (&b->streams[i]);
      cz_block_stream_init (&b->streams[i]);
    }
}

static void
split_documents_or_blocks (Maker *m)
{
  CzBlocks *b = m->blocks;

  b->split = CZ_SPLIT_DOCUMENTS;
  if (split_by_documents (m))
    return;

  b->split = CZ_SPLIT_BLOCKS;
  clear_streams (b);
  gather_for_blocks (m);
  note (b, g_strdup (_ ("There are too few documents to keep some of them for testing; blocks are "
                        "split instead, so both parts may hold pieces of one document.")));
}

static void
split_all (Maker *m)
{
  CzBlocks *b = m->blocks;

  b->split = m->options->split;
  switch (m->options->split)
    {
    case CZ_SPLIT_CORPUS:
      split_by_corpus (m);
      break;
    case CZ_SPLIT_DOCUMENTS:
      split_by_documents (m);
      break;
    case CZ_SPLIT_BLOCKS:
      gather_for_blocks (m);
      break;
    case CZ_SPLIT_AUTO:
    default:
      if (count_tokens (m, m->test_split) > 0 && has_train (m))
        {
          b->split = CZ_SPLIT_CORPUS;
          split_by_corpus (m);
        }
      else
        split_documents_or_blocks (m);
      break;
    }
  if (b->split == CZ_SPLIT_BLOCKS)
    {
      split_by_blocks (m);
      return;
    }
  choose_blocks (m, CZ_PART_TRAIN, m->options->train_blocks);
  choose_blocks (m, CZ_PART_TEST, m->options->test_blocks);
}

CzBlocks *
cz_blocks_new (CzTokenFile *file, const CzBlockOptions *options, GError **error)
{
  if (options->block_size < 1 || options->block_size > 1 << 20)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("Blocks of %u tokens cannot be made; choose a block size from 1 to %d."),
                   options->block_size, 1 << 20);
      return NULL;
    }

  g_autoptr (CzBlocks) b = g_new0 (CzBlocks, 1);
  Maker m = { b, file, options, NULL };
  g_atomic_ref_count_init (&b->references);
  b->file = cz_token_file_ref (file);
  b->tokens = cz_token_file_get_tokens (file, NULL);
  b->block_size = options->block_size;
  b->pad_word = options->pad_word;
  b->notes = g_ptr_array_new_with_free_func (g_free);
  clear_streams (b);
  m.test_split = find_test_split (&m);
  split_all (&m);
  note_counts (&m);
  g_ptr_array_add (b->notes, NULL);

  if (b->parts[CZ_PART_TRAIN].n + b->parts[CZ_PART_TEST].n == 0)
    {
      guint64 total = b->streams[CZ_PART_TRAIN].total + b->streams[CZ_PART_TEST].total;
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_TOO_SHORT,
                   _ ("The text is too short: its %" PRIu64
                      " tokens do not fill one block of %u; choose a smaller block size, or have "
                      "the last block padded."),
                   total, b->block_size);
      return NULL;
    }
  return g_steal_pointer (&b);
}

CzBlocks *
cz_blocks_ref (CzBlocks *blocks)
{
  g_atomic_ref_count_inc (&blocks->references);
  return blocks;
}

void
cz_blocks_unref (CzBlocks *blocks)
{
  if (!g_atomic_ref_count_dec (&blocks->references))
    return;
  for (guint i = 0; i < 2; i++)
    {
      cz_block_stream_clear (&blocks->streams[i]);
      g_free (blocks->parts[i].numbers);
    }
  g_ptr_array_unref (blocks->notes);
  cz_token_file_unref (blocks->file);
  g_free (blocks);
}

guint
cz_blocks_get_block_size (CzBlocks *blocks)
{
  return blocks->block_size;
}

guint32
cz_blocks_get_count (CzBlocks *blocks, CzBlockPart part)
{
  return blocks->parts[part].n;
}

guint
cz_blocks_copy (CzBlocks *blocks, CzBlockPart part, guint32 index, guint32 *ret_words)
{
  const Part *p = &blocks->parts[part];
  guint size = blocks->block_size;

  g_return_val_if_fail (index < p->n, 0);
  guint64 position = (guint64)p->numbers[index] * size;
  guint length = (guint)MIN (p->stream->total - position, size);
  cz_block_stream_copy (p->stream, blocks->tokens, position, length, ret_words);
  for (guint i = length; i < size; i++)
    ret_words[i] = blocks->pad_word;
  return length;
}

guint64
cz_blocks_locate (CzBlocks *blocks, CzBlockPart part, guint32 index, guint position)
{
  const Part *p = &blocks->parts[part];

  g_return_val_if_fail (index < p->n, 0);
  return cz_block_stream_locate (p->stream,
                                 (guint64)p->numbers[index] * blocks->block_size + position);
}

CzSplitMode
cz_blocks_get_split (CzBlocks *blocks)
{
  return blocks->split;
}

const char *const *
cz_blocks_get_notes (CzBlocks *blocks)
{
  return (const char *const *)blocks->notes->pdata;
}

guint32
cz_block_hash (const guint32 *words, gsize n)
{
  guint32 hash = 0x811c9dc5u;

  for (gsize i = 0; i < n; i++)
    {
      guint32 id = words[i] & CZ_TOKEN_ID_MASK;
      for (guint shift = 0; shift < 32; shift += 8)
        hash = (hash ^ (id >> shift & 0xff)) * 0x01000193u;
    }
  return hash;
}
