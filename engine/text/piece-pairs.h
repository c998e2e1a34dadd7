#pragma once

#include <glib.h>

// Pairs of neighbouring pieces: how often each occurs, in which words, and which occurs most often.
typedef struct
{
  guint32 left, right; // ids of pieces
  guint64 count;
  guint64 entered; // its count when it last went into the heap; 0: not there
  gboolean risen;  // it is among the risen
  guint32 *words;  // words in which it was seen; it may have gone from some, some may come twice
  guint32 n_words, capacity;
} CzPiecePair;

typedef struct
{
  guint64 count; // of the pair when it was entered
  guint32 pair;
} CzPieceHeapEntry;

typedef struct
{
  GArray *pairs;   // CzPiecePair
  guint32 *slots;  // index into pairs + 1; 0: empty
  guint32 n_slots; // a power of two
  // CzPieceHeapEntry, the most frequent first. Of a pair only the entry with its `entered` count
  // is valid. That is at least its count, but for the risen ones, which are still to be entered.
  GArray *heap;
  GArray *risen; // guint32: pairs
} CzPiecePairs;

void cz_piece_pairs_init (CzPiecePairs *pairs);
void cz_piece_pairs_clear (CzPiecePairs *pairs);
// One more word holds the pair, `count` times as the word itself occurs.
void cz_piece_pairs_add (
    CzPiecePairs *pairs, guint32 left, guint32 right, guint32 word, guint64 count);
// The pair, which was added before, is `count` times fewer.
void cz_piece_pairs_subtract (CzPiecePairs *pairs, guint32 left, guint32 right, guint64 count);
// Takes out the most frequent pair, of equals the one with the lowest ids; FALSE if none is left
// that occurs `least` times. Its words are the caller's.
gboolean cz_piece_pairs_take (CzPiecePairs *pairs, guint64 least, CzPiecePair *ret_pair);
