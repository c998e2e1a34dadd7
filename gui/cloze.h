// The command `cloze`, as the window uses it: asked for one answer, or started and left alone.
// Whatever a driver does in there, it cannot harm the window.
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

// The command failed; the message is the command's own sentence.
#define CZ_CLOZE_ERROR (cz_cloze_error_quark ())
GQuark cz_cloze_error_quark (void);

enum
{
  CZ_CLOZE_ERROR_MISSING, // there is no cloze command
  CZ_CLOZE_ERROR_FAILED,  // it ended with an error
  CZ_CLOZE_ERROR_FOREIGN, // it answered what we don't understand
};

// Runs `cloze --library LIBRARY --json ARGUMENTS…` and gives its answer. library may be NULL.
// Cancelling ends the process.
void cz_cloze_ask_async (const char *library,
                         const char *const *arguments,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data);

// The same with what it reads from stdin; NULL: nothing.
void cz_cloze_tell_async (const char *library,
                          const char *const *arguments,
                          GBytes *input,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data);

// The JSON document the command printed; NULL with CZ_CLOZE_ERROR or G_IO_ERROR_CANCELLED.
JsonNode *cz_cloze_ask_finish (GAsyncResult *result, GError **error);

// The same with what it tells on the way: told (may be NULL) is called with each line it writes to
// stderr ("34 %  Evaluating  20 s left"), in the main thread, until callback is.
typedef void (*CzClozeTold) (const char *line, gpointer data);
void cz_cloze_watch_async (const char *library,
                           const char *const *arguments,
                           GCancellable *cancellable,
                           CzClozeTold told,
                           GAsyncReadyCallback callback,
                           gpointer data);
JsonNode *cz_cloze_watch_finish (GAsyncResult *result, GError **error);

// The line of a command that wants JSON, for cz_cloze_watch_async () to start.
GSubprocess *cz_cloze_spawn (const char *library, const char *const *arguments, GError **error);
// The last line of what a command wrote to stderr that says something; NULL without any.
char *cz_cloze_get_sentence (const char *text);

// Starts `cloze --library LIBRARY ARGUMENTS…` in a session of its own, which outlives the window,
// with its output appended to the file log. exited (may be NULL) is called with a sentence if it
// ends with an error while the window is still there; it is not called once owner is gone.
typedef void (*CzClozeExited) (GObject *owner, const char *sentence, gpointer data);
gboolean cz_cloze_start (const char *library,
                         const char *const *arguments,
                         const char *log,
                         GObject *owner,
                         CzClozeExited exited,
                         gpointer data,
                         GError **error);

// Starts `cloze --library LIBRARY serve` with pipes for both directions.
GSubprocess *cz_cloze_serve (const char *library, GError **error);

G_END_DECLS
