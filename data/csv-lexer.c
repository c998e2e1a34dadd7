#include "data/csv-lexer.h"

#include <string.h>

#define NO_SEPARATOR '\x1f' // ASCII's unit separator

static void
end_cell (CzCsvLexer *lexer, const CzCsvSink *sink)
{
  sink->cell (sink->data);
  lexer->state = CZ_CSV_BEGIN;
  lexer->row_begun = TRUE;
}

static void
end_row (CzCsvLexer *lexer, const CzCsvSink *sink)
{
  gboolean blank = !lexer->row_begun && lexer->state == CZ_CSV_BEGIN;

  if (!blank)
    end_cell (lexer, sink);
  sink->row (blank, sink->data);
  lexer->row_begun = FALSE;
  lexer->row_lines = 0;
}

static void
add (CzCsvLexer *lexer, const char *bytes, gsize n, const CzCsvSink *sink)
{
  if (lexer->state == CZ_CSV_BEGIN)
    lexer->state = CZ_CSV_PLAIN;
  if (n > 0)
    sink->add (bytes, n, sink->data);
}

// A byte outside of quotes.
static void
take_plain (CzCsvLexer *lexer, const char *c, const CzCsvSink *sink)
{
  if (lexer->return_seen && *c != '\n')
    add (lexer, "\r", 1, sink);
  lexer->return_seen = FALSE;
  if (*c == '\n')
    end_row (lexer, sink);
  else if (*c == '\r')
    lexer->return_seen = TRUE;
  else if (*c == lexer->separator)
    end_cell (lexer, sink);
  else if (*c == '"' && lexer->quotes && lexer->state == CZ_CSV_BEGIN)
    lexer->state = CZ_CSV_QUOTED;
  else if (*c == '"' && lexer->state == CZ_CSV_CLOSED)
    {
      add (lexer, c, 1, sink); // doubled
      lexer->state = CZ_CSV_QUOTED;
    }
  else
    {
      if (lexer->state == CZ_CSV_CLOSED)
        {
          lexer->stray++;
          lexer->state = CZ_CSV_PLAIN;
        }
      add (lexer, c, 1, sink);
    }
}

void
cz_csv_feed (CzCsvLexer *lexer, const char *bytes, gsize n, const CzCsvSink *sink)
{
  gsize at = 0;

  while (at < n)
    {
      gsize next = at;

      if (lexer->state == CZ_CSV_QUOTED)
        {
          const char *quote = memchr (bytes + at, '"', n - at);

          next = quote != NULL ? (gsize)(quote - bytes) : n;
          for (gsize i = at; i < next; i++)
            lexer->row_lines += bytes[i] == '\n';
          add (lexer, bytes + at, next - at, sink);
          if (quote != NULL)
            lexer->state = CZ_CSV_CLOSED;
          at = next + (quote != NULL ? 1 : 0);
          continue;
        }
      if (lexer->state == CZ_CSV_PLAIN && !lexer->return_seen)
        {
          while (next < n && bytes[next] != '\n' && bytes[next] != '\r'
                 && bytes[next] != lexer->separator)
            next++;
          add (lexer, bytes + at, next - at, sink);
          at = next;
          if (at == n)
            break;
        }
      take_plain (lexer, bytes + at, sink);
      at++;
    }
}

gboolean
cz_csv_end (CzCsvLexer *lexer, const CzCsvSink *sink)
{
  gboolean open = lexer->state == CZ_CSV_QUOTED;

  if (lexer->return_seen)
    add (lexer, "\r", 1, sink);
  lexer->return_seen = FALSE;
  if (lexer->row_begun || lexer->state != CZ_CSV_BEGIN)
    end_row (lexer, sink);
  return !open;
}

// ---- dialects ----

typedef struct
{
  guint cells;      // of this row
  guint first;      // of the first row
  guint rows, same; // rows with as many cells as the first
} Trial;

static void
pass_bytes (const char *bytes, gsize n, gpointer data)
{
}

static void
count_cell (gpointer data)
{
  ((Trial *)data)->cells++;
}

static void
count_row (gboolean blank, gpointer data)
{
  Trial *trial = data;

  if (!blank)
    {
      if (trial->rows++ == 0)
        trial->first = trial->cells;
      trial->same += trial->cells == trial->first;
    }
  trial->cells = 0;
}

static Trial
try (const char *bytes, gsize n, gboolean complete, CzCsvLexer *lexer)
{
  Trial trial = { 0 };
  const CzCsvSink sink = { pass_bytes, count_cell, count_row, &trial };

  cz_csv_feed (lexer, bytes, n, &sink);
  // The last row may go on; where there is no other it must do.
  if (complete || trial.rows == 0)
    cz_csv_end (lexer, &sink);
  return trial;
}

static double
get_share (const Trial *trial)
{
  return trial->rows > 0 ? (double)trial->same / trial->rows : 0;
}

void
cz_csv_find_dialect (
    const char *bytes, gsize n, gboolean complete, char separator, CzCsvLexer *ret_lexer)
{
  static const char separators[] = { ',', ';', '\t', '|', '^', '~' };
  Trial best = { 0 }, plain;
  CzCsvLexer quoted;

  *ret_lexer = (CzCsvLexer){ .separator = separator, .quotes = TRUE };
  for (guint i = 0; separator == '\0' && i < G_N_ELEMENTS (separators); i++)
    {
      CzCsvLexer lexer = { .separator = separators[i], .quotes = TRUE };
      Trial trial = try (bytes, n, complete, &lexer);
      double share = get_share (&trial), best_share = get_share (&best);

      // Rows that agree tell most; where they do alike, the more cells.
      if (trial.first > 1
          && (best.first < 2 || share > best_share + 0.2
              || (share > best_share - 0.2 && trial.first > best.first)))
        {
          best = trial;
          ret_lexer->separator = separators[i];
        }
    }
  if (ret_lexer->separator == '\0')
    ret_lexer->separator = NO_SEPARATOR;
  if (ret_lexer->separator != '\t')
    return;
  // TSV often knows no quotes: "Well" he said.
  quoted = *ret_lexer;
  best = try (bytes, n, complete, &quoted);
  plain = try (bytes, n, complete, &(CzCsvLexer){ .separator = '\t' });
  ret_lexer->quotes = best.same > plain.same || (best.same == plain.same && quoted.stray == 0)
                      || get_share (&best) > get_share (&plain);
}
