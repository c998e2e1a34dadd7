#pragma once

#include "data/library.h"

// What of a run went to the Hub, and where each of its epochs goes. The process that pushes holds a
// lock of its own on the run's folder: a record that says "uploading" while nobody holds it is of
// one that died.

// Where the epochs of a run go. NULL without an error: nowhere. Freed by the caller.
char *cz_push_target_get (CzLibrary *library, gint64 run, gboolean *ret_private, GError **error);
// Within a transaction of the caller's.
gboolean cz_push_target_enter (
    CzLibrary *library, gint64 run, const char *repo, gboolean is_private, GError **error);

typedef enum
{
  CZ_PUSH_UPLOADING,
  CZ_PUSH_PUSHED,
  CZ_PUSH_FAILED,
  CZ_PUSH_CANCELLED,
  CZ_PUSH_INTERRUPTED, // derived: its process died
} CzPushState;
const char *cz_push_state_get_name (CzPushState state); // "uploading", …

typedef struct
{
  gint64 id;
  gint64 run;
  char *repo; // as it was asked for
  gint64 step;
  double epoch;
  CzPushState state;
  char *message; // why it failed; else NULL
  char *url;     // of the repository; NULL: not pushed
  char *commit;
  gint64 bytes;        // of large files, that had to be sent
  gint64 began, ended; // seconds since 1970; 0: not yet
} CzPushRecord;
void cz_push_record_free (CzPushRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPushRecord, cz_push_record_free)

// Those of a run, the oldest first: elements CzPushRecord.
GPtrArray *cz_push_record_list (CzLibrary *library, gint64 run, GError **error);
// Enters that a state of a run is on its way to `repo`, in place of an earlier try with it. Its id;
// 0 on error.
gint64 cz_push_record_begin (
    CzLibrary *library, gint64 run, const char *repo, gint64 step, double epoch, GError **error);
// Enters what became of record->id: state, message, url, commit, bytes.
gboolean cz_push_record_end (CzLibrary *library, const CzPushRecord *record, GError **error);

// Takes the lock of whoever pushes a run (a file in its folder). The descriptor; −1 with STATE
// where another process has it, or IO.
int cz_push_lock (CzLibrary *library, gint64 run, GError **error);
gboolean cz_push_is_alive (CzLibrary *library, gint64 run);
