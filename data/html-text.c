#include "data/html-text.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "data/text-decoding.h"

#define DEPTH_MAX 1000 // browsers give up at some 500

// libxml2 makes events of the page, and no tree is built of them: memory holds the text alone.
typedef struct
{
  htmlParserCtxtPtr parser;
  GString *text, *title;
  guint breaks; // line breaks that are due: 1 behind a block, 2 behind a paragraph
  guint lines;  // <br>s that are due
  gboolean space, tab;
  guint pre;     // how deep in <pre>
  guint skipped; // how deep in what is left out
  gboolean in_title;
  gboolean fresh_pre; // a line break right behind <pre> does not count
  gssize anchor;      // where the text of a link within this page begins; -1: none
  gboolean too_deep;
} Page;

static gboolean
is_one_of (const char *name, const char *const *names)
{
  return g_strv_contains (names, name);
}

static gboolean
is_block (const char *name)
{
  static const char *const blocks[]
      = { "address",  "article",  "aside",   "body",    "center",  "dd",    "details", "dialog",
          "dir",      "div",      "dl",      "dt",      "figure",  "form",  "footer",  "figcaption",
          "fieldset", "header",   "hgroup",  "html",    "legend",  "li",    "main",    "menu",
          "ol",       "optgroup", "search",  "section", "summary", "tbody", "tfoot",   "thead",
          "tr",       "ul",       "caption", NULL };

  return is_one_of (name, blocks);
}

static gboolean
is_paragraph (const char *name)
{
  static const char *const paragraphs[]
      = { "p",  "h1",  "h2",    "h3",         "h4",      "h5", "h6",
          "hr", "pre", "table", "blockquote", "listing", NULL };

  return is_one_of (name, paragraphs);
}

static const char *
get_attribute (const xmlChar **attributes, const char *name)
{
  for (guint i = 0; attributes != NULL && attributes[i] != NULL; i += 2)
    if (g_ascii_strcasecmp ((const char *)attributes[i], name) == 0)
      return attributes[i + 1] != NULL ? (const char *)attributes[i + 1] : "";
  return NULL;
}

// Nothing is in these, though libxml2 takes all that follows for the contents of some.
static gboolean
is_void (const char *name)
{
  static const char *const voids[]
      = { "area",  "base", "br",   "col",   "embed",  "frame", "hr",  "img",
          "input", "link", "meta", "param", "source", "track", "wbr", NULL };

  return is_one_of (name, voids);
}

static gboolean
is_junk (const char *name, const xmlChar **attributes)
{
  static const char *const junk[]
      = { "script", "style",    "noscript", "template", "nav",   "select", "textarea",
          "button", "iframe",   "object",   "applet",   "audio", "video",  "canvas",
          "svg",    "datalist", "noframes", "map",      NULL };
  static const char *const roles[] = { "navigation", "search", "menu", "menubar", "toolbar", NULL };
  const char *role = get_attribute (attributes, "role");
  const char *style = get_attribute (attributes, "style");

  return !is_void (name)
         && (is_one_of (name, junk) || (role != NULL && is_one_of (role, roles))
             || get_attribute (attributes, "hidden") != NULL
             || (style != NULL
                 && (strstr (style, "display:none") != NULL
                     || strstr (style, "display: none") != NULL)));
}

// Writes the white space that is due before the next text.
static void
settle (Page *page)
{
  guint lines = MAX (page->breaks, page->lines);

  if (page->text->len > 0)
    {
      if (lines > 0)
        for (guint i = 0; i < lines; i++)
          g_string_append_c (page->text, '\n');
      else if (page->tab)
        g_string_append_c (page->text, '\t');
      else if (page->space)
        g_string_append_c (page->text, ' ');
    }
  page->breaks = page->lines = 0;
  page->space = page->tab = FALSE;
}

static void
break_line (Page *page, guint breaks)
{
  page->breaks = MAX (page->breaks, breaks);
  page->space = FALSE;
}

