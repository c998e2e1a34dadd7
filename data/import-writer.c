#include "data/import-writer.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "data/corpus.h"
#include "data/library-private.h"

#define TRANSACTION_US  50000
#define PAUSE_US        2500 // others look every 2 ms whether they may write (library.c)
#define BATCH_BYTES_MAX (4 << 20)
#define BATCH_MAX       4000 // documents

typedef struct
{
  char *path, *label, *split, *text;
  gsize length;
  gint64 row;
} Pending;

typedef struct
{
  gint64 documents, bytes;
} Count;

struct _CzImportWriter
{
  CzLibrary *library;
  gint64 corpus;
  GArray *pending; // Pending
  gsize pending_bytes;
  gsize batch_bytes; // how much a transaction takes, by how long the last ones took
  gint64 documents;  // written
  gint64 bytes;
  gint64 sources;
  char *source;                // path of the last one written
  GHashTable *splits, *labels; // name → Count
  GChecksum *hash;
  const char *insert_words; // SQL, interned
  gboolean published;
};

static void
clear_pending (gpointer data)
{
  Pending *pending = data;

  g_free (pending->path);
  g_free (pending->label);
  g_free (pending->split);
  g_free (pending->text);
}

static gboolean
check_name (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (CzStatement) taken = NULL;
  g_autoptr (GError) failed = NULL;

  if (name == NULL || name[strspn (name, " \t\n")] == '\0' || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("A corpus needs a name."));
      return FALSE;
    }
  taken = cz_statement (library, "SELECT state FROM corpus WHERE name = ? AND state <> 'removing'",
                        error);
  if (taken == NULL)
    return FALSE;
  cz_bind_text (taken, 1, name);
  if (cz_statement_step (taken, &failed))
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
                   g_str_equal (cz_column_peek (taken, 0, NULL), "ready")
                       ? _ ("There is a corpus “%s” already; choose another name.")
                       : _ ("A corpus “%s” is being imported just now; choose another name."),
                   name);
      return FALSE;
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
insert_corpus (CzImportWriter *self, const char *name, const char *source, GError **error)
{
  g_autoptr (CzStatement) statement = NULL;

  if (!check_name (self->library, name, error))
    return FALSE;
  statement
      = cz_statement (self->library,
                      "INSERT INTO corpus (name, state, owner_pid, owner_start, source, created)"
                      " VALUES (?1, 'importing', ?2, ?3, ?4, unixepoch ())",
                      error);
  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, name);
  cz_bind_int (statement, 2, getpid ());
  cz_bind_int (statement, 3, cz_process_start_time (getpid ()));
  cz_bind_text (statement, 4, source);
  if (!cz_statement_run (statement, error))
    return FALSE;
  self->corpus = sqlite3_last_insert_rowid (self->library->database);
  return cz_schema_make_words (self->library, self->corpus, error);
}

CzImportWriter *
cz_import_writer_new (CzLibrary *library, const char *name, const char *source, GError **error)
{
  g_autoptr (CzImportWriter) self = g_new0 (CzImportWriter, 1);
  g_autofree char *sql = NULL;

  self->library = library;
  self->batch_bytes = 256 << 10;
  self->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  g_array_set_clear_func (self->pending, clear_pending);
  self->splits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->hash = g_checksum_new (G_CHECKSUM_SHA256);
  cz_library_sweep (library); // what a dead process left may hold the name
  if (!cz_database_begin (library, error))
    return NULL;
  if (!insert_corpus (self, name, source, error))
    {
      self->corpus = 0;
      cz_database_rollback (library);
      return NULL;
    }
  if (!cz_database_commit (library, error))
    {
      self->corpus = 0;
      return NULL;
    }
  sql = g_strdup_printf ("INSERT INTO words_%" G_GINT64_FORMAT " (rowid, text) VALUES (?1, ?2)",
                         self->corpus);
  self->insert_words = g_intern_string (sql);
  // Until it is published nothing of it needs to outlast a loss of power.
  cz_database_execute (library, "PRAGMA synchronous = NORMAL", NULL);
  return g_steal_pointer (&self);
}

