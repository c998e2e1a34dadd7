#include "gui/playground/surprisal-section.h"

#include <glib/gi18n.h>

#include "gui/experiments/run-dot.h"

// A longer text scrolls, so that only what is seen is drawn.
#define TALLEST 360

struct _CzSurprisalSection
{
  AdwBin parent_instance;
  CzRunDot *dot;
  GtkLabel *title;
  GtkLabel *what; // the difference to whom
  GtkScrolledWindow *scrolled;
  CzSurprisalText *text;
};

G_DEFINE_FINAL_TYPE (CzSurprisalSection, cz_surprisal_section, ADW_TYPE_BIN)

void
cz_surprisal_section_show (CzSurprisalSection *self,
                           CzSurprisalScores *scores,
                           guint model,
                           CzTintKind kind)
{
  const CzSurprisalModel *of = &scores->models[model];
  // Translators: %s is a model's name: the text's words tinted by their bits under it.
  g_autofree char *label = g_strdup_printf (_ ("Surprisal under %s"), of->title);
  // Translators: %s is a model's name.
  g_autofree char *what = g_strdup_printf (_ ("difference to %s"), scores->models[0].title);

  cz_run_dot_set_color (self->dot, of->color);
  gtk_label_set_label (self->title, of->title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), of->title);
  gtk_label_set_label (self->what, what);
  gtk_widget_set_visible (GTK_WIDGET (self->what), kind == CZ_TINT_DIFFERENCE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  cz_surprisal_text_show (self->text, scores, model, kind);
}

CzSurprisalText *
cz_surprisal_section_get_text (CzSurprisalSection *self)
{
  return self->text;
}

GtkAdjustment *
cz_surprisal_section_get_adjustment (CzSurprisalSection *self)
{
  return gtk_scrolled_window_get_vadjustment (self->scrolled);
}

static void
cz_surprisal_section_class_init (CzSurprisalSectionClass *klass)
{
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cz_surprisal_section_init (CzSurprisalSection *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->dot = CZ_RUN_DOT (cz_run_dot_new ());
  self->title = GTK_LABEL (gtk_label_new (NULL));
  self->what = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "heading");
  gtk_widget_add_css_class (GTK_WIDGET (self->what), "dim-label");
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (self->what, PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->dot));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->what));
  gtk_box_append (GTK_BOX (box), head);
  self->text = CZ_SURPRISAL_TEXT (cz_surprisal_text_new ());
  self->scrolled = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (self->scrolled, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (self->scrolled, TALLEST);
  gtk_scrolled_window_set_propagate_natural_height (self->scrolled, TRUE);
  gtk_scrolled_window_set_child (self->scrolled, GTK_WIDGET (self->text));
  gtk_widget_add_css_class (GTK_WIDGET (self->scrolled), "surprisal-area");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->scrolled));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
cz_surprisal_section_new (void)
{
  return g_object_new (CZ_TYPE_SURPRISAL_SECTION, NULL);
}
