#include "cli/corpus-documents.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/json-line.h"
#include "cli/output.h"
#include "data/concordance.h"
#include "data/document-order.h"

#define PREVIEW 300 // bytes of text that people are shown

static char *option_seed, *option_count, *option_limit, *option_split, *option_label;
static char *option_source, *option_context, *option_offset;
static gboolean option_concordance, option_excluded, option_largest, option_smallest;

const GOptionEntry cz_corpus_sample_options[] = {
  { "seed", 0, 0, G_OPTION_ARG_STRING, &option_seed, N_ ("Which ones (default: 42)"), N_ ("S") },
  { "count", 0, 0, G_OPTION_ARG_STRING, &option_count, N_ ("How many (default: 5)"), N_ ("N") },
  { NULL },
};

const GOptionEntry cz_corpus_search_options[] = {
  { "limit", 0, 0, G_OPTION_ARG_STRING, &option_limit,
    N_ ("Documents, or lines of a concordance, at most (default: 20)"), N_ ("N") },
  { "concordance", 0, 0, G_OPTION_ARG_NONE, &option_concordance,
    N_ ("Every place found, with what is to its left and right"), NULL },
  { "context", 0, 0, G_OPTION_ARG_STRING, &option_context,
    N_ ("Characters on each side of it (default: 40)"), N_ ("N") },
  { "source", 0, 0, G_OPTION_ARG_STRING, &option_source,
    N_ ("Only from this file or folder; * stands for anything"), N_ ("PATH") },
  { "split", 0, 0, G_OPTION_ARG_STRING, &option_split, N_ ("Only of this split"), N_ ("SPLIT") },
  { "label", 0, 0, G_OPTION_ARG_STRING, &option_label, N_ ("Only with this label"), N_ ("LABEL") },
  { NULL },
};

const GOptionEntry cz_corpus_documents_options[] = {
  { "offset", 0, 0, G_OPTION_ARG_STRING, &option_offset, N_ ("How many to pass over (default: 0)"),
    N_ ("N") },
  { "limit", 0, 0, G_OPTION_ARG_STRING, &option_limit, N_ ("Documents at most (default: 20)"),
    N_ ("N") },
  { "split", 0, 0, G_OPTION_ARG_STRING, &option_split, N_ ("Only of this split"), N_ ("SPLIT") },
  { "label", 0, 0, G_OPTION_ARG_STRING, &option_label, N_ ("Only with this label"), N_ ("LABEL") },
  { "source", 0, 0, G_OPTION_ARG_STRING, &option_source,
    N_ ("Only from this file or folder; * stands for anything"), N_ ("PATH") },
  { "excluded", 0, 0, G_OPTION_ARG_NONE, &option_excluded, N_ ("Only those that are excluded"),
    NULL },
  { "largest", 0, 0, G_OPTION_ARG_NONE, &option_largest, N_ ("The largest first"), NULL },
  { "smallest", 0, 0, G_OPTION_ARG_NONE, &option_smallest, N_ ("The smallest first"), NULL },
  { NULL },
};

// ---- Printing ----

static void
append_member (GString *line, const char *name, const char *value)
{
  g_string_append_printf (line, ", \"%s\": ", name);
  cz_json_append_string (line, value);
}

// Without the marks around what was found.
static char *
strip_marks (const char *snippet)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = snippet; *p != '\0'; p++)
    if (*p != '\2' && *p != '\3')
      g_string_append_c (plain, *p);
  return g_string_free (plain, FALSE);
}

static void
append_document (GString *line, const CzDocument *document)
{
  g_string_append_printf (line, "{\"document\": %" PRId64, document->ordinal);
  append_member (line, "path", document->path);
  g_string_append_printf (line, ", \"row\": %" PRId64, document->row);
  append_member (line, "split", document->split);
  append_member (line, "label", document->label);
  g_string_append_printf (line, ", \"excluded\": %s, \"edited\": %s",
                          document->excluded ? "true" : "false",
                          document->edited ? "true" : "false");
  if (document->snippet != NULL)
    {
      g_autofree char *snippet = strip_marks (document->snippet);
      append_member (line, "snippet", snippet);
    }
  g_string_append (line, ", \"text\": ");
  cz_json_append_text (line, document->text, document->length);
  g_string_append_c (line, '}');
}

static void
append_documents (GString *line, GPtrArray *documents)
{
  g_string_append_c (line, '[');
  for (guint i = 0; i < documents->len; i++)
    {
      g_string_append (line, i > 0 ? ", " : "");
      append_document (line, documents->pdata[i]);
    }
  g_string_append_c (line, ']');
}

static void
write_line (GString *line)
{
  g_string_append_c (line, '\n');
  fwrite (line->str, 1, line->len, stdout);
}

