#include "data/corpus-count.h"

#include <string.h>

#include "data/library-private.h"

typedef struct
{
  gint64 documents, bytes;
} Group;

struct _CzCorpusCount
{
  gint64 documents, excluded, bytes;
  GHashTable *splits, *labels; // name → Group
  Group *split, *label;        // of the last document: most often those of the next
  char *split_name, *label_name;
  GChecksum *hash;
};

CzCorpusCount *
cz_corpus_count_new (void)
{
  CzCorpusCount *self = g_new0 (CzCorpusCount, 1);

  self->splits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->hash = g_checksum_new (G_CHECKSUM_SHA256);
  return self;
}

void
cz_corpus_count_free (CzCorpusCount *self)
{
  g_hash_table_unref (self->splits);
  g_hash_table_unref (self->labels);
  g_checksum_free (self->hash);
  g_free (self->split_name);
  g_free (self->label_name);
  g_free (self);
}

void
cz_corpus_hash_text (const char *text, gsize length, guint8 ret_hash[32])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = 32;

  g_checksum_update (sum, (const guchar *)text, (gssize)length);
  g_checksum_get_digest (sum, ret_hash, &size);
}

static void
add_to_group (GHashTable *groups, Group **last, char **last_name, const char *name, gint64 bytes)
{
  if (*last == NULL || !g_str_equal (*last_name, name))
    {
      *last = g_hash_table_lookup (groups, name);
      if (*last == NULL)
        {
          *last = g_new0 (Group, 1);
          g_hash_table_insert (groups, g_strdup (name), *last);
        }
      g_free (*last_name);
      *last_name = g_strdup (name);
    }
  (*last)->documents++;
  (*last)->bytes += bytes;
}

void
cz_corpus_count_add (
    CzCorpusCount *self, const guint8 hash[32], const char *split, const char *label, gint64 bytes)
{
  self->documents++;
  self->bytes += bytes;
  add_to_group (self->splits, &self->split, &self->split_name, split, bytes);
  add_to_group (self->labels, &self->label, &self->label_name, label, bytes);
  g_checksum_update (self->hash, hash, 32);
  g_checksum_update (self->hash, (const guchar *)split, (gssize)strlen (split) + 1);
  g_checksum_update (self->hash, (const guchar *)label, (gssize)strlen (label) + 1);
}

void
cz_corpus_count_add_excluded (CzCorpusCount *self)
{
  self->excluded++;
}

gint64
cz_corpus_count_get_bytes (CzCorpusCount *self)
{
  return self->bytes;
}

static gboolean
write_groups (
    CzLibrary *library, gint64 corpus, const char *kind, GHashTable *groups, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library,
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
      const Group *group = value;

      cz_bind_int (statement, 1, corpus);
      cz_bind_text (statement, 2, kind);
      cz_bind_text (statement, 3, name);
      cz_bind_int (statement, 4, group->documents);
      cz_bind_int (statement, 5, group->bytes);
      if (!cz_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_corpus_count_write (CzCorpusCount *self, CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (CzStatement) row = cz_statement (
      library,
      "UPDATE corpus SET hash = ?2, documents = ?3, present = ?4, bytes = ?5 WHERE id = ?1", error);
  g_autoptr (CzStatement) groups
      = row != NULL ? cz_statement (library, "DELETE FROM corpus_group WHERE corpus = ?", error)
                    : NULL;

  if (groups == NULL)
    return FALSE;
  cz_bind_int (row, 1, corpus);
  cz_bind_text (row, 2, g_checksum_get_string (self->hash));
  cz_bind_int (row, 3, self->documents);
  cz_bind_int (row, 4, self->documents + self->excluded);
  cz_bind_int (row, 5, self->bytes);
  cz_bind_int (groups, 1, corpus);
  return cz_statement_run (row, error) && cz_statement_run (groups, error)
         && write_groups (library, corpus, "split", self->splits, error)
         && write_groups (library, corpus, "label", self->labels, error);
}

CzCorpusCount *
cz_corpus_count_read (CzLibrary *library, gint64 corpus, const CzSplits *splits, GError **error)
{
  g_autoptr (CzCorpusCount) count = cz_corpus_count_new ();
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT hash, split, label, bytes, excluded, id & 4294967295 FROM document"
                      " WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32 ORDER BY id",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, corpus);
  while (cz_statement_step (statement, &failed))
    {
      gsize length = 0;
      const guint8 *hash = cz_column_blob (statement, 0, &length);
      const char *split = splits != NULL ? cz_splits_get (splits, cz_column_int (statement, 5))
                                         : cz_column_peek (statement, 1, NULL);

      if (cz_column_int (statement, 4) != 0)
        cz_corpus_count_add_excluded (count);
      else if (length == 32)
        cz_corpus_count_add (count, hash, split, cz_column_peek (statement, 2, NULL),
                             cz_column_int (statement, 3));
    }
  if (failed == NULL)
    return g_steal_pointer (&count);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

gboolean
cz_corpus_recount (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (CzCorpusCount) count = cz_corpus_count_read (library, corpus, NULL, error);

  return count != NULL && cz_corpus_count_write (count, library, corpus, error);
}
