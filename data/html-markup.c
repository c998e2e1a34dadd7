#include "data/html-markup.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define NAME_MAX_LENGTH 32

typedef struct
{
  const char *text;
  gsize length;
  // What was searched for once to the end in vain is not there.
  gboolean no_comment_end, no_section_end, no_instruction_end, no_raw_end;
} Source;

typedef struct
{
  char name[NAME_MAX_LENGTH]; // in small letters; "!" for what is no element
  gboolean closing;
  gsize end; // behind it
} Tag;

// Behind the next `what` from `at` on; 0: there is none.
static gsize
find_end (Source *source, gsize at, const char *what, gboolean *missing)
{
  const char *found
      = *missing ? NULL : memmem (source->text + at, source->length - at, what, strlen (what));

  *missing = found == NULL;
  return found != NULL ? (gsize)(found - source->text) + strlen (what) : 0;
}

// <!-- -->, <!doctype>, <?xml?>.
static gboolean
parse_other (Source *source, gsize at, Tag *ret_tag)
{
  const char *text = source->text + at;
  gsize left = source->length - at, end = 0;

  if (left >= 4 && memcmp (text, "<!--", 4) == 0)
    end = find_end (source, at + 4, "-->", &source->no_comment_end);
  else if (left >= 9 && memcmp (text, "<![CDATA[", 9) == 0)
    end = at + 9; // its contents are text; the end is taken away where it comes
  else if (left >= 9 && g_ascii_strncasecmp (text, "<!doctype", 9) == 0)
    end = find_end (source, at, ">", &source->no_section_end);
  else if (left >= 3 && text[1] == '?' && g_ascii_isalpha (text[2]))
    end = find_end (source, at, "?>", &source->no_instruction_end);
  if (end == 0)
    return FALSE;
  strcpy (ret_tag->name, "!");
  ret_tag->closing = FALSE;
  ret_tag->end = end;
  return TRUE;
}

// Attributes up to the '>' that ends the tag. Words without a value, unless it is only one, are
// rather text: "if a <b and c> d".
static gboolean
skip_attributes (Source *source, gsize *at)
{
  guint words = 0;
  gboolean valued = FALSE, inside = FALSE;
  char quote = '\0';

  for (gsize i = *at; i < source->length; i++)
    {
      char c = source->text[i];

      if (quote != '\0')
        {
          if (c == quote)
            quote = '\0';
          continue;
        }
      if (c == '<')
        return FALSE;
      if (c == '>')
        {
          *at = i + 1;
          return valued || words <= 1;
        }
      valued = valued || c == '=';
      if ((c == '"' || c == '\'') && valued)
        quote = c;
      words += !inside && !g_ascii_isspace (c) && c != '/';
      inside = !g_ascii_isspace (c);
    }
  return FALSE;
}

static gboolean
parse_tag (Source *source, gsize at, Tag *ret_tag)
{
  gsize i = at + 1, n = 0;

  ret_tag->closing = i < source->length && source->text[i] == '/';
  if (ret_tag->closing)
    i++;
  if (i >= source->length || !g_ascii_isalpha (source->text[i]))
    return parse_other (source, at, ret_tag);
  while (i < source->length && n + 1 < NAME_MAX_LENGTH
         && (g_ascii_isalnum (source->text[i]) || strchr ("-_:.", source->text[i]) != NULL)
         && source->text[i] != '\0')
    ret_tag->name[n++] = g_ascii_tolower (source->text[i++]);
  ret_tag->name[n] = '\0';
  if (i >= source->length)
    return FALSE;
  if (source->text[i] == '/')
    {
      // Of addresses too: <http://…>.
      gsize j = i + 1;

      while (j < source->length && g_ascii_isspace (source->text[j]))
        j++;
      if (j >= source->length || source->text[j] != '>')
        return FALSE;
    }
  else if (source->text[i] != '>' && !g_ascii_isspace (source->text[i]))
    return FALSE;
  if (!skip_attributes (source, &i))
    return FALSE;
  ret_tag->end = i;
  return TRUE;
}

// Behind the end of a script or style that begins at `at`.
static gsize
skip_raw (Source *source, gsize at, const char *name)
{
  for (gsize i = at; !source->no_raw_end && i + 2 < source->length; i++)
    {
      const char *found = memmem (source->text + i, source->length - i, "</", 2);
      Tag tag;

      if (found == NULL)
        break;
      i = (gsize)(found - source->text);
      if (parse_tag (source, i, &tag) && tag.closing && g_str_equal (tag.name, name))
        return tag.end;
    }
  source->no_raw_end = TRUE;
  return at;
}