// The text's beginning, or the place found with its words in bold, on one line.
static char *
make_preview (const CzDocument *document)
{
  gboolean terminal = isatty (STDOUT_FILENO);
  GString *preview = g_string_new (NULL);
  const char *text = document->snippet != NULL ? document->snippet : document->text;
  gsize length = document->snippet != NULL ? strlen (text) : MIN (document->length, PREVIEW);

  while (document->snippet == NULL && length > 0 && length < document->length
         && ((guint8)text[length] & 0xc0) == 0x80)
    length--;
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '\2' || text[i] == '\3')
        {
          if (terminal)
            g_string_append (preview, text[i] == '\2' ? "\033[1m" : "\033[0m");
        }
      else
        g_string_append_c (preview, (guint8)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i]);
    }
  if (document->snippet == NULL && length < document->length)
    g_string_append (preview, "…");
  return g_string_free (preview, FALSE);
}

static void
print_documents (GPtrArray *documents)
{
  for (guint i = 0; i < documents->len; i++)
    {
      const CzDocument *document = documents->pdata[i];
      g_autofree char *preview = make_preview (document);

      cz_print ("%" PRId64 "  %s", document->ordinal, document->path);
      if (document->row > 0)
        cz_print (_ (", row %" PRId64), document->row);
      if (document->excluded)
        cz_print ("  %s", _ ("(excluded)"));
      cz_print ("%s%s%s%s\n    %s\n", document->split[0] != '\0' ? "  " : "", document->split,
                document->label[0] != '\0' ? "  " : "", document->label, preview);
    }
}

// ---- The commands ----

gboolean
cz_corpus_sample (CzInvocation *invocation, GError **error)
{
  guint64 seed = 42, count = 5;

  if ((option_seed != NULL
       && !cz_invocation_parse_number (option_seed, "--seed", 0, G_MAXUINT64, &seed, error))
      || (option_count != NULL
          && !cz_invocation_parse_number (option_count, "--count", 1, G_MAXUINT32, &count, error)))
    return FALSE;
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  g_autoptr (GPtrArray) documents
      = corpus != NULL ? cz_document_sample (cz_invocation_get_library (invocation, NULL),
                                             corpus->id, seed, (gint64)count, error)
                       : NULL;
  if (documents == NULL)
    return FALSE;
  if (!invocation->json)
    {
      print_documents (documents);
      return TRUE;
    }
  g_autoptr (GString) line = g_string_new (NULL);
  append_documents (line, documents);
  write_line (line);
  return TRUE;
}

static GPtrArray *
list_by_size (CzLibrary *library,
              gint64 corpus,
              const CzDocumentFilter *filter,
              guint offset,
              guint limit,
              gsize preview,
              GError **error)
{
  g_autoptr (GArray) ids = cz_document_order (library, corpus, filter, CZ_DOCUMENTS_BY_SIZE,
                                              NULL /* cancellable */, error);
  g_autoptr (GArray) page = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (ids == NULL)
    return NULL;
  for (guint i = offset; i < ids->len && i - offset < limit; i++)
    g_array_append_val (page, g_array_index (ids, gint64, option_largest ? ids->len - 1 - i : i));
  return cz_document_list_these (library, corpus, filter, (const gint64 *)(gpointer)page->data,
                                 page->len, preview, error);
}

gboolean
cz_corpus_documents (CzInvocation *invocation, GError **error)
{
  guint64 offset = 0, limit = 20;
  CzDocumentFilter filter
      = { .split = option_split,
          .label = option_label,
          .source = option_source,
          .choice = option_excluded ? CZ_DOCUMENTS_EXCLUDED : CZ_DOCUMENTS_ALL };

  if ((option_offset != NULL
       && !cz_invocation_parse_number (option_offset, "--offset", 0, G_MAXUINT32, &offset, error))
      || (option_limit != NULL
          && !cz_invocation_parse_number (option_limit, "--limit", 1, G_MAXUINT32, &limit, error)))
    return FALSE;
  if (option_largest && option_smallest)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("Say either --largest or --smallest."));
      return FALSE;
    }
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  if (corpus == NULL)
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);
  gsize preview = invocation->json ? 0 : PREVIEW + 4;
  g_autoptr (GPtrArray) documents
      = option_largest || option_smallest
            ? list_by_size (library, corpus->id, &filter, (guint)offset, (guint)limit, preview,
                            error)
            : cz_document_list (library, corpus->id, &filter, (gint64)offset, (gint64)limit,
                                preview, error);
  if (documents == NULL)
    return FALSE;
  // One that was deleted in between.
  while (g_ptr_array_remove (documents, NULL))
    ;
  if (!invocation->json)
    {
      print_documents (documents);
      return TRUE;
    }
  g_autoptr (GString) line = g_string_new (NULL);
  append_documents (line, documents);
  write_line (line);
  return TRUE;
}

// ---- Searching ----

