#include <csv.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/import-table.h"

// CSV and TSV through libcsv. Cells are taken as they are: no white space is stripped, and only \n
// and \r\n end a row (libcsv by itself also takes a lone \r).

#define CELLS_MAX 100000 // in a row

typedef struct
{
  struct csv_parser parser;
  CzTable *table;
  CzImportFile *file;
  GByteArray *bytes; // of the row's cells
  GArray *ends;      // gsize: where each cell ends in `bytes`
  gint64 row;        // of this row; the header is row 1, as spreadsheets show it
  gboolean too_long; // the row will be left out
  gboolean ended;    // nothing more is wanted
  GError *failed;
} Csv;

static int
is_no_space (unsigned char c)
{
  return 0;
}

static int
is_line_feed (unsigned char c)
{
  return c == '\n';
}

// libcsv grows a cell's buffer through this.
static void *
grow_cell (void *buffer, size_t size)
{
  return size > CZ_DOCUMENT_BYTES_MAX + (1 << 20) ? NULL : realloc (buffer, size);
}

static void
take_cell (void *bytes, size_t length, void *data)
{
  Csv *csv = data;
  gsize end;

  if (csv->bytes->len + length > CZ_DOCUMENT_BYTES_MAX + (1 << 20) || csv->ends->len >= CELLS_MAX)
    csv->too_long = TRUE;
  if (csv->ended || csv->too_long)
    return;
  g_byte_array_append (csv->bytes, bytes, (guint)length);
  end = csv->bytes->len;
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

static void
take_row (int ending, void *data)
{
  Csv *csv = data;
  g_autofree CzCell *cells = g_new0 (CzCell, csv->ends->len + 1);
  guint n = csv->ends->len;
  gsize begin = 0;

  csv->row++;
  for (guint i = 0; i < n; i++)
    {
      gsize end = g_array_index (csv->ends, gsize, i);

      cells[i].bytes = end > begin ? (const char *)csv->bytes->data + begin : "";
      cells[i].length = end - begin;
      cells[i].number = is_number (cells[i].bytes, cells[i].length);
      begin = end;
    }
  if (csv->ended)
    return;
  if (csv->too_long)
    cz_import_file_skip (csv->file, csv->row, _ ("it is longer than 64 MiB; split it"));
  else if (csv->row == 1)
    for (guint i = 0; i < n; i++)
      cz_table_add_column (csv->table, cells[i].bytes, cells[i].length);
  else if (has_surplus (cells, n, cz_table_get_n_columns (csv->table)))
    {
      g_autofree char *reason
          = g_strdup_printf (_ ("it has %u cells where the first row names %u; put cells with the "
                                "separator in them between quotes"),
                             n, cz_table_get_n_columns (csv->table));

      cz_import_file_skip (csv->file, csv->row, reason);
    }
  else if (!cz_table_add_row (csv->table, csv->row, cells, n, &csv->failed))
    csv->ended = TRUE;
  csv->too_long = FALSE;
  g_byte_array_set_size (csv->bytes, 0);
  g_array_set_size (csv->ends, 0);
}

static void
feed (Csv *csv, const char *bytes, gsize n)
{
  gsize done = 0;

  while (done < n && !csv->ended)
    {
      done += csv_parse (&csv->parser, bytes + done, n - done, take_cell, take_row, csv);
      if (done < n)
        {
          // The cell has grown beyond all bounds: its beginning is dropped, the row left out.
          csv->parser.entry_pos = 0;
          csv->parser.spaces = 0;
          csv->too_long = TRUE;
        }
    }
}

// Feeds whole bytes, of which a \r at the end waits for what comes next. Returns how many were fed.
static gsize
feed_window (Csv *csv, const char *bytes, gsize n, gboolean end)
{
  gsize at = 0;

  while (at < n)
    {
      const char *found = memchr (bytes + at, '\r', n - at);
      gsize place = found != NULL ? (gsize)(found - bytes) : n;

      feed (csv, bytes + at, place - at);
      at = place;
      if (found == NULL)
        break;
      if (place + 1 == n && !end)
        break;
      if (place + 1 < n && bytes[place + 1] == '\n')
        {
          feed (csv, "\r\n", 2);
          at += 2;
          continue;
        }
      csv_set_term_func (&csv->parser, is_line_feed);
      feed (csv, "\r", 1);
      csv_set_term_func (&csv->parser, NULL);
      at++;
    }
  return at;
}

// The separator that the first row has most of.
static char
find_separator (const char *bytes, gsize n)
{
  static const char separators[] = ",;\t|";
  gsize counts[4] = { 0 };
  gboolean quoted = FALSE;
  guint best = 0;

  for (gsize i = 0; i < n && (quoted || bytes[i] != '\n'); i++)
    {
      const char *found = bytes[i] != '\0' ? strchr (separators, bytes[i]) : NULL;

      if (bytes[i] == '"')
        quoted = !quoted;
      else if (found != NULL && !quoted)
        counts[found - separators]++;
    }
  for (guint i = 1; i < 4; i++)
    if (counts[i] > counts[best])
      best = i;
  return separators[best];
}

static gboolean
read_rows (Csv *csv, GError **error)
{
  gboolean end = FALSE;

  while (!csv->ended)
    {
      gsize n;
      const char *bytes = cz_input_peek (csv->file->input, &n);

      cz_input_skip (csv->file->input, feed_window (csv, bytes, n, end));
      if (end)
        break;
      if (!csv->ended && !cz_input_fill (csv->file->input, &end, error))
        return FALSE;
    }
  if (!csv->ended)
    {
      csv_set_opts (&csv->parser, CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI);
      if (csv_fini (&csv->parser, take_cell, take_row, csv) != 0)
        cz_import_file_skip (csv->file, csv->row + 1,
                             _ ("a quote is opened in it and never closed; mend the quotes"));
    }
  if (csv->ended && csv->failed == NULL)
    return TRUE; // why has been told
  if (csv->failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&csv->failed));
      return FALSE;
    }
  if (csv->row == 0)
    {
      cz_import_file_skip (csv->file, 0, _ ("it is empty"));
      return TRUE;
    }
  if (cz_table_finish (csv->table, &csv->failed) || csv->failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&csv->failed));
  return FALSE;
}

gboolean
cz_import_read_csv (CzImportFile *file, CzFormat format, GError **error)
{
  g_autoptr (CzTable) table = cz_table_new (file);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  Csv csv = { .table = table, .file = file, .bytes = bytes, .ends = ends };
  gsize n;
  const char *window = cz_input_peek (file->input, &n);
  gboolean ok;

  csv_init (&csv.parser, CSV_APPEND_NULL);
  csv_set_delim (&csv.parser,
                 format == CZ_FORMAT_TSV ? CSV_TAB : (unsigned char)find_separator (window, n));
  csv_set_space_func (&csv.parser, is_no_space);
  csv_set_realloc_func (&csv.parser, grow_cell);
  csv_set_blk_size (&csv.parser, 1 << 16);
  ok = read_rows (&csv, error);
  csv_free (&csv.parser);
  return ok;
}