static void
add_kept (Page *page, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (page->fresh_pre && text[i] == '\n')
        {
          page->fresh_pre = FALSE;
          continue;
        }
      page->fresh_pre = FALSE;
      if (text[i] == '\r')
        continue;
      settle (page);
      g_string_append_c (page->text, text[i]);
    }
}

static void
add_flowing (Page *page, const char *text, gsize length)
{
  for (gsize i = 0; i < length;)
    {
      gsize word = i;

      while (word < length && !g_ascii_isspace (text[word]))
        word++;
      if (word > i)
        {
          settle (page);
          g_string_append_len (page->text, text + i, (gssize)(word - i));
        }
      i = word;
      while (i < length && g_ascii_isspace (text[i]))
        {
          page->space = TRUE;
          i++;
        }
    }
}

static void
take_text (void *data, const xmlChar *text, int length)
{
  Page *page = data;

  if (page->in_title)
    g_string_append_len (page->title, (const char *)text, length);
  else if (page->skipped == 0 && page->pre > 0)
    add_kept (page, (const char *)text, (gsize)length);
  else if (page->skipped == 0)
    add_flowing (page, (const char *)text, (gsize)length);
}

static void
take_start (void *data, const xmlChar *name_bytes, const xmlChar **attributes)
{
  Page *page = data;
  const char *name = (const char *)name_bytes;

  if (page->parser->nameNr > DEPTH_MAX)
    {
      page->too_deep = TRUE;
      xmlStopParser (page->parser);
      return;
    }
  if (page->skipped > 0 || is_junk (name, attributes))
    {
      page->skipped++;
      return;
    }
  if (g_str_equal (name, "title"))
    page->in_title = page->title->len == 0;
  else if (g_str_equal (name, "br"))
    {
      page->lines++;
      page->space = FALSE;
    }
  else if (is_paragraph (name))
    break_line (page, 2);
  else if (is_block (name))
    break_line (page, 1);
  if (g_str_equal (name, "pre") || g_str_equal (name, "listing"))
    {
      page->pre++;
      page->fresh_pre = TRUE;
    }
  if (g_str_equal (name, "a"))
    {
      const char *target = get_attribute (attributes, "href");

      page->anchor = target != NULL && target[0] == '#' ? (gssize)page->text->len : -1;
    }
}

static void
end_anchor (Page *page)
{
  static const char *const signs[] = { "¶", "#", "§", "\uf0c1", "🔗", NULL };
  const char *text = page->anchor >= 0 ? page->text->str + page->anchor : "";

  if (page->anchor >= 0 && is_one_of (text + strspn (text, " \n"), signs))
    {
      g_string_truncate (page->text, (gsize)page->anchor);
      page->space = TRUE;
    }
  page->anchor = -1;
}

static void
take_end (void *data, const xmlChar *name_bytes)
{
  Page *page = data;
  const char *name = (const char *)name_bytes;

  if (page->skipped > 0)
    {
      page->skipped--;
      return;
    }
  if (g_str_equal (name, "title"))
    page->in_title = FALSE;
  else if (g_str_equal (name, "a"))
    end_anchor (page);
  else if (g_str_equal (name, "td") || g_str_equal (name, "th"))
    page->tab = TRUE;
  else if (is_paragraph (name))
    break_line (page, 2);
  else if (is_block (name))
    break_line (page, 1);
  if (g_str_equal (name, "tr"))
    page->tab = FALSE;
  if ((g_str_equal (name, "pre") || g_str_equal (name, "listing")) && page->pre > 0)
    {
      page->pre--;
      page->fresh_pre = FALSE;
      while (page->text->len > 0 && page->text->str[page->text->len - 1] == '\n')
        g_string_truncate (page->text, page->text->len - 1);
    }
}

static void
put_title_first (Page *page)
{
  g_auto (GStrv) words = g_strsplit_set (page->title->str, " \t\n\r\f", -1);
  g_autoptr (GString) title = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_string_append_printf (title, "%s%s", title->len > 0 ? " " : "", words[i]);
  if (title->len == 0 || strstr (page->text->str, title->str) != NULL)
    return;
  if (page->text->len > 0)
    g_string_append (title, "\n\n");
  g_string_prepend_len (page->text, title->str, (gssize)title->len);
}

