#include "gui/experiments/compare-parameters.h"

#include <glib/gi18n.h>

#include "gui/chart/palette.h"
#include "gui/experiments/compare-difference.h"

struct _CzCompareParameters
{
  AdwBin parent_instance;
  GPtrArray *differences; // of CzDifference
  GPtrArray *names;       // of char *: the runs'
  GArray *colors;         // guint
  GtkWidget *only;        // the switch
  GtkWidget *grid;
  GtkWidget *same_label; // where nothing differs
  char *shown;           // what the grid was made of
};

G_DEFINE_FINAL_TYPE (CzCompareParameters, cz_compare_parameters, ADW_TYPE_BIN)

static gboolean
is_shown (CzCompareParameters *self, const CzDifference *difference)
{
  return difference->differs || !gtk_switch_get_active (GTK_SWITCH (self->only));
}

static GtkWidget *
add_label (CzCompareParameters *self, int column, int row, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 22);
  gtk_label_set_width_chars (GTK_LABEL (label), column == 0 ? 16 : 9);
  gtk_widget_set_tooltip_text (label, text);
  gtk_grid_attach (GTK_GRID (self->grid), label, column, row, 1, 1);
  return label;
}

static void
add_heads (CzCompareParameters *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  for (guint i = 0; i < self->names->len; i++)
    {
      const char *name = g_ptr_array_index (self->names, i);
      GtkWidget *label = add_label (self, (int)i + 1, 0, name);
      g_autofree char *escaped = g_markup_escape_text (name, -1);
      g_autofree char *markup = g_strdup_printf (
          "<span foreground=\"%s\">●</span> %s",
          cz_palette_get_hex (g_array_index (self->colors, guint, i), dark), escaped);

      gtk_label_set_markup (GTK_LABEL (label), markup);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (label, "heading");
    }
}

static char *
describe (CzCompareParameters *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  g_autofree char *table = cz_compare_parameters_get_table (self);
  GString *text = g_string_new (table);

  g_string_append_printf (text, "%d %d", dark, gtk_switch_get_active (GTK_SWITCH (self->only)));
  for (guint i = 0; i < self->colors->len; i++)
    g_string_append_printf (text, " %u", g_array_index (self->colors, guint, i));
  return g_string_free (text, FALSE);
}

static void
fill (CzCompareParameters *self)
{
  g_autofree char *described = describe (self);
  GtkWidget *child;
  int row = 1;

  if (self->differences == NULL || g_strcmp0 (described, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&described);
  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  add_heads (self);
  for (guint i = 0; i < self->differences->len; i++)
    {
      const CzDifference *difference = g_ptr_array_index (self->differences, i);

      if (!is_shown (self, difference))
        continue;
      gtk_widget_add_css_class (add_label (self, 0, row, difference->title), "dim-label");
      for (guint v = 0; v < difference->values->len; v++)
        {
          const char *value = g_ptr_array_index (difference->values, v);
          GtkWidget *label = add_label (self, (int)v + 1, row, value != NULL ? value : "–");

          gtk_widget_add_css_class (label, "fact-value");
          // Where only what differs is shown, marking all of it would say nothing.
          if (!difference->differs)
            gtk_widget_add_css_class (label, "dim-label");
          else if (!gtk_switch_get_active (GTK_SWITCH (self->only)))
            gtk_widget_add_css_class (label, "differs");
        }
      row++;
    }
  gtk_widget_set_visible (self->same_label, row == 1);
  gtk_widget_set_visible (self->grid, row > 1);
}

void
cz_compare_parameters_show (CzCompareParameters *self,
                            CzRunItem *const *items,
                            GPtrArray *differences,
                            guint n)
{
  g_ptr_array_ref (differences);
  g_clear_pointer (&self->differences, g_ptr_array_unref);
  self->differences = differences;
  g_ptr_array_set_size (self->names, 0);
  g_array_set_size (self->colors, 0);
  for (guint i = 0; i < n; i++)
    {
      guint color = cz_run_item_get_color (items[i]);

      g_ptr_array_add (self->names, g_strdup (cz_run_item_get (items[i])->name));
      g_array_append_val (self->colors, color);
    }
  fill (self);
}

char *
cz_compare_parameters_get_table (CzCompareParameters *self)
{
  GString *text = g_string_new (_ ("Parameter"));

  for (guint i = 0; i < self->names->len; i++)
    g_string_append_printf (text, "\t%s", (char *)g_ptr_array_index (self->names, i));
  g_string_append_c (text, '\n');
  for (guint i = 0; self->differences != NULL && i < self->differences->len; i++)
    {
      const CzDifference *difference = g_ptr_array_index (self->differences, i);

      if (!is_shown (self, difference))
        continue;
      g_string_append (text, difference->title);
      for (guint v = 0; v < difference->values->len; v++)
        {
          const char *value = g_ptr_array_index (difference->values, v);

          g_string_append_printf (text, "\t%s", value != NULL ? value : "–");
        }
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

// ---- Life ----

static void
cz_compare_parameters_finalize (GObject *object)
{
  CzCompareParameters *self = CZ_COMPARE_PARAMETERS (object);

  g_clear_pointer (&self->differences, g_ptr_array_unref);
  g_ptr_array_unref (self->names);
  g_array_unref (self->colors);
  g_free (self->shown);
  G_OBJECT_CLASS (cz_compare_parameters_parent_class)->finalize (object);
}

static void
cz_compare_parameters_class_init (CzCompareParametersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_compare_parameters_finalize;
}

static void
cz_compare_parameters_init (CzCompareParameters *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *label = gtk_label_new (_ ("Only what differs"));
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->colors = g_array_new (FALSE, FALSE, sizeof (guint));
  self->only = gtk_switch_new ();
  gtk_switch_set_active (GTK_SWITCH (self->only), TRUE);
  gtk_widget_set_valign (self->only, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->only), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Only what differs"), -1);
  g_signal_connect_swapped (self->only, "notify::active", G_CALLBACK (fill), self);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->only);
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_widget_set_margin_bottom (self->grid, 12);
  self->same_label = gtk_label_new (_ ("They were made with the same parameters."));
  gtk_label_set_xalign (GTK_LABEL (self->same_label), 0);
  gtk_widget_add_css_class (self->same_label, "dim-label");
  gtk_widget_set_visible (self->same_label, FALSE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->grid);
  gtk_box_append (GTK_BOX (content), self->same_label);
  gtk_box_append (GTK_BOX (content), scrolled);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Parameters"));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), box);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), content);
  adw_bin_set_child (ADW_BIN (self), group);
}
