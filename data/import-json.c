#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/import-table.h"
#include "data/json-row.h"

// JSON Lines, and JSON that is an array of objects or an object of objects. The latter is cut into
// its objects while it is read, so that memory holds one of them at a time.

typedef struct
{
  CzImportFile *file;
  CzTable *table;
  CzJsonRow *row;
  GArray *cells;  // CzCell
  gboolean ended; // the table cannot be read; why has been told
} Json;

// A row's members in the order of the table's columns.
static gboolean
add_row (Json *json, gint64 number, GError **error)
{
  const CzJsonRow *row = json->row;
  g_autoptr (GError) failed = NULL;

  g_array_set_size (json->cells, 0);
  for (guint i = 0; i < row->members->len; i++)
    {
      const CzJsonMember *member = &g_array_index (row->members, CzJsonMember, i);
      int column
          = cz_table_find_column (json->table, row->bytes->str + member->name, member->name_length);
      CzCell *cell;

      if (column < 0 || member->kind == CZ_JSON_NULL || member->kind == CZ_JSON_OTHER)
        continue;
      if ((guint)column >= json->cells->len)
        g_array_set_size (json->cells, (guint)column + 1);
      cell = &g_array_index (json->cells, CzCell, column);
      cell->bytes = row->bytes->str + member->value;
      cell->length = member->value_length;
      cell->number = member->kind == CZ_JSON_NUMBER || member->kind == CZ_JSON_WORD;
    }
  if (cz_table_add_row (json->table, number, (const CzCell *)json->cells->data, json->cells->len,
                        &failed))
    return TRUE;
  json->ended = failed == NULL;
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// FALSE: an error, or json->ended.
static gboolean
add_object (Json *json, gint64 number, const char *text, gsize length, GError **error)
{
  const char *problem;

  if (cz_json_row_parse (json->row, text, length, &problem))
    return add_row (json, number, error);
  cz_import_file_skip (json->file, number, problem);
  return TRUE;
}

static gboolean
is_blank (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n')
      return FALSE;
  return TRUE;
}

static gboolean
read_lines (Json *json, GError **error)
{
  gboolean end = FALSE, too_long = FALSE;
  gint64 row = 0;
  gsize searched = 0, length = 0;

  while (TRUE)
    {
      const char *window = cz_input_peek (json->file->input, &length);
      const char *found = memchr (window + searched, '\n', length - searched);
      gsize line = found != NULL ? (gsize)(found - window) : length;

      if (found == NULL && !end)
        {
          searched = length;
          if (length > CZ_DOCUMENT_BYTES_MAX)
            {
              too_long = TRUE;
              cz_input_skip (json->file->input, length);
              searched = 0;
            }
          if (!cz_input_fill (json->file->input, &end, error))
            return FALSE;
          continue;
        }
      row++;
      if (too_long)
        cz_import_file_skip (json->file, row, _ ("it is longer than 64 MiB; split it"));
      else if (!is_blank (window, line) && !add_object (json, row, window, line, error))
        return FALSE;
      if (found == NULL)
        return TRUE;
      too_long = FALSE;
      searched = 0;
      cz_input_skip (json->file->input, line + 1);
    }
}

// Where the cutter is: before the outermost bracket, between elements, or in one of them.
typedef enum
{
  CUT_OUTSIDE,
  CUT_BETWEEN,
  CUT_NAME,
  CUT_ELEMENT,
  CUT_OTHER,
  CUT_DONE
} CutState;

typedef struct
{
  CutState state;
  char closing; // of the outermost bracket
  gint64 depth; // within the element
  gboolean quoted, escaped;
  gboolean too_long;
  gint64 row;
  GByteArray *element;
} Cutter;

static void
begin_element (Cutter *cutter, CutState state)
{
  cutter->state = state;
  cutter->row++;
  cutter->depth = 0;
  cutter->quoted = cutter->escaped = cutter->too_long = FALSE;
  g_byte_array_set_size (cutter->element, 0);
}

static gboolean
end_element (Cutter *cutter, Json *json, GError **error)
{
  gboolean object = cutter->state == CUT_ELEMENT;

  cutter->state = CUT_BETWEEN;
  if (cutter->too_long)
    cz_import_file_skip (json->file, cutter->row, _ ("it is longer than 64 MiB; split it"));
  else if (!object)
    cz_import_file_skip (json->file, cutter->row, _ ("it is no JSON object"));
  else
    return add_object (json, cutter->row, (const char *)cutter->element->data, cutter->element->len,
                       error);
  return TRUE;
}

// One byte of an element. Sets *ret_ended behind its last one; a word or number also ends before a
// comma or the outermost bracket, which is not its own: *ret_again.
static void
step_element (Cutter *cutter, char c, gboolean *ret_ended, gboolean *ret_again)
{
  *ret_ended = *ret_again = FALSE;
  if (!cutter->quoted && cutter->depth == 0 && cutter->state == CUT_OTHER
      && (c == ',' || c == cutter->closing))
    {
      *ret_ended = *ret_again = TRUE;
      return;
    }
  if (cutter->state == CUT_ELEMENT && cutter->element->len > CZ_DOCUMENT_BYTES_MAX)
    {
      cutter->too_long = TRUE;
      g_byte_array_set_size (cutter->element, 0);
    }
  if (cutter->state == CUT_ELEMENT && !cutter->too_long)
    g_byte_array_append (cutter->element, (const guint8 *)&c, 1);
  if (cutter->quoted)
    {
      if (cutter->escaped)
        cutter->escaped = FALSE;
      else if (c == '\\')
        cutter->escaped = TRUE;
      else if (c == '"')
        cutter->quoted = FALSE;
    }
  else if (c == '"')
    cutter->quoted = TRUE;
  else if (c == '{' || c == '[')
    cutter->depth++;
  else if (c == '}' || c == ']')
    *ret_ended = --cutter->depth == 0;
}

static gboolean
step (Cutter *cutter, char c, Json *json, GError **error)
{
  gboolean ended, again;

  if (cutter->state == CUT_ELEMENT || cutter->state == CUT_OTHER)
    {
      step_element (cutter, c, &ended, &again);
      if (ended && !end_element (cutter, json, error))
        return FALSE;
      if (!again)
        return TRUE;
    }
  if (cutter->state == CUT_NAME)
    {
      if (cutter->escaped)
        cutter->escaped = FALSE;
      else if (c == '\\')
        cutter->escaped = TRUE;
      else if (c == '"')
        cutter->state = CUT_BETWEEN;
      return TRUE;
    }
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || cutter->state == CUT_DONE)
    return TRUE;
  if (cutter->state == CUT_OUTSIDE)
    {
      cutter->closing = c == '[' ? ']' : '}';
      cutter->state = CUT_BETWEEN;
      return TRUE;
    }
  if (c == cutter->closing)
    cutter->state = CUT_DONE;
  else if (c == '"' && cutter->closing == '}')
    {
      cutter->state = CUT_NAME;
      cutter->escaped = FALSE;
    }
  else if (c != ',' && c != ':')
    {
      begin_element (cutter, c == '{' ? CUT_ELEMENT : CUT_OTHER);
      step_element (cutter, c, &ended, &again);
    }
  return TRUE;
}

