#include "engine/format/json-text.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/format-error.h"
#include "engine/format/lfs-pointer.h"

#define MAX_DEPTH      64
#define MAX_FILE_BYTES ((goffset)256 << 20)

// What may stand outside of strings.
static gboolean
is_json_character (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("{}[]:,\"+-.", c) != NULL);
}

// The number behind \u, -1 where there is none.
static int
read_unit (const char *text, gsize length)
{
  int unit = 0;

  if (length < 6 || text[0] != '\\' || text[1] != 'u')
    return -1;
  for (guint i = 2; i < 6; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return -1;
      unit = unit * 16 + g_ascii_xdigit_value (text[i]);
    }
  return unit;
}

// How long the escape is that begins here; 0: it is broken, or half a surrogate pair.
static gsize
measure_escape (const char *text, gsize length)
{
  int unit, low;

  if (length < 2 || text[1] != 'u')
    return MIN (length, 2);
  unit = read_unit (text, length);
  if (unit < 0 || (unit >= 0xdc00 && unit < 0xe000))
    return 0;
  if (unit < 0xd800 || unit >= 0xe000)
    return 6;
  low = read_unit (text + 6, length - 6);
  return low >= 0xdc00 && low < 0xe000 ? 12 : 0;
}

// Looks JSON over before json-glib does: how deep brackets nest, as it would recurse as deep. It
// also takes comments and strings in single quotes, in which a quotation mark would hide all
// brackets behind it from this look; it leaks on broken escapes, loses what follows half a
// surrogate pair, and of several values it leaks all but the last: FALSE, in *ret_line.
static gboolean
look_over (const char *text, gsize length, guint *ret_depth, guint *ret_line)
{
  guint depth = 0;
  gboolean in_string = FALSE, ended = FALSE; // ended: the one object or array

  *ret_depth = 0;
  *ret_line = 1;
  // A byte-order mark may come first.
  for (gsize i = length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; i < length; i++)
    {
      char c = text[i];

      *ret_line += c == '\n';
      if (in_string)
        {
          if (c == '"')
            in_string = FALSE;
          else if (c == '\\')
            {
              gsize escape = measure_escape (text + i, length - i);

              if (escape == 0)
                return FALSE;
              i += escape - 1;
            }
          continue;
        }
      if (c != '\0' && strchr (" \t\r\n", c) != NULL)
        continue;
      if (ended || !is_json_character (c) || (depth == 0 && c != '{' && c != '['))
        return FALSE;
      if (c == '"')
        in_string = TRUE;
      else if (c == '{' || c == '[')
        {
          depth++;
          *ret_depth = MAX (*ret_depth, depth);
        }
      else if (c == '}' || c == ']')
        ended = --depth == 0;
    }
  return TRUE;
}

static void
keep_line (JsonParser *parser, const GError *error, guint *line)
{
  *line = json_parser_get_current_line (parser);
}

JsonNode *
cz_json_parse (const char *text, gssize length, const char *where, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) reason = NULL;
  gsize n = length < 0 ? strlen (text) : (gsize)length;
  const char *bad = NULL;
  guint line = 0, depth;
  gboolean sound;

  if (!g_utf8_validate_len (text, n, &bad))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” is not JSON: byte %zu is not valid UTF-8; get the file "
                      "again."),
                   where, (gsize)(bad - text));
      return NULL;
    }
  sound = look_over (text, n, &depth, &line);
  if (depth > MAX_DEPTH)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” nests more than %d levels deep, which no file of a model does; get the "
                      "file again."),
                   where, MAX_DEPTH);
      return NULL;
    }
  // Once it has failed, the parser no longer knows where.
  g_signal_connect (parser, "error", G_CALLBACK (keep_line), &line);
  if (!sound || !json_parser_load_from_data (parser, text, (gssize)n, &reason))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” is not JSON (line %u); get the file again."), where, line);
      return NULL;
    }
  if (json_parser_get_root (parser) == NULL)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” is empty where JSON is expected; get the file again."), where);
      return NULL;
    }
  return json_node_ref (json_parser_get_root (parser));
}

// The whole file as text, or an error that tells a missing file from an unreadable one.
static char *
load_text (const char *path, gsize *ret_length, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, NULL, NULL);
  char *text = NULL;

  if (info != NULL && g_file_info_get_size (info) > MAX_FILE_BYTES)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” is larger than 256 MiB, which no JSON file of a model is; get the file "
                      "again."),
                   path);
      return NULL;
    }
  if (g_file_get_contents (path, &text, ret_length, &reason))
    return text;
  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
                 _ ("“%s” is missing; choose a folder that has it."), path);
  else
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_IO, _ ("“%s” could not be read: %s"), path,
                 reason->message);
  return NULL;
}

JsonObject *
cz_json_load_object (const char *path, GError **error)
{
  gsize length = 0;
  g_autofree char *text = load_text (path, &length, error);

  if (text == NULL || !cz_lfs_pointer_check (path, text, length, error))
    return NULL;
  // Some editors put a byte order mark before everything else.
  gsize skip = length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  g_autoptr (JsonNode) root = cz_json_parse (text + skip, (gssize)(length - skip), path, error);
  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” does not hold a JSON object ({…}); get the file again."), path);
      return NULL;
    }
  return json_node_dup_object (root);
}
