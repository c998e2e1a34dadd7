// A row for work that goes on by itself: what it is, how far it is, what is being done.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

// A flat button. work has the properties "share" (0 to 1) and "status", which the row follows; one
// that is over shows no bar.
GtkWidget *cz_activity_row_new (const char *text, gpointer work, gboolean active);

G_END_DECLS
