#include <errno.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/corpus-export.h"
#include "data/csv-cell.h"
#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"

// A corpus as a file: text, CSV or JSON Lines. All three hold the text byte for byte.

typedef struct
{
  CzAtomicFile *file; // NULL: it goes to the stream
  FILE *stream;
  CzCorpusExport format;
  GString *buffer;
  gboolean first;
} Export;

// json-glib's strings end at a NUL; a document may hold some.
static void
append_json_string (GString *out, const char *text, gsize length)
{
  g_string_append_c (out, '"');
  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar)text[i];

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, (char)c);
    }
  g_string_append_c (out, '"');
}

static void
write_csv (GString *out, const CzDocument *document, gboolean first)
{
  const char *const cells[] = { document->path, document->label, document->split };

  if (first)
    g_string_append (out, "path,row,label,split,text\r\n");
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      cz_csv_append_cell (out, cells[i], strlen (cells[i]));
      g_string_append_c (out, ',');
      if (i == 0)
        g_string_append_printf (out, "%" PRId64 ",", document->row);
    }
  cz_csv_append_cell (out, document->text, document->length);
  g_string_append (out, "\r\n");
}

static void
write_json (GString *out, const CzDocument *document)
{
  g_string_append (out, "{\"path\":");
  append_json_string (out, document->path, strlen (document->path));
  g_string_append_printf (out, ",\"row\":%" PRId64 ",\"label\":", document->row);
  append_json_string (out, document->label, strlen (document->label));
  g_string_append (out, ",\"split\":");
  append_json_string (out, document->split, strlen (document->split));
  g_string_append (out, ",\"text\":");
  append_json_string (out, document->text, document->length);
  g_string_append (out, "}\n");
}

static gboolean
refuse_stream (int number, GError **error)
{
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, _ ("The texts could not be written: %s"),
               g_strerror (number));
  return FALSE;
}

static gboolean
write_document (const CzDocument *document, gpointer data, GError **error)
{
  Export *export = data;
  GString *out = export->buffer;

  g_string_truncate (out, 0);
  if (export->format == CZ_EXPORT_CSV)
    write_csv (out, document, export->first);
  else if (export->format == CZ_EXPORT_JSONL)
    write_json (out, document);
  else
    {
      if (!export->first)
        g_string_append_c (out, '\n');
      g_string_append_len (out, document->text, (gssize)document->length);
      if (document->length == 0 || document->text[document->length - 1] != '\n')
        g_string_append_c (out, '\n');
    }
  export->first = FALSE;
  if (export->file != NULL)
    return cz_atomic_file_write (export->file, out->str, out->len, error);
  return fwrite (out->str, 1, out->len, export->stream) == out->len || refuse_stream (errno, error);
}

gboolean
cz_corpus_export (CzLibrary *library,
                  gint64 id,
                  const char *path,
                  const CzSelection *selection,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GString) buffer = g_string_new (NULL);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzAtomicFile) file = NULL;
  g_autofree char *lower = g_ascii_strdown (path, -1);
  Export export = { .first = TRUE, .buffer = buffer };

  export.format = g_str_has_suffix (lower, ".csv")     ? CZ_EXPORT_CSV
                  : g_str_has_suffix (lower, ".jsonl") ? CZ_EXPORT_JSONL
                                                       : CZ_EXPORT_TEXT;
  // The file is put in place once it is whole, which would do away with a device or a pipe.
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (
          error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, _ ("“%s” could not be written: %s"), path,
          g_file_test (path, G_FILE_TEST_IS_DIR) ? g_strerror (EISDIR) : _ ("it is no file"));
      return FALSE;
    }
  export.file = file = cz_atomic_file_new (path, &failed);
  if (file != NULL
      && cz_selection_each (library, id, selection, write_document, &export, NULL, NULL,
                            cancellable, &failed)
      && cz_atomic_file_finish (file, &failed))
    return TRUE;
  if (failed->domain == CZ_FORMAT_ERROR)
    g_set_error_literal (error, CZ_DATA_ERROR,
                         failed->code == CZ_FORMAT_ERROR_NO_SPACE ? CZ_DATA_ERROR_FULL
                                                                  : CZ_DATA_ERROR_IO,
                         failed->message);
  else
    g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
cz_corpus_export_to_stream (CzLibrary *library,
                            gint64 id,
                            FILE *stream,
                            CzCorpusExport format,
                            const CzSelection *selection,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GString) buffer = g_string_new (NULL);
  Export export = { .stream = stream, .format = format, .first = TRUE, .buffer = buffer };

  if (!cz_selection_each (library, id, selection, write_document, &export, NULL, NULL, cancellable,
                          error))
    return FALSE;
  return fflush (stream) == 0 || refuse_stream (errno, error);
}
