#pragma once

#include <glib.h>

// How often each word occurs: a hash table with open addressing, the words' bytes one behind the
// other in one block of memory.
typedef struct
{
  gsize offset; // of the word's bytes
  guint32 length;
  guint32 hash;
  guint64 count;
} CzWordCount;

typedef struct
{
  GArray *words;    // CzWordCount, in order of first occurrence
  GByteArray *text; // at most 2 GiB
  guint32 *slots;   // index into words + 1; 0: empty
  guint32 n_slots;  // a power of two
} CzWordCounts;

void cz_word_counts_init (CzWordCounts *counts);
void cz_word_counts_clear (CzWordCounts *counts);
// Counts one occurrence. Once the block is full new words are no longer taken in.
void cz_word_counts_add (CzWordCounts *counts, const guint8 *bytes, guint32 length);
