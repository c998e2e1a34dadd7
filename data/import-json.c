#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/import-place.h"
#include "data/import-table.h"
#include "data/json-row.h"

// JSON Lines, and JSON that is an array of objects, an object of objects, or an object with such
// arrays in it ({"data": [{…}]}). The latter are cut into their objects while they are read, so
// that memory holds one of them at a time. Strings in place of objects are texts.

#define SURVEYED_BYTES ((gsize)8 << 20) // of a file, to find out its shape

typedef struct
{
  CzImportFile *file;
  CzTable *table;
  CzJsonRow *row;
  GArray *cells;     // CzCell
  GPtrArray *joined; // GString, by columns: values of members that come several times in a row
  GString *wrapped;  // a string as an object
  const char *split; // told by the array's name; NULL: none
  gboolean strings;  // the first element is one
  gboolean ended;    // the table cannot be read; why has been told
} Json;

// Adds a value to those of the same column before it.
static void
join (Json *json, guint column, CzCell *cell, const char *value, gsize length)
{
  GString *all;

  if (column >= json->joined->len)
    g_ptr_array_set_size (json->joined, (int)column + 1);
  all = g_ptr_array_index (json->joined, column);
  if (all == NULL)
    json->joined->pdata[column] = all = g_string_new (NULL);
  if (cell->bytes == NULL)
    g_string_truncate (all, 0);
  else
    g_string_append_c (all, '\n');
  g_string_append_len (all, value, (gssize)length);
  cell->bytes = all->str;
  cell->length = all->len;
}

static void
free_joined (gpointer data)
{
  if (data != NULL)
    g_string_free (data, TRUE);
}

// The split as a column, unless the row says one itself.
static void
add_split (Json *json)
{
  int column = cz_table_find_column (json->table, "split", strlen ("split"));
  CzCell *cell;

  if (column < 0)
    return;
  if ((guint)column >= json->cells->len)
    g_array_set_size (json->cells, (guint)column + 1);
  cell = &g_array_index (json->cells, CzCell, column);
  if (cell->bytes != NULL)
    return;
  cell->bytes = json->split;
  cell->length = strlen (json->split);
}

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
      if (member->repeated)
        join (json, (guint)column, cell, row->bytes->str + member->value, member->value_length);
      else
        {
          cell->bytes = row->bytes->str + member->value;
          cell->length = member->value_length;
        }
      cell->number = member->kind == CZ_JSON_NUMBER || member->kind == CZ_JSON_WORD;
    }
  if (json->split != NULL)
    add_split (json);
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

  if (length > 0 && text[0] == '"')
    {
      g_string_assign (json->wrapped, "{\"text\":");
      g_string_append_len (json->wrapped, text, (gssize)length);
      g_string_append_c (json->wrapped, '}');
      text = json->wrapped->str;
      length = json->wrapped->len;
    }
  if (cz_json_row_parse (json->row, text, length, &problem))
    return add_row (json, number, error);
  cz_import_file_skip (json->file, number, problem);
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
      else if (!cz_import_line_is_blank (window, line)
               && !add_object (json, row, window, line, error))
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
  CUT_ARRAY, // an array in the outermost object has begun
  CUT_NAME,
  CUT_ELEMENT,
  CUT_OTHER,
  CUT_DONE
} CutState;

typedef struct
{
  CutState state;
  char closing;    // of the bracket whose elements are rows
  gboolean within; // that is an array in the outermost object
  GString *name;   // the last member's
  gint64 depth;    // within the element
  gboolean quoted, escaped;
  gboolean too_long;
  gboolean is_array; // the element
  gboolean surplus;  // something behind the outermost bracket
  gint64 row;
  GByteArray *element;
} Cutter;

// Whether an object is a column as pandas writes it: {"0": …, "1": …}.
static gboolean
is_column (const guint8 *bytes, gsize n)
{
  static const char start[] = "{\"0\":";

  return n > sizeof start && memcmp (bytes, start, sizeof start - 1) == 0;
}

static void
begin_element (Cutter *cutter, CutState state)
{
  cutter->state = state;
  cutter->row++;
  cutter->depth = 0;
  cutter->quoted = cutter->escaped = cutter->too_long = cutter->is_array = FALSE;
  g_byte_array_set_size (cutter->element, 0);
}

