#include "data/database.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/library-private.h"

struct _CzStatement
{
  CzLibrary *library;
  sqlite3_stmt *statement;
  gboolean in_use;
  gboolean kept; // in the library's table
};

static int fault_countdown, fault_code; // atomic

void
cz_database_fault_arm (int n, int code)
{
  g_atomic_int_set (&fault_code, code);
  g_atomic_int_set (&fault_countdown, n);
}

static gboolean
fault_strikes (void)
{
  return g_atomic_int_get (&fault_countdown) > 0 && g_atomic_int_add (&fault_countdown, -1) == 1;
}

sqlite3 *
cz_library_get_database (CzLibrary *library)
{
  return library->database;
}

gboolean
cz_database_fail (CzLibrary *library, int code, const char *what, GError **error)
{
  const char *path = library->path;
  const char *said
      = library->database != NULL ? sqlite3_errmsg (library->database) : sqlite3_errstr (code);

  switch (code & 0xff)
    {
    case SQLITE_FULL:
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_FULL,
                   _ ("The disk is full: %s could not grow. Free some space and try again; the "
                      "library is as it was."),
                   path);
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_BUSY,
                   _ ("Another process has kept the library %s locked for too long; try again."),
                   path);
      break;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED,
                   _ ("%s is no library, or it is damaged (%s). Move it away, or put back a copy."),
                   path, said);
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
                   _ ("The library %s cannot be opened for writing (%s). Check the folder and its "
                      "permissions."),
                   path, said);
      break;
    case SQLITE_IOERR:
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
                   _ ("Reading or writing the library %s failed (%s). Check the disk."), path,
                   said);
      break;
    default:
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, _ ("The library %s: %s failed (%s)."),
                   path, what, said);
    }
  return FALSE;
}

static void
statement_free (gpointer data)
{
  CzStatement *self = data;

  sqlite3_finalize (self->statement);
  g_free (self);
}

CzStatement *
cz_statement (CzLibrary *library, const char *sql, GError **error)
{
  CzStatement *self;
  int code;

  if (library->statements == NULL)
    library->statements = g_hash_table_new_full (NULL, NULL, NULL, statement_free);
  self = g_hash_table_lookup (library->statements, sql);
  if (self != NULL && !self->in_use)
    {
      self->in_use = TRUE;
      return self;
    }
  gboolean nested = self != NULL;

  self = g_new0 (CzStatement, 1);
  self->library = library;
  self->in_use = TRUE;
  self->kept = !nested;
  code = sqlite3_prepare_v3 (library->database, sql, -1, nested ? 0 : SQLITE_PREPARE_PERSISTENT,
                             &self->statement, NULL);
  if (code != SQLITE_OK)
    {
      cz_database_fail (library, code, sql, error);
      statement_free (self);
      return NULL;
    }
  if (self->kept)
    g_hash_table_insert (library->statements, (gpointer)sql, self);
  return self;
}

void
cz_statement_done (CzStatement *self)
{
  if (self == NULL)
    return;
  sqlite3_reset (self->statement);
  sqlite3_clear_bindings (self->statement);
  self->in_use = FALSE;
  if (!self->kept)
    statement_free (self);
}

void
cz_bind_int (CzStatement *self, int index, gint64 value)
{
  sqlite3_bind_int64 (self->statement, index, value);
}

void
cz_bind_double (CzStatement *self, int index, double value)
{
  if (isnan (value))
    sqlite3_bind_null (self->statement, index);
  else
    sqlite3_bind_double (self->statement, index, value);
}

void
cz_bind_text (CzStatement *self, int index, const char *value)
{
  if (value == NULL)
    sqlite3_bind_null (self->statement, index);
  else
    sqlite3_bind_text (self->statement, index, value, -1, SQLITE_TRANSIENT);
}

void
cz_bind_bytes (CzStatement *self, int index, const char *value, gsize length)
{
  sqlite3_bind_text64 (self->statement, index, value, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void
cz_bind_blob (CzStatement *self, int index, const guint8 *value, gsize length)
{
  sqlite3_bind_blob64 (self->statement, index, value, length, SQLITE_TRANSIENT);
}

void
cz_bind_pointer (CzStatement *self, int index, gpointer value, const char *type)
{
  sqlite3_bind_pointer (self->statement, index, value, type, NULL);
}

gint64
cz_column_int (CzStatement *self, int index)
{
  return sqlite3_column_int64 (self->statement, index);
}

double
cz_column_double (CzStatement *self, int index)
{
  if (sqlite3_column_type (self->statement, index) == SQLITE_NULL)
    return NAN;
  return sqlite3_column_double (self->statement, index);
}

char *
cz_column_text (CzStatement *self, int index)
{
  return g_strdup ((const char *)sqlite3_column_text (self->statement, index));
}

const char *
cz_column_peek (CzStatement *self, int index, gsize *ret_length)
{
  const char *text = (const char *)sqlite3_column_text (self->statement, index);

  if (ret_length != NULL)
    *ret_length = text == NULL ? 0 : (gsize)sqlite3_column_bytes (self->statement, index);
  return text == NULL ? "" : text;
}

gboolean
cz_column_is_null (CzStatement *self, int index)
{
  return sqlite3_column_type (self->statement, index) == SQLITE_NULL;
}

const guint8 *
cz_column_blob (CzStatement *self, int index, gsize *ret_length)
{
  const guint8 *bytes = sqlite3_column_blob (self->statement, index);

  *ret_length = (gsize)sqlite3_column_bytes (self->statement, index);
  return bytes;
}

gboolean
cz_statement_step (CzStatement *self, GError **error)
{
  int code;

  if (fault_strikes ())
    return cz_database_fail (self->library, g_atomic_int_get (&fault_code),
                             sqlite3_sql (self->statement), error);
  code = sqlite3_step (self->statement);
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    cz_database_fail (self->library, code, sqlite3_sql (self->statement), error);
  return FALSE;
}

void
cz_statement_reset (CzStatement *self)
{
  sqlite3_reset (self->statement);
}

gboolean
cz_statement_run (CzStatement *self, GError **error)
{
  g_autoptr (GError) failed = NULL;

  while (cz_statement_step (self, &failed))
    continue;
  sqlite3_reset (self->statement);
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  return TRUE;
}

gint64
cz_database_changes (CzLibrary *library)
{
  return sqlite3_changes64 (library->database);
}

gboolean
cz_database_execute (CzLibrary *library, const char *sql, GError **error)
{
  int code = fault_strikes () ? g_atomic_int_get (&fault_code)
                              : sqlite3_exec (library->database, sql, NULL, NULL, NULL);

  if (code != SQLITE_OK)
    return cz_database_fail (library, code, sql, error);
  return TRUE;
}

gboolean
cz_database_begin (CzLibrary *library, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (library, "BEGIN IMMEDIATE", error);

  return statement != NULL && cz_statement_run (statement, error);
}

gboolean
cz_database_commit (CzLibrary *library, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (library, "COMMIT", error);

  if (statement != NULL && cz_statement_run (statement, error))
    return TRUE;
  cz_database_rollback (library);
  return FALSE;
}

void
cz_database_rollback (CzLibrary *library)
{
  if (!sqlite3_get_autocommit (library->database))
    sqlite3_exec (library->database, "ROLLBACK", NULL, NULL, NULL);
}
