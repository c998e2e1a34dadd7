#include "cli/json-line.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define MAX_DEPTH   64

// ---- Writing ----

static void
append_character (GString *line, char c)
{
  switch (c)
    {
    case '"':
      g_string_append (line, "\\\"");
      break;
    case '\\':
      g_string_append (line, "\\\\");
      break;
    case '\n':
      g_string_append (line, "\\n");
      break;
    case '\r':
      g_string_append (line, "\\r");
      break;
    case '\t':
      g_string_append (line, "\\t");
      break;
    default:
      g_string_append_printf (line, "\\u%04x", (guint)(guint8)c);
    }
}

// Appends valid UTF-8.
static void
append_valid (GString *line, const char *text, gsize length)
{
  gsize from = 0;

  for (gsize i = 0; i < length; i++)
    {
      guint8 c = (guint8)text[i];
      if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
        continue;
      g_string_append_len (line, text + from, (gssize)(i - from));
      append_character (line, text[i]);
      from = i + 1;
    }
  g_string_append_len (line, text + from, (gssize)(length - from));
}

void
cz_json_append_text (GString *line, const char *text, gsize length)
{
  const char *end = text + length;

  g_string_append_c (line, '"');
  while (text < end)
    {
      const char *stopped;
      gboolean valid = g_utf8_validate_len (text, (gsize)(end - text), &stopped);

      append_valid (line, text, (gsize)(stopped - text));
      text = stopped;
      if (valid)
        break;
      // A NUL ends what GLib calls valid.
      if (*text == '\0')
        append_character (line, '\0');
      else
        g_string_append (line, REPLACEMENT);
      text++;
    }
  g_string_append_c (line, '"');
}

void
cz_json_append_string (GString *line, const char *text)
{
  if (text == NULL)
    g_string_append (line, "null");
  else
    cz_json_append_text (line, text, strlen (text));
}

void
cz_json_append_int (GString *line, gint64 value)
{
  char digits[24];
  guint at = sizeof digits;
  guint64 rest = value < 0 ? -(guint64)value : (guint64)value;

  do
    digits[--at] = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    digits[--at] = '-';
  g_string_append_len (line, digits + at, (gssize)(sizeof digits - at));
}

// ---- Reading ----

typedef struct
{
  const char *at, *end;
} Reader;

static void
skip_space (Reader *r)
{
  while (r->at < r->end && strchr (" \t\r\n", *r->at) != NULL && *r->at != '\0')
    r->at++;
}

static gboolean
take (Reader *r, char c)
{
  skip_space (r);
  if (r->at >= r->end || *r->at != c)
    return FALSE;
  r->at++;
  return TRUE;
}

// Four hexadecimal digits.
static gboolean
read_unit (Reader *r, guint *ret_unit)
{
  guint unit = 0;

  if (r->end - r->at < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*r->at++);
      if (digit < 0)
        return FALSE;
      unit = unit << 4 | (guint)digit;
    }
  *ret_unit = unit;
  return TRUE;
}

// What stands behind \u.
static gboolean
read_code_point (Reader *r, GString *text)
{
  guint unit, low;

  if (!read_unit (r, &unit))
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00 && r->end - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u')
    {
      Reader ahead = { r->at + 2, r->end };
      if (read_unit (&ahead, &low) && low >= 0xdc00 && low < 0xe000)
        {
          *r = ahead;
          g_string_append_unichar (text, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
          return TRUE;
        }
    }
  if (unit >= 0xd800 && unit < 0xe000)
    g_string_append (text, REPLACEMENT);
  else if (unit == 0)
    g_string_append_c (text, '\0');
  else
    g_string_append_unichar (text, unit);
  return TRUE;
}

// A string behind its opening quotation mark.
static gboolean
read_string (Reader *r, GString *text)
{
  static const char letters[] = "\"\\/bfnrt";
  static const char meant[] = "\"\\/\b\f\n\r\t";

  g_string_truncate (text, 0);
  for (;;)
    {
      const char *from = r->at;
      while (r->at < r->end && *r->at != '"' && *r->at != '\\')
        r->at++;
      g_string_append_len (text, from, (gssize)(r->at - from));
      if (r->at >= r->end)
        return FALSE;
      if (*r->at++ == '"')
        return TRUE;
      if (r->at >= r->end)
        return FALSE;
      char c = *r->at++;
      const char *known = c != '\0' ? strchr (letters, c) : NULL;
      if (known != NULL)
        g_string_append_c (text, meant[known - letters]);
      else if (c != 'u' || !read_code_point (r, text))
        return FALSE;
    }
}

static gboolean
skip_word (Reader *r)
{
  const char *from = r->at;

  while (r->at < r->end && (g_ascii_isalnum (*r->at) || strchr ("+-.", *r->at) != NULL)
         && *r->at != '\0')
    r->at++;
  return r->at > from;
}

// Passes over a value that is no string: brackets must be those that were opened.
static gboolean
skip_value (Reader *r, GString *scratch)
{
  char closing[MAX_DEPTH];
  guint depth = 0;

  do
    {
      skip_space (r);
      if (r->at >= r->end)
        return FALSE;
      char c = *r->at;
      if (depth > 0 && c == closing[depth - 1])
        {
          depth--;
          r->at++;
        }
      else if (c == '[' || c == '{')
        {
          if (depth == MAX_DEPTH)
            return FALSE;
          closing[depth++] = c == '[' ? ']' : '}';
          r->at++;
        }
      else if (depth > 0 && (c == ',' || c == ':'))
        r->at++;
      else if (c == '"')
        {
          r->at++;
          if (!read_string (r, scratch))
            return FALSE;
        }
      else if (!skip_word (r))
        return FALSE;
    }
  while (depth > 0);
  return TRUE;
}

gboolean
cz_json_read_text (const char *line, gsize length, const char *member, GString *ret_text)
{
  Reader r = { line, line + length };
  g_autoptr (GString) scratch = g_string_new (NULL);
  gboolean found = FALSE;

  if (!take (&r, '{'))
    return FALSE;
  if (!take (&r, '}'))
    {
      do
        {
          if (!take (&r, '"') || !read_string (&r, scratch) || !take (&r, ':'))
            return FALSE;
          gboolean wanted = strlen (member) == scratch->len && strcmp (scratch->str, member) == 0;
          if (wanted && take (&r, '"'))
            {
              if (!read_string (&r, ret_text))
                return FALSE;
              found = TRUE;
            }
          else if (wanted || !skip_value (&r, scratch))
            return FALSE;
        }
      while (take (&r, ','));
      if (!take (&r, '}'))
        return FALSE;
    }
  skip_space (&r);
  return found && r.at == r.end;
}
