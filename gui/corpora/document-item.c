#include "gui/corpora/document-item.h"

#include <string.h>

#include "data/word.h"
#include "gui/numbers.h"

// Characters of a text that a row shows at most.
#define SHOWN 400

struct _CzDocumentItem
{
  GObject parent_instance;
  CzDocument *document;
  char *markup;
  char *words;
};

G_DEFINE_FINAL_TYPE (CzDocumentItem, cz_document_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
cz_document_item_finalize (GObject *object)
{
  CzDocumentItem *self = CZ_DOCUMENT_ITEM (object);

  g_clear_pointer (&self->document, cz_document_free);
  g_free (self->markup);
  g_free (self->words);
  G_OBJECT_CLASS (cz_document_item_parent_class)->finalize (object);
}

static void
cz_document_item_class_init (CzDocumentItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_document_item_finalize;
  changed_signal = g_signal_new ("changed", CZ_TYPE_DOCUMENT_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_document_item_init (CzDocumentItem *self)
{
}

CzDocumentItem *
cz_document_item_new (void)
{
  return g_object_new (CZ_TYPE_DOCUMENT_ITEM, NULL);
}

// One line of markup from valid UTF-8; U+0002 and U+0003 become bold.
static char *
make_markup (const char *valid)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean space = TRUE, bold = FALSE;
  guint n = 0;

  for (const char *at = valid; *at != '\0' && n < SHOWN; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == 2 || c == 3)
        {
          if (bold != (c == 2))
            g_string_append (line, c == 2 ? "<b>" : "</b>");
          bold = c == 2;
        }
      else if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          if (!space)
            g_string_append_c (line, ' ');
          space = TRUE;
          n++;
        }
      else
        {
          space = FALSE;
          n++;
          if (c == '&')
            g_string_append (line, "&amp;");
          else if (c == '<')
            g_string_append (line, "&lt;");
          else if (c == '>')
            g_string_append (line, "&gt;");
          else
            g_string_append_unichar (line, c);
        }
    }
  if (bold)
    g_string_append (line, "</b>");
  return g_strdup (line->str);
}

void
cz_document_item_take (CzDocumentItem *self, CzDocument *document)
{
  g_clear_pointer (&self->document, cz_document_free);
  g_clear_pointer (&self->markup, g_free);
  g_clear_pointer (&self->words, g_free);
  self->document = document;
  g_signal_emit (self, changed_signal, 0);
}

const CzDocument *
cz_document_item_get (CzDocumentItem *self)
{
  return self->document;
}

// Made when a row asks for it: most documents of a page that was read are never looked at.
const char *
cz_document_item_get_markup (CzDocumentItem *self)
{
  const CzDocument *document = self->document;

  if (document == NULL)
    return "";
  if (self->markup == NULL)
    {
      const char *shown = document->snippet != NULL ? document->snippet : document->text;
      gsize length = document->snippet != NULL ? strlen (document->snippet) : document->length;
      // A character has 4 bytes at most; one cut in two at the end is not among those shown.
      g_autofree char *valid = g_utf8_make_valid (shown, (gssize)MIN (length, 8 * SHOWN));

      self->markup = make_markup (valid);
    }
  return self->markup;
}

const char *
cz_document_item_get_words (CzDocumentItem *self)
{
  const CzDocument *document = self->document;

  if (document == NULL)
    return "";
  if (self->words == NULL)
    {
      gboolean whole = document->bytes <= (gint64)document->length;
      g_autofree char *valid = g_utf8_make_valid (document->text, (gssize)document->length);
      gint64 n = cz_word_count (valid, strlen (valid));
      g_autofree char *count = NULL;

      if (!whole && document->length > 0)
        n = (gint64)((double)n * (double)document->bytes / (double)document->length);
      count = cz_numbers_count (n);
      self->words = g_strconcat (whole ? "" : "~", count, NULL);
    }
  return self->words;
}
