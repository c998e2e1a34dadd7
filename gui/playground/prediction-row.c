#include "gui/playground/prediction-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/numbers.h"
#include "gui/playground/bar.h"

// From which factor on a probability is said to have risen or fallen, and from which on by how much
// is written.
#define NOTABLE 1.1
#define WRITTEN 2.0

struct _CzPredictionRow
{
  GtkWidget parent_instance;
  GtkWidget *word;
  GtkWidget *detail;
  GtkWidget *bar;
  GtkWidget *number;
  GtkWidget *change;
};

G_DEFINE_FINAL_TYPE (CzPredictionRow, cz_prediction_row, GTK_TYPE_WIDGET)

static guint activated_signal;

// ---- Rising and falling ----

static char *
write_factor (const char *mark, double factor)
{
  if (factor < WRITTEN)
    return g_strdup (mark);
  // Translators: an arrow, and how many times as likely a word became; keep it short.
  return factor < 99.5 ? g_strdup_printf (_ ("%s %.0f×"), mark, factor)
                       : g_strdup_printf (_ ("%s >99×"), mark);
}

static void
show_change (CzPredictionRow *self, const CzPredictionFacts *facts)
{
  g_autofree char *text = NULL;
  g_autofree char *told = NULL;
  const char *style = NULL;

  if (facts->compared && isnan (facts->before))
    {
      text = g_strdup ("▲");
      told = g_strdup (_ ("Risen: it was not among the likely words"));
      style = "rise";
    }
  else if (facts->compared && facts->now > facts->before * NOTABLE)
    {
      g_autofree char *number = cz_numbers_probability (facts->before);

      text = write_factor ("▲", facts->now / facts->before);
      // Translators: %s is a probability with the base model.
      told = g_strdup_printf (_ ("Risen from %s"), number);
      style = "rise";
    }
  else if (facts->compared && facts->now * NOTABLE < facts->before)
    {
      g_autofree char *number = cz_numbers_probability (facts->before);

      text = write_factor ("▼", facts->before / facts->now);
      told = g_strdup_printf (_ ("Fallen from %s"), number);
      style = "fall";
    }
  gtk_label_set_label (GTK_LABEL (self->change), text != NULL ? text : "");
  gtk_widget_remove_css_class (self->change, "rise");
  gtk_widget_remove_css_class (self->change, "fall");
  if (style != NULL)
    gtk_widget_add_css_class (self->change, style);
  gtk_widget_set_tooltip_text (self->change, told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->change), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  told != NULL ? told : "", -1);
}

void
cz_prediction_row_show (CzPredictionRow *self, const CzPredictionFacts *facts)
{
  // Translators: a word and its probability, read aloud.
  g_autofree char *name = g_strdup_printf (_ ("%s, %s"), facts->word, facts->number);

  gtk_label_set_label (GTK_LABEL (self->word), facts->word);
  gtk_label_set_label (GTK_LABEL (self->detail), facts->detail != NULL ? facts->detail : "");
  // What is told in words takes the bar's room.
  gtk_widget_set_visible (self->detail, facts->detail != NULL);
  gtk_widget_set_visible (self->bar, facts->detail == NULL);
  cz_bar_set_value (CZ_BAR (self->bar), facts->share);
  gtk_label_set_label (GTK_LABEL (self->number), facts->number);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), facts->told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  facts->told != NULL ? facts->told : "", -1);
  show_change (self, facts);
}

// ---- Life ----

static void
released (CzPredictionRow *self)
{
  g_signal_emit (self, activated_signal, 0);
}

static gboolean
key_pressed (CzPredictionRow *self, guint key)
{
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_space)
    return FALSE;
  g_signal_emit (self, activated_signal, 0);
  return TRUE;
}

static void
cz_prediction_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (cz_prediction_row_parent_class)->dispose (object);
}

static void
cz_prediction_row_class_init (CzPredictionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_prediction_row_dispose;
  activated_signal = g_signal_new ("activated", CZ_TYPE_PREDICTION_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "prediction");
}

static GtkWidget *
add_label (CzPredictionRow *self, float xalign, int chars)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_width_chars (GTK_LABEL (label), chars);
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  return label;
}

static void
cz_prediction_row_init (CzPredictionRow *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))),
                              9);
  self->word = add_label (self, 0, 10);
  gtk_label_set_max_width_chars (GTK_LABEL (self->word), 14);
  gtk_label_set_ellipsize (GTK_LABEL (self->word), PANGO_ELLIPSIZE_END);
  self->detail = add_label (self, 0, -1);
  gtk_label_set_ellipsize (GTK_LABEL (self->detail), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->detail, TRUE);
  gtk_widget_add_css_class (self->detail, "dim-label");
  gtk_widget_add_css_class (self->detail, "caption");
}

GtkWidget *
cz_prediction_row_new (guint color, gboolean active)
{
  CzPredictionRow *self = g_object_new (
      CZ_TYPE_PREDICTION_ROW, "accessible-role",
      active ? GTK_ACCESSIBLE_ROLE_BUTTON : GTK_ACCESSIBLE_ROLE_GROUP, "focusable", active, NULL);

  self->bar = cz_bar_new (color);
  gtk_widget_set_hexpand (self->bar, TRUE);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  self->number = add_label (self, 1, 6);
  gtk_widget_add_css_class (self->number, "numeric");
  self->change = add_label (self, 0, 5);
  gtk_widget_add_css_class (self->change, "caption");
  gtk_widget_add_css_class (self->change, "numeric");
  if (active)
    {
      GtkGesture *click = gtk_gesture_click_new ();
      GtkEventController *keys = gtk_event_controller_key_new ();

      g_signal_connect_swapped (click, "released", G_CALLBACK (released), self);
      gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
      g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
      gtk_widget_add_controller (GTK_WIDGET (self), keys);
      gtk_widget_add_css_class (GTK_WIDGET (self), "active");
      gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "pointer");
    }
  return GTK_WIDGET (self);
}
