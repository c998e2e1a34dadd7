#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "data/data-error.h"
#include "data/import-table.h"
#include "data/parquet-column.h"
#include "data/parquet-features.h"

// Parquet: a table whose columns lie one behind the other, in groups of rows. First the columns'
// names and a look at the first rows tell which columns are wanted; only these are read then, side
// by side. Damage costs the rest of its row group.

#define FIRST_COLUMNS 100              // of text, looked at to choose among them,
#define FIRST_ROWS    200              // how many rows of each,
#define FIRST_BYTES   ((gsize)1 << 18) // and how much of it
#define CHECK_ROWS    4096             // after so many it asks whether it was cancelled

typedef struct
{
  int place; // among the leaves, -1: there is none
  char **names;
  CzParquetColumn *column; // of the row group at hand
} Wanted;

enum
{
  TEXT,
  LABEL,
  SPLIT,
  N_WANTED
};

typedef struct
{
  CzImportFile *file;
  CzParquetSource *source;
  CzParquetMetadata *metadata;
  CzTable *table;
  CzCell *cells; // one for each leaf
  Wanted wanted[N_WANTED];
  gboolean chosen;
  gint64 claimed; // bytes of all chunks opened for good: never more than the file has
  gint64 row;     // of the file, the last one read
  GError *damage; // in a wanted column,
  guint bad;      // which
} Parquet;

// Whether it is about this file: damaged, or of a kind that is not read. All else ends the import.
static gboolean
is_damage (const GError *error)
{
  return g_error_matches (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID)
         || g_error_matches (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED);
}

// Takes an error of the file itself, not of whoever takes its documents, and no damage.
static gboolean
give_up (CzImportFile *file, GError *failed, GError **error)
{
  file->broken = g_error_matches (failed, CZ_DATA_ERROR, CZ_DATA_ERROR_IO);
  g_propagate_error (error, failed);
  return FALSE;
}

// Damage and what to do, freed by the caller; other reasons say themselves what to do.
static char *
describe (const GError *error)
{
  return g_error_matches (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED)
             ? g_strdup_printf (_ ("%s; get the file again"), error->message)
             : g_strdup (error->message);
}

static gboolean
holds_text (const CzParquetLeaf *leaf)
{
  return leaf->meaning == CZ_PARQUET_TEXT
         || (leaf->meaning == CZ_PARQUET_PLAIN && leaf->type == CZ_PARQUET_BYTE_ARRAY);
}

// Lets the table look at the first rows of a column, as far as it can be read: damage is told once
// it is a chosen one. Error: all that is no damage.
static gboolean
look_at_column (Parquet *parquet, guint place, const CzParquetRowGroup *group, GError **error)
{
  const CzParquetLeaf *leaf = g_ptr_array_index (parquet->metadata->leaves, place);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzParquetColumn) column = cz_parquet_column_new (
      parquet->source, leaf, &g_array_index (group->chunks, CzParquetChunk, place), NULL, &failed);
  gsize bytes = 0;

  for (gint64 i = 0; column != NULL && i < MIN (group->n_rows, FIRST_ROWS) && bytes < FIRST_BYTES;
       i++)
    {
      CzCell cell = { 0 };

      if (!cz_parquet_column_next (column, &cell.bytes, &cell.length, &failed))
        break;
      // Bytes of no stated kind may be pictures.
      if (cell.bytes != NULL && leaf->meaning != CZ_PARQUET_TEXT
          && !g_utf8_validate_len (cell.bytes, cell.length, NULL))
        cell = (CzCell){ 0 };
      bytes += cell.length;
      cz_table_look_at (parquet->table, place, &cell);
    }
  if (failed != NULL && !is_damage (failed))
    return give_up (parquet->file, g_steal_pointer (&failed), error);
  return TRUE;
}

