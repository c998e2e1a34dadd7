#include "gui/experiments/explanation-button.h"

#include <glib/gi18n.h>
#include <math.h>

struct _CzExplanationButton
{
  AdwBin parent_instance;
  CzExplanationTopic topic;
  CzRunItem *item;
  GtkWidget *button;
  GtkWidget *scrolled;
  GtkWidget *box; // of paragraphs
};

G_DEFINE_FINAL_TYPE (CzExplanationButton, cz_explanation_button, ADW_TYPE_BIN)

static void
add_text (CzExplanationButton *self, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 62);
  gtk_label_set_width_chars (GTK_LABEL (label), 62);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (self->box), label);
}

// Filled each time it opens: the numbers may have changed.
static void
fill (CzExplanationButton *self)
{
  static const CzRun nothing = { .before = NAN, .best = NAN, .after = NAN };
  g_autoptr (GPtrArray) list = cz_explanation_list (
      self->topic, self->item != NULL ? cz_run_item_get (self->item) : &nothing);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  for (guint i = 0; i < list->len; i++)
    {
      const CzExplanation *explanation = g_ptr_array_index (list, i);

      add_text (self, explanation->heading, "heading");
      if (i > 0)
        gtk_widget_set_margin_top (gtk_widget_get_last_child (self->box), 9);
      add_text (self, explanation->body, NULL);
    }
}

static void
take_focus (CzExplanationButton *self)
{
  gtk_widget_grab_focus (self->scrolled);
}

static void
cz_explanation_button_dispose (GObject *object)
{
  g_clear_object (&CZ_EXPLANATION_BUTTON (object)->item);
  G_OBJECT_CLASS (cz_explanation_button_parent_class)->dispose (object);
}

static void
cz_explanation_button_class_init (CzExplanationButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_explanation_button_dispose;
}

static void
cz_explanation_button_init (CzExplanationButton *self)
{
  GtkWidget *popover = gtk_popover_new ();

  // Without anything to focus in it, the popover would hear no Escape.
  self->scrolled = gtk_scrolled_window_new ();
  gtk_widget_set_focusable (self->scrolled, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_object_set (self->box, "margin-top", 9, "margin-bottom", 9, "margin-start", 9, "margin-end", 9,
                NULL);
  g_object_set (self->scrolled, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height",
                TRUE, "max-content-height", 460, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->box);
  gtk_popover_set_child (GTK_POPOVER (popover), self->scrolled);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (fill), self);
  g_signal_connect_data (popover, "map", G_CALLBACK (take_focus), self, NULL,
                         G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "dialog-information-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "circular");
  adw_bin_set_child (ADW_BIN (self), self->button);
  cz_explanation_button_set_topic (self, CZ_EXPLANATION_PERPLEXITY);
}

void
cz_explanation_button_set_topic (CzExplanationButton *self, CzExplanationTopic topic)
{
  const char *label = topic == CZ_EXPLANATION_PERPLEXITY ? _ ("What perplexity means")
                                                         : _ ("What cross-entropy means");

  self->topic = topic;
  gtk_widget_set_tooltip_text (self->button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

void
cz_explanation_button_set_run (CzExplanationButton *self, CzRunItem *item)
{
  g_set_object (&self->item, item);
}