static gboolean
end_element (Cutter *cutter, Json *json, GError **error)
{
  gboolean object = cutter->state == CUT_ELEMENT;

  cutter->state = CUT_BETWEEN;
  if (object && cutter->row == 1 && cutter->closing == '}'
      && is_column (cutter->element->data, cutter->element->len))
    {
      cz_import_file_skip (json->file, 0,
                           _ ("it holds columns instead of rows; write it row by row (in pandas: "
                              "orient=\"records\")"));
      json->ended = TRUE;
      return FALSE;
    }
  if (cutter->too_long)
    cz_import_file_skip (json->file, cutter->row, _ ("it is longer than 64 MiB; split it"));
  else if (cutter->is_array)
    cz_import_file_skip (json->file, cutter->row,
                         _ ("it is an array of values, no object; write the file row by row (in "
                            "pandas: orient=\"records\")"));
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
        {
          cutter->quoted = FALSE;
          *ret_ended = cutter->depth == 0 && cutter->state == CUT_ELEMENT; // a text by itself
        }
    }
  else if (c == '"')
    cutter->quoted = TRUE;
  else if (c == '{' || c == '[')
    cutter->depth++;
  else if (c == '}' || c == ']')
    *ret_ended = --cutter->depth == 0;
}

// An array in the outermost object, by its first byte: its objects are rows, and so are strings in
// one that is called like a split; {"train": ["…"]}. Any other is stepped over as one element.
static void
begin_array (Cutter *cutter, Json *json, char first)
{
  const char *split = cz_place_parse_split (cutter->name->str);

  cutter->state = CUT_BETWEEN;
  if (first == '{' || first == ']' || (first == '"' && split != NULL))
    {
      cutter->within = TRUE;
      cutter->closing = ']';
      json->strings = first == '"';
      json->split = split;
      return;
    }
  begin_element (cutter, CUT_OTHER);
  cutter->is_array = TRUE;
  cutter->depth = 1;
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
      if (cutter->state == CUT_NAME && cutter->name->len < 100)
        g_string_append_c (cutter->name, c);
      return TRUE;
    }
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
    return TRUE;
  if (cutter->state == CUT_DONE)
    {
      cutter->surplus = TRUE;
      return TRUE;
    }
  if (cutter->state == CUT_ARRAY)
    {
      begin_array (cutter, json, c);
      if (cutter->state == CUT_OTHER)
        return step (cutter, c, json, error);
    }
  if (cutter->state == CUT_OUTSIDE)
    {
      cutter->closing = c == '[' ? ']' : '}';
      cutter->state = CUT_BETWEEN;
      return TRUE;
    }
  if (c == cutter->closing && cutter->within)
    {
      cutter->within = FALSE;
      cutter->closing = '}';
      json->split = NULL;
    }
  else if (c == cutter->closing)
    cutter->state = CUT_DONE;
  else if (c == '"' && cutter->closing == '}')
    {
      cutter->state = CUT_NAME;
      cutter->escaped = FALSE;
      g_string_truncate (cutter->name, 0);
    }
  else if (c == '[' && cutter->closing == '}')
    cutter->state = CUT_ARRAY;
  else if (c != ',' && c != ':')
    {
      if (cutter->row == 0)
        json->strings = c == '"';
      begin_element (cutter, c == '{' || (c == '"' && json->strings) ? CUT_ELEMENT : CUT_OTHER);
      step_element (cutter, c, &ended, &again);
    }
  return TRUE;
}

// stream: the objects follow one another with nothing around them.
static gboolean
read_elements (Json *json, gboolean stream, GError **error)
{
  g_autoptr (GByteArray) element = g_byte_array_new ();
  g_autoptr (GString) name = g_string_new (NULL);
  Cutter cutter = { .element = element, .name = name, .state = stream ? CUT_BETWEEN : CUT_OUTSIDE };
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
  if (cutter.state != (stream ? CUT_BETWEEN : CUT_DONE))
    cz_import_file_skip (json->file, cutter.row, _ ("the JSON ends in the middle"));
  if (cutter.surplus)
    cz_import_file_skip (json->file, cutter.row,
                         _ ("something follows the end of the JSON, and was not read"));
  return TRUE;
}

