#include "data/import-writer.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "data/corpus-count.h"
#include "data/corpus.h"
#include "data/document-row.h"
#include "data/library-private.h"

#define TRANSACTION_US 50000
#define DISCARD_US     100000 // of deleting what was cancelled; the rest is swept later
#define PAUSE_US       2500   // others look every 2 ms whether they may write (library.c)
// Where a transaction takes less than it may, it takes more at once. Less than this makes the
// index's work more than the text's.
#define BATCH_BYTES_MIN (128 << 10)
#define PAUSE_US_MAX    100000
#define BATCH_BYTES_MAX (4 << 20)
#define BATCH_MAX       4000 // documents

typedef struct
{
  CzFoundDocument found; // a copy
  gboolean excluded, edited;
  guint8 origin[32]; // where edited
} Pending;

struct _CzImportWriter
{
  CzLibrary *library;
  gint64 corpus;
  GArray *pending; // Pending
  gsize pending_bytes;
  gsize batch_bytes; // how much a transaction takes, by how long the last ones took
  gint64 documents;  // written
  gint64 sources;
  char *source; // path of the last one written
  CzCorpusCount *count;
  gboolean published;
};

static void
clear_pending (gpointer data)
{
  cz_found_document_clear (&((Pending *)data)->found);
}

static gboolean
insert_corpus (CzImportWriter *self, const char *name, const char *source, GError **error)
{
  g_autoptr (CzStatement) statement = NULL;

  if (!cz_corpus_check_name (self->library, name, 0 /* id */, error))
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

  self->library = library;
  self->batch_bytes = 2 * BATCH_BYTES_MIN;
  self->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  g_array_set_clear_func (self->pending, clear_pending);
  self->count = cz_corpus_count_new ();
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
  // Until it is published nothing of it needs to outlast a loss of power.
  cz_database_execute (library, "PRAGMA synchronous = NORMAL", NULL);
  // Pages that many transactions write go into the library's file once, not again and again.
  cz_database_execute (library, "PRAGMA wal_autocheckpoint = 4000", NULL);
  return g_steal_pointer (&self);
}

void
cz_import_writer_free (CzImportWriter *self)
{
  if (self->corpus != 0 && !self->published)
    {
      // Whoever cancels does not wait until all is in the library's file, either.
      sqlite3_db_config (self->library->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
      cz_corpus_discard (self->library, self->corpus, g_get_monotonic_time () + DISCARD_US, NULL);
    }
  cz_database_execute (self->library, "PRAGMA synchronous = FULL", NULL);
  cz_database_execute (self->library, "PRAGMA wal_autocheckpoint = 1000", NULL);
  g_array_unref (self->pending);
  cz_corpus_count_free (self->count);
  g_free (self->source);
  g_free (self);
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
  const CzFoundDocument *found = &pending->found;
  guint8 hash[32];

  if (!write_source (self, found->path, error)
      || !cz_document_insert (self->library, CZ_DOCUMENT_ID (self->corpus, self->documents),
                              CZ_DOCUMENT_ID (self->corpus, self->sources - 1), found,
                              pending->excluded, pending->edited ? pending->origin : NULL, hash,
                              error))
    return FALSE;
  self->documents++;
  if (pending->excluded)
    cz_corpus_count_add_excluded (self->count);
  else
    cz_corpus_count_add (self->count, hash, found->split, found->label, (gint64)found->length);
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
                                    BATCH_BYTES_MIN, BATCH_BYTES_MAX);
  g_array_set_size (self->pending, 0);
  self->pending_bytes = 0;
  // On a busy machine others need longer to notice that it is their turn.
  g_usleep ((gulong)CLAMP ((took - TRANSACTION_US) / 8, PAUSE_US, PAUSE_US_MAX));
  return TRUE;
}

gboolean
cz_import_writer_add (CzImportWriter *self, const CzFoundDocument *document, GError **error)
{
  return cz_import_writer_add_again (self, document, FALSE /* excluded */, NULL, error);
}

