#include "gui/experiments/compare-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/chart/palette.h"
#include "gui/numbers.h"

struct _CzCompareView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GListModel *runs;       // of CzRunItem
  GtkWidget *back_button;
  GtkWidget *title;
  GtkWidget *grid; // a row a run: colour, name, before, after
};

G_DEFINE_FINAL_TYPE (CzCompareView, cz_compare_view, ADW_TYPE_BIN)

static guint back_signal, select_run_signal;

static void
run_clicked (GtkWidget *button, CzCompareView *self)
{
  CzRunItem *item = g_object_get_data (G_OBJECT (button), "item");

  g_signal_emit (self, select_run_signal, 0, cz_run_item_get (item)->id);
}

static void
add_cell (CzCompareView *self, int column, int row, char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (GTK_GRID (self->grid), label, column, row, 1, 1);
  g_free (text);
}

static void
update (CzCompareView *self)
{
  guint n = self->runs != NULL ? g_list_model_get_n_items (self->runs) : 0;
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  g_autofree char *title = g_strdup_printf (ngettext ("%u run", "%u runs", n), n);
  GtkWidget *child;

  gtk_label_set_label (GTK_LABEL (self->title), title);
  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  for (guint i = 0; i < MIN (n, CZ_COMPARE_MOST); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (self->runs, i);
      const CzRun *run = cz_run_item_get (item);
      double after = !isnan (run->best) ? run->best : run->after;
      g_autofree char *name = g_markup_escape_text (run->name, -1);
      g_autofree char *markup
          = g_strdup_printf ("<span foreground=\"%s\">●</span> %s",
                             cz_palette_get_hex (cz_run_item_get_color (item), dark), name);
      GtkWidget *button = gtk_button_new ();
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_markup (GTK_LABEL (label), markup);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_button_set_child (GTK_BUTTON (button), label);
      gtk_widget_add_css_class (button, "flat");
      g_object_set_data_full (G_OBJECT (button), "item", g_object_ref (item), g_object_unref);
      g_signal_connect (button, "clicked", G_CALLBACK (run_clicked), self);
      gtk_grid_attach (GTK_GRID (self->grid), button, 0, (int)i, 1, 1);
      add_cell (self, 1, (int)i,
                isnan (run->before) ? g_strdup ("–") : cz_numbers_perplexity (exp (run->before)));
      add_cell (self, 2, (int)i,
                isnan (after) ? g_strdup ("–") : cz_numbers_perplexity (exp (after)));
    }
}

static void
back_clicked (CzCompareView *self)
{
  g_signal_emit (self, back_signal, 0);
}

static void
cz_compare_view_dispose (GObject *object)
{
  cz_compare_view_set_runs (CZ_COMPARE_VIEW (object), NULL);
  G_OBJECT_CLASS (cz_compare_view_parent_class)->dispose (object);
}

static void
cz_compare_view_class_init (CzCompareViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_compare_view_dispose;
  back_signal = g_signal_new ("back", CZ_TYPE_COMPARE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  select_run_signal = g_signal_new ("select-run", CZ_TYPE_COMPARE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
cz_compare_view_init (CzCompareView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->back_button = gtk_button_new_from_icon_name ("go-previous-symbolic");
  gtk_widget_set_visible (self->back_button, FALSE);
  gtk_widget_set_tooltip_text (self->back_button, _ ("Back to the list"));
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (back_clicked), self);
  self->title = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->title, "title-2");
  gtk_box_append (GTK_BOX (head), self->back_button);
  gtk_box_append (GTK_BOX (head), self->title);
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 24);
  gtk_widget_add_css_class (box, "pane");
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), self->grid);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
cz_compare_view_new (void)
{
  return g_object_new (CZ_TYPE_COMPARE_VIEW, NULL);
}

void
cz_compare_view_set_workbench (CzCompareView *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_compare_view_set_runs (CzCompareView *self, GListModel *runs)
{
  if (runs == self->runs)
    return;
  if (self->runs != NULL)
    g_signal_handlers_disconnect_by_data (self->runs, self);
  g_set_object (&self->runs, runs);
  if (runs == NULL)
    return;
  g_signal_connect_object (runs, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
cz_compare_view_library_changed (CzCompareView *self)
{
  if (self->runs != NULL)
    update (self);
}

void
cz_compare_view_set_folded (CzCompareView *self, gboolean folded)
{
  gtk_widget_set_visible (self->back_button, folded);
}
