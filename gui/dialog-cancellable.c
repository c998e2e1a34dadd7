#include "gui/dialog-cancellable.h"

GCancellable *
cz_dialog_cancellable_new (gpointer dialog)
{
  GCancellable *cancellable = g_cancellable_new ();

  g_signal_connect_object (dialog, "unrealize", G_CALLBACK (g_cancellable_cancel), cancellable,
                           G_CONNECT_SWAPPED);
  return cancellable;
}
