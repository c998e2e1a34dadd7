#include "data/concordance.h"

#include <string.h>

#include "data/document-filter.h"

// FTS5 knows at which of a document's tokens its hits are. Where those lie in the text tells an
// auxiliary function (https://www.sqlite.org/fts5.html, "Custom Auxiliary Functions"): it cuts the
// text anew with the index's own tokenizer, up to the last hit.
#define PLACES "clozebench_places"

typedef struct
{
  guint32 start, end; // bytes
} Span;

typedef struct
{
  GArray *spans; // of tokens
  guint wanted;
} Cutting;

static int
take_token (void *data, int flags, const char *token, int n, int start, int end)
{
  Cutting *cutting = data;
  const Span span = { (guint32)start, (guint32)end };

  if ((flags & FTS5_TOKEN_COLOCATED) != 0)
    return SQLITE_OK;
  g_array_append_val (cutting->spans, span);
  return cutting->spans->len < cutting->wanted ? SQLITE_OK : SQLITE_DONE;
}

static int
compare_spans (const void *a, const void *b)
{
  const Span *x = a, *y = b;

  if (x->start != y->start)
    return x->start < y->start ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

// The hits as spans of tokens, in order, each once.
static int
list_hits (const Fts5ExtensionApi *api, Fts5Context *fts, GArray *hits)
{
  int n = 0, code = api->xInstCount (fts, &n);

  for (int i = 0; code == SQLITE_OK && i < n; i++)
    {
      int phrase, column, offset;

      code = api->xInst (fts, i, &phrase, &column, &offset);
      if (code == SQLITE_OK)
        {
          const Span span = { (guint32)offset,
                              (guint32)(offset + MAX (api->xPhraseSize (fts, phrase), 1) - 1) };
          g_array_append_val (hits, span);
        }
    }
  if (hits->len > 0)
    qsort (hits->data, hits->len, sizeof (Span), compare_spans);
  return code;
}

// Gives a blob of Span: the hits' bytes.
static void
find_places (const Fts5ExtensionApi *api,
             Fts5Context *fts,
             sqlite3_context *context,
             int n_values,
             sqlite3_value **values)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Span));
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (Span));
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Span));
  Cutting cutting = { .spans = tokens };
  const char *text = NULL;
  int length = 0, code = list_hits (api, fts, hits);

  for (guint i = 0; i < hits->len; i++)
    cutting.wanted = MAX (cutting.wanted, g_array_index (hits, Span, i).end + 1);
  if (code == SQLITE_OK)
    code = api->xColumnText (fts, 0, &text, &length);
  if (code == SQLITE_OK && hits->len > 0)
    code = api->xTokenize (fts, text, length, &cutting, take_token);
  if (code != SQLITE_OK && code != SQLITE_DONE)
    {
      sqlite3_result_error_code (context, code);
      return;
    }
  for (guint i = 0; i < hits->len; i++)
    {
      const Span *hit = &g_array_index (hits, Span, i);

      if ((i > 0 && compare_spans (hit, hit - 1) == 0) || hit->end >= tokens->len)
        continue;
      const Span place = { g_array_index (tokens, Span, hit->start).start,
                           g_array_index (tokens, Span, hit->end).end };
      g_array_append_val (places, place);
    }
  sqlite3_result_blob (context, places->data, (int)(places->len * sizeof (Span)), SQLITE_TRANSIENT);
}

// Once for each connection.
static gboolean
make_function (CzLibrary *library, GError **error)
{
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;
  int code;

  if (library->has_places)
    return TRUE;
  code = sqlite3_prepare_v2 (library->database, "SELECT fts5 (?1)", -1, &statement, NULL);
  if (code == SQLITE_OK)
    {
      sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
      sqlite3_step (statement);
    }
  sqlite3_finalize (statement);
  if (api == NULL)
    return cz_database_fail (library, code == SQLITE_OK ? SQLITE_ERROR : code, "FTS5", error);
  code = api->xCreateFunction (api, PLACES, NULL, find_places, NULL);
  if (code != SQLITE_OK)
    return cz_database_fail (library, code, PLACES, error);
  library->has_places = TRUE;
  return TRUE;
}

// ---- Lines ----

