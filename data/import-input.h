#pragma once

#include "data/entry-source.h"

// An entry's bytes as they are read: a window that grows and moves. Encodings other than UTF-8 are
// converted on the way; what the encoding does not allow becomes a byte 0xFF, which no UTF-8 has,
// so that whoever decodes a document finds it there.
typedef struct _CzInput CzInput;

// Reads the beginning. Errors: IO.
CzInput *cz_input_new (CzEntry *entry, GError **error);
// How the file begins, as it lies there; before one of the next two is called.
const char *cz_input_get_beginning (CzInput *input, gsize *ret_length);
// From here on the window holds text. encoding NULL: by the beginning. A byte-order mark is taken
// away.
void cz_input_decode (CzInput *input, const char *encoding);
// From here on the window holds bytes.
void cz_input_keep_bytes (CzInput *input);
void cz_input_free (CzInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzInput, cz_input_free)

// What is in the window now, the input's.
const char *cz_input_peek (CzInput *input, gsize *ret_length);
// Drops the first `n` bytes of the window.
void cz_input_skip (CzInput *input, gsize n);
// Adds more to the window. TRUE with *ret_end at the end. Error: IO, and then cz_input_is_broken
// ().
gboolean cz_input_fill (CzInput *input, gboolean *ret_end, GError **error);
// Whether reading itself failed: the entry is damaged, others may be fine.
gboolean cz_input_is_broken (CzInput *input);

// "UTF-8" or what it was converted from.
const char *cz_input_get_encoding (CzInput *input);
// Whether that was a guess by the letters at the beginning.
gboolean cz_input_is_guessed (CzInput *input);
// Whether nothing but UTF-8 is to be accepted: the encoding was given, or told by a mark.
gboolean cz_input_is_strict (CzInput *input);
// What ends the reading, the entry's; NULL: none.
GCancellable *cz_input_get_cancellable (CzInput *input);