// FALSE with no error set: the table cannot be read, which has been told.
static gboolean
choose_columns (Parquet *parquet, const CzParquetRowGroup *group, GError **error)
{
  GPtrArray *leaves = parquet->metadata->leaves;
  Wanted *wanted = parquet->wanted;
  g_autoptr (CzParquetFeatures) features = NULL;
  const CzImportOptions *options = parquet->file->options;
  guint left = options->text_column == NULL || options->label_column == NULL
                       || options->split_column == NULL
                   ? FIRST_COLUMNS
                   : 0;

  for (guint i = 0; i < leaves->len && left > 0; i++)
    if (holds_text (g_ptr_array_index (leaves, i)))
      {
        left--;
        if (!look_at_column (parquet, i, group, error))
          return FALSE;
      }
  if (!cz_table_choose (parquet->table, &wanted[TEXT].place, &wanted[LABEL].place,
                        &wanted[SPLIT].place))
    return FALSE;
  parquet->chosen = TRUE;
  if (parquet->metadata->huggingface != NULL)
    features = cz_parquet_features_new (parquet->metadata->huggingface);
  for (guint i = 0; i < N_WANTED && features != NULL; i++)
    if (wanted[i].place >= 0)
      {
        const CzParquetLeaf *leaf = g_ptr_array_index (leaves, (guint)wanted[i].place);

        wanted[i].names = cz_parquet_features_get_names (features, leaf->name);
      }
  // What is said to be UTF-8 is nothing else.
  parquet->file->utf8_seen
      = ((CzParquetLeaf *)g_ptr_array_index (leaves, (guint)wanted[TEXT].place))->meaning
        == CZ_PARQUET_TEXT;
  return TRUE;
}

static void
close_columns (Parquet *parquet)
{
  for (guint i = 0; i < N_WANTED; i++)
    g_clear_pointer (&parquet->wanted[i].column, cz_parquet_column_free);
}

// Takes an error about a wanted column: damage is kept, to be told; all else ends the import.
static gboolean
fail (Parquet *parquet, guint bad, GError *failed, GError **error)
{
  if (!is_damage (failed))
    return give_up (parquet->file, failed, error);
  parquet->bad = bad;
  parquet->damage = failed;
  return FALSE;
}

static gboolean
fail_with (Parquet *parquet, guint bad, const char *why)
{
  parquet->bad = bad;
  parquet->damage = g_error_new_literal (CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED, why);
  return FALSE;
}

// FALSE: an error, or damage.
static gboolean
open_columns (Parquet *parquet, const CzParquetRowGroup *group, GError **error)
{
  for (guint i = 0; i < N_WANTED; i++)
    {
      Wanted *wanted = &parquet->wanted[i];
      const CzParquetChunk *chunk;
      GError *failed = NULL;

      if (wanted->place < 0)
        continue;
      chunk = &g_array_index (group->chunks, CzParquetChunk, (guint)wanted->place);
      wanted->column = cz_parquet_column_new (
          parquet->source, g_ptr_array_index (parquet->metadata->leaves, (guint)wanted->place),
          chunk, (const char *const *)wanted->names, &failed);
      if (wanted->column == NULL)
        return fail (parquet, i, failed, error);
      // Row groups that share their bytes could make a small file endless.
      parquet->claimed += chunk->size;
      if (parquet->claimed > N_WANTED * cz_parquet_source_get_size (parquet->source))
        return fail_with (parquet, i, _ ("what the footer tells of it is wrong"));
    }
  return TRUE;
}

static gboolean
read_row (Parquet *parquet, GError **error)
{
  for (guint i = 0; i < N_WANTED; i++)
    {
      Wanted *wanted = &parquet->wanted[i];
      CzCell *cell;
      GError *failed = NULL;

      if (wanted->column == NULL)
        continue;
      cell = &parquet->cells[wanted->place];
      if (!cz_parquet_column_next (wanted->column, &cell->bytes, &cell->length, &failed))
        return fail (parquet, i, failed, error);
    }
  return TRUE;
}

// FALSE: an error, or damage.
static gboolean
read_rows (Parquet *parquet, gint64 last, GError **error)
{
  while (parquet->row < last)
    {
      if (!read_row (parquet, error)
          || (parquet->row % CHECK_ROWS == 0 && !cz_parquet_source_tell (parquet->source, 0, error))
          || !cz_table_add_row (parquet->table, parquet->row + 1, parquet->cells,
                                parquet->metadata->leaves->len, error))
        return FALSE;
      parquet->row++;
    }
  for (guint i = 0; i < N_WANTED; i++)
    if (parquet->wanted[i].column != NULL && cz_parquet_column_has_more (parquet->wanted[i].column))
      return fail_with (parquet, i, _ ("it has more values than the footer tells"));
  return TRUE;
}

