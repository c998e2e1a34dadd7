#pragma once

#include <glib.h>

// Bytes from outside as UTF-8. NUL characters stay.

typedef enum
{
  CZ_DECODED_AS_IS,   // it is valid UTF-8
  CZ_DECODED_GUESSED, // it is not; its encoding was guessed
  CZ_DECODED_BINARY,  // it looks like no text
  CZ_DECODED_FAILED,  // UTF-8 with broken places
} CzDecoding;

// strict: nothing is guessed. *guess: the encoding that was guessed before and is to be tried
// first, NULL for none; set where one is guessed. GUESSED: *ret_text is a new string of *ret_length
// bytes (NUL-terminated), else NULL. FAILED: *ret_at is the first broken byte.
CzDecoding cz_text_decode (const char *bytes,
                           gsize length,
                           gboolean strict,
                           const char **guess,
                           char **ret_text,
                           gsize *ret_length,
                           gsize *ret_at);

// The first byte that is not UTF-8; `length` if all is.
gsize cz_text_find_broken (const char *bytes, gsize length);

// Whether most of it is control characters: a binary file, even where it is valid UTF-8.
gboolean cz_text_is_mostly_controls (const char *bytes, gsize length);

// The encoding that a file's beginning gives away by a byte-order mark or by its NULs (UTF-16,
// UTF-32), else NULL. *ret_mark: the mark's bytes.
const char *cz_text_detect_encoding (const char *bytes, gsize length, gsize *ret_mark);

// The encoding of text that is not UTF-8, by the letters in it (uchardet's guess, where there are
// enough of them to trust it; else Windows-1252). complete: nothing follows. NULL: it is UTF-8, or
// no text. Interned.
const char *cz_text_guess_encoding (const char *bytes, gsize length, gboolean complete);

// What iconv calls the encoding that a web page names, by the WHATWG's encoding standard (where
// "latin1" means Windows-1252); NULL: iconv does not have it. Interned.
const char *cz_text_encoding_of_label (const char *label);

// All of it as UTF-8, a new string; what the encoding does not allow becomes U+FFFD, and they are
// counted.
char *cz_text_convert (
    const char *bytes, gsize length, const char *encoding, gsize *ret_length, gsize *ret_broken);

// Whether iconv knows the encoding, and whether it is UTF-8 itself.
gboolean cz_text_encoding_exists (const char *encoding);
gboolean cz_text_encoding_is_utf8 (const char *encoding);
// The same for text that comes in pieces, added to `out`: goes on until *left is 0 or, unless it is
// the end, a character is cut off. `broken` stands for what is not allowed, and all else is valid
// UTF-8; returns how many.
gsize cz_text_convert_some (GIConv converter,
                            const char *encoding,
                            char **in,
                            gsize *left,
                            gboolean end,
                            const char *broken,
                            GString *out);
