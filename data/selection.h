#pragma once

#include "data/document.h"

// Some documents of a corpus, to be derived or exported. Those that are excluded never belong to
// them.
typedef struct
{
  CzDocumentFilter filter;
  gint64 minimum_words; // 0: any number
  gint64 sample;        // as many of them at random; 0: all
  guint64 seed;         // of that
} CzSelection;

// Calls back with each in order. `progress` gets the share that is done. Errors: INVALID (a query
// without a word), G_IO_ERROR_CANCELLED, those of cz_document_each () and of the callback.
typedef void (*CzSelectionProgress) (double fraction, gpointer data);
gboolean cz_selection_each (CzLibrary *library,
                            gint64 corpus,
                            const CzSelection *selection, // NULL: all
                            CzDocumentFunc func,
                            gpointer data,
                            CzSelectionProgress progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GError **error);
// A line that tells the selection, as the options of `cloze corpus derive`; "" for all. Freed by
// the caller.
char *cz_selection_describe (const CzSelection *selection);