void
cz_import_writer_free (CzImportWriter *self)
{
  if (self->corpus != 0 && !self->published)
    cz_corpus_discard (self->library, self->corpus, NULL);
  cz_database_execute (self->library, "PRAGMA synchronous = FULL", NULL);
  g_array_unref (self->pending);
  g_hash_table_unref (self->splits);
  g_hash_table_unref (self->labels);
  g_checksum_free (self->hash);
  g_free (self->source);
  g_free (self);
}

static void
count (GHashTable *groups, const char *name, gsize bytes)
{
  Count *found = g_hash_table_lookup (groups, name);

  if (found == NULL)
    {
      found = g_new0 (Count, 1);
      g_hash_table_insert (groups, g_strdup (name), found);
    }
  found->documents++;
  found->bytes += (gint64)bytes;
}

// The corpus's hash goes over each document's hash, split and label (with their ends), in order.
static void
hash_document (CzImportWriter *self, const Pending *pending, guint8 ret_hash[32])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = 32;

  g_checksum_update (sum, (const guchar *)pending->text, (gssize)pending->length);
  g_checksum_get_digest (sum, ret_hash, &size);
  g_checksum_update (self->hash, ret_hash, 32);
  g_checksum_update (self->hash, (const guchar *)pending->split,
                     (gssize)strlen (pending->split) + 1);
  g_checksum_update (self->hash, (const guchar *)pending->label,
                     (gssize)strlen (pending->label) + 1);
}

static gboolean
write_source (CzImportWriter *self, const char *path, GError **error)
{
  g_autoptr (CzStatement) statement = NULL;

  if (g_strcmp0 (self->source, path) == 0)
    return TRUE;
  statement = cz_statement (self->library, "INSERT INTO source (id, path) VALUES (?1, ?2)", error);
  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, CZ_DOCUMENT_ID (self->corpus, self->sources));
  cz_bind_text (statement, 2, path);
  if (!cz_statement_run (statement, error))
    return FALSE;
  self->sources++;
  g_free (self->source);
  self->source = g_strdup (path);
  return TRUE;
}

static gboolean
write_document (CzImportWriter *self, const Pending *pending, GError **error)
{
  g_autoptr (CzStatement) row
      = cz_statement (self->library,
                      "INSERT INTO document (id, source, row, label, split, bytes, hash)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                      error);
  g_autoptr (CzStatement) text
      = row != NULL
            ? cz_statement (self->library, "INSERT INTO text (id, text) VALUES (?1, ?2)", error)
            : NULL;
  g_autoptr (CzStatement) words
      = text != NULL ? cz_statement (self->library, self->insert_words, error) : NULL;
  gint64 id = CZ_DOCUMENT_ID (self->corpus, self->documents);
  guint8 hash[32];

  if (words == NULL || !write_source (self, pending->path, error))
    return FALSE;
  hash_document (self, pending, hash);
  cz_bind_int (row, 1, id);
  cz_bind_int (row, 2, CZ_DOCUMENT_ID (self->corpus, self->sources - 1));
  cz_bind_int (row, 3, pending->row);
  cz_bind_text (row, 4, pending->label);
  cz_bind_text (row, 5, pending->split);
  cz_bind_int (row, 6, (gint64)pending->length);
  cz_bind_blob (row, 7, hash, sizeof hash);
  cz_bind_int (text, 1, id);
  cz_bind_bytes (text, 2, pending->text, pending->length);
  cz_bind_int (words, 1, id);
  cz_bind_bytes (words, 2, pending->text, pending->length);
  if (!cz_statement_run (row, error) || !cz_statement_run (text, error)
      || !cz_statement_run (words, error))
    return FALSE;
  self->documents++;
  self->bytes += (gint64)pending->length;
  count (self->splits, pending->split, pending->length);
  count (self->labels, pending->label, pending->length);
  return TRUE;
}

static gboolean
flush (CzImportWriter *self, GError **error)
{
  gint64 begun, took;

  if (self->pending->len == 0)
    return TRUE;
  if (!cz_database_begin (self->library, error))
    return FALSE;
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < self->pending->len; i++)
    if (!write_document (self, &g_array_index (self->pending, Pending, i), error))
      {
        cz_database_rollback (self->library);
        return FALSE;
      }
  if (!cz_database_commit (self->library, error))
    return FALSE;
  took = MAX (g_get_monotonic_time () - begun, 1);
  self->batch_bytes = (gsize)CLAMP ((double)self->pending_bytes * TRANSACTION_US / (double)took,
                                    64 << 10, BATCH_BYTES_MAX);
  g_array_set_size (self->pending, 0);
  self->pending_bytes = 0;
  g_usleep (PAUSE_US);
  return TRUE;
}

