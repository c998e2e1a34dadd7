#include "gui/playground/divergence-label.h"

#include <glib/gi18n.h>
#include <math.h>

struct _CzDivergenceLabel
{
  GtkWidget parent_instance;
  GtkWidget *label;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (CzDivergenceLabel, cz_divergence_label, GTK_TYPE_WIDGET)

static void
cz_divergence_label_dispose (GObject *object)
{
  CzDivergenceLabel *self = CZ_DIVERGENCE_LABEL (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  G_OBJECT_CLASS (cz_divergence_label_parent_class)->dispose (object);
}

static void
cz_divergence_label_class_init (CzDivergenceLabelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_divergence_label_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
make_explanation (void)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *label = gtk_label_new (
      _ ("How far apart the two models are at this mask, over all words of the vocabulary: the "
         "Jensen–Shannon divergence. 0 bits: both give every word the same probability. 1 bit: "
         "they share no word at all. Whoever is told a word drawn from one of the two learns that "
         "many bits about which of them it came from."));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 48);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  g_object_set (label, "margin-top", 6, "margin-bottom", 6, "margin-start", 6, "margin-end", 6,
                NULL);
  gtk_popover_set_child (GTK_POPOVER (popover), label);
  return popover;
}

static void
cz_divergence_label_init (CzDivergenceLabel *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))),
                              3);
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->label, "dim-label");
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "dialog-information-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), make_explanation ());
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "circular");
  gtk_widget_add_css_class (self->button, "small-button");
  gtk_widget_set_tooltip_text (self->button, _ ("What the divergence means"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What the divergence means"), -1);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
cz_divergence_label_new (void)
{
  return g_object_new (CZ_TYPE_DIVERGENCE_LABEL, NULL);
}

void
cz_divergence_label_show (CzDivergenceLabel *self, double bits, const char *note, const char *base)
{
  g_autofree char *text = NULL;

  if (!isnan (bits) && bits >= 0.0005)
    // Translators: how far the predictions of two models lie apart, the other model's name.
    text = g_strdup_printf (_ ("%.3f bits apart from %s"), bits, base);
  else if (!isnan (bits))
    text = g_strdup_printf (_ ("Less than 0.001 bits apart from %s"), base);
  else
    text = g_strdup (note);
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
  gtk_widget_set_visible (self->button, !isnan (bits));
  gtk_label_set_label (GTK_LABEL (self->label), text != NULL ? text : "");
  gtk_widget_set_tooltip_text (self->label, text);
}
