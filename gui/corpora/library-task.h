// What is asked of the library, or done to it, in a thread with a connection of its own.
#pragma once

#include <gio/gio.h>

#include "data/library.h"

G_BEGIN_DECLS

// In the thread. `question` holds what is to be done and takes the answer; FALSE with error set.
typedef gboolean (*CzLibraryFunc) (CzLibrary *library,
                                   gpointer question,
                                   GCancellable *cancellable,
                                   GError **error);

// Calls `func`, then `callback` in the main thread with `owner`, which is kept alive until then.
// `question` is taken over and freed with `free_question` after that. Of what writes, cancelling
// would hide what was done: no cancellable for that.
void cz_library_task_run (gpointer owner,
                          const char *library,
                          CzLibraryFunc func,
                          gpointer question,
                          GDestroyNotify free_question,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback);

// In the callback: the question with its answer, valid until the callback returns. NULL with the
// error of the library or of `func`.
gpointer cz_library_task_finish (GAsyncResult *result, GError **error);

// Whether it was given up: nobody waits for it any more.
gboolean cz_library_task_is_cancelled (const GError *error);

// Cancels what is under way, if anything is, and makes a cancellable for what comes next.
void cz_library_task_renew (GCancellable **cancellable);

G_END_DECLS
