#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "data/csv-lexer.h"
#include "data/import-table.h"

// CSV and TSV as rows of a table. Cells are taken as they are: no white space is stripped.

#define CELLS_MAX      100000 // in a row
#define ROW_BYTES_MAX  (CZ_DOCUMENT_BYTES_MAX + (1 << 20))
#define NAME_BYTES_MAX 200 // no column is called that

typedef struct
{
  CzCsvLexer lexer;
  CzTable *table;
  CzImportFile *file;
  GByteArray *bytes; // of the row's cells
  GArray *ends;      // gsize: where each cell ends in `bytes`
  gint64 row;        // of this row, as spreadsheets count them
  gboolean named;    // the columns have their names
  GPtrArray *first;  // char *: the first row's cells, until the second shows whether they are names
  gint64 first_row;
  gboolean too_long; // the row will be left out
  gboolean broken;   // a quote is open at the end
  gboolean ended;    // nothing more is wanted
  GError *failed;
} Csv;

static void
take_bytes (const char *bytes, gsize n, void *data)
{
  Csv *csv = data;

  if (csv->bytes->len + n > ROW_BYTES_MAX)
    csv->too_long = TRUE;
  if (csv->too_long)
    g_byte_array_set_size (csv->bytes, 0);
  else if (!csv->ended)
    g_byte_array_append (csv->bytes, (const guint8 *)bytes, (guint)n);
}

static void
take_cell (void *data)
{
  Csv *csv = data;
  gsize end = csv->bytes->len;

  csv->too_long = csv->too_long || csv->ends->len >= CELLS_MAX;
  if (!csv->ended && !csv->too_long)
    g_array_append_val (csv->ends, end);
}

static gboolean
is_number (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (strchr ("0123456789+-.,eE%:/ ", bytes[i]) == NULL)
      return FALSE;
  return TRUE;
}

// Cells that the header does not name would be lost in silence.
static gboolean
has_surplus (const CzCell *cells, guint n, guint columns)
{
  for (guint i = columns; i < n; i++)
    if (cells[i].length > 0)
      return TRUE;
  return FALSE;
}

// Whether the cells are names, by how they look beside the row below them (NULL: there is none).
static gboolean
are_names (Csv *csv, const CzCell *below, guint n_below)
{
  const CzImportOptions *options = csv->file->options;
  const char *const asked[]
      = { options->text_column, options->label_column, options->split_column };

  for (guint i = 0; i < csv->first->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (asked); j++)
      if (asked[j] != NULL && asked[j][0] != '\0'
          && g_str_equal (asked[j], g_ptr_array_index (csv->first, i)))
        return TRUE;
  for (guint i = 0; i < csv->first->len; i++)
    {
      const char *cell = g_ptr_array_index (csv->first, i);
      gsize n = strlen (cell);

      if (n > NAME_BYTES_MAX
          || (n > 0 && is_number (cell, n)
              && (below == NULL || (i < n_below && below[i].number && below[i].length > 0))))
        return FALSE;
    }
  return TRUE;
}

static void
add_row (Csv *csv, gint64 row, const CzCell *cells, guint n)
{
  if (!csv->ended && has_surplus (cells, n, cz_table_get_n_columns (csv->table)))
    {
      g_autofree char *reason
          = g_strdup_printf (_ ("it has %u cells where the first row names %u; put cells with the "
                                "separator in them between quotes"),
                             n, cz_table_get_n_columns (csv->table));

      cz_import_file_skip (csv->file, row, reason);
    }
  else if (!csv->ended && !cz_table_add_row (csv->table, row, cells, n, &csv->failed))
    csv->ended = TRUE;
}

// Names the columns by the first row, or, where it holds none, by numbers.
static void
name_columns (Csv *csv, const CzCell *below, guint n_below)
{
  gboolean named = are_names (csv, below, n_below);
  guint n = csv->first->len;
  g_autofree CzCell *cells = g_new0 (CzCell, n + 1);

  csv->named = TRUE;
  for (guint i = 0; i < n; i++)
    {
      const char *cell = g_ptr_array_index (csv->first, i);
      g_autofree char *number = g_strdup_printf ("%u", i + 1);
      const char *name = named ? cell : number;

      cz_table_add_column (csv->table, name, strlen (name));
      cells[i].bytes = cell;
      cells[i].length = strlen (cell);
      cells[i].number = is_number (cell, cells[i].length);
    }
  if (named)
    return;
  csv->file->sink->note (csv->file->path, csv->first_row,
                         _ ("the first row holds no names; the columns are called 1, 2 and so on"),
                         csv->file->sink->data);
  add_row (csv, csv->first_row, cells, n);
}

