// One document, whole: to be read, with the hits of a search marked, and to be edited in place.
// What concerns the list (excluding, deleting, closing) are the actions documents.exclude,
// .include, .delete and .close of what holds it; a change that was saved is told with the action
// corpus.tell.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_DOCUMENT_VIEW (cz_document_view_get_type ())
G_DECLARE_FINAL_TYPE (CzDocumentView, cz_document_view, CZ, DOCUMENT_VIEW, AdwBin)

// document: its id, 0 for none. query: what was searched for, NULL for nothing. `place`: the byte
// of its text that is to be in sight, -1: the first hit. What was being edited is saved first.
void cz_document_view_show (
    CzDocumentView *self, CzWorkbench *workbench, gint64 document, const char *query, gint64 place);
// Reads it again, but for a text that is being edited.
void cz_document_view_refresh (CzDocumentView *self);
gint64 cz_document_view_get_document (CzDocumentView *self);

G_END_DECLS
