#include "gui/playground/prediction-list.h"

struct _CzPredictionList
{
  GtkWidget parent_instance;
  guint color;
  gboolean active;
  GPtrArray *rows; // of CzPredictionRow, not owned
};

G_DEFINE_FINAL_TYPE (CzPredictionList, cz_prediction_list, GTK_TYPE_WIDGET)

static guint chosen_signal;

static void
activated (CzPredictionList *self, CzPredictionRow *row)
{
  guint index;

  if (g_ptr_array_find (self->rows, row, &index))
    g_signal_emit (self, chosen_signal, 0, index);
}

static void
cz_prediction_list_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&CZ_PREDICTION_LIST (object)->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (cz_prediction_list_parent_class)->dispose (object);
}

static void
cz_prediction_list_class_init (CzPredictionListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_prediction_list_dispose;
  chosen_signal = g_signal_new ("chosen", CZ_TYPE_PREDICTION_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cz_prediction_list_init (CzPredictionList *self)
{
  self->rows = g_ptr_array_new ();
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
cz_prediction_list_new (const char *heading, guint color, gboolean active)
{
  CzPredictionList *self = g_object_new (CZ_TYPE_PREDICTION_LIST, NULL);

  self->color = color;
  self->active = active;
  if (heading != NULL)
    {
      GtkWidget *label = gtk_label_new (heading);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (label, "caption-heading");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_set_margin_bottom (label, 3);
      gtk_widget_set_parent (label, GTK_WIDGET (self));
    }
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return GTK_WIDGET (self);
}

void
cz_prediction_list_set (CzPredictionList *self, guint index, const CzPredictionFacts *facts)
{
  while (self->rows->len <= index)
    {
      GtkWidget *row = cz_prediction_row_new (self->color, self->active);

      g_signal_connect_swapped (row, "activated", G_CALLBACK (activated), self);
      gtk_widget_set_parent (row, GTK_WIDGET (self));
      g_ptr_array_add (self->rows, row);
    }
  cz_prediction_row_show (self->rows->pdata[index], facts);
  gtk_widget_set_visible (self->rows->pdata[index], TRUE);
}

void
cz_prediction_list_end (CzPredictionList *self, guint n)
{
  for (guint i = n; i < self->rows->len; i++)
    gtk_widget_set_visible (self->rows->pdata[i], FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}
