#pragma once

#include <glib.h>

// What the normalizer must know of a code point; as the library `tokenizers` 0.22.2 has it, whose
// Unicode tables are older than other libraries' (make-character-table.py).

// Also in make-character-table.py.
enum
{
  CZ_CHARACTER_CONTROL = 1,     // cleaning drops it
  CZ_CHARACTER_SPACE = 2,       // parts words
  CZ_CHARACTER_CJK = 4,         // CJK spacing makes it a word
  CZ_CHARACTER_PUNCTUATION = 8, // is a word
  CZ_CHARACTER_MARK = 16,       // stripping accents drops it
};

// A code point decomposes into no more than these.
#define CZ_CHARACTER_PARTS 4

typedef struct
{
  guint8 flags;
  guint8 combining; // canonical combining class
  guint8 n_parts;   // canonical decomposition, whole; 1: the code point itself
  guint8 n_lower;   // 1 or 2
  gunichar parts[CZ_CHARACTER_PARTS];
  gunichar lower[2];
} CzCharacter;

// Any number will do; what is no Unicode scalar value is as an unassigned one.
void cz_character_get (gunichar c, CzCharacter *ret_character);

// Decodes the code point at `text` (length > 0), tells its bytes. Invalid UTF-8 is U+FFFD, one for
// each maximal part of a sequence, as Python and Rust replace it.
gunichar cz_character_decode (const guint8 *text, gsize length, guint *ret_bytes);
