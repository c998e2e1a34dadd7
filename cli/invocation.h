#pragma once

#include <gio/gio.h>

#include "data/library.h"
#include "engine/gpu/device.h"
#include "engine/train/train-options.h"

// Wrong usage, and failures that were already told.
typedef enum
{
  CZ_USAGE_ERROR_WRONG, // exit status 2; the message is one sentence
  CZ_USAGE_ERROR_SAID,  // exit status 1; the person has read why
} CzUsageError;
#define CZ_USAGE_ERROR (cz_usage_error_quark ())
GQuark cz_usage_error_quark (void);

struct _CzCommand;

// One call of `cloze`: the global options and the arguments that are left.
typedef struct
{
  char *library; // the library's file
  char *device;  // NULL: the best
  gboolean json;
  gboolean quiet;
  char **arguments; // NULL-terminated, as the shell gave them
  guint n_arguments;

  // Private.
  CzLibrary *opened_library;
  CzDevice *opened_device;
} CzInvocation;

CzInvocation *cz_invocation_new (void);
void cz_invocation_free (CzInvocation *invocation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzInvocation, cz_invocation_free)

// Parses `line` (the program's name, then options and arguments). With --help the help is printed
// and `ret_help` set. Error: CZ_USAGE_ERROR_WRONG.
gboolean cz_invocation_parse (
    CzInvocation *invocation, const void *command, GStrv *line, gboolean *ret_help, GError **error);

// The library, opened on the first call; the invocation's.
CzLibrary *cz_invocation_get_library (CzInvocation *invocation, GError **error);
// The device, opened on the first call; the invocation's.
CzDevice *cz_invocation_get_device (CzInvocation *invocation, GError **error);

// An argument must be valid UTF-8 (or NULL); else CZ_USAGE_ERROR_WRONG names `what`.
gboolean cz_invocation_check_text (const char *text, const char *what, GError **error);
// A whole number from low to high; CZ_USAGE_ERROR_WRONG names `what`.
gboolean cz_invocation_parse_number (const char *text,
                                     const char *what,
                                     guint64 low,
                                     guint64 high,
                                     guint64 *ret_number,
                                     GError **error);

// A precision by its name, auto where `text` is NULL; CZ_USAGE_ERROR_WRONG says which there are.
gboolean cz_invocation_parse_precision (const char *text,
                                        CzPrecision *ret_precision,
                                        GError **error);

// Makes an error met while options were parsed one of usage (exit status 2).
void cz_invocation_blame_usage (GError **error);

// What Ctrl+C and SIGTERM cancel from now on; a second one ends the process. To be called before
// threads are started; the invocation's for the process's life.
GCancellable *cz_interruption_get (void);
