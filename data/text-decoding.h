#pragma once

#include <glib.h>

// Bytes from outside as UTF-8. NUL characters stay.

typedef enum
{
  CZ_DECODED_AS_IS,   // it is valid UTF-8
  CZ_DECODED_GUESSED, // it is not; read as Windows-1252
  CZ_DECODED_BINARY,  // it looks like no text
  CZ_DECODED_FAILED,  // UTF-8 with broken places
} CzDecoding;

// strict: nothing is guessed. GUESSED: *ret_text is a new string of *ret_length bytes
// (NUL-terminated), else NULL. FAILED: *ret_at is the first broken byte.
CzDecoding cz_text_decode (const char *bytes,
                           gsize length,
                           gboolean strict,
                           char **ret_text,
                           gsize *ret_length,
                           gsize *ret_at);

// Whether most of it is control characters: a binary file, even where it is valid UTF-8.
gboolean cz_text_is_mostly_controls (const char *bytes, gsize length);

// The encoding that a file's beginning gives away by a byte-order mark or by its NULs (UTF-16),
// else NULL. *ret_mark: the mark's bytes.
const char *cz_text_detect_encoding (const char *bytes, gsize length, gsize *ret_mark);

// Whether iconv knows the encoding, and whether it is UTF-8 itself.
gboolean cz_text_encoding_exists (const char *encoding);
gboolean cz_text_encoding_is_utf8 (const char *encoding);
