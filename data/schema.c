#include <glib/gi18n-lib.h>

#include "data/library-private.h"

// The schema, one migration a version; `user_version` counts them. A migration that has been released
// is never changed: what is to be different goes into the next.

static const char *const migrations[] = {
  // 1
  "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"

  // A corpus shows once it is ready. owner_* name the process that fills or removes it.
  "CREATE TABLE corpus ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  name TEXT,"
  "  state TEXT NOT NULL CHECK (state IN ('importing', 'ready', 'removing')),"
  "  owner_pid INTEGER NOT NULL DEFAULT 0, owner_start INTEGER NOT NULL DEFAULT 0,"
  "  source TEXT NOT NULL DEFAULT '', hash TEXT NOT NULL DEFAULT '',"
  "  documents INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,"
  "  created INTEGER NOT NULL) STRICT;"
  "CREATE UNIQUE INDEX corpus_name ON corpus (name) WHERE state = 'ready';"

  "CREATE TABLE document ("
  "  id INTEGER PRIMARY KEY,"
  "  corpus INTEGER NOT NULL REFERENCES corpus (id),"
  "  ordinal INTEGER NOT NULL,"
  "  path TEXT NOT NULL, row INTEGER NOT NULL,"
  "  label TEXT NOT NULL, split TEXT NOT NULL,"
  "  bytes INTEGER NOT NULL, text TEXT NOT NULL) STRICT;"
  "CREATE UNIQUE INDEX document_ordinal ON document (corpus, ordinal);"
  "CREATE VIRTUAL TABLE document_words USING fts5 (text, content='document', content_rowid='id',"
  "  tokenize='unicode61 remove_diacritics 2');"
  // Counted while importing: groups of documents by split and by label.
  "CREATE TABLE corpus_group ("
  "  corpus INTEGER NOT NULL REFERENCES corpus (id) ON DELETE CASCADE,"
  "  kind TEXT NOT NULL CHECK (kind IN ('split', 'label')), name TEXT NOT NULL,"
  "  documents INTEGER NOT NULL, bytes INTEGER NOT NULL,"
  "  PRIMARY KEY (corpus, kind, name)) STRICT, WITHOUT ROWID;"

  "CREATE TABLE model ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  name TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, folder TEXT NOT NULL,"
  "  parameters INTEGER NOT NULL, vocabulary INTEGER NOT NULL, hash TEXT NOT NULL,"
  "  created INTEGER NOT NULL) STRICT;"

  "CREATE TABLE run ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  name TEXT NOT NULL,"
  "  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'finished', 'stopped',"
  "    'failed')),"
  "  requested_state TEXT NOT NULL DEFAULT 'run' CHECK (requested_state IN ('run', 'pause', 'stop')),"
  "  resumable INTEGER NOT NULL DEFAULT 0, pid INTEGER NOT NULL DEFAULT 0, message TEXT, activity TEXT,"
  "  model_id INTEGER REFERENCES model (id) ON DELETE SET NULL,"
  "  model TEXT NOT NULL, model_folder TEXT NOT NULL, model_hash TEXT NOT NULL,"
  "  corpus_id INTEGER REFERENCES corpus (id) ON DELETE SET NULL,"
  "  corpus TEXT NOT NULL, corpus_hash TEXT NOT NULL,"
  "  parameters TEXT NOT NULL, device TEXT,"
  "  steps INTEGER NOT NULL DEFAULT 0, step INTEGER NOT NULL DEFAULT 0, epoch REAL NOT NULL DEFAULT 0,"
  "  seconds REAL NOT NULL DEFAULT 0, seconds_left REAL,"
  "  before REAL, best REAL, after REAL, best_step INTEGER NOT NULL DEFAULT 0,"
  "  tokens_per_second REAL, eval_fingerprint TEXT, result_folder TEXT,"
  "  notes TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '',"
  "  starred INTEGER NOT NULL DEFAULT 0, trashed INTEGER NOT NULL DEFAULT 0,"
  "  queue_position INTEGER NOT NULL DEFAULT 0,"
  "  created INTEGER NOT NULL, started INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0)"
  "  STRICT;"

  "CREATE TABLE metric_name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
  "CREATE TABLE metric ("
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  name INTEGER NOT NULL REFERENCES metric_name (id),"
  "  step INTEGER NOT NULL, epoch REAL NOT NULL, seconds REAL NOT NULL, value REAL,"
  "  PRIMARY KEY (run, name, step)) STRICT, WITHOUT ROWID;"

  "CREATE TABLE checkpoint ("
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  kind TEXT NOT NULL CHECK (kind IN ('last', 'best', 'epoch')),"
  "  step INTEGER NOT NULL, epoch REAL NOT NULL, folder TEXT NOT NULL, cross_entropy REAL,"
  "  PRIMARY KEY (run, kind, step)) STRICT, WITHOUT ROWID;",
};

gboolean
cz_schema_migrate (CzLibrary *library, GError **error)
{
  const gint64 newest = G_N_ELEMENTS (migrations);
  gint64 version = -1;

  {
    g_autoptr (CzStatement) statement = cz_statement (library, "PRAGMA user_version", error);
    g_autoptr (GError) failed = NULL;

    if (statement == NULL)
      return FALSE;
    if (cz_statement_step (statement, &failed))
      version = cz_column_int (statement, 0);
    if (failed != NULL)
      {
        g_propagate_error (error, g_steal_pointer (&failed));
        return FALSE;
      }
  }
  if (version > newest)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NEWER,
                   _ ("The library %s was written by a newer version of Clozebench (format %" G_GINT64_FORMAT
                      ", this one knows %" G_GINT64_FORMAT "). Update Clozebench, or open another "
                      "library."),
                   library->path, version, newest);
      return FALSE;
    }
  if (version == newest)
    return TRUE;

  if (!cz_database_begin (library, error))
    return FALSE;
  // Another process may have been quicker.
  {
    g_autoptr (CzStatement) statement = cz_statement (library, "PRAGMA user_version", error);

    if (statement == NULL || !cz_statement_step (statement, error))
      {
        cz_database_rollback (library);
        return FALSE;
      }
    version = cz_column_int (statement, 0);
  }
  for (gint64 i = version; i < newest; i++)
    {
      g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT, i + 1);

      if (!cz_database_execute (library, migrations[i], error)
          || !cz_database_execute (library, pragma, error))
        {
          cz_database_rollback (library);
          return FALSE;
        }
    }
  return cz_database_commit (library, error);
}
