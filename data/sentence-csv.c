#include "data/sentence-csv.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/csv-cell.h"
#include "data/csv-lexer.h"
#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"

#define FILE_BYTES_MAX (64 << 20)
#define NO_COLUMN      G_MAXUINT

typedef struct
{
  GString *bytes; // of the row's cells
  GArray *ends;   // gsize: where each cell ends in `bytes`
  GArray *read;   // CzSentence
  guint row;      // of this row, from 1
  gboolean begun; // the columns are known
  gboolean named; // by the first row
  guint text;     // column
  guint answers;  // column; NO_COLUMN: none
  guint columns;  // more cells in a row are a mistake
  guint wrong;    // rows
  guint first_wrong_row;
  char *first_wrong; // "row 3: …"
} Reading;

static void
take_bytes (const char *bytes, gsize n, gpointer data)
{
  g_string_append_len (((Reading *)data)->bytes, bytes, (gssize)n);
}

static void
take_cell (gpointer data)
{
  Reading *reading = data;
  gsize end = reading->bytes->len;

  g_array_append_val (reading->ends, end);
}

static const char *
get_cell (const Reading *reading, guint column, gsize *ret_length)
{
  gsize begin = column > 0 ? g_array_index (reading->ends, gsize, column - 1) : 0;

  *ret_length = g_array_index (reading->ends, gsize, column) - begin;
  return reading->bytes->str + begin;
}

// A cell as a string; "" where the row has none. NULL: it is no UTF-8 text, or holds a NUL.
static char *
dup_cell (const Reading *reading, guint column)
{
  gsize length = 0;
  const char *cell = column < reading->ends->len ? get_cell (reading, column, &length) : "";

  return g_utf8_validate (cell, (gssize)length, NULL) ? g_strndup (cell, length) : NULL;
}

// The column that is called that; NO_COLUMN: none.
static guint
find_column (const Reading *reading, const char *name)
{
  for (guint i = 0; i < reading->ends->len; i++)
    {
      g_autofree char *cell = dup_cell (reading, i);
      if (cell != NULL && g_ascii_strcasecmp (g_strstrip (cell), name) == 0)
        return i;
    }
  return NO_COLUMN;
}

static gboolean
find_columns (Reading *reading)
{
  reading->begun = TRUE;
  reading->text = find_column (reading, "text");
  reading->named = reading->text != NO_COLUMN;
  if (reading->named)
    {
      reading->answers = find_column (reading, "answers");
      reading->columns = reading->ends->len;
      return TRUE;
    }
  reading->text = 0;
  reading->answers = 1;
  reading->columns = 2;
  return FALSE;
}

// What is wrong with the row as a whole; NULL: nothing. Freed by the caller.
static char *
find_fault (const Reading *reading, const char *text, const char *answers)
{
  gsize length;

  for (guint i = reading->columns; i < reading->ends->len; i++)
    {
      get_cell (reading, i, &length);
      if (length > 0)
        return g_strdup_printf (
            _ ("it has %u cells where %u are expected; put a text with the separator in it between "
               "quotes"),
            reading->ends->len, reading->columns);
    }
  if (text == NULL || answers == NULL)
    return g_strdup (_ ("it is no UTF-8 text; save the file in that encoding"));
  if (text[strspn (text, " \t\r\n")] == '\0')
    return g_strdup (_ ("it has no text"));
  if (strlen (text) > CZ_SENTENCE_BYTES_MAX || strlen (answers) > CZ_SENTENCE_BYTES_MAX)
    return g_strdup_printf (_ ("it is longer than %d bytes; shorten it"), CZ_SENTENCE_BYTES_MAX);
  if (strstr (text, CZ_SENTENCE_MASK) != NULL)
    return NULL;
  if (!reading->named && reading->row == 1)
    return g_strdup (_ ("it names no column “text”, nor is it a sentence with a [MASK]; call the "
                        "columns “text” and “answers”"));
  return g_strdup (_ ("the text has no [MASK]; write it where a word is to be guessed"));
}

static void
blame_row (Reading *reading, const char *fault)
{
  if (reading->wrong++ > 0)
    return;
  reading->first_wrong_row = reading->row;
  reading->first_wrong = g_strdup_printf (_ ("row %u: %s"), reading->row, fault);
}

static void
take_row (gboolean blank, gpointer data)
{
  Reading *reading = data;

  reading->row++;
  if (!blank && (reading->begun || !find_columns (reading)))
    {
      g_autofree char *text = dup_cell (reading, reading->text);
      g_autofree char *answers = dup_cell (reading, reading->answers);
      g_autofree char *fault = find_fault (reading, text, answers);

      if (fault != NULL)
        blame_row (reading, fault);
      else if (reading->read->len <= CZ_SENTENCE_SET_MAX)
        {
          CzSentence sentence = { g_steal_pointer (&text), g_steal_pointer (&answers) };
          g_array_append_val (reading->read, sentence);
        }
    }
  g_string_truncate (reading->bytes, 0);
  g_array_set_size (reading->ends, 0);
}

