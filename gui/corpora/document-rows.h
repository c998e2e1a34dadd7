// The rows of a table of documents: a list model of places, each with the document that stands
// there now. Another list of documents gives the places other documents; they stay what they are,
// and so do the widgets that show them, which GTK 4.8 makes anew for every object that it did not
// show before. Only the list's end moves, and not far at once: two hundred rows made or destroyed
// while someone listens on the accessibility bus take a third of a second.
#pragma once

#include <gtk/gtk.h>

#include "gui/corpora/document-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_DOCUMENT_ROW (cz_document_row_get_type ())
G_DECLARE_FINAL_TYPE (CzDocumentRow, cz_document_row, CZ, DOCUMENT_ROW, GObject)

// The document that stands there, the row's; NULL: none any more, or none yet.
CzDocumentItem *cz_document_row_get (CzDocumentRow *self);

// Who shows a row says so: only then "changed" is emitted, whenever another document stands there
// or the document changed.
void cz_document_row_watch (CzDocumentRow *self);
void cz_document_row_unwatch (CzDocumentRow *self);

#define CZ_TYPE_DOCUMENT_ROWS (cz_document_rows_get_type ())
G_DECLARE_FINAL_TYPE (CzDocumentRows, cz_document_rows, CZ, DOCUMENT_ROWS, GObject)

// A GListModel of CzDocumentRow. Where the list of documents became shorter or longer it follows in
// steps, turn by turn of the main loop; in between its last rows hold nothing.
CzDocumentRows *cz_document_rows_new (void);

// documents: of CzDocumentItem. While there are none, or with NULL, the rows go on showing what
// they showed, but hold nothing, until there are some again or until the caller hides them.
void cz_document_rows_set_documents (CzDocumentRows *self, GListModel *documents);

// A selection of these rows: places that get other documents are selected no more. Not owned.
void cz_document_rows_unselect_in (CzDocumentRows *self, GtkSelectionModel *selection);

G_END_DECLS