// libxml2 would end at a NUL.
static char *
drop_nuls (const char *html, gsize length, gsize *ret_length)
{
  char *clean = g_malloc (length + 1);
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    if (html[i] != '\0')
      clean[n++] = html[i];
  clean[n] = '\0';
  *ret_length = n;
  return clean;
}

GString *
cz_html_get_text (const char *html, gsize length)
{
  g_autofree char *clean = NULL;
  g_autoptr (GString) text = g_string_new (NULL), title = g_string_new (NULL);
  htmlParserCtxtPtr parser = htmlNewParserCtxt ();
  Page page = { .parser = parser, .text = text, .title = title, .anchor = -1 };
  htmlSAXHandler events = { .startElement = take_start,
                            .endElement = take_end,
                            .characters = take_text,
                            .ignorableWhitespace = take_text };
  htmlDocPtr document;

  if (memchr (html, '\0', length) != NULL)
    html = clean = drop_nuls (html, length, &length);
  *parser->sax = events;
  parser->userData = &page;
  document
      = htmlCtxtReadMemory (parser, html, (int)length, NULL, "UTF-8",
                            HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING
                                | HTML_PARSE_NONET | HTML_PARSE_NOIMPLIED | HTML_PARSE_IGNORE_ENC);
  if (document != NULL)
    xmlFreeDoc (document);
  if (parser->myDoc != NULL && parser->myDoc != document)
    xmlFreeDoc (parser->myDoc);
  parser->myDoc = NULL;
  htmlFreeParserCtxt (parser);
  if (page.too_deep)
    return NULL;
  put_title_first (&page);
  return g_steal_pointer (&text);
}

gboolean
cz_html_is_page (const char *bytes, gsize length)
{
  char start[512];
  gsize n = 0, at = 0;

  // UTF-16 has a NUL beside each of these letters.
  for (gsize i = 0; i < length && n + 1 < sizeof start; i++)
    if (bytes[i] != '\0' && (guchar)bytes[i] < 0x80)
      start[n++] = g_ascii_tolower (bytes[i]);
  start[n] = '\0';
  while (TRUE)
    {
      const char *end;

      while (g_ascii_isspace (start[at]))
        at++;
      if (!g_str_has_prefix (start + at, "<!--") && !g_str_has_prefix (start + at, "<?xml"))
        break;
      end = strstr (start + at, start[at + 1] == '!' ? "-->" : "?>");
      if (end == NULL)
        return FALSE;
      at = (gsize)(end - start) + (start[at + 1] == '!' ? 3 : 2);
    }
  return g_str_has_prefix (start + at, "<!doctype html") || g_str_has_prefix (start + at, "<html>")
         || g_str_has_prefix (start + at, "<html ") || g_str_has_prefix (start + at, "<html\n")
         || g_str_has_prefix (start + at, "<html\r");
}

const char *
cz_html_find_encoding (const char *bytes, gsize length)
{
  g_autofree char *start = g_strndup (bytes, MIN (length, 4096));
  g_autofree char *lower = g_ascii_strdown (start, -1);
  const char *at = lower;

  if (g_str_has_prefix (lower, "<?xml"))
    {
      const char *end = strstr (lower, "?>");
      const char *name = strstr (lower, "encoding");

      if (end != NULL && name != NULL && name < end)
        {
          g_autofree char *label = NULL;

          name += strlen ("encoding");
          name += strspn (name, " =\"'");
          label = g_strndup (name, strcspn (name, " \"'?"));
          return cz_text_encoding_of_label (label);
        }
    }
  while ((at = strstr (at, "<meta")) != NULL)
    {
      const char *end = strchr (at, '>');
      const char *name = strstr (at, "charset");

      if (end == NULL)
        return NULL;
      if (name != NULL && name < end)
        {
          g_autofree char *label = NULL;

          name += strlen ("charset");
          name += strspn (name, " \t\n=\"'");
          label = g_strndup (name, strcspn (name, " \t\n\"';/>"));
          return cz_text_encoding_of_label (label);
        }
      at = end;
    }
  return NULL;
}
