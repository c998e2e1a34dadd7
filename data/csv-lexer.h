#pragma once

#include <glib.h>

// Rows and cells of CSV in all its dialects, as it comes in pieces. A cell that begins with a quote
// ends at the next one that is not doubled; what stands behind that is taken as it is, and so are
// quotes within other cells (as Python's csv and pandas read them). \n and \r\n end a row; a lone
// \r belongs to the text.

typedef enum
{
  CZ_CSV_BEGIN, // of a cell
  CZ_CSV_PLAIN,
  CZ_CSV_QUOTED,
  CZ_CSV_CLOSED, // a quote was seen in a quoted cell
} CzCsvState;

// All zeros but the dialect to begin with.
typedef struct
{
  char separator;
  gboolean quotes; // else they are letters like others
  CzCsvState state;
  gboolean return_seen; // a \r that may belong to a \r\n
  gboolean row_begun;
  gint64 stray;     // quoted cells with something behind the closing quote
  gint64 row_lines; // line breaks within the row's cells
} CzCsvLexer;

typedef struct
{
  void (*add) (const char *bytes, gsize n, gpointer data); // to the cell
  void (*cell) (gpointer data);
  // blank: nothing stood on the line, and there was no cell.
  void (*row) (gboolean blank, gpointer data);
  gpointer data;
} CzCsvSink;

void cz_csv_feed (CzCsvLexer *lexer, const char *bytes, gsize n, const CzCsvSink *sink);
// Ends the last row. FALSE: a quote is open; the row is given up to there.
gboolean cz_csv_end (CzCsvLexer *lexer, const CzCsvSink *sink);

// The dialect of a file that begins like this; complete: that is all of it. separator '\0': find
// out. What has one column and no separators in its first row is taken line by line.
void cz_csv_find_dialect (
    const char *bytes, gsize n, gboolean complete, char separator, CzCsvLexer *ret_lexer);
