#include "data/library.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "data/library-private.h"

char *
cz_library_get_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "clozebench", "library.sqlite", NULL);
}

static gboolean
make_folder (const char *folder, GError **error)
{
  int saved;

  if (g_mkdir_with_parents (folder, 0755) == 0)
    return TRUE;
  saved = errno;
  g_set_error (error, CZ_DATA_ERROR, saved == ENOSPC ? CZ_DATA_ERROR_FULL : CZ_DATA_ERROR_IO,
               _ ("The folder %s cannot be made (%s). Check the path and its permissions."), folder,
               g_strerror (saved));
  return FALSE;
}

// Called by SQLite while another connection writes; 0 gives up. Short sleeps, because whoever
// writes much pauses only for moments.
static int
wait_for_others (void *data, int tries)
{
  const int sleep_us = 2000, patience_us = 20 * 1000 * 1000;

  if (tries >= patience_us / sleep_us)
    return 0;
  g_usleep (sleep_us);
  return 1;
}

// SQLite does not wait for others when the journal mode changes, which the first opening does.
static gboolean
enter_wal_mode (CzLibrary *library, GError **error)
{
  for (int tries = 0;; tries++)
    {
      g_autoptr (GError) failed = NULL;

      if (cz_database_execute (library, "PRAGMA journal_mode = WAL", &failed))
        return TRUE;
      if (tries == 1000 || !g_error_matches (failed, CZ_DATA_ERROR, CZ_DATA_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      g_usleep (5000);
    }
}

static gboolean
open_database (CzLibrary *library, GError **error)
{
  int code
      = sqlite3_open_v2 (library->path, &library->database,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

  if (code != SQLITE_OK)
    return cz_database_fail (library, code, "opening", error);
  sqlite3_extended_result_codes (library->database, 1);
  sqlite3_busy_handler (library->database, wait_for_others, NULL);
  // FULL: what a run has entered (its checkpoint) outlasts a loss of power.
  return enter_wal_mode (library, error)
         && cz_database_execute (library, "PRAGMA synchronous = FULL", error)
         && cz_database_execute (library, "PRAGMA foreign_keys = ON", error)
         && cz_database_execute (library, "PRAGMA cache_size = -16000", error)
         && cz_database_execute (library, "PRAGMA journal_size_limit = 67108864", error)
         && cz_schema_migrate (library, error);
}

// ---- whose files are open ----

static GMutex open_mutex;
static GPtrArray *open_libraries; // CzLibrary

// SQLite's files stay the same as long as anybody has the library open.
static void
note_open (CzLibrary *library)
{
  static const char *const endings[G_N_ELEMENTS (library->files)]
      = { "", "-wal", "-shm", ".files" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (library->path, endings[i], NULL);

      if (stat (path, &library->files[i]) != 0)
        library->files[i].st_ino = 0;
    }
  g_mutex_lock (&open_mutex);
  if (open_libraries == NULL)
    open_libraries = g_ptr_array_new ();
  g_ptr_array_add (open_libraries, library);
  g_mutex_unlock (&open_mutex);
}

static void
forget_open (CzLibrary *library)
{
  g_mutex_lock (&open_mutex);
  if (open_libraries != NULL)
    g_ptr_array_remove_fast (open_libraries, library);
  g_mutex_unlock (&open_mutex);
}

gboolean
cz_library_owns (const struct stat *status)
{
  gboolean owns = FALSE;

  g_mutex_lock (&open_mutex);
  for (guint i = 0; open_libraries != NULL && i < open_libraries->len; i++)
    {
      const CzLibrary *library = g_ptr_array_index (open_libraries, i);

      for (guint j = 0; j < G_N_ELEMENTS (library->files); j++)
        owns = owns
               || (library->files[j].st_ino == status->st_ino
                   && library->files[j].st_dev == status->st_dev);
    }
  g_mutex_unlock (&open_mutex);
  return owns;
}

CzLibrary *
cz_library_open (const char *path, GError **error)
{
  g_autoptr (CzLibrary) library = g_new0 (CzLibrary, 1);
  g_autofree char *parent = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *standard = NULL;

  if (path == NULL)
    path = standard = cz_library_get_default_path ();
  file = g_file_new_for_commandline_arg (path);
  library->path = g_file_get_path (file);
  if (library->path == NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("%s is not a file on this computer; give the path of a library."), path);
      return NULL;
    }
  if (g_file_test (library->path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("%s is a folder; give the path of a library file in it."), library->path);
      return NULL;
    }
  library->folder = g_strconcat (library->path, ".files", NULL);
  library->data_version = -1;
  parent = g_path_get_dirname (library->path);
  if (!make_folder (parent, error) || !open_database (library, error)
      || !make_folder (library->folder, error))
    return NULL;
  note_open (library);
  cz_library_sweep (library);
  return g_steal_pointer (&library);
}

void
cz_library_close (CzLibrary *library)
{
  if (library == NULL)
    return;
  forget_open (library);
  g_clear_pointer (&library->statements, g_hash_table_unref);
  if (library->database != NULL)
    sqlite3_close_v2 (library->database);
  g_free (library->path);
  g_free (library->folder);
  g_free (library);
}

const char *
cz_library_get_path (CzLibrary *library)
{
  return library->path;
}

const char *
cz_library_get_folder (CzLibrary *library)
{
  return library->folder;
}

gboolean
cz_library_has_changed (CzLibrary *library)
{
  g_autoptr (CzStatement) statement = cz_statement (library, "PRAGMA data_version", NULL);
  gint64 others = library->data_version;
  gint64 own = sqlite3_total_changes64 (library->database);
  gboolean changed;

  if (statement != NULL && cz_statement_step (statement, NULL))
    others = cz_column_int (statement, 0);
  changed = others != library->data_version || own != library->total_changes;
  library->data_version = others;
  library->total_changes = own;
  return changed;
}

char *
cz_library_get_setting (CzLibrary *library, const char *key)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT value FROM setting WHERE key = ?", NULL);

  if (statement == NULL)
    return NULL;
  cz_bind_text (statement, 1, key);
  return cz_statement_step (statement, NULL) ? cz_column_text (statement, 0) : NULL;
}

gboolean
cz_library_set_setting (CzLibrary *library, const char *key, const char *value, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      value != NULL ? "INSERT INTO setting (key, value) VALUES (?1, ?2)"
                                      " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
                                    : "DELETE FROM setting WHERE key = ?1",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, key);
  if (value != NULL)
    cz_bind_text (statement, 2, value);
  return cz_statement_run (statement, error);
}

