#include "data/corpus-change.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/corpus-journal.h"
#include "data/document-row.h"
#include "data/document.h"
#include "data/library-private.h"
#include "data/text-decoding.h"

// One change under way, in its transaction.
typedef struct
{
  CzLibrary *library;
  gint64 corpus;
  gint64 change;
  gint64 changed; // documents
} Change;

static gboolean
begin (Change *self, CzLibrary *library, gint64 corpus, const char *kind, GError **error)
{
  *self = (Change){ .library = library, .corpus = corpus };
  if (!cz_database_begin (library, error))
    return FALSE;
  // Looked up in the transaction: nobody can remove it from here on.
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);
  if (there != NULL)
    self->change = cz_journal_begin (library, corpus, kind, error);
  if (self->change != 0)
    return TRUE;
  cz_database_rollback (library);
  return FALSE;
}

// Ends it: with `ok` it is entered, unless nothing changed.
static gboolean
end (Change *self, gboolean ok, GError **error)
{
  if (ok && self->changed > 0)
    {
      if (cz_journal_finish (self->library, self->corpus, self->change, NULL, error))
        return cz_database_commit (self->library, error);
      ok = FALSE;
    }
  cz_database_rollback (self->library);
  return ok;
}

static gboolean
check_many (gsize n, gsize most, GError **error)
{
  if (n <= most)
    return TRUE;
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
               _ ("At most %" PRIu64 " documents can be changed so at once, not %" PRIu64
                  "; do it in parts, or derive a corpus of the others."),
               (guint64)most, (guint64)n);
  return FALSE;
}

// ---- Editing ----

gboolean
cz_corpus_edit (CzLibrary *library,
                gint64 corpus,
                gint64 ordinal,
                const char *text,
                gsize length,
                GError **error)
{
  Change change;
  gboolean ok = FALSE;

  if (length > CZ_CHANGE_TEXT_BYTES_MAX || cz_text_find_broken (text, length) < length)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           length > CZ_CHANGE_TEXT_BYTES_MAX
                               ? _ ("The new text is larger than a document can be (64 MB).")
                               : _ ("The new text is not UTF-8; save it as such first."));
      return FALSE;
    }
  if (!begin (&change, library, corpus, "edit", error))
    return FALSE;
  g_autoptr (CzDocument) document = cz_document_get_numbered (library, corpus, ordinal, error);
  if (document != NULL)
    {
      change.changed = document->length != length || memcmp (document->text, text, length) != 0;
      ok = change.changed == 0
           || (cz_journal_keep (library, change.change, document->id, TRUE /* with_text */, error)
               && cz_document_set_text (library, document->id, text, length, error));
    }
  return end (&change, ok, error);
}

// ---- Excluding and deleting ----

// A document's id and whether it is excluded, without its text.
static gboolean
find_row (Change *self, gint64 ordinal, gint64 *ret_id, gboolean *ret_excluded, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (self->library, "SELECT id, excluded FROM document WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1,
               ordinal >= 0 && ordinal < CZ_DOCUMENTS_MAX ? CZ_DOCUMENT_ID (self->corpus, ordinal)
                                                          : -1);
  if (cz_statement_step (statement, &failed))
    {
      *ret_id = cz_column_int (statement, 0);
      *ret_excluded = cz_column_int (statement, 1) != 0;
      return TRUE;
    }
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    cz_document_tell_missing (ordinal, error);
  return FALSE;
}

static gboolean
exclude_one (Change *self, gint64 document, gboolean excluded, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (self->library, "UPDATE document SET excluded = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, document);
  cz_bind_int (statement, 2, excluded);
  self->changed++;
  return cz_journal_keep (self->library, self->change, document, FALSE, error)
         && cz_statement_run (statement, error);
}

gboolean
cz_corpus_exclude (CzLibrary *library,
                   gint64 corpus,
                   const gint64 *ordinals,
                   gsize n,
                   gboolean excluded,
                   gint64 *ret_changed,
                   GError **error)
{
  Change change;
  gboolean ok = TRUE;

  if (!check_many (n, CZ_CHANGE_DOCUMENTS_MAX, error)
      || !begin (&change, library, corpus, excluded ? "exclude" : "include", error))
    return FALSE;
  for (gsize i = 0; ok && i < n; i++)
    {
      gint64 id;
      gboolean before;

      ok = find_row (&change, ordinals[i], &id, &before, error)
           && (before == excluded || exclude_one (&change, id, excluded, error));
    }
  if (!end (&change, ok, error))
    return FALSE;
  if (ret_changed != NULL)
    *ret_changed = change.changed;
  return TRUE;
}

gboolean
cz_corpus_delete (CzLibrary *library,
                  gint64 corpus,
                  const gint64 *ordinals,
                  gsize n,
                  gint64 *ret_changed,
                  GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  Change change;
  gboolean ok = TRUE;

  if (!check_many (n, CZ_CHANGE_TEXTS_MAX, error)
      || !begin (&change, library, corpus, "delete", error))
    return FALSE;
  for (gsize i = 0; ok && i < n; i++)
    {
      gint64 id;
      gboolean excluded;

      if (!g_hash_table_add (seen, (gpointer)&ordinals[i]))
        continue;
      ok = find_row (&change, ordinals[i], &id, &excluded, error)
           && cz_journal_keep (library, change.change, id, TRUE /* with_text */, error)
           && cz_document_delete (library, id, TRUE /* remember */, error);
      change.changed += ok;
    }
  if (!end (&change, ok, error))
    return FALSE;
  if (ret_changed != NULL)
    *ret_changed = change.changed;
  return TRUE;
}

// ---- Undoing ----

void
cz_corpus_change_free (CzCorpusChange *change)
{
  if (change == NULL)
    return;
  g_free (change->kind);
  g_free (change);
}

GPtrArray *
cz_corpus_list_changes (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_corpus_change_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT id, kind, documents, created FROM change WHERE corpus = ? ORDER BY id DESC",
      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, corpus);
  while (cz_statement_step (statement, &failed))
    {
      CzCorpusChange *change = g_new0 (CzCorpusChange, 1);

      change->id = cz_column_int (statement, 0);
      change->kind = cz_column_text (statement, 1);
      change->documents = cz_column_int (statement, 2);
      change->created = cz_column_int (statement, 3);
      g_ptr_array_add (list, change);
    }
  if (failed == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

static CzCorpusChange *
undo_last (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);
  g_autoptr (GPtrArray) changes
      = there != NULL ? cz_corpus_list_changes (library, corpus, error) : NULL;

  if (changes == NULL)
    return NULL;
  if (changes->len == 0)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                   _ ("There is nothing to undo in the corpus “%s”."), there->name);
      return NULL;
    }
  g_autoptr (CzCorpusChange) last = g_ptr_array_steal_index (changes, 0);
  return cz_journal_undo (library, corpus, last->id, error) ? g_steal_pointer (&last) : NULL;
}

CzCorpusChange *
cz_corpus_undo (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (CzCorpusChange) change = NULL;

  if (!cz_database_begin (library, error))
    return NULL;
  change = undo_last (library, corpus, error);
  if (change == NULL)
    {
      cz_database_rollback (library);
      return NULL;
    }
  return cz_database_commit (library, error) ? g_steal_pointer (&change) : NULL;
}
