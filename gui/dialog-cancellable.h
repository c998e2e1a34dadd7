// What a dialog waits for ends with it: closed with Escape, with its button or with its window, it
// leaves no command at work that nobody sees. (What is under way holds the dialog: it is not
// disposed of by closing it.)
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

// One that is cancelled when the dialog is closed; as often as the dialog begins something.
GCancellable *cz_dialog_cancellable_new (gpointer dialog /* a GtkWindow */);

G_END_DECLS
