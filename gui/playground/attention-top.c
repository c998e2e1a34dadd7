#include "gui/playground/attention-top.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/playground/bar.h"

#define SHOWN 8

// Colours of the palette, as the scale has them.
#define MORE 0
#define LESS 4

typedef struct
{
  GtkWidget *word, *more, *less, *number; // one of the bars is seen
} Row;

struct _CzAttentionTop
{
  GtkWidget parent_instance;
  GtkWidget *grid;
  Row rows[SHOWN];
};

G_DEFINE_FINAL_TYPE (CzAttentionTop, cz_attention_top, GTK_TYPE_WIDGET)

guint
cz_attention_top_order (const float *words, guint n_words, guint n, guint *ret)
{
  guint found = 0;

  for (guint word = 0; word < n_words; word++)
    {
      guint at = found;

      if (words[word] == 0)
        continue;
      while (at > 0 && fabsf (words[ret[at - 1]]) < fabsf (words[word]))
        at--;
      if (at >= n)
        continue;
      found = MIN (found + 1, n);
      for (guint i = found - 1; i > at; i--)
        ret[i] = ret[i - 1];
      ret[at] = word;
    }
  return found;
}

// A word that stands several times is numbered, so that one is told from the other.
static char *
name_word (const CzAttentionAnswer *answer, guint index)
{
  guint before = 0, after = 0;

  for (guint i = 0; i < answer->n_words; i++)
    {
      if (i == index || !g_str_equal (answer->words[i].text, answer->words[index].text))
        continue;
      if (i < index)
        before++;
      else
        after++;
    }
  return before + after == 0 ? g_strdup (answer->words[index].text)
                             : g_strdup_printf ("%s (%u)", answer->words[index].text, before + 1);
}

void
cz_attention_top_show (CzAttentionTop *self,
                       const CzAttentionAnswer *answer,
                       const float *row,
                       gboolean difference)
{
  g_autofree float *words = cz_attention_answer_add_up (answer, row);
  guint order[SHOWN], n = cz_attention_top_order (words, answer->n_words, SHOWN, order);
  float full = n > 0 ? fabsf (words[order[0]]) : 1;

  for (guint i = 0; i < SHOWN; i++)
    {
      Row *at = &self->rows[i];
      g_autofree char *name = i < n ? name_word (answer, order[i]) : NULL;
      float value = i < n ? words[order[i]] : 0;
      g_autofree char *number = cz_attention_write (value, difference);

      gtk_widget_set_visible (at->word, i < n);
      gtk_widget_set_visible (at->number, i < n);
      gtk_widget_set_visible (at->more, i < n && value >= 0);
      gtk_widget_set_visible (at->less, i < n && value < 0);
      if (i >= n)
        continue;
      gtk_label_set_label (GTK_LABEL (at->word), name);
      gtk_widget_set_tooltip_text (at->word, name);
      gtk_label_set_label (GTK_LABEL (at->number), number);
      cz_bar_set_value (CZ_BAR (value < 0 ? at->less : at->more), fabsf (value) / full);
    }
}

// ---- Life ----

static void
cz_attention_top_dispose (GObject *object)
{
  g_clear_pointer (&CZ_ATTENTION_TOP (object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (cz_attention_top_parent_class)->dispose (object);
}

static void
cz_attention_top_class_init (CzAttentionTopClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_attention_top_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cz_attention_top_init (CzAttentionTop *self)
{
  GtkGrid *grid;

  self->grid = gtk_grid_new ();
  grid = GTK_GRID (self->grid);
  gtk_grid_set_column_spacing (grid, 12);
  gtk_grid_set_row_spacing (grid, 6);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Words looked at most"), -1);
  for (int i = 0; i < SHOWN; i++)
    {
      Row *row = &self->rows[i];

      row->word = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (row->word), 0);
      gtk_label_set_width_chars (GTK_LABEL (row->word), 10);
      gtk_label_set_max_width_chars (GTK_LABEL (row->word), 14);
      gtk_label_set_ellipsize (GTK_LABEL (row->word), PANGO_ELLIPSIZE_END);
      row->more = cz_bar_new (MORE);
      row->less = cz_bar_new (LESS);
      gtk_widget_set_hexpand (row->more, TRUE);
      gtk_widget_set_hexpand (row->less, TRUE);
      row->number = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (row->number), 1);
      gtk_label_set_width_chars (GTK_LABEL (row->number), 6);
      gtk_widget_add_css_class (row->number, "numeric");
      gtk_grid_attach (grid, row->word, 0, i, 1, 1);
      gtk_grid_attach (grid, row->more, 1, i, 1, 1);
      gtk_grid_attach (grid, row->less, 1, i, 1, 1);
      gtk_grid_attach (grid, row->number, 2, i, 1, 1);
      gtk_widget_set_visible (row->word, FALSE);
      gtk_widget_set_visible (row->more, FALSE);
      gtk_widget_set_visible (row->less, FALSE);
      gtk_widget_set_visible (row->number, FALSE);
    }
}
