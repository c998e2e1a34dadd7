// The table of a comparison of two models as text, and as a file.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

// A line for each tensor, in the order they stand in, below a line of names; numbers as programs
// read them. tensors: elements CzTensorItem; separator: '\t' or ','. Freed by the caller.
char *cz_comparison_file_write (GListModel *tensors, char separator);

// Lets the person choose a file for the text and writes it. model: part of the name that is
// proposed.
void cz_comparison_file_save (GtkWidget *from, const char *model, const char *text);

G_END_DECLS
