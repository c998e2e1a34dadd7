#pragma once

#include <glib.h>

// What can go wrong with vocabularies, tokenizers, token files and blocks. Every message says what
// happened, to which file, and what to do.
typedef enum
{
  CZ_TEXT_ERROR_INVALID,   // a file or an option cannot be what it says it is
  CZ_TEXT_ERROR_MISSING,   // a special token is not in the vocabulary
  CZ_TEXT_ERROR_TOO_SHORT, // not enough text for what is asked
  CZ_TEXT_ERROR_IO,        // reading or writing failed
  CZ_TEXT_ERROR_NO_SPACE,  // the disk is full
} CzTextError;

#define CZ_TEXT_ERROR (cz_text_error_quark ())
GQuark cz_text_error_quark (void);
