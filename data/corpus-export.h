#pragma once

#include <stdio.h>

#include "data/selection.h"

typedef enum
{
  CZ_EXPORT_TEXT,
  CZ_EXPORT_CSV,
  CZ_EXPORT_JSONL
} CzCorpusExport;

// By the ending of `path`: .csv (columns path, row, label, split, text), .jsonl (the same members),
// else one document's text after the other, with a blank line between. Written beside and renamed:
// cancelled or failed, there is no file, or the one that was there.
// Errors: IO, FULL, NOT_FOUND, INVALID (a query without a word), STATE, G_IO_ERROR_CANCELLED.
gboolean cz_corpus_export (CzLibrary *library,
                           gint64 id,
                           const char *path,
                           const CzSelection *selection, // NULL: all that is not excluded
                           GCancellable *cancellable,
                           GError **error);
// The same to a stream that is open already, as it comes. Errors: likewise, but not FULL.
gboolean cz_corpus_export_to_stream (CzLibrary *library,
                                     gint64 id,
                                     FILE *stream,
                                     CzCorpusExport format,
                                     const CzSelection *selection,
                                     GCancellable *cancellable,
                                     GError **error);