typedef enum
{
  SHAPE_ELEMENTS, // an array or object of objects
  SHAPE_LINES,
  SHAPE_STREAM, // objects one after another
  SHAPE_ROW,    // one object, which is a row
} Shape;

static gboolean
read_row (Json *json, GError **error)
{
  gsize n;
  const char *window = cz_input_peek (json->file->input, &n);

  return add_object (json, 1, window, n, error);
}

static gboolean
read_json (CzImportFile *file, Shape shape, GError **error)
{
  g_autoptr (CzTable) table = cz_table_new (file);
  g_autoptr (CzJsonRow) row = cz_json_row_new ();
  g_autoptr (GArray) cells = g_array_new (FALSE, TRUE, sizeof (CzCell));
  g_autoptr (GPtrArray) joined = g_ptr_array_new_with_free_func (free_joined);
  g_autoptr (GString) wrapped = g_string_new (NULL);
  Json json = {
    .file = file, .table = table, .row = row, .cells = cells, .joined = joined, .wrapped = wrapped
  };
  g_autoptr (GError) failed = NULL;
  gboolean ok = shape == SHAPE_LINES ? read_lines (&json, &failed)
                : shape == SHAPE_ROW ? read_row (&json, &failed)
                                     : read_elements (&json, shape == SHAPE_STREAM, &failed);

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
  return read_json (file, SHAPE_LINES, error);
}

// Whether the window's first line is a whole object with some plain value in it.
static gboolean
begins_with_line (const char *window, gsize n)
{
  g_autoptr (CzJsonRow) row = cz_json_row_new ();
  const char *problem;
  const char *line_end = memchr (window, '\n', n);

  if (!cz_json_row_parse (row, window, line_end != NULL ? (gsize)(line_end - window) : n, &problem))
    return FALSE;
  for (guint i = 0; i < row->members->len; i++)
    {
      const CzJsonMember *member = &g_array_index (row->members, CzJsonMember, i);

      if (!member->nested && member->kind != CZ_JSON_OTHER)
        return TRUE;
    }
  return FALSE;
}

// Files named .json often are JSON Lines, and what is one object may be a row, hold one array of
// rows among plain values, or arrays for the splits.
static Shape
find_shape (const char *window, gsize n)
{
  CzJsonSurvey survey;

  if (window[0] != '{')
    return SHAPE_ELEMENTS;
  cz_json_survey (window, n, &survey);
  if ((survey.followed || !survey.whole) && begins_with_line (window, n))
    return SHAPE_LINES;
  if (survey.followed)
    return SHAPE_STREAM;
  if (!survey.whole || (survey.plain == 0 && survey.object_arrays + survey.objects == 0))
    return SHAPE_ELEMENTS;
  return survey.objects == 0 && (survey.object_arrays == 1 || survey.plain == 0) ? SHAPE_ELEMENTS
         : survey.plain > 0 || survey.object_arrays + survey.other_arrays > 0    ? SHAPE_ROW
                                                                                 : SHAPE_ELEMENTS;
}

gboolean
cz_import_read_json (CzImportFile *file, GError **error)
{
  gboolean end = FALSE;
  gsize n, begin = 0;
  const char *window = cz_input_peek (file->input, &n);

  // Where it is not too long all of it tells its shape.
  while (!end && n < SURVEYED_BYTES)
    {
      if (!cz_input_fill (file->input, &end, error))
        return FALSE;
      window = cz_input_peek (file->input, &n);
    }
  while (begin < n && strchr (" \t\r\n", window[begin]) != NULL && window[begin] != '\0')
    begin++;
  if (begin < n && window[begin] == '"')
    return read_json (file, SHAPE_LINES, error); // a string a line
  if (begin == n || (window[begin] != '{' && window[begin] != '['))
    {
      cz_import_file_skip (file, 0, _ ("it is neither an array nor an object of objects"));
      return TRUE;
    }
  return read_json (file, find_shape (window + begin, n - begin), error);
}
