#pragma once

#include "data/import-file.h"

// A document as it lies in the library: its row, its text and the words of that text in the
// corpus's full-text index, which are always written together. All within the caller's transaction.
// Errors: as SQLite's.

// Frees the strings of a copy.
void cz_found_document_clear (CzFoundDocument *document);

// Adds a document with the given id and source (its number in the library). `origin` (32 bytes;
// NULL: it was not edited) is the hash of the text it was imported with; the hash of the text that
// it has is returned.
gboolean cz_document_insert (CzLibrary *library,
                             gint64 id,
                             gint64 source,
                             const CzFoundDocument *document,
                             gboolean excluded,
                             const guint8 *origin,
                             guint8 ret_hash[32],
                             GError **error);
// Gives it another text. It counts as edited unless that is what it was imported with.
gboolean cz_document_set_text (
    CzLibrary *library, gint64 id, const char *text, gsize length, GError **error);
// Deletes it, leaving a gap that remembers what it was imported as (or nothing).
gboolean cz_document_delete (CzLibrary *library, gint64 id, gboolean remember, GError **error);

// Takes the words of a document, by its text as it lies in the library, into or out of the index.
gboolean cz_words_add (CzLibrary *library, gint64 document, GError **error);
gboolean cz_words_remove (CzLibrary *library, gint64 document, GError **error);