static gboolean
read_elements (Json *json, GError **error)
{
  g_autoptr (GByteArray) element = g_byte_array_new ();
  Cutter cutter = { .element = element };
  gboolean end = FALSE;

  while (!end)
    {
      gsize n;
      const char *window = cz_input_peek (json->file->input, &n);

      for (gsize i = 0; i < n; i++)
        if (!step (&cutter, window[i], json, error))
          return FALSE;
      cz_input_skip (json->file->input, n);
      if (!cz_input_fill (json->file->input, &end, error))
        return FALSE;
    }
  if (cutter.state != CUT_DONE)
    cz_import_file_skip (json->file, cutter.row, _ ("the JSON ends in the middle"));
  return TRUE;
}

static gboolean
read_json (CzImportFile *file, gboolean lines, GError **error)
{
  g_autoptr (CzTable) table = cz_table_new (file);
  g_autoptr (CzJsonRow) row = cz_json_row_new ();
  g_autoptr (GArray) cells = g_array_new (FALSE, TRUE, sizeof (CzCell));
  Json json = { .file = file, .table = table, .row = row, .cells = cells };
  g_autoptr (GError) failed = NULL;
  gboolean ok = lines ? read_lines (&json, &failed) : read_elements (&json, &failed);

  if (ok && cz_table_get_n_columns (table) > 0)
    cz_table_finish (table, &failed);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
cz_import_read_json_lines (CzImportFile *file, GError **error)
{
  return read_json (file, TRUE, error);
}

// Files named .json often are JSON Lines: a first line that is a whole object of plain values.
static gboolean
is_json_lines (CzImportFile *file)
{
  g_autoptr (CzJsonRow) row = cz_json_row_new ();
  const char *problem;
  gsize n, begin = 0;
  const char *window = cz_input_peek (file->input, &n);
  const char *line_end = memchr (window, '\n', n);
  gsize line = line_end != NULL ? (gsize)(line_end - window) : n;

  while (begin < line && (window[begin] == ' ' || window[begin] == '\t'))
    begin++;
  if (begin == line || window[begin] != '{'
      || !cz_json_row_parse (row, window + begin, line - begin, &problem))
    return FALSE;
  for (guint i = 0; i < row->members->len; i++)
    if (g_array_index (row->members, CzJsonMember, i).kind == CZ_JSON_STRING)
      return TRUE;
  return FALSE;
}

gboolean
cz_import_read_json (CzImportFile *file, GError **error)
{
  gboolean end = FALSE;
  gsize n, begin = 0;
  const char *window = cz_input_peek (file->input, &n);

  // A whole first line, where it is not too long, is what tells the two apart.
  while (!end && n < (1 << 20) && memchr (window, '\n', n) == NULL)
    {
      if (!cz_input_fill (file->input, &end, error))
        return FALSE;
      window = cz_input_peek (file->input, &n);
    }
  while (begin < n && strchr (" \t\r\n", window[begin]) != NULL && window[begin] != '\0')
    begin++;
  if (begin == n || (window[begin] != '{' && window[begin] != '['))
    {
      cz_import_file_skip (file, 0, _ ("it is neither an array nor an object of objects"));
      return TRUE;
    }
  return read_json (file, is_json_lines (file), error);
}