static gint64
measure_width (const char *text)
{
  gint64 width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

// Aligned at what was found: number, left, hit, right.
static void
print_concordance (GPtrArray *lines)
{
  gboolean terminal = isatty (STDOUT_FILENO);
  gint64 widest = 0;

  for (guint i = 0; i < lines->len; i++)
    widest = MAX (widest, measure_width (((CzConcordanceLine *)lines->pdata[i])->left));
  for (guint i = 0; i < lines->len; i++)
    {
      const CzConcordanceLine *line = lines->pdata[i];

      cz_print ("%8" PRId64 "  %*s%s%s%s%s%s\n", line->ordinal,
                (int)(widest - measure_width (line->left)), "", line->left,
                terminal ? "\033[1m" : "", line->hit, terminal ? "\033[0m" : "", line->right);
    }
}

static void
append_concordance (GString *out, GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    {
      const CzConcordanceLine *line = lines->pdata[i];

      g_string_append_printf (out, "%s{\"document\": %" PRId64, i > 0 ? ", " : "", line->ordinal);
      append_member (out, "path", line->path);
      g_string_append_printf (out, ", \"row\": %" PRId64, line->row);
      append_member (out, "split", line->split);
      append_member (out, "label", line->label);
      append_member (out, "left", line->left);
      append_member (out, "hit", line->hit);
      append_member (out, "right", line->right);
      g_string_append_printf (out,
                              ", \"start\": %" G_GSIZE_FORMAT ", \"end\": %" G_GSIZE_FORMAT "}",
                              line->start, line->end);
    }
}

static gboolean
search_places (CzInvocation *invocation,
               const CzCorpus *corpus,
               const CzDocumentFilter *filter,
               guint64 limit,
               GError **error)
{
  guint64 context = 40;
  gboolean more;

  if (option_context != NULL
      && !cz_invocation_parse_number (option_context, "--context", 0, 10000, &context, error))
    return FALSE;
  g_autoptr (GPtrArray) lines = cz_concordance_list (
      cz_invocation_get_library (invocation, NULL), corpus->id, filter, NULL /* after */,
      (guint)context, (guint)limit, &more, cz_interruption_get (), error);
  if (lines == NULL)
    return FALSE;
  if (!invocation->json)
    {
      print_concordance (lines);
      if (more)
        cz_print ("%s\n", _ ("There are more; --limit shows them."));
      return TRUE;
    }
  g_autoptr (GString) line = g_string_new ("{\"query\": ");
  cz_json_append_string (line, filter->query);
  g_string_append (line, ", \"lines\": [");
  append_concordance (line, lines);
  g_string_append_printf (line, "], \"more\": %s}", more ? "true" : "false");
  write_line (line);
  return TRUE;
}

// The documents first, then how many there are: counting may take its time.
static gboolean
search_documents (CzInvocation *invocation,
                  const CzCorpus *corpus,
                  const CzDocumentFilter *filter,
                  guint64 limit,
                  GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);
  g_autoptr (GPtrArray) documents = cz_document_list (library, corpus->id, filter, 0 /* offset */,
                                                      (gint64)limit, 0 /* preview */, error);
  gint64 count;

  if (documents == NULL)
    return FALSE;
  if (!invocation->json)
    {
      print_documents (documents);
      fflush (stdout);
    }
  count = documents->len < limit ? documents->len
                                 : cz_document_count (library, corpus->id, filter, error);
  if (count < 0)
    return FALSE;
  if (!invocation->json)
    {
      g_autofree char *text = cz_format_count ((double)count);

      cz_print (ngettext ("%s document found.\n", "%s documents found.\n", (gulong)count), text);
      return TRUE;
    }
  g_autoptr (GString) line = g_string_new ("{\"query\": ");
  cz_json_append_string (line, filter->query);
  g_string_append_printf (line, ", \"count\": %" PRId64 ", \"documents\": ", count);
  append_documents (line, documents);
  g_string_append_c (line, '}');
  write_line (line);
  return TRUE;
}

gboolean
cz_corpus_search (CzInvocation *invocation, GError **error)
{
  guint64 limit = 20;
  g_autofree char *query = g_strjoinv (" ", invocation->arguments + 1);
  g_autoptr (GError) reason = NULL;

  if (!cz_invocation_check_text (query, _ ("What to search for"), error)
      || (option_limit != NULL
          && !cz_invocation_parse_number (option_limit, "--limit", 1, G_MAXINT32, &limit, error)))
    return FALSE;
  CzDocumentFilter filter
      = { .split = option_split, .label = option_label, .source = option_source, .query = query };
  cz_interruption_get ();
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  if (corpus == NULL)
    return FALSE;
  if (!cz_document_check_query (query, &reason))
    {
      cz_complain ("%s", reason->message);
      if (query[strspn (query, " \t\r\n")] == '\0')
        filter.query = "\""; // blank: nothing, not everything
    }
  return option_concordance ? search_places (invocation, corpus, &filter, limit, error)
                            : search_documents (invocation, corpus, &filter, limit, error);
}
