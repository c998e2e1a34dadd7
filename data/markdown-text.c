#include "data/markdown-text.h"

#include <md4c.h>
#include <string.h>

#include "data/html-markup.h"

#define LISTS_MAX 100 // in one another; deeper ones go without numbers

typedef struct
{
  GString *text;
  guint breaks; // line breaks that are due
  gboolean tab;
  GString *html; // a block of HTML, gathered
  guint depth;
  guint numbers[LISTS_MAX]; // of the next item; 0: a list of bullets
  gboolean item;            // an item begins: what follows stands on its line
  gboolean in_html;
  gsize events_left; // a table of many columns and rows would make no end of cells
} Markdown;

static void
settle (Markdown *markdown)
{
  if (markdown->text->len > 0 && !markdown->item)
    for (guint i = 0; i < markdown->breaks; i++)
      g_string_append_c (markdown->text, '\n');
  if (markdown->breaks == 0 && markdown->tab)
    g_string_append_c (markdown->text, '\t');
  markdown->breaks = 0;
  markdown->tab = markdown->item = FALSE;
}

static void
break_line (Markdown *markdown, guint breaks)
{
  markdown->breaks = MAX (markdown->breaks, breaks);
  markdown->tab = FALSE;
}

static void
begin_item (Markdown *markdown)
{
  guint *number = markdown->depth <= LISTS_MAX ? &markdown->numbers[markdown->depth - 1] : NULL;

  break_line (markdown, 1);
  if (number == NULL || *number == 0)
    return;
  settle (markdown);
  g_string_append_printf (markdown->text, "%u. ", (*number)++);
  markdown->item = TRUE;
}

static int
enter_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  Markdown *markdown = data;

  if (markdown->events_left-- == 0)
    return 1;
  switch (type)
    {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      break_line (markdown, markdown->depth > 0 ? 1 : 2);
      if (markdown->depth++ < LISTS_MAX)
        markdown->numbers[markdown->depth - 1]
            = type == MD_BLOCK_OL ? ((MD_BLOCK_OL_DETAIL *)detail)->start : 0;
      break;
    case MD_BLOCK_LI:
      begin_item (markdown);
      break;
    case MD_BLOCK_TR:
      break_line (markdown, 1);
      break;
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
    case MD_BLOCK_DOC:
      break;
    default:
      break_line (markdown, 2);
      markdown->in_html = type == MD_BLOCK_HTML;
      break;
    }
  return 0;
}

static int
leave_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  Markdown *markdown = data;

  switch (type)
    {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      break_line (markdown, --markdown->depth > 0 ? 1 : 2);
      break;
    case MD_BLOCK_LI:
    case MD_BLOCK_TR:
      break_line (markdown, 1);
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      markdown->tab = TRUE;
      break;
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_DOC:
      break;
    case MD_BLOCK_CODE:
      while (markdown->text->len > 0 && markdown->text->str[markdown->text->len - 1] == '\n')
        g_string_truncate (markdown->text, markdown->text->len - 1);
      break_line (markdown, 2);
      break;
    case MD_BLOCK_HTML:
      {
        g_autoptr (GString) plain = cz_markup_strip (markdown->html->str, markdown->html->len);

        g_string_truncate (markdown->html, 0);
        markdown->in_html = FALSE;
        g_strstrip (plain->str);
        if (plain->str[0] != '\0')
          {
            settle (markdown);
            g_string_append (markdown->text, plain->str);
          }
        break_line (markdown, 2);
        break;
      }
    default:
      break_line (markdown, 2);
      break;
    }
  return 0;
}

static int
pass_span (MD_SPANTYPE type, void *detail, void *data)
{
  return 0;
}

static int
take_text (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
  Markdown *markdown = data;
  gsize n;
  gunichar c;

  switch (type)
    {
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR:
      settle (markdown);
      g_string_append_c (markdown->text, '\n');
      break;
    case MD_TEXT_HTML:
      if (markdown->in_html)
        g_string_append_len (markdown->html, text, size);
      else if (size >= 3 && g_ascii_strncasecmp (text, "<br", 3) == 0
               && (size == 3 || !g_ascii_isalnum (text[3])))
        {
          settle (markdown);
          g_string_append_c (markdown->text, '\n');
        }
      break;
    case MD_TEXT_ENTITY:
      settle (markdown);
      c = cz_markup_parse_entity (text, size, &n);
      if (c != 0)
        g_string_append_unichar (markdown->text, c);
      else
        g_string_append_len (markdown->text, text, size);
      break;
    case MD_TEXT_NULLCHAR:
      settle (markdown);
      g_string_append_c (markdown->text, '\0');
      break;
    default:
      settle (markdown);
      g_string_append_len (markdown->text, text, size);
      break;
    }
  return 0;
}

// Bytes of the front matter: lines between two of "---" (YAML) or "+++" (TOML), the first of which
// names something.
static gsize
measure_front_matter (const char *text, gsize length)
{
  const char *end = text + length, *line = text;
  char mark = length > 4 ? text[0] : '\0';

  for (guint i = 0; line < end && (mark == '-' || mark == '+'); i++)
    {
      const char *line_end = memchr (line, '\n', (gsize)(end - line));
      const char *next = line_end != NULL ? line_end + 1 : end;
      gsize n = (gsize)(next - line);

      while (n > 0 && g_ascii_isspace (line[n - 1]))
        n--;
      if (i == 0 || (n == 3 && line[0] == mark)
          || (i > 1 && n == 3 && memcmp (line, "...", 3) == 0))
        {
          if (n != 3 || (line[0] != mark && i == 0)
              || (line[0] == mark && (line[1] != mark || line[2] != mark)))
            return 0;
          if (i > 0)
            return (gsize)(next - text);
        }
      else if (i == 1 && memchr (line, mark == '-' ? ':' : '=', n) == NULL)
        return 0;
      line = next;
    }
  return 0;
}

GString *
cz_markdown_get_text (const char *markdown, gsize length)
{
  const MD_PARSER parser = { .flags = MD_DIALECT_GITHUB,
                             .enter_block = enter_block,
                             .leave_block = leave_block,
                             .enter_span = pass_span,
                             .leave_span = pass_span,
                             .text = take_text };
  g_autoptr (GString) text = g_string_sized_new (length), html = g_string_new (NULL);
  Markdown state = { .text = text, .html = html, .events_left = 16 * length + 100000 };
  gsize front = measure_front_matter (markdown, length);

  if (md_parse (markdown + front, (MD_SIZE)(length - front), &parser, &state) != 0)
    return NULL;
  return g_steal_pointer (&text);
}
