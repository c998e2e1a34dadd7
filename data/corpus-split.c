#include "data/corpus-split.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/corpus-journal.h"
#include "data/document.h"
#include "data/library-private.h"
#include "engine/text/philox.h"

#define UNSUP      "unsup"
#define STEP_SPLIT 16 // of CZ_RANDOM_SPLIT; a run's own splits use the first ones (blocks.c)

typedef struct
{
  guint64 key; // the hash's first bytes: equal texts have the same
  guint32 ordinal;
  guint8 excluded;
  guint8 part; // 0: the rest
} Row;

// Documents with the same text: `n` rows from `first` on, sorted by key.
typedef struct
{
  guint32 first, n;
  guint32 ordinal; // of the first one
  guint32 counted; // not excluded
} Unit;

static int
compare_keys (const void *a, const void *b)
{
  const Row *x = a, *y = b;

  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

static int
compare_units (const void *a, const void *b)
{
  const Unit *x = a, *y = b;

  return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

static GArray *
read_rows (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT id & 4294967295, hash, excluded FROM document WHERE id >= ?1 << 32"
                      " AND id < (?1 + 1) << 32 AND split <> '" UNSUP "' ORDER BY id",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, corpus);
  while (cz_statement_step (statement, &failed))
    {
      gsize length = 0;
      const guint8 *hash = cz_column_blob (statement, 1, &length);
      Row row = { .ordinal = (guint32)cz_column_int (statement, 0),
                  .excluded = cz_column_int (statement, 2) != 0 };

      memcpy (&row.key, hash, MIN (length, sizeof row.key));
      g_array_append_val (rows, row);
    }
  if (failed == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

// Sorts the rows and returns their units in the order of their first documents.
static GArray *
make_units (GArray *rows)
{
  GArray *units = g_array_new (FALSE, TRUE, sizeof (Unit));

  qsort (rows->data, rows->len, sizeof (Row), compare_keys);
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if (i == 0 || row->key != row[-1].key)
        {
          Unit unit = { .first = i, .ordinal = row->ordinal };

          g_array_append_val (units, unit);
        }
      Unit *last = &g_array_index (units, Unit, units->len - 1);
      last->n++;
      last->counted += !row->excluded;
    }
  qsort (units->data, units->len, sizeof (Unit), compare_units);
  return units;
}

static gint64
count_wanted (const CzSplitPart *part, gint64 total)
{
  return part->share > 0 ? llround (part->share * (double)total) : part->documents;
}

static gboolean
check_parts (
    const CzSplitPart *parts, gsize n_parts, const char *rest, gint64 total, GError **error)
{
  gint64 sum = 0;

  if (n_parts >= G_MAXUINT8)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("At most %d splits can be made at once."), G_MAXUINT8 - 1);
      return FALSE;
    }
  for (gsize i = 0; i < n_parts; i++)
    {
      gboolean twice = strcmp (parts[i].name, rest) == 0;

      for (gsize j = 0; j < i; j++)
        twice = twice || strcmp (parts[i].name, parts[j].name) == 0;
      if (twice || parts[i].name[0] == '\0' || rest[0] == '\0' || (guchar)parts[i].name[0] < ' '
          || strcmp (parts[i].name, UNSUP) == 0)
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                       _ ("A split cannot be called “%s”: give each of them a name of its own."),
                       parts[i].name);
          return FALSE;
        }
      sum += MAX (count_wanted (&parts[i], total), 1);
    }
  if (sum < total)
    return TRUE;
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
               _ ("The corpus has %" PRId64 " documents to be split; %" PRId64
                  " of them leave none for “%s”."),
               total, sum, rest);
  return FALSE;
}

