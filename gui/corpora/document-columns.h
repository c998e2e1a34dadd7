// The columns of a table of documents: number, label, split, words, the text's beginning. All rows
// are of one height, whatever script they hold.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  GtkColumnViewColumn *label, *split; // the table's
} CzDocumentColumns;

// Adds them to a table whose items are CzDocumentItem.
void cz_document_columns_add (GtkColumnView *table, CzDocumentColumns *ret_columns);
// Shows label and split or not.
void cz_document_columns_show (const CzDocumentColumns *columns, gboolean label, gboolean split);

G_END_DECLS
