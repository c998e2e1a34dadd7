#include "gui/experiments/experiments-page.h"

#include <glib/gi18n.h>

#include "gui/chart/palette.h"
#include "gui/experiments/run-dialog.h"
#include "gui/experiments/run-item.h"
#include "gui/experiments/run-view.h"
#include "gui/front-page.h"
#include "gui/numbers.h"

struct _CzExperimentsPage
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GtkStack *states;
  GtkWidget *empty_new_run;
  GtkWidget *empty_import;
  AdwLeaflet *leaflet;
  GtkListBox *list;
  CzRunView *view;
  gint64 wanted; // the run to be selected as soon as it is in the list; 0: none
};

G_DEFINE_FINAL_TYPE (CzExperimentsPage, cz_experiments_page, ADW_TYPE_BIN)

// ---- A row of the list ----

static void
update_row (CzRunItem *item, GtkListBoxRow *row)
{
  const CzRun *run = cz_run_item_get (item);
  GtkLabel *name = g_object_get_data (G_OBJECT (row), "name");
  GtkLabel *state = g_object_get_data (G_OBJECT (row), "state");
  GtkLabel *dot = g_object_get_data (G_OBJECT (row), "dot");
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  if (cz_run_item_is_active (item) && run->steps > 0)
    // Translators: a run's state and how far it is: "running · 34 %".
    text = g_strdup_printf (_ ("%s · %.0f %%"), cz_run_item_get_state_name (item),
                            100 * cz_run_item_get_share (item));
  else
    text = g_strdup (cz_run_item_get_state_name (item));
  markup = g_strdup_printf ("<span foreground=\"%s\" size=\"large\">●</span>",
                            cz_palette_get_hex (cz_run_item_get_color (item), dark));
  gtk_label_set_markup (dot, markup);
  gtk_label_set_label (name, run->name);
  gtk_label_set_label (state, text);
}

static void
style_changed (GtkListBoxRow *row)
{
  update_row (g_object_get_data (G_OBJECT (row), "item"), row);
}

static GtkWidget *
make_row (gpointer object, gpointer data)
{
  CzRunItem *item = object;
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *dot = gtk_label_new (NULL), *name = gtk_label_new (NULL),
            *state = gtk_label_new (NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (dot), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  gtk_widget_set_valign (dot, GTK_ALIGN_START);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (state), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (state), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (state, "caption");
  gtk_widget_add_css_class (state, "dim-label");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), name);
  gtk_box_append (GTK_BOX (texts), state);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (item), g_object_unref);
  g_object_set_data (G_OBJECT (row), "dot", dot);
  g_object_set_data (G_OBJECT (row), "name", name);
  g_object_set_data (G_OBJECT (row), "state", state);
  g_signal_connect_object (item, "changed", G_CALLBACK (update_row), row, 0);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (style_changed), row, G_CONNECT_SWAPPED);
  update_row (item, GTK_LIST_BOX_ROW (row));
  return row;
}

// ---- The list and what is shown ----

static void
row_selected (GtkListBox *list, GtkListBoxRow *row, CzExperimentsPage *self)
{
  cz_run_view_show (self->view, row != NULL ? g_object_get_data (G_OBJECT (row), "item") : NULL);
}

static void
row_activated (GtkListBox *list, GtkListBoxRow *row, CzExperimentsPage *self)
{
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->view));
}

static gboolean
select_run (CzExperimentsPage *self, gint64 id)
{
  GListModel *runs = cz_workbench_get_runs (self->workbench);

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);

      if (cz_run_item_get (item)->id == id)
        {
          gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int)i));
          return TRUE;
        }
    }
  return FALSE;
}

static void
library_changed (CzExperimentsPage *self)
{
  guint n = g_list_model_get_n_items (cz_workbench_get_runs (self->workbench));
  gboolean corpora = g_list_model_get_n_items (cz_workbench_get_corpora (self->workbench)) > 0;

  gtk_widget_set_visible (self->empty_new_run, corpora);
  gtk_widget_set_visible (self->empty_import, !corpora);
  gtk_stack_set_visible_child_name (self->states, n > 0 ? "list" : "empty");
  if (self->wanted != 0 && select_run (self, self->wanted))
    self->wanted = 0;
  if (n > 0 && gtk_list_box_get_selected_row (self->list) == NULL)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  cz_run_view_library_changed (self->view);
}

static void
run_started (CzRunDialog *dialog, gint64 run, CzExperimentsPage *self)
{
  self->wanted = run;
  cz_workbench_refresh (self->workbench);
}

static void
go_back (CzExperimentsPage *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
folded_changed (CzExperimentsPage *self)
{
  cz_run_view_set_folded (self->view, adw_leaflet_get_folded (self->leaflet));
}

static void
again (CzExperimentsPage *self, gint64 corpus, const char *parameters)
{
  cz_experiments_page_new_run (self, corpus, parameters);
}

static void
cz_experiments_page_class_init (CzExperimentsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CZ_TYPE_RUN_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/experiments-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, states);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, empty_new_run);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, empty_import);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, list);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, view);
}

static void
cz_experiments_page_init (CzExperimentsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  g_signal_connect (self->list, "row-selected", G_CALLBACK (row_selected), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated), self);
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (folded_changed), self);
  g_signal_connect_swapped (self->view, "back", G_CALLBACK (go_back), self);
  g_signal_connect_swapped (self->view, "again", G_CALLBACK (again), self);
}

void
cz_experiments_page_set_workbench (CzExperimentsPage *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  cz_run_view_set_workbench (self->view, workbench);
  gtk_list_box_bind_model (self->list, cz_workbench_get_runs (workbench), make_row, self, NULL);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
}

void
cz_experiments_page_new_run (CzExperimentsPage *self, gint64 corpus, const char *parameters)
{
  CzRunDialog *dialog;

  if (cz_workbench_get_library (self->workbench) == NULL)
    return;
  dialog = cz_run_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->workbench,
                              corpus, parameters);
  g_signal_connect_object (dialog, "run-started", G_CALLBACK (run_started), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
cz_experiments_page_select (CzExperimentsPage *self, gint64 run)
{
  self->wanted = select_run (self, run) ? 0 : run;
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->view));
}
