#pragma once

#include <gio/gio.h>

#include "data/data-error.h"

// The library: one SQLite file (WAL, foreign keys, STRICT tables) that several processes share, and
// a folder beside it (FILE.files/) for what is too big for rows: token files, models, runs.
//
// Invariants. All writing happens in short transactions (about 50 ms), so that other processes
// never wait long. A corpus in state `importing` belongs to a living process; what a dead one left
// is swept when the library is opened. Whatever is not published does not show in any list.
//
// Threads: a CzLibrary belongs to the thread that uses it; open another for another thread (opening
// is cheap: a fraction of a millisecond).
typedef struct _CzLibrary CzLibrary;

// Opens, and makes where it is not there yet, the library at `path` (NULL: the person's own, see
// cz_library_get_default_path). Brings an older library up to date in one transaction.
// Errors: NEWER, DAMAGED, BUSY, FULL, IO.
CzLibrary *cz_library_open (const char *path, GError **error);
void cz_library_close (CzLibrary *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzLibrary, cz_library_close)

// $XDG_DATA_HOME/clozebench/library.sqlite; freed by the caller.
char *cz_library_get_default_path (void);

// The library's, valid as long as it is open.
const char *cz_library_get_path (CzLibrary *library);
// The folder beside it; exists.
const char *cz_library_get_folder (CzLibrary *library);

// Whether anyone (this connection too) has changed the library since the last call; the first call
// says yes. Cheap: for polling.
gboolean cz_library_has_changed (CzLibrary *library);

// Settings of the window and of jobs that must last (column widths, a measured speed): NULL where
// there is none; freed by the caller. Setting NULL removes.
char *cz_library_get_setting (CzLibrary *library, const char *key);
gboolean cz_library_set_setting (CzLibrary *library,
                                 const char *key,
                                 const char *value,
                                 GError **error);
