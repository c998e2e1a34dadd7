#include "data/corpus-splits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/library-private.h"

#define FUNCTION "cz_split"

struct _CzSplits
{
  GPtrArray *names;    // a place in it + 1 is a number
  GHashTable *numbers; // name → number
  GArray *places;      // guint16: the number of each ordinal, 0: no document
  guint last;          // number of the last name looked up: most often that of the next
};

static CzSplits *
splits_new (void)
{
  CzSplits *self = g_new0 (CzSplits, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  self->places = g_array_new (FALSE, TRUE, sizeof (guint16));
  return self;
}

void
cz_splits_free (CzSplits *self)
{
  g_hash_table_unref (self->numbers);
  g_ptr_array_unref (self->names);
  g_array_unref (self->places);
  g_free (self);
}

static guint
find_number (CzSplits *self, const char *name)
{
  if (self->last > 0 && g_str_equal (self->names->pdata[self->last - 1], name))
    return self->last;
  self->last = GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, name));
  if (self->last == 0)
    {
      g_ptr_array_add (self->names, g_strdup (name));
      self->last = self->names->len;
      g_hash_table_insert (self->numbers, self->names->pdata[self->last - 1],
                           GUINT_TO_POINTER (self->last));
    }
  return self->last;
}

gboolean
cz_splits_set (CzSplits *self, guint32 ordinal, const char *name, GError **error)
{
  guint number = find_number (self, name);

  if (number > G_MAXUINT16 || ordinal >= G_MAXINT32 / sizeof (guint16))
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("The corpus is too large, or has too many splits, to be "
                              "split anew; derive parts of it as corpora instead."));
      return FALSE;
    }
  if (ordinal >= self->places->len)
    g_array_set_size (self->places, ordinal + 1);
  g_array_index (self->places, guint16, ordinal) = (guint16)number;
  return TRUE;
}

const char *
cz_splits_get (const CzSplits *self, gint64 ordinal)
{
  guint number
      = ordinal < self->places->len ? g_array_index (self->places, guint16, (guint)ordinal) : 0;

  return number > 0 && number <= self->names->len ? self->names->pdata[number - 1] : NULL;
}

CzSplits *
cz_splits_read (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (CzSplits) self = splits_new ();
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT id & 4294967295, split FROM document"
                      " WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32 ORDER BY id",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, corpus);
  while (cz_statement_step (statement, &failed))
    if (!cz_splits_set (self, (guint32)cz_column_int (statement, 0),
                        cz_column_peek (statement, 1, NULL), error))
      return NULL;
  if (failed == NULL)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

// ---- Kept ----

// The names, each with its NUL; \1, which is no name; the numbers, little-endian.
GBytes *
cz_splits_pack (const CzSplits *self)
{
  GByteArray *packed = g_byte_array_new ();

  for (guint i = 0; i < self->names->len; i++)
    g_byte_array_append (packed, self->names->pdata[i], (guint)strlen (self->names->pdata[i]) + 1);
  g_byte_array_append (packed, (const guint8 *)"\1", 2);
  for (guint i = 0; i < self->places->len; i++)
    {
      guint16 number = GUINT16_TO_LE (g_array_index (self->places, guint16, i));

      g_byte_array_append (packed, (const guint8 *)&number, sizeof number);
    }
  return g_byte_array_free_to_bytes (packed);
}

CzSplits *
cz_splits_unpack (const guint8 *bytes, gsize length)
{
  CzSplits *self = splits_new ();
  gsize at = 0;

  while (at < length)
    {
      const char *begin = (const char *)bytes + at;
      g_autofree char *name = g_strndup (begin, strnlen (begin, length - at));

      at += strlen (name) + 1;
      if (g_str_equal (name, "\1"))
        break;
      find_number (self, name);
    }
  for (guint16 number; at + sizeof number <= length; at += sizeof number)
    {
      memcpy (&number, bytes + at, sizeof number);
      number = GUINT16_FROM_LE (number);
      g_array_append_val (self->places, number);
    }
  return self;
}

// ---- Written ----

typedef struct
{
  const CzSplits *splits;
  GCancellable *cancellable;
} Writing;

// cz_split (Writing, id): the split that the document is to have.
static void
give_split (sqlite3_context *context, int n, sqlite3_value **values)
{
  const Writing *writing = sqlite3_value_pointer (values[0], FUNCTION);
  const char *name = cz_splits_get (writing->splits, sqlite3_value_int64 (values[1]) & G_MAXUINT32);

  if (g_cancellable_is_cancelled (writing->cancellable))
    sqlite3_result_error_code (context, SQLITE_INTERRUPT);
  else if (name != NULL)
    sqlite3_result_text (context, name, -1, SQLITE_STATIC);
}

static gboolean
add_function (CzLibrary *library, GError **error)
{
  int code = library->has_split
                 ? SQLITE_OK
                 : sqlite3_create_function (library->database, FUNCTION, 2,
                                            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                            NULL, give_split, NULL, NULL);

  if (code != SQLITE_OK)
    return cz_database_fail (library, code, FUNCTION, error);
  library->has_split = TRUE;
  return TRUE;
}

gboolean
cz_splits_write (const CzSplits *splits,
                 CzLibrary *library,
                 gint64 corpus,
                 GCancellable *cancellable,
                 gint64 *ret_changed,
                 GError **error)
{
  Writing writing = { splits, cancellable };
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = add_function (library, error)
            ? cz_statement (library,
                            "UPDATE document SET split = " FUNCTION " (?2, id) WHERE id >= ?1 << 32"
                            " AND id < (?1 + 1) << 32 AND split <> " FUNCTION " (?2, id)",
                            error)
            : NULL;

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, corpus);
  cz_bind_pointer (statement, 2, &writing, FUNCTION);
  if (cz_statement_run (statement, &failed))
    {
      *ret_changed = cz_database_changes (library);
      return TRUE;
    }
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}
