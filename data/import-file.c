#include "data/import-file.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/text-decoding.h"

static gboolean
is_ascii (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar)text[i] >= 0x80)
      return FALSE;
  return TRUE;
}

// Whether nothing but UTF-8 is accepted, and nothing guessed.
static gboolean
is_strict (CzImportFile *file)
{
  return file->utf8_seen || (file->input != NULL && cz_input_is_strict (file->input));
}

void
cz_import_file_skip (CzImportFile *file, gint64 row, const char *reason)
{
  file->skipped = TRUE;
  file->sink->skip (file->path, row, reason, file->sink->data);
}

static void
skip_undecodable (CzImportFile *file, gint64 row, gsize at)
{
  const char *encoding = file->input != NULL ? cz_input_get_encoding (file->input) : "UTF-8";
  g_autofree char *reason
      = cz_text_encoding_is_utf8 (encoding)
            ? g_strdup_printf (
                _ ("it is not valid UTF-8 from byte %zu on; choose its encoding, or mend it"),
                at + 1)
            : g_strdup_printf (_ ("it holds what %s does not have; choose another encoding"),
                               encoding);

  cz_import_file_skip (file, row, reason);
}

static void
count (CzImportCount *count, gint64 row)
{
  if (count->n++ == 0)
    count->first_row = row;
}

// The last step: text as it will be stored.
static gboolean
offer (CzImportFile *file, CzFoundDocument *document, GError **error)
{
  guint64 first;

  if (document->length == 0)
    {
      count (&file->empty, document->row);
      return TRUE;
    }
  switch (cz_import_sieve_check (file->sieve, document->path, document->row, document->text,
                                 document->length, &first))
    {
    case CZ_SIEVE_SHORT:
      count (&file->brief, document->row);
      return TRUE;
    case CZ_SIEVE_DUPLICATE:
      if (file->equal.n == 0)
        file->first_equal = first;
      count (&file->equal, document->row);
      return TRUE;
    default:
      file->documents++;
      return file->sink->document (document, file->sink->data, error);
    }
}

gboolean
cz_import_line_is_blank (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;
  return TRUE;
}

// Each line, or each paragraph, is a document.
static gboolean
cut (CzImportFile *file, const CzFoundDocument *whole, GError **error)
{
  gboolean paragraphs = file->options->unit == CZ_UNIT_PARAGRAPH;
  const char *end = whole->text + whole->length, *begin = NULL; // of the paragraph
  const char *paragraph_end = NULL;
  gint64 line = 0, first_line = 0;

  for (const char *at = whole->text; at < end;)
    {
      const char *line_end = memchr (at, '\n', (gsize)(end - at));
      const char *next = line_end != NULL ? line_end + 1 : end;
      gsize length = (gsize)((line_end != NULL ? line_end : end) - at);
      CzFoundDocument part = *whole;

      if (line_end != NULL && length > 0 && at[length - 1] == '\r')
        length--;
      line++;
      if (paragraphs && !cz_import_line_is_blank (at, length))
        {
          first_line = begin == NULL ? line : first_line;
          begin = begin == NULL ? at : begin;
          paragraph_end = at + length;
        }
      part.text = paragraphs ? begin : at;
      part.length = !paragraphs ? length : begin != NULL ? (gsize)(paragraph_end - begin) : 0;
      part.row = whole->row > 0 ? whole->row : paragraphs ? first_line : line;
      if (!paragraphs || (begin != NULL && (next == end || cz_import_line_is_blank (at, length))))
        {
          begin = NULL;
          if (part.length == 0 && (file->format == CZ_FORMAT_HTML || file->format == CZ_FORMAT_PDF))
            ; // an empty line of ours
          else if (!offer (file, &part, error))
            return FALSE;
        }
      at = next;
    }
  return TRUE;
}

// Cleans and cuts decoded text.
static gboolean
prepare (CzImportFile *file, CzFoundDocument *document, GError **error)
{
  g_autoptr (GString) clean = NULL;
  CzCleaning cleaning = file->options->cleaning;

  // What looks like markup in a page's text was written to be seen.
  if (file->format == CZ_FORMAT_HTML || file->format == CZ_FORMAT_PDF)
    cleaning &= ~(CZ_CLEAN_HTML | CZ_CLEAN_BR | CZ_CLEAN_MARKDOWN);
  if (cleaning != 0)
    {
      clean = cz_text_clean (document->text, document->length, cleaning,
                             file->format == CZ_FORMAT_MARKDOWN);
      document->text = clean->str;
      document->length = clean->len;
    }
  if (file->options->unit == CZ_UNIT_LINE || file->options->unit == CZ_UNIT_PARAGRAPH)
    return cut (file, document, error);
  return offer (file, document, error);
}

// Keeps a row until the file's end.
static void
gather_row (CzImportFile *file, const CzFoundDocument *document)
{
  if (file->whole == NULL)
    file->whole = g_string_new (NULL);
  else if (file->whole->len <= CZ_DOCUMENT_BYTES_MAX)
    g_string_append_c (file->whole, '\n');
  if (file->whole->len <= CZ_DOCUMENT_BYTES_MAX) // more is told at the end
    g_string_append_len (file->whole, document->text, (gssize)document->length);
}

