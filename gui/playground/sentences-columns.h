// The columns of the table of a set of sentences: number, sentence, what is accepted, and for each
// model what it said.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

// Makes the columns anew. titles: the models', in their order.
void cz_sentences_columns_set (GtkColumnView *table, const char *const *titles);

G_END_DECLS
