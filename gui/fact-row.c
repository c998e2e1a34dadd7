#include "gui/fact-row.h"

GtkWidget *
cz_fact_row_new (const char *title, const char *value)
{
  return cz_fact_row_new_marked (title, value, NULL);
}

GtkWidget *
cz_fact_row_new_marked (const char *title, const char *value, const char *mark)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (value);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_tooltip_text (label, value);
  gtk_widget_add_css_class (label, mark != NULL ? "heading" : "dim-label");
  gtk_widget_add_css_class (label, "fact-value");
  if (mark != NULL)
    {
      GtkWidget *badge = gtk_label_new (mark);

      gtk_widget_add_css_class (badge, "badge");
      gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), badge);
    }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return row;
}
