#include "engine/text/word-counts.h"

#include <string.h>

// GByteArray counts in guint.
#define MOST_TEXT ((gsize)G_MAXINT32)

void
cz_word_counts_init (CzWordCounts *counts)
{
  counts->words = g_array_new (FALSE, FALSE, sizeof (CzWordCount));
  counts->text = g_byte_array_new ();
  counts->n_slots = 1 << 12;
  counts->slots = g_new0 (guint32, counts->n_slots);
}

void
cz_word_counts_clear (CzWordCounts *counts)
{
  g_clear_pointer (&counts->words, g_array_unref);
  g_clear_pointer (&counts->text, g_byte_array_unref);
  g_clear_pointer (&counts->slots, g_free);
}

static guint32
hash_bytes (const guint8 *bytes, guint32 length)
{
  guint32 hash = 0x811c9dc5u;

  for (guint32 i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * 0x01000193u;
  return hash ^ hash >> 15;
}

static CzWordCount *
get_word (CzWordCounts *counts, guint32 index)
{
  return &g_array_index (counts->words, CzWordCount, index);
}

static void
grow (CzWordCounts *counts)
{
  guint32 mask = counts->n_slots * 2 - 1;
  guint32 *slots = g_new0 (guint32, (gsize)mask + 1);

  for (guint i = 0; i < counts->words->len; i++)
    {
      guint32 at = get_word (counts, i)->hash & mask;
      while (slots[at] != 0)
        at = (at + 1) & mask;
      slots[at] = i + 1;
    }
  g_free (counts->slots);
  counts->slots = slots;
  counts->n_slots = mask + 1;
}

void
cz_word_counts_add (CzWordCounts *counts, const guint8 *bytes, guint32 length)
{
  guint32 hash = hash_bytes (bytes, length);
  guint32 mask = counts->n_slots - 1;
  guint32 at = hash & mask;

  for (; counts->slots[at] != 0; at = (at + 1) & mask)
    {
      CzWordCount *word = get_word (counts, counts->slots[at] - 1);
      if (word->hash == hash && word->length == length
          && memcmp (counts->text->data + word->offset, bytes, length) == 0)
        {
          word->count++;
          return;
        }
    }
  if (counts->text->len + (gsize)length > MOST_TEXT || counts->words->len >= 1u << 30)
    return;

  CzWordCount word = { counts->text->len, length, hash, 1 };
  g_byte_array_append (counts->text, bytes, length);
  g_array_append_val (counts->words, word);
  counts->slots[at] = counts->words->len;
  if (counts->words->len > counts->n_slots / 2)
    grow (counts);
}