gunichar
cz_markup_parse_entity (const char *text, gsize length, gsize *ret_length)
{
  static const guint16 windows[32] = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
  };
  const char *end = memchr (text, ';', MIN (length, NAME_MAX_LENGTH));
  char name[NAME_MAX_LENGTH];
  gunichar c = 0;
  gsize n;

  if (end == NULL || end - text < 3)
    return 0;
  n = (gsize)(end - text) - 1;
  memcpy (name, text + 1, n);
  name[n] = '\0';
  *ret_length = n + 2;
  if (name[0] == '#')
    {
      gboolean hexadecimal = name[1] == 'x' || name[1] == 'X';
      const char *digits = name + (hexadecimal ? 2 : 1);
      char *rest;
      guint64 number = g_ascii_strtoull (digits, &rest, hexadecimal ? 16 : 10);

      if (!g_ascii_isxdigit (digits[0]) || *rest != '\0')
        return 0;
      if (number >= 0x80 && number < 0xa0)
        return windows[number - 0x80];
      return number > 0 && number < 0x110000 && (number < 0xd800 || number > 0xdfff)
                 ? (gunichar)number
                 : 0xfffd;
    }
  if (g_str_equal (name, "apos"))
    c = '\'';
  else
    {
      const htmlEntityDesc *entity = htmlEntityLookup ((const xmlChar *)name);

      c = entity != NULL ? entity->value : 0;
    }
  return c;
}

static void
end_line (GString *out, guint breaks)
{
  guint there = 0;

  while (there < out->len && there < breaks && out->str[out->len - 1 - there] == '\n')
    there++;
  for (; out->len > 0 && there < out->len && there < breaks; there++)
    g_string_append_c (out, '\n');
}

static void
add_tag (GString *out, const Tag *tag)
{
  static const char *const blocks[]
      = { "address", "article", "aside", "body",   "dd",    "div", "dl",   "dt",  "figure",
          "footer",  "form",    "head",  "header", "html",  "li",  "main", "nav", "ol",
          "section", "table",   "tbody", "thead",  "title", "tr",  "ul",   NULL };
  static const char *const paragraphs[]
      = { "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", NULL };

  if (g_str_equal (tag->name, "br"))
    g_string_append_c (out, '\n');
  else if (g_strv_contains (paragraphs, tag->name))
    end_line (out, 2);
  else if (g_strv_contains (blocks, tag->name))
    end_line (out, 1);
  else if (tag->closing && (g_str_equal (tag->name, "td") || g_str_equal (tag->name, "th")))
    g_string_append_c (out, '\t');
}

GString *
cz_markup_strip (const char *text, gsize length)
{
  Source source = { .text = text, .length = length };
  GString *out = g_string_sized_new (length);
  gsize at = 0;

  while (at < length)
    {
      gsize next = at, n;
      gunichar c;
      Tag tag;

      while (next < length && text[next] != '<' && text[next] != '&' && text[next] != ']')
        next++;
      g_string_append_len (out, text + at, (gssize)(next - at));
      at = next;
      if (at == length)
        break;
      if (text[at] == '<' && parse_tag (&source, at, &tag))
        {
          add_tag (out, &tag);
          at = tag.end;
          if (!tag.closing && (g_str_equal (tag.name, "script") || g_str_equal (tag.name, "style")))
            at = skip_raw (&source, at, tag.name);
        }
      else if (text[at] == '&' && (c = cz_markup_parse_entity (text + at, length - at, &n)) != 0)
        {
          g_string_append_unichar (out, c);
          at += n;
        }
      else if (length - at >= 3 && memcmp (text + at, "]]>", 3) == 0)
        at += 3;
      else
        g_string_append_c (out, text[at++]);
    }
  return out;
}

GString *
cz_markup_break_lines (const char *text, gsize length)
{
  Source source = { .text = text, .length = length };
  GString *out = g_string_sized_new (length);
  gsize at = 0;

  while (at < length)
    {
      const char *found = memchr (text + at, '<', length - at);
      gsize next = found != NULL ? (gsize)(found - text) : length;
      Tag tag;

      g_string_append_len (out, text + at, (gssize)(next - at));
      at = next;
      if (at == length)
        break;
      if (at + 3 < length && g_ascii_tolower (text[at + (text[at + 1] == '/' ? 2 : 1)]) == 'b'
          && parse_tag (&source, at, &tag) && g_str_equal (tag.name, "br"))
        {
          g_string_append_c (out, '\n');
          at = tag.end;
        }
      else
        g_string_append_c (out, text[at++]);
    }
  return out;
}
