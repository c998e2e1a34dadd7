#include "gui/playground/prediction-column.h"

#include <glib/gi18n.h>

#include "gui/playground/prediction-words.h"

struct _CzPredictionColumn
{
  GtkWidget parent_instance;
  guint color;
  GtkWidget *box;
  GtkWidget *sentence;
  GPtrArray *lists;    // of CzPredictionList, one a mask, not owned
  GPtrArray *headings; // of GtkLabel, "Mask 2"
};

G_DEFINE_FINAL_TYPE (CzPredictionColumn, cz_prediction_column, GTK_TYPE_WIDGET)

static void
cz_prediction_column_dispose (GObject *object)
{
  CzPredictionColumn *self = CZ_PREDICTION_COLUMN (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->lists, g_ptr_array_unref);
  g_clear_pointer (&self->headings, g_ptr_array_unref);
  G_OBJECT_CLASS (cz_prediction_column_parent_class)->dispose (object);
}

static void
cz_prediction_column_class_init (CzPredictionColumnClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_prediction_column_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cz_prediction_column_init (CzPredictionColumn *self)
{
  self->lists = g_ptr_array_new ();
  self->headings = g_ptr_array_new ();
}

GtkWidget *
cz_prediction_column_new (const char *title, guint color)
{
  CzPredictionColumn *self = g_object_new (CZ_TYPE_PREDICTION_COLUMN, NULL);
  GtkWidget *name = gtk_label_new (title);

  self->color = color;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (name, "heading");
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_tooltip_text (name, title);
  gtk_widget_set_margin_bottom (name, 6);
  gtk_box_append (GTK_BOX (self->box), name);
  self->sentence = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->sentence), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->sentence), 0);
  gtk_widget_add_css_class (self->sentence, "dim-label");
  gtk_widget_set_visible (self->sentence, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->sentence);
  gtk_widget_set_size_request (GTK_WIDGET (self), 280, -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return GTK_WIDGET (self);
}

static void
add_mask (CzPredictionColumn *self)
{
  // Translators: %u is the number of a mask in a text with several.
  g_autofree char *text = g_strdup_printf (_ ("Mask %u"), self->lists->len + 1);
  GtkWidget *heading = gtk_label_new (text);
  GtkWidget *list = cz_prediction_list_new (NULL, self->color, FALSE);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "caption-heading");
  gtk_widget_add_css_class (heading, "dim-label");
  gtk_box_append (GTK_BOX (self->box), heading);
  gtk_box_append (GTK_BOX (self->box), list);
  g_ptr_array_add (self->headings, heading);
  g_ptr_array_add (self->lists, list);
}

double
cz_prediction_column_get_highest (JsonObject *answer)
{
  g_autoptr (CzPredictionAnswer) read = cz_prediction_answer_new (answer);

  return cz_prediction_answer_get_highest (read);
}

void
cz_prediction_column_show (
    CzPredictionColumn *self, JsonObject *answer, JsonObject *base, guint top, double full)
{
  g_autoptr (CzPredictionAnswer) read = cz_prediction_answer_new (answer);
  g_autoptr (CzPredictionAnswer) before = base != NULL ? cz_prediction_answer_new (base) : NULL;

  if (before != NULL)
    cz_prediction_answer_compare (read, before);
  while (self->lists->len < read->masks->len)
    add_mask (self);
  gtk_widget_set_visible (self->sentence, FALSE);
  for (guint i = 0; i < self->lists->len; i++)
    {
      cz_prediction_words_show_top (self->lists->pdata[i], cz_prediction_answer_get_mask (read, i),
                                    top, full, before != NULL ? _ ("Before") : NULL, FALSE);
      gtk_widget_set_visible (self->headings->pdata[i],
                              i < read->masks->len && read->masks->len > 1);
    }
}

void
cz_prediction_column_tell (CzPredictionColumn *self, const char *sentence)
{
  gtk_label_set_label (GTK_LABEL (self->sentence), sentence);
  gtk_widget_set_visible (self->sentence, TRUE);
  for (guint i = 0; i < self->lists->len; i++)
    {
      cz_prediction_list_end (self->lists->pdata[i], 0);
      gtk_widget_set_visible (self->headings->pdata[i], FALSE);
    }
}
