#include "data/corpus-duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "data/library-private.h"

typedef enum
{
  PART_OTHER,
  PART_TRAIN,
  PART_TEST
} Part;

typedef struct
{
  guint64 key; // the hash's first bytes
  guint32 ordinal;
  guint32 part;
} Row;

static Part
parse_part (const char *split)
{
  static const char *const tests[] = { "test", "validation", "valid", "val", "dev" };

  if (split[0] == '\0' || strcmp (split, "train") == 0)
    return PART_TRAIN;
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    if (strcmp (split, tests[i]) == 0)
      return PART_TEST;
  return PART_OTHER;
}

static int
compare_rows (const void *a, const void *b)
{
  const Row *x = a, *y = b;

  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

static int
compare_leaks (const void *a, const void *b)
{
  gint64 x = ((const CzCorpusLeak *)a)->test, y = ((const CzCorpusLeak *)b)->test;

  return (x > y) - (x < y);
}

// The documents from `row` on that have its text.
static void
count_text (const Row *row, guint n, CzCorpusDuplicates *duplicates)
{
  const Row *train = NULL;

  duplicates->texts++;
  duplicates->copies += n - 1;
  for (guint i = 0; i < n && train == NULL; i++)
    train = row[i].part == PART_TRAIN ? &row[i] : NULL;
  for (guint i = 0; train != NULL && i < n; i++)
    {
      const CzCorpusLeak leak = { train->ordinal, row[i].ordinal };

      if (row[i].part != PART_TEST)
        continue;
      duplicates->leaked++;
      g_array_append_val (duplicates->leaks, leak);
    }
}

void
cz_corpus_duplicates_clear (CzCorpusDuplicates *duplicates)
{
  g_clear_pointer (&duplicates->leaks, g_array_unref);
}

gboolean
cz_corpus_find_duplicates (CzLibrary *library,
                           gint64 corpus,
                           GCancellable *cancellable,
                           CzCorpusDuplicates *ret_duplicates,
                           GError **error)
{
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = there != NULL
            ? cz_statement (library,
                            "SELECT id & 4294967295, hash, split FROM document WHERE id >= ?1 << 32"
                            " AND id < (?1 + 1) << 32 AND excluded = 0 ORDER BY id",
                            error)
            : NULL;

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, corpus);
  while (cz_statement_step (statement, &failed))
    {
      gsize length = 0;
      const guint8 *hash = cz_column_blob (statement, 1, &length);
      Row row = { .ordinal = (guint32)cz_column_int (statement, 0),
                  .part = parse_part (cz_column_peek (statement, 2, NULL)) };

      memcpy (&row.key, hash, MIN (length, sizeof row.key));
      g_array_append_val (rows, row);
      if (rows->len % 4096 == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  *ret_duplicates
      = (CzCorpusDuplicates){ .leaks = g_array_new (FALSE, FALSE, sizeof (CzCorpusLeak)) };
  if (rows->len > 0)
    qsort (rows->data, rows->len, sizeof (Row), compare_rows);
  for (guint i = 0, n; i < rows->len; i += n)
    {
      const Row *row = &g_array_index (rows, Row, i);

      for (n = 1; i + n < rows->len && row[n].key == row->key; n++)
        continue;
      if (n > 1)
        count_text (row, n, ret_duplicates);
    }
  if (ret_duplicates->leaks->len > 0)
    qsort (ret_duplicates->leaks->data, ret_duplicates->leaks->len, sizeof (CzCorpusLeak),
           compare_leaks);
  g_array_set_size (ret_duplicates->leaks, MIN (ret_duplicates->leaks->len, CZ_LEAKS_KEPT));
  return TRUE;
}