void
cz_concordance_line_free (CzConcordanceLine *line)
{
  g_free (line->path);
  g_free (line->label);
  g_free (line->split);
  g_free (line->left);
  g_free (line->hit);
  g_free (line->right);
  g_free (line);
}

// The text from `p` to `end` in one line.
static GString *
flatten (const char *p, const char *end)
{
  GString *line = g_string_new (NULL);
  gboolean space = FALSE;

  for (; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = (guchar)*p < 0x80 ? (guchar)*p : g_utf8_get_char (p);
      gboolean blank = c <= 0x20 || g_unichar_isspace (c) || g_unichar_iscntrl (c);

      if (!blank)
        g_string_append_unichar (line, c);
      else if (!space)
        g_string_append_c (line, ' ');
      space = blank;
    }
  return line;
}

// At most `context` characters before `hit`, or behind it. Of long white space in between four
// times as many are looked at.
static char *
make_context (const char *text, const char *end, const char *hit, guint context, gboolean left)
{
  const char *p = hit;
  GString *line;
  glong length;

  for (guint i = 0; i < 4 * context && (left ? p > text : p < end); i++)
    p = left ? g_utf8_find_prev_char (text, p) : g_utf8_next_char (p);
  line = left ? flatten (p, hit) : flatten (hit, p);
  length = g_utf8_strlen (line->str, (gssize)line->len);
  if (length > (glong)context)
    {
      const char *cut
          = g_utf8_offset_to_pointer (line->str, left ? length - (glong)context : (glong)context);

      if (left)
        g_string_erase (line, 0, cut - line->str);
      else
        g_string_truncate (line, (gsize)(cut - line->str));
    }
  return g_string_free (line, FALSE);
}

static CzConcordanceLine *
make_line (CzStatement *statement, const Span *place, guint context)
{
  CzConcordanceLine *line = g_new0 (CzConcordanceLine, 1);
  gsize length;
  const char *text = cz_column_peek (statement, 7, &length);

  line->document = cz_column_int (statement, 0);
  line->ordinal = cz_column_int (statement, 1);
  line->path = cz_column_text (statement, 2);
  line->row = cz_column_int (statement, 3);
  line->label = cz_column_text (statement, 4);
  line->split = cz_column_text (statement, 5);
  line->excluded = cz_column_int (statement, 6) != 0;
  line->start = MIN (place->start, length);
  line->end = CLAMP (place->end, line->start, length);
  line->left = make_context (text, text + length, text + line->start, context, TRUE);
  line->right = make_context (text, text + length, text + line->end, context, FALSE);
  line->hit = g_string_free (flatten (text + line->start, text + line->end), FALSE);
  return line;
}

GPtrArray *
cz_concordance_list (CzLibrary *library,
                     gint64 corpus,
                     const CzDocumentFilter *filter,
                     const CzConcordancePlace *after,
                     guint context,
                     guint limit,
                     gboolean *ret_more,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_concordance_line_free);
  CzDocumentFilter from = *filter;
  g_auto (CzFilterSearch) search = { 0 };
  g_autoptr (GError) failed = NULL;
  gboolean more = FALSE;

  cz_filter_search_init (&search, filter);
  if (after != NULL && after->document != 0)
    from.after = after->document - 1; // that one again, from the place on
  if (search.match != NULL)
    {
      g_autoptr (CzStatement) statement = NULL;

      if (!make_function (library, error))
        return NULL;
      statement = cz_filter_statement (
          library, corpus, &from, &search,
          "d.id, d.id & 4294967295, (SELECT path FROM source WHERE id = d.source), d.row, d.label,"
          " d.split, d.excluded, (SELECT text FROM text WHERE id = d.id), " PLACES " (%s)",
          "LIMIT -1", error);
      if (statement == NULL)
        return NULL;
      while (!more && cz_statement_step (statement, &failed))
        {
          gsize length;
          const Span *places = (const void *)cz_column_blob (statement, 8, &length);
          gint64 document = cz_column_int (statement, 0);

          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return NULL;
          for (gsize i = 0; !more && i < length / sizeof (Span); i++)
            {
              if (after != NULL && document == after->document && places[i].start <= after->start)
                continue;
              more = list->len == limit;
              if (!more)
                g_ptr_array_add (list, make_line (statement, &places[i], context));
            }
        }
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  if (ret_more != NULL)
    *ret_more = more;
  return g_steal_pointer (&list);
}