gboolean
cz_import_writer_add_again (CzImportWriter *self,
                            const CzFoundDocument *document,
                            gboolean excluded,
                            const guint8 *origin,
                            GError **error)
{
  Pending pending = { .found = { .path = g_strdup (document->path),
                                 .label = g_strdup (document->label),
                                 .split = g_strdup (document->split),
                                 .text = g_memdup2 (document->text, document->length),
                                 .length = document->length,
                                 .row = document->row },
                      .excluded = excluded,
                      .edited = origin != NULL };

  if (origin != NULL)
    memcpy (pending.origin, origin, sizeof pending.origin);
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

gint64
cz_import_writer_get_corpus (CzImportWriter *self)
{
  return self->corpus;
}

static gboolean
write_published (CzImportWriter *self, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (self->library,
                      "UPDATE corpus SET state = 'ready', owner_pid = 0, owner_start = 0,"
                      " slots = ?2 WHERE id = ?1 AND state = 'importing'",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, self->corpus);
  cz_bind_int (statement, 2, self->documents);
  return cz_statement_run (statement, error)
         && cz_corpus_count_write (self->count, self->library, self->corpus, error);
}

// Gives what a corpus is to others to this one, and hides it, if it still has `hash`.
static gboolean
take_over (CzImportWriter *self, gint64 old, const char *hash, GError **error)
{
  static const char *const steps[] = {
    "UPDATE run SET corpus_id = ?1 WHERE corpus_id = ?2 AND ?3 <> 0",
    "UPDATE corpus SET state = 'removing', owner_pid = ?3 WHERE id = ?2 AND ?1 > 0",
    "UPDATE corpus SET (name, source, created) = (SELECT name, source, created FROM corpus"
    " WHERE id = ?2) WHERE id = ?1 AND ?3 <> 0",
  };
  g_autoptr (CzCorpus) there = cz_corpus_get (self->library, old, error);

  if (there == NULL)
    return FALSE;
  if (!g_str_equal (there->hash, hash))
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                   _ ("The corpus “%s” was changed meanwhile; try again."), there->name);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (CzStatement) statement = cz_statement (self->library, steps[i], error);

      if (statement == NULL)
        return FALSE;
      cz_bind_int (statement, 1, self->corpus);
      cz_bind_int (statement, 2, old);
      cz_bind_int (statement, 3, getpid ());
      if (!cz_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
publish (CzImportWriter *self,
         gint64 old,
         const char *hash,
         gint64 *ret_corpus,
         gint64 *ret_bytes,
         GError **error)
{
  if (!flush (self, error)
      || !cz_database_execute (self->library, "PRAGMA synchronous = FULL", error)
      || !cz_database_begin (self->library, error))
    return FALSE;
  if (!write_published (self, error) || (old != 0 && !take_over (self, old, hash, error)))
    {
      cz_database_rollback (self->library);
      return FALSE;
    }
  if (!cz_database_commit (self->library, error))
    return FALSE;
  self->published = TRUE;
  *ret_corpus = self->corpus;
  *ret_bytes = cz_corpus_count_get_bytes (self->count);
  return TRUE;
}

gboolean
cz_import_writer_publish (CzImportWriter *self,
                          gint64 *ret_corpus,
                          gint64 *ret_bytes,
                          GError **error)
{
  return publish (self, 0 /* old */, NULL, ret_corpus, ret_bytes, error);
}

gboolean
cz_import_writer_publish_over (CzImportWriter *self,
                               gint64 old,
                               const char *hash,
                               gint64 *ret_corpus,
                               gint64 *ret_bytes,
                               GError **error)
{
  if (!publish (self, old, hash, ret_corpus, ret_bytes, error))
    return FALSE;
  cz_corpus_discard (self->library, old, 0 /* deadline */, NULL); // what fails is swept later
  return TRUE;
}