static void
read_rows (Reading *reading, const char *bytes, gsize length)
{
  const CzCsvSink sink = { take_bytes, take_cell, take_row, reading };
  gsize window = MIN (length, 1 << 16);
  CzCsvLexer lexer;

  cz_csv_find_dialect (bytes, window, window == length, '\0', &lexer);
  cz_csv_feed (&lexer, bytes, length, &sink);
  if (cz_csv_end (&lexer, &sink))
    return;
  // The row that the quote was opened in has been taken, whatever came of it.
  if (reading->first_wrong_row == reading->row)
    {
      g_clear_pointer (&reading->first_wrong, g_free);
      reading->wrong = 0;
    }
  if (reading->wrong == 0)
    blame_row (reading, _ ("a quote is opened in it and never closed; mend the quotes"));
}

static gboolean
check (const Reading *reading, const char *name, GError **error)
{
  g_autofree char *more = NULL;

  if (reading->wrong > 1)
    more = g_strdup_printf (
        ngettext ("; %u more row is wrong", "; %u more rows are wrong", reading->wrong - 1),
        reading->wrong - 1);
  if (reading->wrong > 0)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID, _ ("“%s” was not taken: %s%s."), name,
                 reading->first_wrong, more != NULL ? more : "");
  else if (reading->read->len == 0)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                 _ ("“%s” holds no sentence; it needs the columns “text” and “answers”."), name);
  else if (reading->read->len > CZ_SENTENCE_SET_MAX)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                 _ ("“%s” has more than %d sentences; make two files of it."), name,
                 CZ_SENTENCE_SET_MAX);
  else
    return TRUE;
  return FALSE;
}

GArray *
cz_sentence_csv_parse (const char *bytes, gsize length, const char *name, GError **error)
{
  g_autoptr (GString) cells = g_string_new (NULL);
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (CzSentence));
  g_autofree char *shown = g_utf8_make_valid (name, -1);
  Reading reading = { .bytes = cells, .ends = ends, .read = read };

  g_array_set_clear_func (read, (GDestroyNotify)cz_sentence_clear);
  if (length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0) // a byte order mark
    {
      bytes += 3;
      length -= 3;
    }
  read_rows (&reading, bytes, length);
  g_autofree char *first_wrong = reading.first_wrong;
  return check (&reading, shown, error) ? g_steal_pointer (&read) : NULL;
}

GArray *
cz_sentence_csv_load (const char *path, GError **error)
{
  g_autofree char *bytes = NULL;
  g_autofree char *shown = g_utf8_make_valid (path, -1);
  g_autoptr (GError) reason = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, &reason))
    {
      g_set_error (error, CZ_DATA_ERROR,
                   g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                       ? CZ_DATA_ERROR_NOT_FOUND
                       : CZ_DATA_ERROR_IO,
                   _ ("“%s” could not be read: %s"), shown, reason->message);
      return NULL;
    }
  if (length > FILE_BYTES_MAX)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” is larger than 64 MiB; it is hardly a set of sentences."), shown);
      return NULL;
    }
  return cz_sentence_csv_parse (bytes, length, path, error);
}

char *
cz_sentence_csv_to_text (const CzSentence *sentences, guint n)
{
  GString *out = g_string_new ("text,answers\r\n");

  for (guint i = 0; i < n; i++)
    {
      const char *answers = sentences[i].answers != NULL ? sentences[i].answers : "";

      cz_csv_append_cell (out, sentences[i].text, strlen (sentences[i].text));
      g_string_append_c (out, ',');
      cz_csv_append_cell (out, answers, strlen (answers));
      g_string_append (out, "\r\n");
    }
  return g_string_free (out, FALSE);
}

gboolean
cz_sentence_csv_save (const char *path, const char *text, GError **error)
{
  g_autoptr (GError) failed = NULL;

  // The file is put in place once it is whole, which would do away with a device or a pipe.
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (
          error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, _ ("“%s” could not be written: %s"), path,
          g_file_test (path, G_FILE_TEST_IS_DIR) ? g_strerror (EISDIR) : _ ("it is no file"));
      return FALSE;
    }
  if (cz_atomic_file_save (path, text, strlen (text), &failed))
    return TRUE;
  g_set_error_literal (error, CZ_DATA_ERROR,
                       g_error_matches (failed, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE)
                           ? CZ_DATA_ERROR_FULL
                           : CZ_DATA_ERROR_IO,
                       failed->message);
  return FALSE;
}