char *
cz_library_list_names (CzLibrary *library, const char *sql)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (CzStatement) statement = cz_statement (library, sql, NULL);

  while (statement != NULL && cz_statement_step (statement, NULL))
    g_string_append_printf (names, _ ("%s“%s”"), names->len == 0 ? "" : ", ",
                            cz_column_peek (statement, 0, NULL));
  return names->len > 0 ? g_string_free (g_steal_pointer (&names), FALSE) : NULL;
}

gint64
cz_process_start_time (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  const char *behind;

  // proc(5): the fields after "(comm)" begin with the third; starttime is the 22nd.
  if (pid <= 0 || !g_file_get_contents (path, &text, NULL, NULL)
      || (behind = strrchr (text, ')')) == NULL)
    return 0;
  fields = g_strsplit (behind + 1, " ", -1);
  if (g_strv_length (fields) < 21 || g_str_equal (fields[1], "Z"))
    return 0;
  return g_ascii_strtoll (fields[20], NULL, 10);
}

#define SWEEP_US 100000 // of deleting, when a library is opened

void
cz_library_sweep (CzLibrary *library)
{
  g_autoptr (GArray) dead = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 deadline = g_get_monotonic_time () + SWEEP_US;

  {
    g_autoptr (CzStatement) statement = cz_statement (
        library, "SELECT id, owner_pid, owner_start FROM corpus WHERE state <> 'ready'", NULL);

    while (statement != NULL && cz_statement_step (statement, NULL))
      {
        gint64 id = cz_column_int (statement, 0), pid = cz_column_int (statement, 1);
        gint64 start = cz_process_start_time (pid);

        if (start == 0 || start != cz_column_int (statement, 2))
          g_array_append_val (dead, id);
      }
  }
  for (guint i = 0; i < dead->len; i++)
    {
      g_autoptr (CzStatement) hide
          = cz_statement (library, "UPDATE corpus SET state = 'removing' WHERE id = ?1", NULL);

      if (hide == NULL)
        return;
      cz_bind_int (hide, 1, g_array_index (dead, gint64, i));
      cz_statement_run (hide, NULL);
    }
  for (guint i = 0; i < dead->len; i++)
    if (!cz_corpus_delete_rows (library, g_array_index (dead, gint64, i), deadline, NULL))
      return;
}
