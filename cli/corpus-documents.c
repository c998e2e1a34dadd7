#include "cli/corpus-documents.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/json-line.h"
#include "cli/output.h"
#include "data/document.h"

#define PREVIEW 300 // bytes of text that people are shown

static char *option_seed, *option_count, *option_limit, *option_split, *option_label;

const GOptionEntry cz_corpus_sample_options[] = {
  { "seed", 0, 0, G_OPTION_ARG_STRING, &option_seed, N_ ("Which ones (default: 42)"), N_ ("S") },
  { "count", 0, 0, G_OPTION_ARG_STRING, &option_count, N_ ("How many (default: 5)"), N_ ("N") },
  { NULL },
};

const GOptionEntry cz_corpus_search_options[] = {
  { "limit", 0, 0, G_OPTION_ARG_STRING, &option_limit, N_ ("Documents at most (default: 20)"),
    N_ ("N") },
  { "split", 0, 0, G_OPTION_ARG_STRING, &option_split, N_ ("Only of this split"), N_ ("SPLIT") },
  { "label", 0, 0, G_OPTION_ARG_STRING, &option_label, N_ ("Only with this label"), N_ ("LABEL") },
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

gboolean
cz_corpus_search (CzInvocation *invocation, GError **error)
{
  guint64 limit = 20;
  g_autofree char *query = g_strjoinv (" ", invocation->arguments + 1);

  if (!cz_invocation_check_text (query, _ ("What to search for"), error)
      || (option_limit != NULL
          && !cz_invocation_parse_number (option_limit, "--limit", 1, G_MAXUINT32, &limit, error)))
    return FALSE;
  CzDocumentFilter filter = { .split = option_split, .label = option_label, .query = query };
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  if (corpus == NULL)
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);
  gint64 count = cz_document_count (library, corpus->id, &filter, error);
  if (count < 0)
    return FALSE;
  g_autoptr (GPtrArray) documents = cz_document_list (library, corpus->id, &filter, 0 /* offset */,
                                                      (gint64)limit, 0 /* preview */, error);
  if (documents == NULL)
    return FALSE;
  if (!invocation->json)
    {
      g_autofree char *text = cz_format_count ((double)count);

      print_documents (documents);
      cz_print (ngettext ("%s document found.\n", "%s documents found.\n", (gulong)count), text);
      return TRUE;
    }
  g_autoptr (GString) line = g_string_new ("{\"query\": ");
  cz_json_append_string (line, query);
  g_string_append_printf (line, ", \"count\": %" PRId64 ", \"documents\": ", count);
  append_documents (line, documents);
  g_string_append_c (line, '}');
  write_line (line);
  return TRUE;
}
