#include "data/json-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DEPTH_MAX 512 // of what is stepped over
#define LEVEL_MAX 8   // of what becomes columns

typedef struct
{
  const char *at, *end;
} Parser;

CzJsonRow *
cz_json_row_new (void)
{
  CzJsonRow *row = g_new0 (CzJsonRow, 1);

  row->bytes = g_string_new (NULL);
  row->members = g_array_new (FALSE, FALSE, sizeof (CzJsonMember));
  return row;
}

void
cz_json_row_free (CzJsonRow *row)
{
  g_string_free (row->bytes, TRUE);
  g_array_unref (row->members);
  g_free (row);
}

static char
peek (Parser *parser)
{
  while (parser->at < parser->end && strchr (" \t\r\n", *parser->at) != NULL && *parser->at != '\0')
    parser->at++;
  return parser->at < parser->end ? *parser->at : '\0';
}

static gboolean
take (Parser *parser, char c)
{
  if (peek (parser) != c || parser->at == parser->end)
    return FALSE;
  parser->at++;
  return TRUE;
}

static int
parse_hex (Parser *parser)
{
  int value = 0;

  if (parser->end - parser->at < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (parser->at[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  parser->at += 4;
  return value;
}

// Behind \u. Halves of a pair that stand alone become U+FFFD.
static gboolean
parse_unicode (Parser *parser, GString *out)
{
  int unit = parse_hex (parser);
  gunichar c = (gunichar)unit;

  if (unit < 0)
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00 && parser->end - parser->at >= 6 && parser->at[0] == '\\'
      && parser->at[1] == 'u')
    {
      Parser second = { parser->at + 2, parser->end };
      int low = parse_hex (&second);

      if (low >= 0xdc00 && low < 0xe000)
        {
          c = 0x10000 + (((gunichar)unit - 0xd800) << 10) + ((gunichar)low - 0xdc00);
          parser->at = second.at;
        }
    }
  if (out == NULL)
    return TRUE;
  if (c >= 0xd800 && c < 0xe000)
    c = 0xfffd;
  if (c == 0)
    g_string_append_c (out, '\0');
  else
    g_string_append_unichar (out, c);
  return TRUE;
}

// A string with its quotes; out NULL: stepped over.
static gboolean
parse_string (Parser *parser, GString *out)
{
  static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";

  if (!take (parser, '"'))
    return FALSE;
  while (parser->at < parser->end)
    {
      const char *from = parser->at;
      const char *found;

      while (parser->at < parser->end && *parser->at != '"' && *parser->at != '\\')
        parser->at++;
      if (out != NULL)
        g_string_append_len (out, from, parser->at - from);
      if (parser->at == parser->end)
        return FALSE;
      if (*parser->at++ == '"')
        return TRUE;
      if (parser->at == parser->end)
        return FALSE;
      if (*parser->at == 'u')
        {
          parser->at++;
          if (!parse_unicode (parser, out))
            return FALSE;
          continue;
        }
      found = *parser->at != '\0' ? strchr (escapes, *parser->at) : NULL;
      if (found == NULL)
        return FALSE;
      if (out != NULL)
        g_string_append_c (out, meanings[found - escapes]);
      parser->at++;
    }
  return FALSE;
}

// A number, true, false or null, as written; empty: it is none of these.
static gsize
parse_word (Parser *parser, GString *out)
{
  const char *from = parser->at;

  while (parser->at < parser->end
         && (g_ascii_isalnum (*parser->at) || *parser->at == '+' || *parser->at == '-'
             || *parser->at == '.'))
    parser->at++;
  if (out != NULL)
    g_string_append_len (out, from, parser->at - from);
  return (gsize)(parser->at - from);
}

// Steps over a value of any depth.
static gboolean
skip_value (Parser *parser)
{
  char open[DEPTH_MAX];
  int depth = 0;
  gboolean value_wanted = TRUE; // else a comma or an end

  while (TRUE)
    {
      char c = peek (parser);

      if (value_wanted && (c == '{' || c == '['))
        {
          parser->at++;
          if (depth == DEPTH_MAX)
            return FALSE;
          open[depth++] = c;
          if (peek (parser) == (c == '{' ? '}' : ']'))
            value_wanted = FALSE;
          else if (c == '{' && !(parse_string (parser, NULL) && take (parser, ':')))
            return FALSE;
          continue;
        }
      if (value_wanted)
        {
          if (c == '"' ? !parse_string (parser, NULL) : parse_word (parser, NULL) == 0)
            return FALSE;
          value_wanted = FALSE;
        }
      else if (c == ',')
        {
          parser->at++;
          if (open[depth - 1] == '{' && !(parse_string (parser, NULL) && take (parser, ':')))
            return FALSE;
          value_wanted = TRUE;
          continue;
        }
      else if (depth > 0 && c == (open[depth - 1] == '{' ? '}' : ']'))
        {
          parser->at++;
          depth--;
        }
      else
        return FALSE;
      if (depth == 0)
        return TRUE;
    }
}

// The strings of an array, and of arrays in it, joined by newlines. FALSE: something else is in it.
static gboolean
parse_strings (Parser *parser, GString *out, guint level)
{
  if (level == LEVEL_MAX || !take (parser, '['))
    return FALSE;
  if (take (parser, ']'))
    return TRUE;
  while (TRUE)
    {
      if (peek (parser) == '[' ? !parse_strings (parser, out, level + 1)
                               : !parse_string (parser, out))
        return FALSE;
      if (take (parser, ']'))
        return TRUE;
      if (!take (parser, ','))
        return FALSE;
      g_string_append_c (out, '\n');
    }
}

// The same, without a step taken where it fails.
static gboolean
parse_list (Parser *parser, GString *out)
{
  Parser ahead = *parser;
  gsize before = out->len;

  if (parse_strings (&ahead, out, 0))
    {
      *parser = ahead;
      return TRUE;
    }
  g_string_truncate (out, before);
  return FALSE;
}

static gboolean parse_object (
    Parser *parser, CzJsonRow *row, gsize path, gsize path_length, guint level, gboolean repeated);

// The members of the objects in an array.
static gboolean
parse_objects (Parser *parser, CzJsonRow *row, const CzJsonMember *member, guint level)
{
  take (parser, '[');
  while (!take (parser, ']'))
    {
      if (peek (parser) == '{'
              ? !parse_object (parser, row, member->name, member->name_length, level + 1, TRUE)
              : !skip_value (parser))
        return FALSE;
      if (!take (parser, ',') && peek (parser) != ']')
        return FALSE;
    }
  return TRUE;
}

static gboolean
begins_with_object (const Parser *parser)
{
  Parser ahead = *parser;

  return take (&ahead, '[') && peek (&ahead) == '{';
}

// *ret_members: it gave members of its own.
static gboolean
parse_value (
    Parser *parser, CzJsonRow *row, CzJsonMember *member, guint level, gboolean *ret_members)
{
  char c = peek (parser);

  member->value = row->bytes->len;
  member->kind = CZ_JSON_OTHER;
  *ret_members = TRUE;
  if (c == '{' && level < LEVEL_MAX)
    return parse_object (parser, row, member->name, member->name_length, level + 1,
                         member->repeated);
  if (c == '[' && level < LEVEL_MAX && begins_with_object (parser))
    return parse_objects (parser, row, member, level);
  *ret_members = FALSE;
  if (c == '"')
    {
      member->kind = CZ_JSON_STRING;
      if (!parse_string (parser, row->bytes))
        return FALSE;
    }
  else if (c == '[' && parse_list (parser, row->bytes))
    member->kind = CZ_JSON_LIST;
  else if (c == '[' || c == '{')
    {
      if (!skip_value (parser))
        return FALSE;
    }
  else
    {
      gsize n = parse_word (parser, row->bytes);
      const char *word = row->bytes->str + member->value;

      if (n == 0)
        return FALSE;
      member->kind = g_str_equal (word, "null")                                  ? CZ_JSON_NULL
                     : g_str_equal (word, "true") || g_str_equal (word, "false") ? CZ_JSON_WORD
                                                                                 : CZ_JSON_NUMBER;
      if (member->kind == CZ_JSON_NUMBER && word[0] != '-' && !g_ascii_isdigit (word[0])
          && !g_str_equal (word, "NaN") && !g_str_equal (word, "Infinity"))
        return FALSE;
    }
  member->value_length = row->bytes->len - member->value;
  return TRUE;
}

// An object's members, called by `path` (of the row's bytes) and their names.
static gboolean
parse_object (
    Parser *parser, CzJsonRow *row, gsize path, gsize path_length, guint level, gboolean repeated)
{
  if (!take (parser, '{'))
    return FALSE;
  for (gboolean first = TRUE; !take (parser, '}'); first = FALSE)
    {
      CzJsonMember member = { .name = row->bytes->len, .nested = level > 0, .repeated = repeated };
      gboolean members;

      if (!first && !take (parser, ','))
        return FALSE;
      if (path_length > 0)
        {
          g_autofree char *way = g_memdup2 (row->bytes->str + path, path_length);

          g_string_append_len (row->bytes, way, (gssize)path_length);
          g_string_append_c (row->bytes, '.');
        }
      if (!parse_string (parser, row->bytes))
        return FALSE;
      member.name_length = row->bytes->len - member.name;
      if (!take (parser, ':') || !parse_value (parser, row, &member, level, &members))
        return FALSE;
      if (!members)
        g_array_append_val (row->members, member);
    }
  return TRUE;
}

gboolean
cz_json_row_parse (CzJsonRow *row, const char *text, gsize length, const char **ret_problem)
{
  Parser parser = { text, text + length };

  g_string_truncate (row->bytes, 0);
  g_array_set_size (row->members, 0);
  if (peek (&parser) != '{')
    {
      *ret_problem = _ ("it is no JSON object");
      return FALSE;
    }
  *ret_problem = _ ("its JSON is broken, or nested too deep");
  if (!parse_object (&parser, row, 0, 0, 0, FALSE))
    return FALSE;
  peek (&parser);
  if (parser.at != parser.end)
    {
      *ret_problem = _ ("something follows its JSON object");
      return FALSE;
    }
  return TRUE;
}

void
cz_json_survey (const char *text, gsize length, CzJsonSurvey *ret_survey)
{
  Parser parser = { text, text + length };

  *ret_survey = (CzJsonSurvey){ 0 };
  if (!take (&parser, '{'))
    return;
  for (gboolean first = TRUE; !take (&parser, '}'); first = FALSE)
    {
      char c;

      if ((!first && !take (&parser, ',')) || !parse_string (&parser, NULL) || !take (&parser, ':'))
        return;
      c = peek (&parser);
      if (c == '{')
        ret_survey->objects++;
      else if (c == '[' && begins_with_object (&parser))
        ret_survey->object_arrays++;
      else if (c == '[')
        ret_survey->other_arrays++;
      else
        ret_survey->plain++;
      if (!skip_value (&parser))
        return;
    }
  ret_survey->whole = TRUE;
  ret_survey->followed = peek (&parser) == '{';
}
