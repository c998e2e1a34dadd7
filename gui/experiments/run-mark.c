#include "gui/experiments/run-mark.h"

#include <glib/gi18n.h>

#include "gui/chart/palette.h"
#include "gui/window.h"

struct _CzRunMark
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzRunItem *item;
  GtkWidget *star;
  GtkWidget *color_button;
  GtkWidget *dot;
  GtkWidget *colors; // a popover
  GtkEditable *name; // a GtkEditableLabel
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (CzRunMark, cz_run_mark, ADW_TYPE_BIN)

static void
set_dot (GtkWidget *label, guint color)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  g_autofree char *markup = g_strdup_printf ("<span foreground=\"%s\" size=\"large\">●</span>",
                                             cz_palette_get_hex (color, dark));

  gtk_label_set_markup (GTK_LABEL (label), markup);
}

void
cz_run_mark_update (CzRunMark *self)
{
  const CzRun *run;

  if (self->item == NULL)
    return;
  run = cz_run_item_get (self->item);
  self->filling = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->star), run->starred);
  gtk_button_set_icon_name (GTK_BUTTON (self->star),
                            run->starred ? "starred-symbolic" : "non-starred-symbolic");
  set_dot (self->dot, cz_run_item_get_color (self->item));
  if (!gtk_editable_label_get_editing (GTK_EDITABLE_LABEL (self->name))
      && g_strcmp0 (gtk_editable_get_text (self->name), run->name) != 0)
    gtk_editable_set_text (self->name, run->name);
  self->filling = FALSE;
}

// What was done is shown at once; what was not is told and taken back.
static void
done (CzRunMark *self, gboolean well, const char *heading, const GError *error)
{
  if (!well)
    cz_window_tell_error (GTK_WIDGET (self), heading, error->message);
  cz_workbench_refresh (self->workbench);
  cz_run_mark_update (self);
}

static void
star_toggled (CzRunMark *self)
{
  gboolean starred = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->star));
  g_autoptr (GError) error = NULL;

  if (self->filling || self->item == NULL)
    return;
  done (self,
        cz_run_set_starred (cz_workbench_get_library (self->workbench),
                            cz_run_item_get (self->item)->id, starred, &error),
        _ ("The star could not be kept"), error);
}

static void
color_clicked (CzRunMark *self, GtkWidget *button)
{
  int color = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "color"));
  g_autoptr (GError) error = NULL;

  gtk_popover_popdown (GTK_POPOVER (self->colors));
  if (self->item == NULL)
    return;
  done (self,
        cz_run_set_color (cz_workbench_get_library (self->workbench),
                          cz_run_item_get (self->item)->id, color, &error),
        _ ("The colour could not be kept"), error);
}

static void
editing_changed (CzRunMark *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
  g_autoptr (GError) error = NULL;

  if (self->filling || self->item == NULL
      || gtk_editable_label_get_editing (GTK_EDITABLE_LABEL (self->name)))
    return;
  if (name[0] == '\0' || g_str_equal (name, cz_run_item_get (self->item)->name))
    {
      cz_run_mark_update (self);
      return;
    }
  done (self,
        cz_run_rename (cz_workbench_get_library (self->workbench), cz_run_item_get (self->item)->id,
                       name, &error),
        _ ("The run could not be renamed"), error);
}

// ---- Life ----

static GtkWidget *
make_colors (CzRunMark *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *usual = gtk_button_new_with_label (_ ("By its number"));

  for (guint i = 0; i < CZ_PALETTE_SIZE; i++)
    {
      GtkWidget *button = gtk_button_new ();
      GtkWidget *dot = gtk_label_new (NULL);
      g_autofree char *label = g_strdup_printf (_ ("Colour %u"), i + 1);

      set_dot (dot, i);
      gtk_button_set_child (GTK_BUTTON (button), dot);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      g_object_set_data (G_OBJECT (button), "color", GINT_TO_POINTER ((int)i));
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (color_clicked), self);
      gtk_grid_attach (GTK_GRID (grid), button, (int)i % 4, (int)i / 4, 1, 1);
    }
  gtk_widget_add_css_class (usual, "flat");
  g_object_set_data (G_OBJECT (usual), "color", GINT_TO_POINTER (-1));
  g_signal_connect_swapped (usual, "clicked", G_CALLBACK (color_clicked), self);
  gtk_grid_attach (GTK_GRID (grid), usual, 0, 2, 4, 1);
  gtk_popover_set_child (GTK_POPOVER (popover), grid);
  return popover;
}

static void
style_changed (CzRunMark *self)
{
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->color_button), NULL);
  self->colors = make_colors (self);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->color_button), self->colors);
  cz_run_mark_update (self);
}

static void
cz_run_mark_dispose (GObject *object)
{
  g_clear_object (&CZ_RUN_MARK (object)->item);
  G_OBJECT_CLASS (cz_run_mark_parent_class)->dispose (object);
}

static void
cz_run_mark_class_init (CzRunMarkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_run_mark_dispose;
}

static void
cz_run_mark_init (CzRunMark *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->star = gtk_toggle_button_new ();
  gtk_widget_add_css_class (self->star, "flat");
  gtk_widget_set_valign (self->star, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->star, _ ("Star"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->star), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Star"), -1);
  self->dot = gtk_label_new (NULL);
  self->color_button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->color_button), self->dot);
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (self->color_button), FALSE);
  gtk_widget_set_valign (self->color_button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->color_button, _ ("Colour in charts"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->color_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Colour in charts"), -1);
  self->name = GTK_EDITABLE (gtk_editable_label_new (""));
  gtk_widget_add_css_class (GTK_WIDGET (self->name), "title-2");
  gtk_widget_set_hexpand (GTK_WIDGET (self->name), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), _ ("Name of the run; click to change it"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->name), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name of the run"), -1);
  gtk_box_append (GTK_BOX (box), self->star);
  gtk_box_append (GTK_BOX (box), self->color_button);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->name));
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_swapped (self->star, "toggled", G_CALLBACK (star_toggled), self);
  g_signal_connect_swapped (self->name, "notify::editing", G_CALLBACK (editing_changed), self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (style_changed), self, G_CONNECT_SWAPPED);
  style_changed (self);
}

void
cz_run_mark_set_workbench (CzRunMark *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_run_mark_show (CzRunMark *self, CzRunItem *item)
{
  // What was being typed belongs to the run before.
  if (gtk_editable_label_get_editing (GTK_EDITABLE_LABEL (self->name)))
    gtk_editable_label_stop_editing (GTK_EDITABLE_LABEL (self->name), TRUE);
  g_set_object (&self->item, item);
  cz_run_mark_update (self);
}