static void
keep_first (Csv *csv, const CzCell *cells, guint n)
{
  csv->first_row = csv->row;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (csv->first, g_strndup (cells[i].bytes, cells[i].length));
}

static void
take_row (gboolean blank, void *data)
{
  Csv *csv = data;
  g_autofree CzCell *cells = g_new0 (CzCell, csv->ends->len + 1);
  guint n = csv->ends->len;
  gsize begin = 0;

  csv->row++;
  for (guint i = 0; i < n && !csv->too_long; i++)
    {
      gsize end = g_array_index (csv->ends, gsize, i);

      cells[i].bytes = end > begin ? (const char *)csv->bytes->data + begin : "";
      cells[i].length = end - begin;
      cells[i].number = is_number (cells[i].bytes, cells[i].length);
      begin = end;
    }
  if (csv->ended || (blank && !csv->too_long))
    return;
  if (csv->too_long)
    cz_import_file_skip (csv->file, csv->row, _ ("it is longer than 64 MiB; split it"));
  else if (csv->broken)
    {
      gint64 lines = MAX (csv->lexer.row_lines, 1);
      g_autofree char *reason
          = g_strdup_printf (ngettext ("a quote is opened in it and never closed, so that %" PRId64
                                       " line up to the end is left out; mend the quotes",
                                       "a quote is opened in it and never closed, so that %" PRId64
                                       " lines up to the end are left out; mend the quotes",
                                       (gulong)lines),
                             lines);

      cz_import_file_skip (csv->file, csv->row, reason);
    }
  else if (csv->first_row == 0)
    keep_first (csv, cells, n);
  else
    {
      if (!csv->named)
        name_columns (csv, cells, n);
      add_row (csv, csv->row, cells, n);
    }
  csv->too_long = FALSE;
  g_byte_array_set_size (csv->bytes, 0);
  g_array_set_size (csv->ends, 0);
}

// "sep=;" on the first line, which spreadsheets write and read: the bytes it takes, 0 for none.
static gsize
find_hint (const char *bytes, gsize n, char *ret_separator)
{
  gsize end = n >= 7 && bytes[5] == '\r' ? 7 : 6;

  if (n < end || g_ascii_strncasecmp (bytes, "sep=", 4) != 0 || bytes[end - 1] != '\n')
    return 0;
  *ret_separator = bytes[4];
  return end;
}

static void
begin (Csv *csv, CzFormat format, gboolean complete)
{
  gsize n;
  const char *window = cz_input_peek (csv->file->input, &n);
  char separator = format == CZ_FORMAT_TSV ? '\t' : '\0';
  gsize hint = find_hint (window, n, &separator);

  csv->row = hint > 0 ? 1 : 0;
  cz_csv_find_dialect (window + hint, n - hint, complete, separator, &csv->lexer);
  cz_input_skip (csv->file->input, hint);
}

static gboolean
read_rows (Csv *csv, CzFormat format, GError **error)
{
  const CzCsvSink sink = { take_bytes, take_cell, take_row, csv };
  gboolean end = FALSE;
  gsize n;

  // What shows the dialect.
  for (cz_input_peek (csv->file->input, &n); !end && n < (1 << 16);
       cz_input_peek (csv->file->input, &n))
    if (!cz_input_fill (csv->file->input, &end, error))
      return FALSE;
  begin (csv, format, end);
  while (!csv->ended)
    {
      const char *bytes = cz_input_peek (csv->file->input, &n);

      cz_csv_feed (&csv->lexer, bytes, n, &sink);
      cz_input_skip (csv->file->input, n);
      if (end)
        break;
      if (!csv->ended && !cz_input_fill (csv->file->input, &end, error))
        return FALSE;
    }
  csv->broken = csv->lexer.state == CZ_CSV_QUOTED;
  if (!csv->ended)
    cz_csv_end (&csv->lexer, &sink);
  if (!csv->ended && !csv->named && csv->first_row > 0)
    name_columns (csv, NULL, 0);
  if (!csv->ended && csv->first_row == 0 && !csv->file->skipped)
    cz_import_file_skip (csv->file, 0, _ ("it is empty"));
  else if (!csv->ended && csv->named)
    cz_table_finish (csv->table, &csv->failed);
  if (csv->failed == NULL)
    return TRUE; // why it ended has been told
  g_propagate_error (error, g_steal_pointer (&csv->failed));
  return FALSE;
}

gboolean
cz_import_read_csv (CzImportFile *file, CzFormat format, GError **error)
{
  g_autoptr (CzTable) table = cz_table_new (file);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GPtrArray) first = g_ptr_array_new_with_free_func (g_free);
  Csv csv = { .table = table, .file = file, .bytes = bytes, .ends = ends, .first = first };

  return read_rows (&csv, format, error);
}
