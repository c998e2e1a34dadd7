// The columns of a table of documents: number, label, split, words, size, the text's beginning. All
// rows are of one height, whatever script they hold.
#pragma once

#include <gtk/gtk.h>

#include "data/document-order.h"

G_BEGIN_DECLS

typedef struct
{
  GtkColumnView *table;
  GtkColumnViewColumn *label, *split, *size; // the table's
  GtkColumnViewColumn *clicked;              // found by get_sort ()
} CzDocumentColumns;

// Adds them to a table whose items are CzDocumentItem; the columns must live as long as it.
void cz_document_columns_add (GtkColumnView *table, CzDocumentColumns *ret_columns);
// Shows label and split or not.
void cz_document_columns_show (const CzDocumentColumns *columns, gboolean label, gboolean split);

// What the clicked header asks for: by number without one.
void cz_document_columns_get_sort (CzDocumentColumns *columns,
                                   CzDocumentKey *ret_key,
                                   gboolean *ret_descending);

G_END_DECLS
