#pragma once

#include <glib.h>

// Bytes from outside as UTF-8.

typedef enum {
  CZ_DECODED_AS_IS,    // it was valid UTF-8
  CZ_DECODED_GUESSED,  // it was not; read as Windows-1252
  CZ_DECODED_BINARY,   // it looks like no text
  CZ_DECODED_FAILED,   // not in the encoding that was asked for
} CzDecoding;

// encoding: as iconv names it; NULL: UTF-8, else (where that is not valid) UTF-16 by its mark, else
// Windows-1252. A byte-order mark goes. NUL characters stay. ret_text: a new string, NUL-terminated
// (NULL with BINARY and FAILED); *ret_at: the byte where it went wrong (FAILED).
CzDecoding cz_text_decode (const char *bytes, gsize length, const char *encoding, char **ret_text,
                           gsize *ret_length, gsize *ret_at);

// Whether iconv knows the encoding.
gboolean cz_text_encoding_exists (const char *encoding);
