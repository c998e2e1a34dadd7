#include "engine/text/piece-pairs.h"

void
cz_piece_pairs_init (CzPiecePairs *pairs)
{
  pairs->pairs = g_array_new (FALSE, FALSE, sizeof (CzPiecePair));
  pairs->n_slots = 1 << 12;
  pairs->slots = g_new0 (guint32, pairs->n_slots);
  pairs->heap = g_array_new (FALSE, FALSE, sizeof (CzPieceHeapEntry));
  pairs->risen = g_array_new (FALSE, FALSE, sizeof (guint32));
}

static CzPiecePair *
get_pair (CzPiecePairs *pairs, guint32 index)
{
  return &g_array_index (pairs->pairs, CzPiecePair, index);
}

void
cz_piece_pairs_clear (CzPiecePairs *pairs)
{
  for (guint i = 0; i < pairs->pairs->len; i++)
    g_free (get_pair (pairs, i)->words);
  g_clear_pointer (&pairs->pairs, g_array_unref);
  g_clear_pointer (&pairs->slots, g_free);
  g_clear_pointer (&pairs->heap, g_array_unref);
  g_clear_pointer (&pairs->risen, g_array_unref);
}

// ---- The table ----

static guint32
hash_pair (guint32 left, guint32 right)
{
  guint64 h = ((guint64)left << 32 | right) * 0x9E3779B97F4A7C15u;
  return (guint32)(h >> 32);
}

static void
grow (CzPiecePairs *pairs)
{
  guint32 mask = pairs->n_slots * 2 - 1;
  guint32 *slots = g_new0 (guint32, (gsize)mask + 1);

  for (guint i = 0; i < pairs->pairs->len; i++)
    {
      const CzPiecePair *pair = get_pair (pairs, i);
      guint32 at = hash_pair (pair->left, pair->right) & mask;
      while (slots[at] != 0)
        at = (at + 1) & mask;
      slots[at] = i + 1;
    }
  g_free (pairs->slots);
  pairs->slots = slots;
  pairs->n_slots = mask + 1;
}

// The index of a pair, which is entered with count 0 if it is new.
static guint32
find_pair (CzPiecePairs *pairs, guint32 left, guint32 right)
{
  guint32 mask = pairs->n_slots - 1;
  guint32 at = hash_pair (left, right) & mask;

  for (; pairs->slots[at] != 0; at = (at + 1) & mask)
    {
      const CzPiecePair *pair = get_pair (pairs, pairs->slots[at] - 1);
      if (pair->left == left && pair->right == right)
        return pairs->slots[at] - 1;
    }

  CzPiecePair pair = { .left = left, .right = right };
  guint32 index = pairs->pairs->len;
  g_array_append_val (pairs->pairs, pair);
  pairs->slots[at] = index + 1;
  if (pairs->pairs->len > pairs->n_slots / 2)
    grow (pairs);
  return index;
}

// ---- The heap ----

static gboolean
comes_first (CzPiecePairs *pairs, const CzPieceHeapEntry *a, const CzPieceHeapEntry *b)
{
  const CzPiecePair *x = get_pair (pairs, a->pair), *y = get_pair (pairs, b->pair);

  if (a->count != b->count)
    return a->count > b->count;
  return x->left != y->left ? x->left < y->left : x->right < y->right;
}

static void
push (CzPiecePairs *pairs, guint32 pair)
{
  CzPieceHeapEntry entry = { get_pair (pairs, pair)->count, pair };

  get_pair (pairs, pair)->entered = entry.count;
  g_array_append_val (pairs->heap, entry);
  CzPieceHeapEntry *heap = (CzPieceHeapEntry *)(void *)pairs->heap->data;
  guint at = pairs->heap->len - 1;
  while (at > 0 && comes_first (pairs, &entry, &heap[(at - 1) / 2]))
    {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
  heap[at] = entry;
}

static CzPieceHeapEntry
pop (CzPiecePairs *pairs)
{
  CzPieceHeapEntry *heap = (CzPieceHeapEntry *)(void *)pairs->heap->data;
  guint n = pairs->heap->len - 1;
  CzPieceHeapEntry top = heap[0], last = heap[n];
  guint at = 0;

  g_array_set_size (pairs->heap, n);
  for (;;)
    {
      guint child = 2 * at + 1;
      if (child + 1 < n && comes_first (pairs, &heap[child + 1], &heap[child]))
        child++;
      if (child >= n || !comes_first (pairs, &heap[child], &last))
        break;
      heap[at] = heap[child];
      at = child;
    }
  if (n > 0)
    heap[at] = last;
  return top;
}

// ---- What the trainer does ----

void
cz_piece_pairs_add (CzPiecePairs *pairs, guint32 left, guint32 right, guint32 word, guint64 count)
{
  guint32 index = find_pair (pairs, left, right);
  CzPiecePair *pair = get_pair (pairs, index);

  pair->count += count;
  if (!pair->risen)
    g_array_append_val (pairs->risen, index);
  pair->risen = TRUE;
  if (pair->n_words > 0 && pair->words[pair->n_words - 1] == word)
    return;
  if (pair->n_words == pair->capacity)
    {
      pair->capacity = MAX (pair->capacity * 2, 4);
      pair->words = g_renew (guint32, pair->words, pair->capacity);
    }
  pair->words[pair->n_words++] = word;
}

void
cz_piece_pairs_subtract (CzPiecePairs *pairs, guint32 left, guint32 right, guint64 count)
{
  get_pair (pairs, find_pair (pairs, left, right))->count -= count;
}

static void
enter_risen (CzPiecePairs *pairs)
{
  for (guint i = 0; i < pairs->risen->len; i++)
    {
      guint32 index = g_array_index (pairs->risen, guint32, i);
      CzPiecePair *pair = get_pair (pairs, index);

      pair->risen = FALSE;
      if (pair->count > pair->entered)
        push (pairs, index);
    }
  g_array_set_size (pairs->risen, 0);
}

gboolean
cz_piece_pairs_take (CzPiecePairs *pairs, guint64 least, CzPiecePair *ret_pair)
{
  enter_risen (pairs);
  while (pairs->heap->len > 0)
    {
      CzPieceHeapEntry top = pop (pairs);
      CzPiecePair *pair = get_pair (pairs, top.pair);

      if (top.count != pair->entered)
        continue; // entered anew since
      pair->entered = 0;
      if (pair->count < MAX (least, 1))
        continue;
      if (pair->count != top.count)
        {
          push (pairs, top.pair);
          continue;
        }
      *ret_pair = *pair;
      pair->words = NULL;
      pair->n_words = pair->capacity = 0;
      return TRUE;
    }
  return FALSE;
}
