#include "data/import-file.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "data/text-decoding.h"

static gboolean
is_ascii (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar)text[i] >= 0x80)
      return FALSE;
  return TRUE;
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
  const char *encoding = cz_input_get_encoding (file->input);
  g_autofree char *reason
      = cz_text_encoding_is_utf8 (encoding)
            ? g_strdup_printf (
                _ ("it is not valid UTF-8 from byte %zu on; choose its encoding, or mend it"),
                at + 1)
            : g_strdup_printf (_ ("it holds what %s does not have; choose another encoding"),
                               encoding);

  cz_import_file_skip (file, row, reason);
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
  gboolean strict = cz_input_is_strict (file->input) || file->utf8_seen;

  if (length == 0)
    {
      if (file->empty++ == 0)
        file->first_empty = row;
      return TRUE;
    }
  if (length > CZ_DOCUMENT_BYTES_MAX)
    {
      cz_import_file_skip (file, row, _ ("it is longer than 64 MiB; split it"));
      return TRUE;
    }
  switch (cz_text_decode (text, length, strict, &file->guess, &converted, &document.length, &at))
    {
    case CZ_DECODED_AS_IS:
      file->utf8_seen = file->utf8_seen || !is_ascii (text, length);
      break;
    case CZ_DECODED_GUESSED:
      if (file->guessed++ == 0)
        file->first_guessed = row;
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
  file->documents++;
  return file->sink->document (&document, file->sink->data, error);
}

char *
cz_import_file_decode (CzImportFile *file, const char *bytes, gsize length)
{
  g_autofree char *converted = NULL;
  gsize n, at;
  char *text;

  cz_text_decode (bytes, length, TRUE, &file->guess, &converted, &n, &at);
  text = at == length                       ? g_strndup (bytes, length)
         : cz_input_is_strict (file->input) ? g_utf8_make_valid (bytes, (gssize)length)
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

void
cz_import_file_finish (CzImportFile *file)
{
  // A header without rows, say.
  if (file->documents == 0 && file->empty == 0 && !file->skipped)
    file->empty = 1;
  if (file->empty > 0)
    {
      g_autofree char *reason
          = file->first_empty == 0 ? g_strdup (_ ("it is empty"))
            : file->empty == 1
                ? g_strdup (_ ("it is empty"))
                : g_strdup_printf (ngettext ("it is empty, like %" PRId64 " more below it",
                                             "it is empty, like %" PRId64 " more below it",
                                             (gulong)file->empty - 1),
                                   file->empty - 1);

      cz_import_file_skip (file, file->first_empty, reason);
    }
  if (cz_input_is_guessed (file->input))
    tell_guess (file, 0, cz_input_get_encoding (file->input));
  else if (file->guessed > 0)
    tell_guess (file, file->first_guessed, file->guess);
}
