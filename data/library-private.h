#pragma once

#include <sys/stat.h>

#include "data/database.h"

struct _CzLibrary
{
  sqlite3 *database;
  char *path;
  char *folder;
  GHashTable *statements; // address of the SQL → CzStatement
  gint64 data_version;    // as last seen by cz_library_has_changed ()
  gint64 total_changes;
  gboolean has_places;  // concordance.c's function is there
  gboolean has_split;   // corpus-splits.c's
  struct stat files[4]; // its own: the database, -wal, -shm, the folder
};

// The names that a SELECT (a literal) gives, quoted and in one string, for "The library has …";
// NULL for none; freed by the caller.
char *cz_library_list_names (CzLibrary *library, const char *sql);

// Whether a file or folder belongs to a library that this process has open. Nobody may open such a
// file but SQLite: closing it would drop the locks that the process holds on it (POSIX).
gboolean cz_library_owns (const struct stat *status);

// Brings the schema up to date. Errors: NEWER, as SQLite's.
gboolean cz_schema_migrate (CzLibrary *library, GError **error);

// Makes the full-text index of a corpus.
gboolean cz_schema_make_words (CzLibrary *library, gint64 corpus, GError **error);

// The id of a corpus's document: see schema.c.
#define CZ_DOCUMENT_ID(corpus, ordinal) (((gint64)(corpus) << 32) | (gint64)(ordinal))
#define CZ_DOCUMENTS_MAX                (G_GINT64_CONSTANT (1) << 32)

// Removes what dead imports and removals left behind: takes their names away at once, and deletes
// rows for a tenth of a second; the rest is left to whoever opens the library next. Never fails
// loudly: it is tried again then.
void cz_library_sweep (CzLibrary *library);
// Deletes what a corpus that is not `ready` has, in small transactions, its own row last. FALSE
// without an error: it is not through at `deadline` (monotonic time; 0: none).
gboolean cz_corpus_delete_rows (CzLibrary *library, gint64 id, gint64 deadline, GError **error);

// Hides a corpus from everybody and deletes it. On failure, and at the deadline, the rest is left
// to be swept.
gboolean cz_corpus_discard (CzLibrary *library, gint64 id, gint64 deadline, GError **error);

// cz_run_sentences_set () within a transaction of the caller's.
gboolean cz_run_sentences_enter (CzLibrary *library,
                                 gint64 run,
                                 const char *const *sentences,
                                 GError **error);

// When the process `pid` began, in clock ticks since boot: with it a pid names one process. 0:
// gone.
gint64 cz_process_start_time (gint64 pid);