// Tells of the damage in a row group, which costs the rows up to `last`.
static void
tell_damage (Parquet *parquet, gsize group, gint64 last)
{
  int place = parquet->wanted[parquet->bad].place;
  const CzParquetLeaf *leaf = g_ptr_array_index (parquet->metadata->leaves, (guint)place);
  gint64 n = last - parquet->row;
  g_autofree char *why = describe (parquet->damage);
  g_autofree char *reason
      = n == 0 ? g_strdup_printf (_ ("row group %zu, column “%s”: %s"), group, leaf->name, why)
               : g_strdup_printf (
                   ngettext ("row group %zu, column “%s”: %s (%" PRId64 " row is left out)",
                             "row group %zu, column “%s”: %s (%" PRId64 " rows are left out)",
                             (gulong)n),
                   group, leaf->name, why, n);

  parquet->file->skipped = TRUE;
  parquet->file->sink->damage (parquet->file->path, n == 0 ? last : parquet->row + 1, reason,
                               parquet->file->sink->data);
  g_clear_error (&parquet->damage);
}

// FALSE with no error set: the file cannot be read any further, which has been told.
static gboolean
read_group (Parquet *parquet, gsize number, GError **error)
{
  g_autoptr (GError) failed = NULL;
  const CzParquetRowGroup *group = cz_parquet_metadata_next (parquet->metadata, &failed);
  gint64 last;
  gboolean ok;

  if (group == NULL)
    {
      g_autofree char *reason = describe (failed);

      cz_import_file_skip (parquet->file, 0, reason);
      return FALSE;
    }
  if (group->n_rows == 0)
    return TRUE;
  if (!parquet->chosen && !choose_columns (parquet, group, error))
    return FALSE;
  last = parquet->row + group->n_rows;
  ok = open_columns (parquet, group, error) && read_rows (parquet, last, error);
  close_columns (parquet);
  if (!ok && parquet->damage == NULL)
    return FALSE;
  if (!ok)
    tell_damage (parquet, number, last);
  parquet->row = last;
  return TRUE;
}

static gboolean
read_table (CzImportFile *file,
            CzParquetSource *source,
            CzParquetMetadata *metadata,
            GError **error)
{
  g_autoptr (CzTable) table = cz_table_new (file);
  g_autofree CzCell *cells = g_new0 (CzCell, metadata->leaves->len);
  Parquet parquet
      = { .file = file, .source = source, .metadata = metadata, .table = table, .cells = cells };
  g_autoptr (GError) failed = NULL;

  for (guint i = 0; i < metadata->leaves->len; i++)
    {
      const CzParquetLeaf *leaf = g_ptr_array_index (metadata->leaves, i);

      cz_table_add_column (table, leaf->name, strlen (leaf->name));
    }
  for (gsize i = 1; i <= metadata->n_groups && read_group (&parquet, i, &failed); i++)
    ;
  for (guint i = 0; i < N_WANTED; i++)
    g_strfreev (parquet.wanted[i].names);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
cz_import_read_parquet (CzImportFile *file, CzEntry *entry, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GBytes) footer = NULL;
  g_autoptr (CzParquetMetadata) metadata = NULL;
  g_autoptr (CzParquetSource) source = cz_parquet_source_new (entry, &failed);

  if (source != NULL)
    footer = cz_parquet_source_read_footer (source, &failed);
  if (footer != NULL)
    metadata = cz_parquet_metadata_new (footer, &failed);
  if (metadata == NULL && !is_damage (failed))
    return give_up (file, g_steal_pointer (&failed), error);
  if (metadata == NULL)
    {
      g_autofree char *reason = describe (failed);

      cz_import_file_skip (file, 0, reason);
      return TRUE;
    }
  file->sink->file (file->path, CZ_FORMAT_PARQUET, "UTF-8", file->sink->data);
  return read_table (file, source, metadata, error);
}
