// Chosen documents of a list to be excluded, included again or deleted.
#pragma once

#include <gtk/gtk.h>

#include "data/corpus-change.h"
#include "gui/corpora/document-listing.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_DOCUMENT_CHANGE_EXCLUDE,
  CZ_DOCUMENT_CHANGE_INCLUDE,
  CZ_DOCUMENT_CHANGE_DELETE
} CzDocumentChangeKind;

typedef struct
{
  CzDocumentChangeKind kind;
  gint64 corpus;
  GArray *ordinals;        // gint64: those whose documents were read already
  GArray *places;          // guint: places in the list of the others
  CzDocumentFilter filter; // of that list; strings are the change's
  gint64 changed;          // how many were
} CzDocumentChange;

// What is at the places `chosen` of `items` (CzDocumentItem). listing: the list behind them, to
// look up what was not read yet; NULL: all were.
CzDocumentChange *cz_document_change_new (CzDocumentChangeKind kind,
                                          gint64 corpus,
                                          CzDocumentListing *listing,
                                          GListModel *items,
                                          const GtkBitset *chosen);
// document: its id.
CzDocumentChange *cz_document_change_new_of_one (CzDocumentChangeKind kind,
                                                 gint64 corpus,
                                                 gint64 document);
void cz_document_change_free (gpointer change);

// In a thread, as a CzLibraryFunc. Errors: the library's, INVALID (too many at once).
gboolean cz_document_change_do (CzLibrary *library,
                                gpointer change,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
