#include <glib/gi18n-lib.h>

#include "data/library-private.h"

// The schema, one migration a version; `user_version` counts them. A migration that has been
// released is never changed: what is to be different goes into the next.

#define APPLICATION_ID 0x434c5a42 // "CLZB": marks the file as ours

static const char *const migrations[] = {
  // 1
  "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"

  // A corpus shows once it is ready. owner_* name the process that fills or removes it.
  "CREATE TABLE corpus ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  name TEXT NOT NULL,"
  "  state TEXT NOT NULL CHECK (state IN ('importing', 'ready', 'removing')),"
  "  owner_pid INTEGER NOT NULL DEFAULT 0, owner_start INTEGER NOT NULL DEFAULT 0,"
  "  source TEXT NOT NULL DEFAULT '', hash TEXT NOT NULL DEFAULT '',"
  "  documents INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,"
  "  created INTEGER NOT NULL) STRICT;"
  "CREATE UNIQUE INDEX corpus_name ON corpus (name) WHERE state <> 'removing';"

  // A document's id is corpus << 32 | ordinal, a source's corpus << 32 | its number: the rows of a
  // corpus lie side by side in order and no further index is needed. Texts have a table of their
  // own
  // so that whoever filters a million documents reads only narrow rows. Each corpus has its own
  // full-text index, words_ID (cz_schema_make_words ()), so that it can be dropped as a whole.
  "CREATE TABLE source (id INTEGER PRIMARY KEY, path TEXT NOT NULL) STRICT;"
  "CREATE TABLE document ("
  "  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, row INTEGER NOT NULL,"
  "  label TEXT NOT NULL, split TEXT NOT NULL,"
  "  bytes INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;"
  "CREATE TABLE text (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
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
  "  requested_state TEXT NOT NULL DEFAULT 'run' CHECK (requested_state IN ('run', 'pause', "
  "'stop')),"
  "  resumable INTEGER NOT NULL DEFAULT 0, pid INTEGER NOT NULL DEFAULT 0, message TEXT, activity "
  "TEXT,"
  "  model_id INTEGER REFERENCES model (id) ON DELETE SET NULL,"
  "  model TEXT NOT NULL, model_folder TEXT NOT NULL, model_hash TEXT NOT NULL,"
  "  corpus_id INTEGER REFERENCES corpus (id) ON DELETE SET NULL,"
  "  corpus TEXT NOT NULL, corpus_hash TEXT NOT NULL,"
  "  parameters TEXT NOT NULL, device TEXT,"
  "  steps INTEGER NOT NULL DEFAULT 0, step INTEGER NOT NULL DEFAULT 0, epoch REAL NOT NULL "
  "DEFAULT 0,"
  "  seconds REAL NOT NULL DEFAULT 0, seconds_left REAL,"
  "  before REAL, best REAL, after REAL, best_step INTEGER NOT NULL DEFAULT 0,"
  "  tokens_per_second REAL, eval_fingerprint TEXT, result_folder TEXT,"
  "  notes TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '',"
  "  starred INTEGER NOT NULL DEFAULT 0, trashed INTEGER NOT NULL DEFAULT 0,"
  "  queue_position INTEGER NOT NULL DEFAULT 0,"
  "  created INTEGER NOT NULL, started INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT "
  "0)"
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

  // 2
  "ALTER TABLE run ADD COLUMN changes TEXT;"
  "ALTER TABLE run ADD COLUMN offered_micro_batch INTEGER NOT NULL DEFAULT 0;",

  // 3: documents can be edited, excluded and deleted. `origin` is the hash of an edited document's
  // text as it was imported. Of a corpus `documents` and `bytes` count what is not excluded,
  // `present` all rows, `slots` the ordinals ever given: none is given twice.
  "ALTER TABLE document ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE document ADD COLUMN origin BLOB;"
  "ALTER TABLE corpus ADD COLUMN present INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE corpus ADD COLUMN slots INTEGER NOT NULL DEFAULT 0;"
  "UPDATE corpus SET present = documents, slots = documents;"
  // A deleted document's id, and what it was imported as; an empty hash: nothing to remember.
  "CREATE TABLE gap ("
  "  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, row INTEGER NOT NULL, hash BLOB NOT NULL)"
  "  STRICT;"
  // The journal of changes, for undoing the last ones: each document as it was before, with its
  // text where that changed. existed = 0: it was added. `splits` holds all splits before a split.
  "CREATE TABLE change ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  corpus INTEGER NOT NULL REFERENCES corpus (id) ON DELETE CASCADE, kind TEXT NOT NULL,"
  "  documents INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,"
  "  created INTEGER NOT NULL, splits BLOB) STRICT;"
  "CREATE INDEX change_corpus ON change (corpus);"
  "CREATE TABLE changed_document ("
  "  id INTEGER PRIMARY KEY, change INTEGER NOT NULL REFERENCES change (id) ON DELETE CASCADE,"
  "  document INTEGER NOT NULL, existed INTEGER NOT NULL, source INTEGER, row INTEGER,"
  "  label TEXT, split TEXT, bytes INTEGER, hash BLOB, origin BLOB, excluded INTEGER, text TEXT)"
  "  STRICT;"
  "CREATE INDEX changed_document_change ON changed_document (change);"
  // What a corpus was derived from.
  "CREATE TABLE corpus_origin ("
  "  corpus INTEGER NOT NULL REFERENCES corpus (id) ON DELETE CASCADE, position INTEGER NOT NULL,"
  "  name TEXT NOT NULL, hash TEXT NOT NULL, selection TEXT NOT NULL,"
  "  PRIMARY KEY (corpus, position)) STRICT, WITHOUT ROWID;",

  // 4: experiments. `revision` grows with every change of any run (triggers), so that whoever shows
  // ten thousand reads only what changed; removing one moves the counter too. `color` is a person's
  // choice from the palette, NULL: by the id. `sweep`: the id of the first run of a grid, 0: none.
  "CREATE TABLE run_counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL)"
  "  STRICT;"
  "INSERT INTO run_counter VALUES (1, 1);"
  "ALTER TABLE run ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;"
  "ALTER TABLE run ADD COLUMN color INTEGER;"
  "ALTER TABLE run ADD COLUMN sweep INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE run ADD COLUMN memory_bytes INTEGER NOT NULL DEFAULT 0;" // in use at work, the most
  // The last train_loss, nats: lists of ten thousand runs show it without a look at their metrics.
  "ALTER TABLE run ADD COLUMN last_loss REAL;"
  "UPDATE run SET last_loss = (SELECT value FROM metric m WHERE m.run = run.id AND m.name ="
  "  (SELECT id FROM metric_name WHERE name = 'train_loss') ORDER BY step DESC LIMIT 1);"
  "CREATE INDEX run_revision ON run (revision);"
  "CREATE TRIGGER run_added AFTER INSERT ON run BEGIN"
  "  UPDATE run_counter SET revision = revision + 1;"
  "  UPDATE run SET revision = (SELECT revision FROM run_counter) WHERE id = NEW.id; END;"
  "CREATE TRIGGER run_changed AFTER UPDATE ON run WHEN NEW.revision = OLD.revision BEGIN"
  "  UPDATE run_counter SET revision = revision + 1;"
  "  UPDATE run SET revision = (SELECT revision FROM run_counter) WHERE id = NEW.id; END;"
  "CREATE TRIGGER run_removed AFTER DELETE ON run BEGIN"
  "  UPDATE run_counter SET revision = revision + 1; END;"
  // Sentences with masks that are predicted again and again: named sets, and those of a run (copied
  // when it is made) with what its model said at each evaluation, `result` as `cloze fill` gives
  // it.
  "CREATE TABLE sentence_set ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL)"
  "  STRICT;"
  "CREATE TABLE sentence ("
  "  sentence_set INTEGER NOT NULL REFERENCES sentence_set (id) ON DELETE CASCADE,"
  "  position INTEGER NOT NULL, text TEXT NOT NULL, answers TEXT NOT NULL DEFAULT '',"
  "  PRIMARY KEY (sentence_set, position)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE run_sentence ("
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, position INTEGER NOT NULL,"
  "  text TEXT NOT NULL, PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE run_prediction ("
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  step INTEGER NOT NULL, position INTEGER NOT NULL, result TEXT NOT NULL,"
  "  PRIMARY KEY (run, step, position)) STRICT, WITHOUT ROWID;"
  // An evaluation block by block, for comparing runs pair by pair: float64 sums of nats and uint32
  // counts of scored tokens, little endian.
  "CREATE TABLE run_evaluation ("
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  kind TEXT NOT NULL CHECK (kind IN ('before', 'best', 'after')), step INTEGER NOT NULL,"
  "  fingerprint TEXT NOT NULL, losses BLOB NOT NULL, scored BLOB NOT NULL,"
  "  PRIMARY KEY (run, kind)) STRICT, WITHOUT ROWID;",

  // 5: what was tried in the playground. Ids grow and are given once: the newest has the highest.
  // `models` and `targets` are JSON arrays of strings; by `bytes` and `hash`, the text's, an
  // equal one is found without an index over texts.
  "CREATE TABLE playground_history ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, models TEXT NOT NULL,"
  "  targets TEXT NOT NULL, view TEXT NOT NULL, bytes INTEGER NOT NULL, hash INTEGER NOT NULL,"
  "  tried INTEGER NOT NULL) STRICT;"
  "CREATE INDEX playground_history_hash ON playground_history (hash);"
  // These names belong to sets that come with the program now.
  "UPDATE OR IGNORE sentence_set SET name = name || ' (own)'"
  "  WHERE name IN ('film', 'law', 'medicine', 'science', 'support');",

  // 6: where a model comes from. What NULL stands in `lowercase` for was entered before: its folder
  // is looked at once. `modified` is when the weights were changed last (ns since 1970; with
  // `bytes`
  // it tells that `hash` still holds), 0: not noted. The parent is a model, found by its id or else
  // by its hash, or, where a run made the model, that run's base.
  "ALTER TABLE model ADD COLUMN lowercase INTEGER;"
  "ALTER TABLE model ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE model ADD COLUMN modified INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE model ADD COLUMN vocabulary_hash TEXT;"
  "ALTER TABLE model ADD COLUMN source TEXT;"
  "ALTER TABLE model ADD COLUMN licence TEXT;"
  "ALTER TABLE model ADD COLUMN trained_on TEXT;"
  "ALTER TABLE model ADD COLUMN private INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE model ADD COLUMN parent INTEGER REFERENCES model (id) ON DELETE SET NULL;"
  "ALTER TABLE model ADD COLUMN parent_name TEXT;"
  "ALTER TABLE model ADD COLUMN parent_hash TEXT;"
  "ALTER TABLE model ADD COLUMN parent_run INTEGER REFERENCES run (id) ON DELETE SET NULL;",
};

