// Predictions taken out of the window: as text, as a table with all there is to know, as a picture;
// to the clipboard or into a file.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  const char *text;   // with its masks
  GPtrArray *titles;  // of char *: the models', one a column; g_ptr_array_unref () by who takes it
  GPtrArray *answers; // of CzPredictionAnswer or NULL, one a column
  GtkWidget *sheet;   // what a picture is made of
} CzPredictionCopy;

// Fills in what is to be taken out, at the moment a person wants it.
typedef void (*CzPredictionCopyWanted) (gpointer owner, CzPredictionCopy *ret_copy);

// A button with a menu. owner: a widget that outlives the button.
GtkWidget *cz_prediction_copy_button_new (CzPredictionCopyWanted wanted, gpointer owner);
void cz_prediction_copy_set_ready (GtkWidget *button, gboolean ready);

// The table, fields separated by commas, as RFC 4180 has it; freed by the caller.
char *cz_prediction_copy_make_csv (const CzPredictionCopy *copy);
// For people, freed by the caller.
char *cz_prediction_copy_make_text (const CzPredictionCopy *copy);
// A PNG; NULL with G_IO_ERROR where nothing could be drawn.
GBytes *cz_prediction_copy_make_picture (const CzPredictionCopy *copy, GError **error);

G_END_DECLS
