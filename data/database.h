#pragma once

#include <sqlite3.h>

#include "data/library.h"

// SQLite for the files of this room only: statements, transactions, errors, and a seam for tests.

sqlite3 *cz_library_get_database (CzLibrary *library);

// Turns SQLite's last error into a GError with a sentence about `what` was being done. Returns
// FALSE.
gboolean cz_database_fail (CzLibrary *library, int code, const char *what, GError **error);

// A prepared statement; NULL with error set. `sql` must be a literal: statements are kept by
// address. It is given back with cz_statement_done (), which resets it.
typedef struct _CzStatement CzStatement;
CzStatement *cz_statement (CzLibrary *library, const char *sql, GError **error);
void cz_statement_done (CzStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzStatement, cz_statement_done)

// Parameters from 1. Text is copied; NULL binds NULL. NAN binds NULL.
void cz_bind_int (CzStatement *statement, int index, gint64 value);
void cz_bind_double (CzStatement *statement, int index, double value);
void cz_bind_text (CzStatement *statement, int index, const char *value);
void cz_bind_bytes (CzStatement *statement, int index, const char *value, gsize length);
void cz_bind_blob (CzStatement *statement, int index, const guint8 *value, gsize length);
// For a function of our own, which asks for it by `type` (a literal); it stays the caller's.
void cz_bind_pointer (CzStatement *statement, int index, gpointer value, const char *type);

// Columns from 0. Text is a new string (NULL for NULL); a NULL double is NAN.
gint64 cz_column_int (CzStatement *statement, int index);
double cz_column_double (CzStatement *statement, int index);
char *cz_column_text (CzStatement *statement, int index);
const char *cz_column_peek (CzStatement *statement, int index, gsize *ret_length);
gboolean cz_column_is_null (CzStatement *statement, int index);
// Bytes, valid until the next step; NULL for none.
const guint8 *cz_column_blob (CzStatement *statement, int index, gsize *ret_length);

// One step. TRUE: a row is there. FALSE: done or an error: then `error` is set.
gboolean cz_statement_step (CzStatement *statement, GError **error);
// Back to before the first row, to be bound and stepped again.
void cz_statement_reset (CzStatement *statement);
// To the end, without rows.
gboolean cz_statement_run (CzStatement *statement, GError **error);
// How many rows the last statement changed.
gint64 cz_database_changes (CzLibrary *library);

gboolean cz_database_execute (CzLibrary *library, const char *sql, GError **error);

// Write transactions; rollback never fails.
gboolean cz_database_begin (CzLibrary *library, GError **error);
gboolean cz_database_commit (CzLibrary *library, GError **error);
void cz_database_rollback (CzLibrary *library);

// For tests: the n-th step of a statement from now on (1: the next) fails once with `code`
// (SQLITE_FULL, SQLITE_IOERR, …) in this process. 0: off.
void cz_database_fault_arm (int n, int code);