gboolean
cz_import_file_add (CzImportFile *file,
                    gint64 row,
                    const char *text,
                    gsize length,
                    const char *label,
                    const char *split,
                    GError **error)
{
  g_autofree char *converted = NULL;
  gsize at;
  CzFoundDocument document = { .path = file->path, .row = row };

  if (length == 0)
    {
      count (&file->empty, row);
      return TRUE;
    }
  if (length > CZ_DOCUMENT_BYTES_MAX)
    {
      cz_import_file_skip (file, row, _ ("it is longer than 64 MiB; split it"));
      return TRUE;
    }
  switch (cz_text_decode (text, length, is_strict (file), &file->guess, &converted,
                          &document.length, &at))
    {
    case CZ_DECODED_AS_IS:
      file->utf8_seen = file->utf8_seen || !is_ascii (text, length);
      break;
    case CZ_DECODED_GUESSED:
      count (&file->guessed, row);
      break;
    case CZ_DECODED_BINARY:
      cz_import_file_skip (file, row, _ ("it is no text"));
      return TRUE;
    default:
      skip_undecodable (file, row, at);
      return TRUE;
    }
  document.text = converted != NULL ? converted : text;
  document.label = label != NULL ? label : file->label != NULL ? file->label : "";
  document.split = split != NULL ? split : file->split != NULL ? file->split : "";
  if (file->options->unit != CZ_UNIT_FILE || row == 0)
    return prepare (file, &document, error);
  gather_row (file, &document);
  return TRUE;
}

gboolean
cz_import_file_can_stream (CzImportFile *file, CzDocumentUnit unit)
{
  const CzCleaning markup = CZ_CLEAN_HTML | CZ_CLEAN_MARKDOWN | CZ_CLEAN_MARKDOWN_FILES;

  return file->options->unit == unit && (file->options->cleaning & markup) == 0;
}

char *
cz_import_file_decode (CzImportFile *file, const char *bytes, gsize length)
{
  g_autofree char *converted = NULL;
  gsize n, at;
  char *text;

  cz_text_decode (bytes, length, TRUE, &file->guess, &converted, &n, &at);
  text = at == length       ? g_strndup (bytes, length)
         : is_strict (file) ? g_utf8_make_valid (bytes, (gssize)length)
         : cz_text_decode (bytes, length, FALSE, &file->guess, &converted, &n, &at)
                 == CZ_DECODED_GUESSED
             ? g_steal_pointer (&converted)
             : g_utf8_make_valid (bytes, (gssize)length);
  return g_strstrip (g_strdelimit (text, "\t\n\v\f\r", ' '));
}

static void
tell_guess (CzImportFile *file, gint64 row, const char *encoding)
{
  g_autofree char *what = g_strdup_printf (
      _ ("not UTF-8; read as %s. If letters look wrong, choose the encoding"), encoding);

  file->sink->guess (file->path, encoding, file->sink->data);
  file->sink->note (file->path, row, what, file->sink->data);
}

const char *
cz_import_file_gather (CzImportFile *file, gsize *ret_length, GError **error)
{
  gboolean end = FALSE;

  while (!end)
    {
      cz_input_peek (file->input, ret_length);
      if (*ret_length > CZ_DOCUMENT_BYTES_MAX)
        break;
      if (!cz_input_fill (file->input, &end, error))
        return NULL;
    }
  return cz_input_peek (file->input, ret_length);
}

// One entry for all of a kind, where the first of them is.
static void
tell_count (CzImportFile *file, const CzImportCount *counted, const char *reason)
{
  g_autofree char *more = counted->n > 1
                              ? g_strdup_printf (ngettext ("%s, like %" PRId64 " more below it",
                                                           "%s, like %" PRId64 " more below it",
                                                           (gulong)counted->n - 1),
                                                 reason, counted->n - 1)
                              : g_strdup (reason);

  if (counted->n > 0)
    cz_import_file_skip (file, counted->first_row, more);
}

static void
tell_counts (CzImportFile *file)
{
  g_autofree char *path = NULL, *equal = NULL;
  gint64 row;

  // A header without rows, say.
  if (file->documents == 0 && file->empty.n + file->brief.n + file->equal.n == 0 && !file->skipped)
    file->empty.n = 1;
  tell_count (file, &file->empty, _ ("it is empty"));
  tell_count (file, &file->brief, _ ("it is too short"));
  if (file->equal.n > 0)
    {
      path = cz_import_sieve_find (file->sieve, file->first_equal, &row);
      equal = row > 0 ? g_strdup_printf (_ ("it is the same as %s, row %" PRId64), path, row)
                      : g_strdup_printf (_ ("it is the same as %s"), path);
      tell_count (file, &file->equal, equal);
    }
  if (file->input != NULL && cz_input_is_guessed (file->input))
    tell_guess (file, 0, cz_input_get_encoding (file->input));
  else if (file->guessed.n > 0)
    tell_guess (file, file->guessed.first_row, file->guess);
}

gboolean
cz_import_file_finish (CzImportFile *file, GError **error)
{
  CzFoundDocument document = { .path = file->path };

  if (file->whole != NULL && file->whole->len > CZ_DOCUMENT_BYTES_MAX)
    cz_import_file_skip (file, 0, _ ("it is longer than 64 MiB; split it"));
  else if (file->whole != NULL)
    {
      document.text = file->whole->str;
      document.length = file->whole->len;
      document.label = file->label != NULL ? file->label : "";
      document.split = file->split != NULL ? file->split : "";
      if (!prepare (file, &document, error))
        return FALSE;
    }
  tell_counts (file);
  return TRUE;
}

void
cz_import_file_clear (CzImportFile *file)
{
  if (file->whole != NULL)
    g_string_free (file->whole, TRUE);
  file->whole = NULL;
}
