#include "data/corpus-update.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/corpus-count.h"
#include "data/corpus-derive.h"
#include "data/corpus-journal.h"
#include "data/document-row.h"
#include "data/document.h"
#include "data/import-collect.h"
#include "data/import-writer.h"
#include "data/library-private.h"

// What is found is compared with what is there in temporary tables, which lock nobody and go with
// the connection: known_document holds what the corpus was imported with, found_document what has
// to be written.

typedef struct
{
  CzLibrary *library;
  CzCorpus *corpus;
  CzUpdateReport *report;
  gboolean remove_missing;
  gint64 seen;  // known documents that were found
  gint64 bytes; // of texts to be written
  GCancellable *cancellable;
  // In place: the change in the journal, the ordinals given, the source last added, with its path.
  gint64 change, slots, source;
  char *path;
  CzImportWriter *writer; // anew
} Update;

void
cz_update_report_clear (CzUpdateReport *report)
{
  cz_import_report_clear (&report->import);
}

static gboolean
drop_tables (CzLibrary *library, GError **error)
{
  return cz_database_execute (library, "DROP TABLE IF EXISTS temp.known_document", error)
         && cz_database_execute (library, "DROP TABLE IF EXISTS temp.found_document", error);
}

static gboolean
make_tables (CzLibrary *library, GError **error)
{
  return drop_tables (library, error)
         && cz_database_execute (
             library,
             "CREATE TEMP TABLE known_document (path TEXT NOT NULL, row INTEGER NOT NULL,"
             " document INTEGER, hash BLOB NOT NULL, label TEXT NOT NULL, deleted INTEGER NOT NULL,"
             " seen INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (path, row)) WITHOUT ROWID;"
             "CREATE TEMP TABLE found_document (id INTEGER PRIMARY KEY, document INTEGER UNIQUE,"
             " path TEXT NOT NULL, row INTEGER NOT NULL, label TEXT NOT NULL, split TEXT NOT NULL,"
             " text TEXT NOT NULL)",
             error);
}

// The same file is the same, however its path was typed.
static char *
make_key (const char *path)
{
  return g_canonicalize_filename (path, NULL);
}