gboolean
cz_import_writer_add (CzImportWriter *self, const CzFoundDocument *document, GError **error)
{
  Pending pending = { .path = g_strdup (document->path),
                      .label = g_strdup (document->label),
                      .split = g_strdup (document->split),
                      .text = g_memdup2 (document->text, document->length),
                      .length = document->length,
                      .row = document->row };

  g_array_append_val (self->pending, pending);
  self->pending_bytes += document->length + 100;
  if (self->documents + self->pending->len >= CZ_DOCUMENTS_MAX)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("A corpus cannot hold more than four billion documents; import in "
                              "parts."));
      return FALSE;
    }
  return (self->pending_bytes < self->batch_bytes && self->pending->len < BATCH_MAX)
         || flush (self, error);
}

gint64
cz_import_writer_get_documents (CzImportWriter *self)
{
  return self->documents + self->pending->len;
}

static gboolean
write_groups (CzImportWriter *self, const char *kind, GHashTable *groups, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (self->library,
                      "INSERT INTO corpus_group (corpus, kind, name, documents, bytes)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
                      error);
  GHashTableIter iter;
  gpointer name, value;

  if (statement == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const Count *counted = value;

      cz_bind_int (statement, 1, self->corpus);
      cz_bind_text (statement, 2, kind);
      cz_bind_text (statement, 3, name);
      cz_bind_int (statement, 4, counted->documents);
      cz_bind_int (statement, 5, counted->bytes);
      if (!cz_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_published (CzImportWriter *self, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (self->library,
                      "UPDATE corpus SET state = 'ready', owner_pid = 0, owner_start = 0, hash = "
                      "?2, documents = ?3,"
                      " bytes = ?4 WHERE id = ?1 AND state = 'importing'",
                      error);

  if (statement == NULL || !write_groups (self, "split", self->splits, error)
      || !write_groups (self, "label", self->labels, error))
    return FALSE;
  cz_bind_int (statement, 1, self->corpus);
  cz_bind_text (statement, 2, g_checksum_get_string (self->hash));
  cz_bind_int (statement, 3, self->documents);
  cz_bind_int (statement, 4, self->bytes);
  return cz_statement_run (statement, error);
}

gboolean
cz_import_writer_publish (CzImportWriter *self,
                          gint64 *ret_corpus,
                          gint64 *ret_bytes,
                          GError **error)
{
  if (!flush (self, error)
      || !cz_database_execute (self->library, "PRAGMA synchronous = FULL", error)
      || !cz_database_begin (self->library, error))
    return FALSE;
  if (!write_published (self, error))
    {
      cz_database_rollback (self->library);
      return FALSE;
    }
  if (!cz_database_commit (self->library, error))
    return FALSE;
  self->published = TRUE;
  *ret_corpus = self->corpus;
  *ret_bytes = self->bytes;
  return TRUE;
}
