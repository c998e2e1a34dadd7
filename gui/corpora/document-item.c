#include "gui/corpora/document-item.h"

#include <string.h>

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

// One line of markup; U+0002 and U+0003 become bold.
static char *
make_markup (const char *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize)length);
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

static gint64
count_words (const char *text, gsize length)
{
  gint64 n = 0;
  gboolean inside = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      // Bytes above ASCII belong to letters in nearly all of what people write.
      gboolean letter = g_ascii_isalnum (text[i]) || (guchar)text[i] >= 0x80;

      n += letter && !inside;
      inside = letter;
    }
  return n;
}

void
cz_document_item_take (CzDocumentItem *self, CzDocument *document)
{
  gint64 n = count_words (document->text, document->length);
  gboolean whole = document->bytes <= (gint64)document->length;
  g_autofree char *count = NULL;

  if (!whole && document->length > 0)
    n = (gint64)((double)n * (double)document->bytes / (double)document->length);
  count = cz_numbers_count (n);
  g_clear_pointer (&self->document, cz_document_free);
  g_free (self->markup);
  g_free (self->words);
  self->document = document;
  self->words = g_strconcat (whole ? "" : "~", count, NULL);
  self->markup = document->snippet != NULL
                     ? make_markup (document->snippet, strlen (document->snippet))
                     : make_markup (document->text, document->length);
  g_signal_emit (self, changed_signal, 0);
}

const CzDocument *
cz_document_item_get (CzDocumentItem *self)
{
  return self->document;
}

const char *
cz_document_item_get_markup (CzDocumentItem *self)
{
  return self->markup != NULL ? self->markup : "";
}

const char *
cz_document_item_get_words (CzDocumentItem *self)
{
  return self->words != NULL ? self->words : "";
}