// Marks the rows of each part.
static void
choose (GArray *rows,
        GArray *units,
        const CzSplitPart *parts,
        gsize n_parts,
        gint64 total,
        guint64 seed)
{
  g_autofree guint32 *order = g_new (guint32, MAX (units->len, 1));
  g_autofree gboolean *taken = g_new0 (gboolean, MAX (units->len, 1));

  cz_random_permutation (seed, CZ_RANDOM_SPLIT, STEP_SPLIT, units->len, order);
  for (gsize part = 0; part < n_parts; part++)
    {
      gint64 left = MAX (count_wanted (&parts[part], total), 1);

      for (guint i = 0; i < units->len && left > 0; i++)
        {
          const Unit *unit = &g_array_index (units, Unit, order[i]);

          if (taken[order[i]] || unit->counted == 0 || unit->counted > left)
            continue;
          taken[order[i]] = TRUE;
          left -= unit->counted;
          for (guint j = 0; j < unit->n; j++)
            g_array_index (rows, Row, unit->first + j).part = (guint8)(part + 1);
        }
    }
}

// What is going to be written.
typedef struct
{
  CzCorpus *there;
  GBytes *before;
  CzSplits *after;
  CzCorpusCount *count;
} Plan;

static void
plan_clear (Plan *plan)
{
  g_clear_pointer (&plan->there, cz_corpus_free);
  g_clear_pointer (&plan->before, g_bytes_unref);
  g_clear_pointer (&plan->after, cz_splits_free);
  g_clear_pointer (&plan->count, cz_corpus_count_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

// Within a transaction that sees the corpus as it is and keeps nobody from writing.
static gboolean
make_plan (Plan *plan,
           CzLibrary *library,
           gint64 corpus,
           const CzSplitPart *parts,
           gsize n_parts,
           const char *rest,
           guint64 seed,
           GError **error)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GArray) units = NULL;
  gint64 total = 0;

  plan->there = cz_corpus_get (library, corpus, error);
  rows = plan->there != NULL ? read_rows (library, corpus, error) : NULL;
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    total += !g_array_index (rows, Row, i).excluded;
  if (!check_parts (parts, n_parts, rest, total, error))
    return FALSE;
  units = make_units (rows);
  choose (rows, units, parts, n_parts, total, seed);
  plan->after = cz_splits_read (library, corpus, error);
  if (plan->after == NULL)
    return FALSE;
  plan->before = cz_splits_pack (plan->after);
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if (!cz_splits_set (plan->after, row->ordinal,
                          row->part > 0 ? parts[row->part - 1].name : rest, error))
        return FALSE;
    }
  plan->count = cz_corpus_count_read (library, corpus, plan->after, error);
  return plan->count != NULL;
}

static gboolean
write_documents (CzLibrary *library, gint64 change, gint64 documents, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "UPDATE change SET documents = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, change);
  cz_bind_int (statement, 2, documents);
  return cz_statement_run (statement, error);
}

// Within a transaction. `ret_changed` 0: nothing to be kept.
static gboolean
carry_out (const Plan *plan,
           CzLibrary *library,
           GCancellable *cancellable,
           gint64 *ret_changed,
           GError **error)
{
  gint64 corpus = plan->there->id, change;

  return cz_document_check_unchanged (library, plan->there, error)
         && (change = cz_journal_begin (library, corpus, "split", error)) != 0
         && cz_journal_keep_splits (library, change, plan->before, error)
         && cz_splits_write (plan->after, library, corpus, cancellable, ret_changed, error)
         && write_documents (library, change, *ret_changed, error)
         && cz_journal_finish (library, corpus, change, plan->count, error);
}

gboolean
cz_corpus_split (CzLibrary *library,
                 gint64 corpus,
                 const CzSplitPart *parts,
                 gsize n_parts,
                 const char *rest,
                 guint64 seed,
                 GCancellable *cancellable,
                 GError **error)
{
  g_auto (Plan) plan = { 0 };
  gint64 changed = 0;
  gboolean ok = cz_database_execute (library, "BEGIN", error)
                && make_plan (&plan, library, corpus, parts, n_parts, rest, seed, error);

  cz_database_rollback (library); // nothing was written
  if (!ok || !cz_database_begin (library, error))
    return FALSE;
  if (!carry_out (&plan, library, cancellable, &changed, error))
    {
      cz_database_rollback (library);
      return FALSE;
    }
  if (changed > 0)
    return cz_database_commit (library, error);
  cz_database_rollback (library);
  return TRUE;
}
