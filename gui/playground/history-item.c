#include "gui/playground/history-item.h"

#include <glib/gi18n.h>
#include <string.h>

#include "data/sentence-set.h"

// Characters of a text that a row shows.
#define SHOWN 300

struct _CzHistoryItem
{
  GObject parent_instance;
  CzPlaygroundEntry *entry;
  char *markup;
  char *folded; // what is searched; made when it is searched first
};

G_DEFINE_FINAL_TYPE (CzHistoryItem, cz_history_item, G_TYPE_OBJECT)

static void
cz_history_item_finalize (GObject *object)
{
  CzHistoryItem *self = CZ_HISTORY_ITEM (object);

  cz_playground_entry_free (self->entry);
  g_free (self->markup);
  g_free (self->folded);
  G_OBJECT_CLASS (cz_history_item_parent_class)->finalize (object);
}

static void
cz_history_item_class_init (CzHistoryItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_history_item_finalize;
}

static void
cz_history_item_init (CzHistoryItem *self)
{
}

CzHistoryItem *
cz_history_item_new (CzPlaygroundEntry *entry)
{
  CzHistoryItem *self = g_object_new (CZ_TYPE_HISTORY_ITEM, NULL);

  self->entry = entry;
  return self;
}

const CzPlaygroundEntry *
cz_history_item_get (CzHistoryItem *self)
{
  return self->entry;
}

// The beginning of a text.
static char *
cut (const char *text)
{
  const char *end = text;

  for (guint i = 0; i < SHOWN && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  return *end == '\0' ? g_strdup (text) : g_strdup_printf ("%.*s…", (int)(end - text), text);
}

const char *
cz_history_item_get_markup (CzHistoryItem *self)
{
  if (self->markup == NULL)
    {
      g_autofree char *shown = cut (self->entry->text);
      g_autofree char *escaped = NULL;
      g_auto (GStrv) parts = NULL;

      g_strdelimit (shown, "\r\n\t", ' ');
      escaped = g_markup_escape_text (shown, -1);
      parts = g_strsplit (escaped, CZ_SENTENCE_MASK, -1);
      self->markup = g_strjoinv ("<b>[…]</b>", parts);
    }
  return self->markup;
}

gboolean
cz_history_item_matches (CzHistoryItem *self, const char *const *words)
{
  if (self->folded == NULL)
    {
      g_autofree char *models = g_strjoinv (" ", self->entry->models);
      g_autofree char *targets = g_strjoinv (" ", self->entry->targets);
      g_autofree char *all = g_strjoin ("\n", self->entry->text, models, targets, NULL);

      self->folded = g_utf8_casefold (all, -1);
    }
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (self->folded, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

char *
cz_history_item_format_time (CzHistoryItem *self, GDateTime *now)
{
  g_autoptr (GDateTime) tried = g_date_time_new_from_unix_local (self->entry->tried);
  int y, m, d, to_y, to_m, to_d;

  if (tried == NULL) // beyond what a clock can tell
    return g_strdup ("");
  g_date_time_get_ymd (tried, &y, &m, &d);
  g_date_time_get_ymd (now, &to_y, &to_m, &to_d);
  if (y == to_y && m == to_m && d == to_d)
    // Translators: hour and minute of today.
    return g_date_time_format (tried, _ ("today, %H:%M"));
  // Translators: a day of the year and the time.
  return g_date_time_format (tried, y == to_y ? _ ("%e %B, %H:%M") : _ ("%e %B %Y"));
}