// Reads a PRAGMA that is a number.
static gboolean
read_pragma (CzLibrary *library, const char *sql, gint64 *ret_value, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (library, sql, error);
  g_autoptr (GError) failed = NULL;

  if (statement == NULL)
    return FALSE;
  if (cz_statement_step (statement, &failed))
    *ret_value = cz_column_int (statement, 0);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// Brings an empty or older file up to date, within a transaction.
static gboolean
apply_migrations (CzLibrary *library, gint64 newest, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA application_id = %d", APPLICATION_ID);
  gint64 version = 0;

  // Another process may have been quicker.
  if (!read_pragma (library, "PRAGMA user_version", &version, error)
      || !cz_database_execute (library, mark, error))
    return FALSE;
  for (gint64 i = version; i < newest; i++)
    {
      g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT, i + 1);

      if (!cz_database_execute (library, migrations[i], error)
          || !cz_database_execute (library, pragma, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_schema_migrate (CzLibrary *library, GError **error)
{
  const gint64 newest = G_N_ELEMENTS (migrations);
  gint64 version = 0, application = 0, tables = 0;

  if (!read_pragma (library, "PRAGMA user_version", &version, error)
      || !read_pragma (library, "PRAGMA application_id", &application, error)
      || !read_pragma (library, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return FALSE;
  // Written by another program; an empty file is welcome.
  if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0))
    {
      // A process beside this one may be making it right now.
      if (application == 0 && version == 0 && !cz_database_begin (library, error))
        return FALSE;
      cz_database_rollback (library);
      if (!read_pragma (library, "PRAGMA application_id", &application, error)
          || !read_pragma (library, "PRAGMA user_version", &version, error))
        return FALSE;
      if (application != APPLICATION_ID)
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED,
                       _ ("%s is a database of another program, no library of Clozebench. Open "
                          "another file, or give a new name."),
                       library->path);
          return FALSE;
        }
    }
  if (version > newest)
    {
      g_set_error (
          error, CZ_DATA_ERROR, CZ_DATA_ERROR_NEWER,
          _ ("The library %s was written by a newer version of Clozebench (format %d, this "
             "one knows %d). Update Clozebench, or open another library."),
          library->path, (int)version, (int)newest);
      return FALSE;
    }
  if (version == newest)
    return TRUE;
  if (!cz_database_begin (library, error))
    return FALSE;
  if (apply_migrations (library, newest, error))
    return cz_database_commit (library, error);
  cz_database_rollback (library);
  return FALSE;
}

gboolean
cz_schema_make_words (CzLibrary *library, gint64 corpus, GError **error)
{
  // Ranking is not needed, so the lengths of columns are not kept. Every transaction of an import
  // adds a piece to the index; 16 of them are merged at once, not 4: that is half the work. It is
  // done bit by bit; only at `crisismerge` pieces is a whole level merged in one transaction, which
  // would hold the library for many seconds.
  g_autofree char *sql
      = g_strdup_printf ("CREATE VIRTUAL TABLE words_%" G_GINT64_FORMAT
                         " USING fts5 (text, content='text', content_rowid='id', columnsize=0,"
                         " tokenize='unicode61 remove_diacritics 2');"
                         "INSERT INTO words_%" G_GINT64_FORMAT " (words_%" G_GINT64_FORMAT
                         ", rank) VALUES ('automerge', 16), ('crisismerge', 256)",
                         corpus, corpus, corpus);

  return cz_database_execute (library, sql, error);
}
