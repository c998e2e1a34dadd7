#include "data/document-filter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

// FTS5's unicode61 makes words of letters and digits alone.
static gboolean
has_word (const char *text, gsize length)
{
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char_validated (p, (gssize)(text + length - p));

      if (c == (gunichar)-1 || c == (gunichar)-2)
        return FALSE;
      if (g_unichar_isalnum (c) || g_unichar_type (c) == G_UNICODE_PRIVATE_USE)
        return TRUE;
    }
  return FALSE;
}

// What a person typed as an FTS5 expression: every word must occur; "in quotes" a phrase; a
// trailing * any ending. NULL: no word in it.
static char *
make_match (const char *query)
{
  g_autoptr (GString) match = g_string_new (NULL);
  gboolean quoted = FALSE;
  const char *from = query;

  for (const char *p = query;; p++)
    {
      gboolean ends = *p == '\0' || *p == '"' || (!quoted && g_ascii_isspace (*p));

      if (!ends)
        continue;
      if (p > from)
        {
          gboolean prefix = !quoted && p[-1] == '*';
          gsize length = (gsize)(p - from) - (prefix ? 1 : 0);

          if (has_word (from, length))
            g_string_append_printf (match, "%s\"%.*s\"%s", match->len > 0 ? " " : "", (int)length,
                                    from, prefix ? "*" : "");
        }
      if (*p == '\0')
        break;
      if (*p == '"')
        quoted = !quoted;
      from = p + 1;
    }
  return match->len > 0 ? g_string_free (g_steal_pointer (&match), FALSE) : NULL;
}

void
cz_filter_search_init (CzFilterSearch *search, const CzDocumentFilter *filter)
{
  gboolean asked = filter != NULL && !is_blank (filter->query);

  search->match = asked ? make_match (filter->query) : NULL;
  search->nothing = asked && search->match == NULL;
}

void
cz_filter_search_clear (CzFilterSearch *search)
{
  g_clear_pointer (&search->match, g_free);
}

gboolean
cz_document_check_query (const char *query, GError **error)
{
  CzDocumentFilter filter = { .query = query };
  g_auto (CzFilterSearch) search = { 0 };

  cz_filter_search_init (&search, &filter);
  if (search.match != NULL)
    return TRUE;
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
               _ ("There is no word in “%s” to look for: only letters and digits are found, not "
                  "punctuation."),
               query != NULL ? query : "");
  return FALSE;
}

// In a pattern only * and ? are special.
static char *
make_pattern (const char *source)
{
  g_autoptr (GString) pattern = g_string_new (source);

  g_string_replace (pattern, "[", "[[]", 0);
  while (pattern->len > 1 && pattern->str[pattern->len - 1] == '/')
    g_string_truncate (pattern, pattern->len - 1);
  return g_string_free (g_steal_pointer (&pattern), FALSE);
}

static void
bind (CzStatement *statement,
      gint64 corpus,
      const CzDocumentFilter *filter,
      const CzFilterSearch *search)
{
  cz_bind_int (statement, 1, corpus);
  cz_bind_int (statement, 6,
               MAX (filter != NULL ? filter->after : 0, CZ_DOCUMENT_ID (corpus, 0) - 1));
  if (search->match != NULL)
    cz_bind_text (statement, CZ_FILTER_MATCH, search->match);
  if (filter == NULL)
    return;
  cz_bind_text (statement, 2, filter->split);
  cz_bind_text (statement, 3, filter->label);
  if (filter->source != NULL)
    {
      g_autofree char *pattern = make_pattern (filter->source);

      cz_bind_text (statement, 4, pattern);
    }
  if (filter->choice != CZ_DOCUMENTS_ALL)
    cz_bind_int (statement, 5, filter->choice == CZ_DOCUMENTS_EXCLUDED);
}

gboolean
cz_filter_is_open (const CzDocumentFilter *filter, const CzFilterSearch *search)
{
  return filter == NULL
         || (filter->split == NULL && filter->label == NULL && filter->source == NULL
             && filter->choice == CZ_DOCUMENTS_ALL && filter->after == 0 && search->match == NULL
             && !search->nothing);
}

CzStatement *
cz_filter_statement (CzLibrary *library,
                     gint64 corpus,
                     const CzDocumentFilter *filter,
                     const CzFilterSearch *search,
                     const char *columns,
                     const char *order,
                     GError **error)
{
  g_autofree char *words = g_strdup_printf ("words_%" G_GINT64_FORMAT, corpus);
  g_auto (GStrv) parts = g_strsplit (columns, "%s", -1);
  g_autofree char *filled = g_strjoinv (words, parts);
  g_autofree char *sql = NULL;
  CzStatement *statement;
  // Without the corpus there is no index to be asked.
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);

  if (there == NULL)
    return NULL;
  if (search->match != NULL)
    // The words come first (CROSS), in the order of their rows.
    sql = g_strdup_printf ("SELECT %s FROM %s w CROSS JOIN document d ON d.id = w.rowid WHERE %s"
                           " MATCH ?10 AND w.rowid > ?6 AND ?1 > 0 AND" CZ_FILTER_ROWS " %s%s",
                           filled, words, words, *order != '\0' ? "ORDER BY w.rowid " : "", order);
  else
    sql = g_strdup_printf ("SELECT %s FROM document d WHERE" CZ_FILTER_CORPUS " AND" CZ_FILTER_ROWS
                           " %s%s",
                           filled, *order != '\0' ? "ORDER BY d.id " : "", order);
  statement = cz_statement (library, g_intern_string (sql), error);
  if (statement != NULL)
    bind (statement, corpus, filter, search);
  return statement;
}