// Fills known_document; `sql` gives source, row, document, hash, label and whether it was deleted.
static gboolean
read_known (Update *self, const char *sql, GError **error)
{
  g_autoptr (CzStatement) read = cz_statement (self->library, sql, error);
  g_autoptr (CzStatement) path
      = read != NULL ? cz_statement (self->library, "SELECT path FROM source WHERE id = ?", error)
                     : NULL;
  g_autoptr (CzStatement) write
      = path != NULL
            ? cz_statement (self->library,
                            "INSERT OR IGNORE INTO temp.known_document (path, row, document, hash,"
                            " label, deleted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                            error)
            : NULL;
  g_autoptr (GError) failed = NULL;
  g_autofree char *key = NULL;
  gint64 source = -1;

  if (write == NULL)
    return FALSE;
  cz_bind_int (read, 1, self->corpus->id);
  while (cz_statement_step (read, &failed))
    {
      gsize length;
      const guint8 *hash = cz_column_blob (read, 3, &length);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (key == NULL || source != cz_column_int (read, 0))
        {
          source = cz_column_int (read, 0);
          cz_bind_int (path, 1, source);
          g_clear_pointer (&key, g_free);
          if (cz_statement_step (path, &failed))
            key = make_key (cz_column_peek (path, 0, NULL));
          cz_statement_reset (path);
          if (key == NULL)
            break;
        }
      cz_bind_text (write, 1, key);
      cz_bind_int (write, 2, cz_column_int (read, 1));
      cz_bind_int (write, 3, cz_column_int (read, 2));
      cz_bind_blob (write, 4, hash, length);
      cz_bind_text (write, 5, cz_column_peek (read, 4, NULL));
      cz_bind_int (write, 6, cz_column_int (read, 5));
      if (!cz_statement_run (write, error))
        return FALSE;
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// ---- Comparing ----

static gboolean
write_found (Update *self, const CzFoundDocument *found, gint64 document, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (self->library,
                      "INSERT INTO temp.found_document (document, path, row, label, split, text)"
                      " VALUES (nullif (?1, 0), ?2, ?3, ?4, ?5, ?6)",
                      error);

  if (statement == NULL)
    return FALSE;
  self->bytes += (gint64)found->length;
  cz_bind_int (statement, 1, document);
  cz_bind_text (statement, 2, found->path);
  cz_bind_int (statement, 3, found->row);
  cz_bind_text (statement, 4, found->label);
  cz_bind_text (statement, 5, found->split);
  cz_bind_bytes (statement, 6, found->text, found->length);
  return cz_statement_run (statement, error);
}

// Marks a document as found; one that was not known is from now on.
static gboolean
mark_seen (Update *self, const char *key, gint64 row, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (self->library,
                      "INSERT INTO temp.known_document (path, row, hash, label, deleted, seen)"
                      " VALUES (?1, ?2, x'', '', 0, 1) ON CONFLICT DO UPDATE SET seen = 1",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, key);
  cz_bind_int (statement, 2, row);
  return cz_statement_run (statement, error);
}

static gboolean
compare (const CzFoundDocument *found, gpointer data, GError **error)
{
  Update *self = data;
  g_autofree char *key = make_key (found->path);
  g_autoptr (GError) failed = NULL;
  gboolean known = FALSE, same = FALSE, deleted = FALSE;
  gint64 document = 0;
  guint8 hash[32];

  cz_corpus_hash_text (found->text, found->length, hash);
  {
    g_autoptr (CzStatement) statement
        = cz_statement (self->library,
                        "SELECT coalesce (document, 0), hash = ?3 AND (label = ?4 OR deleted),"
                        " deleted, seen FROM temp.known_document WHERE path = ?1 AND row = ?2",
                        error);

    if (statement == NULL)
      return FALSE;
    cz_bind_text (statement, 1, key);
    cz_bind_int (statement, 2, found->row);
    cz_bind_blob (statement, 3, hash, sizeof hash);
    cz_bind_text (statement, 4, found->label);
    known = cz_statement_step (statement, &failed);
    if (known && cz_column_int (statement, 3) != 0)
      return TRUE; // given twice
    if (known)
      {
        document = cz_column_int (statement, 0);
        same = cz_column_int (statement, 1) != 0;
        deleted = cz_column_int (statement, 2) != 0;
      }
  }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  self->seen += known;
  if (same)
    *(deleted ? &self->report->deleted : &self->report->unchanged) += 1;
  else
    {
      if (deleted)
        document = 0;
      *(document != 0 ? &self->report->changed : &self->report->added) += 1;
      if (!write_found (self, found, document, error))
        return FALSE;
    }
  return mark_seen (self, key, found->row, error);
}

// ---- What was found ----

// A row of found_document.
typedef struct
{
  gint64 id;
  gint64 document;       // that it replaces; 0: new
  CzFoundDocument found; // a copy
} Found;

static void
found_clear (Found *found)
{
  cz_found_document_clear (&found->found);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

#define FOUND \
  "SELECT id, coalesce (document, 0), path, row, label, split, text FROM temp.found_document"

// What a statement that begins with FOUND stands at.
static void
read_found (CzStatement *statement, Found *ret)
{
  gsize length;
  const char *text = cz_column_peek (statement, 6, &length);

  *ret = (Found){ .id = cz_column_int (statement, 0),
                  .document = cz_column_int (statement, 1),
                  .found = { .path = cz_column_text (statement, 2),
                             .row = cz_column_int (statement, 3),
                             .label = cz_column_text (statement, 4),
                             .split = cz_column_text (statement, 5),
                             .text = g_memdup2 (text, length + 1),
                             .length = length } };
}

// Calls back with all that are new, or all that replace a document. One statement each: none may be
// open while the import's writer ends its transactions.
static gboolean
each_found (Update *self,
            gboolean is_new,
            gboolean (*write) (Update *self, const Found *found, GError **error),
            GError **error)
{
  g_autoptr (GError) failed = NULL;
  gint64 at = 0;

  while (!g_cancellable_set_error_if_cancelled (self->cancellable, &failed))
    {
      g_auto (Found) found = { 0 };

      {
        g_autoptr (CzStatement) statement = cz_statement (
            self->library, FOUND " WHERE id > ?1 AND (document IS NULL) = ?2 ORDER BY id LIMIT 1",
            error);

        if (statement == NULL)
          return FALSE;
        cz_bind_int (statement, 1, at);
        cz_bind_int (statement, 2, is_new);
        if (!cz_statement_step (statement, &failed))
          break;
        read_found (statement, &found);
      }
      at = found.id;
      if (!write (self, &found, error))
        return FALSE;
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// ---- Few changes: in place ----

static gboolean
replace_document (Update *self, const Found *found, GError **error)
{
  g_autoptr (CzStatement) row
      = cz_statement (self->library,
                      "UPDATE document SET label = ?2, split = CASE ?3 WHEN '' THEN split ELSE ?3"
                      " END, origin = NULL WHERE id = ?1",
                      error);

  if (row == NULL
      || !cz_journal_keep (self->library, self->change, found->document, TRUE /* with_text */,
                           error)
      || !cz_document_set_text (self->library, found->document, found->found.text,
                                found->found.length, error))
    return FALSE;
  cz_bind_int (row, 1, found->document);
  cz_bind_text (row, 2, found->found.label);
  cz_bind_text (row, 3, found->found.split);
  return cz_statement_run (row, error);
}

// Adds a path to the corpus's sources, behind the last one.
static gboolean
add_source (Update *self, const char *path, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (self->library,
                      "INSERT INTO source (id, path) SELECT coalesce (max (id) + 1, ?1 << 32), ?2"
                      " FROM source WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, self->corpus->id);
  cz_bind_text (statement, 2, path);
  if (!cz_statement_run (statement, error))
    return FALSE;
  self->source = sqlite3_last_insert_rowid (self->library->database);
  g_free (self->path);
  self->path = g_strdup (path);
  return TRUE;
}

static gboolean
add_document (Update *self, const Found *found, GError **error)
{
  gint64 id = CZ_DOCUMENT_ID (self->corpus->id, self->slots++);
  guint8 hash[32];

  return (g_strcmp0 (self->path, found->found.path) == 0
          || add_source (self, found->found.path, error))
         && cz_journal_keep_absence (self->library, self->change, id, error)
         && cz_document_insert (self->library, id, self->source, &found->found,
                                FALSE /* excluded */, NULL /* origin */, hash, error);
}

static gboolean
write_slots (Update *self, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (self->library, "UPDATE corpus SET slots = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, self->corpus->id);
  cz_bind_int (statement, 2, self->slots);
  return cz_statement_run (statement, error);
}

static gboolean
delete_missing (Update *self, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      self->library, "SELECT document FROM temp.known_document WHERE seen = 0 AND deleted = 0",
      error);

  if (statement == NULL)
    return FALSE;
  while (cz_statement_step (statement, &failed))
    {
      gint64 document = cz_column_int (statement, 0);

      if (!cz_journal_keep (self->library, self->change, document, TRUE /* with_text */, error)
          || !cz_document_delete (self->library, document, FALSE /* remember */, error))
        return FALSE;
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
write_in_place (Update *self, GError **error)
{
  self->slots = self->corpus->slots;
  self->change = cz_journal_begin (self->library, self->corpus->id, "update", error);
  return self->change != 0 && cz_document_check_unchanged (self->library, self->corpus, error)
         && each_found (self, FALSE /* is_new */, replace_document, error)
         && each_found (self, TRUE /* is_new */, add_document, error) && write_slots (self, error)
         && (!self->remove_missing || delete_missing (self, error))
         && cz_journal_finish (self->library, self->corpus->id, self->change, NULL, error);
}

static gboolean
apply_in_place (Update *self, GError **error)
{
  if (!cz_database_begin (self->library, error))
    return FALSE;
  if (write_in_place (self, error))
    return cz_database_commit (self->library, error);
  cz_database_rollback (self->library);
  return FALSE;
}

// ---- Much has changed: written anew ----

// What was found for a document, if anything; FALSE: an error.
static gboolean
find_other (Update *self, gint64 document, Found *ret, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (self->library, FOUND " WHERE document = ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, document);
  if (cz_statement_step (statement, &failed))
    read_found (statement, ret);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// Whether a document is gone from the files, and the hash of the text it was imported with, if it
// was edited (`ret_origin` is left alone otherwise). FALSE: an error.
static gboolean
find_state (Update *self,
            const CzDocument *document,
            gboolean *ret_missing,
            guint8 ret_origin[32],
            GError **error)
{
  g_autofree char *key = make_key (document->path);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (self->library,
                      // A row that known_document lacks (given twice at first) is not missing.
                      "SELECT d.origin, coalesce (k.seen, 1) FROM document d"
                      " LEFT JOIN temp.known_document k ON k.path = ?2 AND k.row = d.row"
                      " AND k.document = d.id WHERE d.id = ?1",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, document->id);
  cz_bind_text (statement, 2, key);
  if (cz_statement_step (statement, &failed))
    {
      gsize length;
      const guint8 *origin = cz_column_blob (statement, 0, &length);

      if (length == 32)
        memcpy (ret_origin, origin, length);
      *ret_missing = cz_column_int (statement, 1) == 0;
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// What stands in place of a document now there: itself, what was found for it, or nothing.
static gboolean
write_again (const CzDocument *document, gpointer data, GError **error)
{
  Update *self = data;
  CzFoundDocument found = { .path = document->path,
                            .row = document->row,
                            .label = document->label,
                            .split = document->split,
                            .text = document->text,
                            .length = document->length };
  g_auto (Found) other = { 0 };
  gboolean missing = FALSE;
  guint8 origin[32] = { 0 };

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
      || !find_other (self, document->id, &other, error))
    return FALSE;
  if (other.id != 0)
    {
      found.text = other.found.text;
      found.length = other.found.length;
      found.label = other.found.label;
      if (other.found.split[0] != '\0')
        found.split = other.found.split;
      return cz_import_writer_add_again (self->writer, &found, document->excluded,
                                         NULL /* origin */, error);
    }
  if ((document->edited || self->remove_missing)
      && !find_state (self, document, &missing, origin, error))
    return FALSE;
  return (missing && self->remove_missing)
         || cz_import_writer_add_again (self->writer, &found, document->excluded,
                                        document->edited ? origin : NULL, error);
}

static gboolean
write_new (Update *self, const Found *found, GError **error)
{
  return cz_import_writer_add (self->writer, &found->found, error);
}

static gboolean
rebuild (Update *self, GError **error)
{
  g_autofree char *hidden = g_uuid_string_random (); // nobody sees it
  g_autoptr (CzImportWriter) writer
      = cz_import_writer_new (self->library, hidden, self->corpus->source, error);
  gint64 bytes;

  self->writer = writer;
  return writer != NULL
         && cz_document_each_filtered (self->library, self->corpus->id, NULL, write_again, self,
                                       error)
         && each_found (self, TRUE /* is_new */, write_new, error)
         && cz_import_writer_publish_over (writer, self->corpus->id, self->corpus->hash,
                                           &self->report->import.corpus, &bytes, error);
}

// ---- All of it ----

static gboolean
count_missing (Update *self, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      self->library, "SELECT count(*) FROM temp.known_document WHERE seen = 0 AND deleted = 0",
      error);

  if (statement == NULL)
    return FALSE;
  if (cz_statement_step (statement, &failed))
    self->report->missing = cz_column_int (statement, 0);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// Whether the corpus can be updated at all, before anything is read.
static gboolean
check_origin (Update *self, GError **error)
{
  g_autoptr (GPtrArray) origins = cz_corpus_get_origins (self->library, self->corpus->id, error);

  if (origins == NULL)
    return FALSE;
  if (origins->len == 0)
    return TRUE;
  g_set_error (
      error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
      _ ("The corpus “%s” was not imported but derived from %s. Update that one and derive "
         "it again."),
      self->corpus->name, self->corpus->source);
  return FALSE;
}

static gboolean
apply (Update *self, GError **error)
{
  CzUpdateReport *report = self->report;
  gint64 changes;

  if (!count_missing (self, error))
    return FALSE;
  if (self->seen == 0 && report->missing > 0)
    {
      g_set_error (
          error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
          _ ("None of these files is in the corpus “%s” yet, so it was left as it is. Give "
             "the paths as in its import (documents come from %s), or import them as "
             "another corpus."),
          self->corpus->name, self->corpus->source);
      return FALSE;
    }
  changes = report->added + report->changed + (self->remove_missing ? report->missing : 0);
  report->import.corpus = self->corpus->id;
  report->undoable
      = changes <= CZ_UPDATE_IN_PLACE_DOCUMENTS && self->bytes <= CZ_UPDATE_IN_PLACE_BYTES;
  if (changes == 0)
    return TRUE;
  return report->undoable ? apply_in_place (self, error) : rebuild (self, error);
}

gboolean
cz_corpus_update (CzLibrary *library,
                  gint64 corpus,
                  const char *const *paths,
                  const CzImportOptions *options,
                  gboolean remove_missing,
                  CzImportProgressFunc progress,
                  gpointer data,
                  GCancellable *cancellable,
                  CzUpdateReport *ret_report,
                  GError **error)
{
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);
  CzUpdateReport report = { 0 };
  Update self = { .library = library,
                  .corpus = there,
                  .report = &report,
                  .remove_missing = remove_missing,
                  .cancellable = cancellable };
  gboolean ok;

  if (there == NULL || !check_origin (&self, error))
    return FALSE;
  ok = make_tables (library, error)
       && read_known (&self,
                      "SELECT source, row, id, coalesce (origin, hash), label, 0 FROM document"
                      " WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32",
                      error)
       && read_known (&self,
                      "SELECT source, row, id, hash, '', 1 FROM gap WHERE id >= ?1 << 32"
                      " AND id < (?1 + 1) << 32 AND length (hash) > 0",
                      error)
       && cz_import_collect (paths, options, compare, &self, progress, data, cancellable,
                             &report.import, error)
       && apply (&self, error);
  g_free (self.path);
  drop_tables (library, NULL);
  g_autoptr (CzCorpus) now = ok ? cz_corpus_get (library, report.import.corpus, error) : NULL;
  if (now == NULL)
    {
      cz_update_report_clear (&report);
      return FALSE;
    }
  report.import.documents = now->documents;
  report.import.bytes = now->bytes;
  *ret_report = report;
  return TRUE;
}
