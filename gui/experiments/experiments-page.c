#include "gui/experiments/experiments-page.h"

#include <glib/gi18n.h>

#include "gui/experiments/checked-runs.h"
#include "gui/experiments/compare-view.h"
#include "gui/kept-setting.h"
#include "gui/experiments/queue.h"
#include "gui/experiments/run-deed.h"
#include "gui/experiments/run-dialog.h"
#include "gui/experiments/run-menu.h"
#include "gui/experiments/run-view.h"
#include "gui/experiments/runs-sidebar.h"
#include "gui/experiments/runs-table.h"
#include "gui/front-page.h"
#include "gui/window.h"

// The setting of the library that keeps whether the table is in front.
#define SETTING "window-runs"

// More are not told apart.
#define COMPARED_MAX 20

struct _CzExperimentsPage
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzRunFilter *filter;
  GtkFilterListModel *shown; // of all runs, or of those in the trash
  GListStore *checked;       // see checked-runs.h
  guint compared;            // how many were checked when it was last looked at
  CzRunItem *item;           // the run in view
  GPtrArray *pointed;        // what the open menu is about, in the list; NULL: none
  gboolean table_mode;
  gboolean table_kept; // as the setting tells
  gboolean trash_mode; // the table shows the trash
  gboolean selecting;  // the list's selection follows, nobody clicked
  gboolean opened;
  gint64 wanted; // the run to be selected as soon as it is in the list; 0: none
  GtkStack *states;
  GtkWidget *empty_new_run, *empty_import, *empty_trash;
  GtkStack *modes;
  AdwLeaflet *leaflet;
  CzRunsSidebar *sidebar;
  GtkStack *content;
  CzRunView *view;
  CzCompareView *comparison;
  CzRunsTable *table;
  GtkWidget *menu, *trash_menu; // popovers
};

G_DEFINE_FINAL_TYPE (CzExperimentsPage, cz_experiments_page, ADW_TYPE_BIN)

// ---- What is done with several ----

// The runs that a deed is about: in the table those chosen; in the list those the menu was opened
// on, else the one in view.
static GPtrArray *
get_targets (CzExperimentsPage *self)
{
  GPtrArray *items;

  if (self->table_mode)
    return cz_runs_table_get_chosen (self->table);
  if (self->pointed != NULL)
    return g_ptr_array_ref (self->pointed);
  items = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->item != NULL)
    g_ptr_array_add (items, g_object_ref (self->item));
  return items;
}

static void
enable (CzExperimentsPage *self)
{
  g_autoptr (GPtrArray) targets = get_targets (self);
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean any = targets->len > 0, here = any && !self->trash_mode, waiting = FALSE, idle = FALSE;
  gboolean starred = FALSE, plain = FALSE;

  for (guint i = 0; i < targets->len; i++)
    {
      const CzRun *run = cz_run_item_get (g_ptr_array_index (targets, i));

      waiting = waiting || run->queue_position > 0;
      idle = idle || (run->state == CZ_RUN_QUEUED && run->queue_position == 0);
      starred = starred || run->starred;
      plain = plain || !run->starred;
    }
  gtk_widget_action_set_enabled (widget, "runs.compare",
                                 here && targets->len > 1 && targets->len <= COMPARED_MAX);
  gtk_widget_action_set_enabled (widget, "runs.copy", any && self->table_mode);
  gtk_widget_action_set_enabled (widget, "runs.export", any);
  gtk_widget_action_set_enabled (widget, "runs.star", here && plain);
  gtk_widget_action_set_enabled (widget, "runs.unstar", here && starred);
  gtk_widget_action_set_enabled (widget, "runs.tags", here);
  gtk_widget_action_set_enabled (widget, "runs.rename", here && targets->len == 1);
  gtk_widget_action_set_enabled (widget, "runs.note", here && targets->len == 1);
  gtk_widget_action_set_enabled (widget, "runs.color", here);
  gtk_widget_action_set_enabled (widget, "runs.queue", here && idle);
  gtk_widget_action_set_enabled (widget, "runs.unqueue", here && waiting);
  gtk_widget_action_set_enabled (widget, "runs.trash", here);
  gtk_widget_action_set_enabled (widget, "runs.restore", any && self->trash_mode);
  gtk_widget_action_set_enabled (widget, "runs.remove", any && self->trash_mode);
}

// The plain deeds, by the name of their action.
static void
do_deed (GtkWidget *widget, const char *action, GVariant *parameter)
{
  static const struct
  {
    const char *action;
    CzRunDeed deed;
  } deeds[] = {
    { "runs.star", CZ_RUN_DEED_STAR },       { "runs.unstar", CZ_RUN_DEED_UNSTAR },
    { "runs.color", CZ_RUN_DEED_COLOR },     { "runs.queue", CZ_RUN_DEED_QUEUE },
    { "runs.unqueue", CZ_RUN_DEED_UNQUEUE }, { "runs.trash", CZ_RUN_DEED_TRASH },
    { "runs.restore", CZ_RUN_DEED_RESTORE },
  };
  CzExperimentsPage *self = CZ_EXPERIMENTS_PAGE (widget);
  g_autoptr (GPtrArray) targets = get_targets (self);

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      if (g_str_equal (deeds[i].action, action))
        cz_run_deed_do (deeds[i].deed, widget, self->workbench, targets,
                        parameter != NULL ? g_variant_get_int32 (parameter) : 0);
    }
}

static void
toggle_star (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzExperimentsPage *self = CZ_EXPERIMENTS_PAGE (widget);
  CzRunItem *item = cz_workbench_find_run (self->workbench, g_variant_get_int64 (parameter));
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  if (item == NULL)
    return;
  g_ptr_array_add (items, item);
  cz_run_deed_do (cz_run_item_get (item)->starred ? CZ_RUN_DEED_UNSTAR : CZ_RUN_DEED_STAR, widget,
                  self->workbench, items, 0);
}

// The deeds that ask first: for a text, for a file, or whether it is meant.
static void
ask (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWorkbench *workbench = CZ_EXPERIMENTS_PAGE (widget)->workbench;
  g_autoptr (GPtrArray) targets = get_targets (CZ_EXPERIMENTS_PAGE (widget));

  if (targets->len == 0)
    return;
  if (g_str_equal (action, "runs.tags"))
    cz_run_deed_edit_tags (widget, workbench, targets);
  else if (g_str_equal (action, "runs.export"))
    cz_run_deed_export (widget, workbench, targets, g_variant_get_string (parameter, NULL));
  else if (g_str_equal (action, "runs.remove"))
    cz_run_deed_remove (widget, workbench, targets);
  else if (targets->len == 1 && g_str_equal (action, "runs.rename"))
    cz_run_deed_rename (widget, workbench, g_ptr_array_index (targets, 0));
  else if (targets->len == 1)
    cz_run_deed_edit_notes (widget, workbench, g_ptr_array_index (targets, 0));
}

static void
copy_runs (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_runs_table_copy (CZ_EXPERIMENTS_PAGE (widget)->table);
}

// The key Delete: into the trash, or out of it for good.
static void
delete_runs (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (
      widget, CZ_EXPERIMENTS_PAGE (widget)->trash_mode ? "runs.remove" : "runs.trash", NULL);
}

// ---- One run, or several ----

static gboolean
is_compared (CzExperimentsPage *self)
{
  return gtk_stack_get_visible_child (self->content) == GTK_WIDGET (self->comparison);
}

static void
show_one (CzExperimentsPage *self)
{
  gtk_stack_set_visible_child (self->content, GTK_WIDGET (self->view));
}

static void
show_run (CzExperimentsPage *self, CzRunItem *item)
{
  g_set_object (&self->item, item);
  cz_run_view_show (self->view, item);
  show_one (self);
}

// What stands under the list.
static void
tell_sidebar (CzExperimentsPage *self)
{
  g_autoptr (GPtrArray) waiting = cz_queue_list (cz_queue_get (self->workbench));

  cz_runs_sidebar_tell (self->sidebar, g_list_model_get_n_items (G_LIST_MODEL (self->checked)),
                        g_list_model_get_n_items (cz_workbench_get_trash (self->workbench)),
                        waiting->len);
}

// Those checked are compared, from two on.
static void
show_checked (CzExperimentsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->checked));

  cz_compare_view_set_runs (self->comparison, n >= 2 ? G_LIST_MODEL (self->checked) : NULL);
  // Whoever looks at one run meanwhile goes on doing so.
  if (n >= 2 && n != self->compared)
    gtk_stack_set_visible_child (self->content, GTK_WIDGET (self->comparison));
  else if (n < 2 && is_compared (self))
    show_one (self);
  self->compared = n;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "runs.show-comparison", n >= 2);
  tell_sidebar (self);
}

static void
show_comparison (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzExperimentsPage *self = CZ_EXPERIMENTS_PAGE (widget);

  gtk_stack_set_visible_child (self->content, GTK_WIDGET (self->comparison));
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
}

static void
run_checked (CzExperimentsPage *self, CzRunItem *item)
{
  cz_checked_runs_follow (self->checked, item);
  show_checked (self);
}

static void
check_none (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzExperimentsPage *self = CZ_EXPERIMENTS_PAGE (widget);

  cz_checked_runs_check_none (self->checked);
  show_checked (self);
}

// ---- The list ----

static void
run_selected (CzExperimentsPage *self)
{
  g_autoptr (CzRunItem) item = cz_runs_sidebar_get_selected (self->sidebar);

  // One that the filter hides stays in view.
  if (item != NULL && item != self->item)
    show_run (self, item);
  else if (item != NULL && !self->selecting)
    show_one (self);
}

static void
run_activated (CzExperimentsPage *self)
{
  show_one (self);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
}

static void
select_in_list (CzExperimentsPage *self, CzRunItem *item)
{
  self->selecting = TRUE;
  cz_runs_sidebar_select (self->sidebar, item);
  self->selecting = FALSE;
}

// Whether a run can be in view: it is there, and not in the trash.
static gboolean
is_there (CzExperimentsPage *self, CzRunItem *item)
{
  return item != NULL && !cz_run_item_get (item)->trashed
         && cz_workbench_find_run (self->workbench, cz_run_item_get (item)->id) == item;
}

// Something is in view as long as there is anything: after one that went, the next older.
static void
keep_in_view (CzExperimentsPage *self)
{
  GListModel *runs = G_LIST_MODEL (self->shown);
  guint n = g_list_model_get_n_items (runs);
  g_autoptr (CzRunItem) next = NULL;

  if (is_there (self, self->item))
    {
      select_in_list (self, self->item);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);

      if (next == NULL || self->item == NULL)
        g_set_object (&next, item);
      if (self->item == NULL || cz_run_item_get (item)->id < cz_run_item_get (self->item)->id)
        {
          g_set_object (&next, item);
          break;
        }
    }
  show_run (self, next);
  if (next != NULL)
    select_in_list (self, next);
}

// ---- List, table, trash ----

static void
show_mode (CzExperimentsPage *self)
{
  GListModel *all = self->trash_mode ? cz_workbench_get_trash (self->workbench)
                                     : cz_workbench_get_runs (self->workbench);

  if (!self->opened)
    return;
  // Who is not in sight need not follow.
  if (self->table_mode)
    cz_runs_sidebar_show (self->sidebar, NULL);
  else
    cz_runs_table_show (self->table, NULL, NULL, FALSE);
  if (gtk_filter_list_model_get_model (self->shown) != all)
    gtk_filter_list_model_set_model (self->shown, all);
  if (self->table_mode)
    {
      cz_runs_table_restore (self->table);
      cz_runs_table_show (self->table, all, G_LIST_MODEL (self->shown), self->trash_mode);
    }
  else
    {
      cz_runs_sidebar_show (self->sidebar, G_LIST_MODEL (self->shown));
      keep_in_view (self);
    }
  gtk_stack_set_visible_child_name (self->modes, self->table_mode ? "table" : "list");
  enable (self);
}

static void
set_mode (CzExperimentsPage *self, gboolean table, gboolean trash)
{
  if (table != self->table_mode && !trash && !self->trash_mode)
    {
      self->table_kept = table;
      cz_kept_setting_write (self->workbench, SETTING, table ? "table" : "list");
    }
  self->table_mode = table;
  self->trash_mode = trash;
  show_mode (self);
}

static void
show_state (CzExperimentsPage *self)
{
  guint n = g_list_model_get_n_items (cz_workbench_get_runs (self->workbench));
  guint trashed = g_list_model_get_n_items (cz_workbench_get_trash (self->workbench));
  gboolean corpora = g_list_model_get_n_items (cz_workbench_get_corpora (self->workbench)) > 0;

  gtk_widget_set_visible (self->empty_new_run, corpora);
  gtk_widget_set_visible (self->empty_import, !corpora);
  gtk_widget_set_visible (self->empty_trash, trashed > 0);
  gtk_stack_set_visible_child_name (self->states, n > 0 || self->trash_mode ? "list" : "empty");
}

void
cz_experiments_page_toggle_table (CzExperimentsPage *self)
{
  if (!self->opened)
    return;
  // From the trash back to where it was asked for.
  set_mode (self, self->trash_mode ? self->table_kept : !self->table_mode, FALSE);
  show_state (self);
}

static void
toggle_table (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_experiments_page_toggle_table (CZ_EXPERIMENTS_PAGE (widget));
}

static void
show_trash (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzExperimentsPage *self = CZ_EXPERIMENTS_PAGE (widget);

  set_mode (self, TRUE, TRUE);
  show_state (self);
}

static gboolean
select_run (CzExperimentsPage *self, gint64 id)
{
  CzRunItem *item = cz_workbench_find_run (self->workbench, id);

  if (!is_there (self, item))
    return FALSE;
  if (!gtk_filter_match (GTK_FILTER (self->filter), item))
    cz_run_filter_clear (self->filter);
  show_run (self, item);
  if (self->table_mode)
    set_mode (self, FALSE, FALSE);
  else
    select_in_list (self, item);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
  return TRUE;
}

static void
table_activated (CzExperimentsPage *self, CzRunItem *item)
{
  if (!self->trash_mode)
    select_run (self, cz_run_item_get (item)->id);
}

// Checks those chosen in the table, or pointed at in the list, and shows them side by side.
static void
compare (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzExperimentsPage *self = CZ_EXPERIMENTS_PAGE (widget);
  g_autoptr (GPtrArray) targets = get_targets (self);

  check_none (widget, NULL, NULL);
  for (guint i = 0; i < targets->len; i++)
    cz_checked_runs_check (self->checked, g_ptr_array_index (targets, i));
  if (self->table_mode)
    set_mode (self, FALSE, FALSE);
  show_checked (self);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
}

// ---- Menus ----

static void
point (CzExperimentsPage *self, GtkWidget *menu, double x, double y)
{
  GdkRectangle at = { (int)x, (int)y, 1, 1 };

  enable (self);
  gtk_popover_set_pointing_to (GTK_POPOVER (menu), &at);
  gtk_popover_popup (GTK_POPOVER (menu));
}

static void
list_menu (CzExperimentsPage *self, CzRunItem *item, GtkWidget *row, double x, double y)
{
  double at_x = 0, at_y = 0;

  g_clear_pointer (&self->pointed, g_ptr_array_unref);
  self->pointed = g_ptr_array_new_with_free_func (g_object_unref);
  // One of those checked stands for all of them.
  if (cz_run_item_is_checked (item))
    {
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->checked)); i++)
        g_ptr_array_add (self->pointed, g_list_model_get_item (G_LIST_MODEL (self->checked), i));
    }
  else
    g_ptr_array_add (self->pointed, g_object_ref (item));
  gtk_widget_translate_coordinates (row, GTK_WIDGET (self), x, y, &at_x, &at_y);
  point (self, self->menu, at_x, at_y);
}

static void
table_menu (CzExperimentsPage *self, double x, double y)
{
  double at_x = x, at_y = y;

  gtk_widget_translate_coordinates (GTK_WIDGET (self->table), GTK_WIDGET (self), x, y, &at_x,
                                    &at_y);
  point (self, self->trash_mode ? self->trash_menu : self->menu, at_x, at_y);
}

// The action is activated after the menu has closed.
static gboolean
forget_pointed (gpointer data)
{
  CzExperimentsPage *self = data;

  if (!gtk_widget_get_visible (self->menu))
    {
      g_clear_pointer (&self->pointed, g_ptr_array_unref);
      enable (self);
    }
  return G_SOURCE_REMOVE;
}

static void
menu_closed (CzExperimentsPage *self)
{
  g_idle_add_full (G_PRIORITY_LOW, forget_pointed, g_object_ref (self), g_object_unref);
}

static GtkWidget *
make_menu (CzExperimentsPage *self, gboolean trash)
{
  g_autoptr (GMenuModel) model = cz_run_menu_new (trash);
  GtkWidget *menu = gtk_popover_menu_new_from_model (model);

  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  gtk_widget_set_halign (menu, GTK_ALIGN_START);
  gtk_widget_set_parent (menu, GTK_WIDGET (self));
  return menu;
}

// ---- The library ----

static void
library_changed (CzExperimentsPage *self)
{
  if (!self->opened)
    return;
  if (cz_run_filter_is_active (self->filter))
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  cz_checked_runs_follow_all (self->checked);
  show_checked (self);
  show_state (self);
  if (self->wanted != 0 && select_run (self, self->wanted))
    self->wanted = 0;
  if (self->table_mode)
    cz_runs_table_library_changed (self->table);
  else
    keep_in_view (self);
  enable (self);
  cz_run_view_library_changed (self->view);
  if (is_compared (self))
    cz_compare_view_library_changed (self->comparison);
}

static void
library_opened (CzExperimentsPage *self)
{
  g_autofree char *mode
      = cz_library_get_setting (cz_workbench_get_library (self->workbench), SETTING);

  self->opened = TRUE;
  self->table_mode = self->table_kept = g_strcmp0 (mode, "table") == 0;
  show_mode (self);
  library_changed (self);
}

static void
run_started (CzRunDialog *dialog, gint64 run, CzExperimentsPage *self)
{
  self->wanted = run;
  cz_workbench_refresh (self->workbench);
}

static CzRunDialog *
open_dialog (CzExperimentsPage *self, gint64 corpus, const char *parameters)
{
  CzRunDialog *dialog;

  if (cz_workbench_get_library (self->workbench) == NULL)
    return NULL;
  dialog = cz_run_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->workbench,
                              corpus, parameters);
  g_signal_connect_object (dialog, "run-started", G_CALLBACK (run_started), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
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
  cz_compare_view_set_folded (self->comparison, adw_leaflet_get_folded (self->leaflet));
}

static void
again (CzExperimentsPage *self)
{
  CzRunDialog *dialog = open_dialog (self, 0, NULL);

  if (dialog != NULL)
    cz_run_dialog_take_run (dialog, cz_run_item_get (self->item)->id);
}

static void
train_further (CzExperimentsPage *self, gint64 run, const char *which)
{
  CzRunDialog *dialog = open_dialog (self, 0, NULL);

  if (dialog != NULL)
    cz_run_dialog_train_further (dialog, run, which);
}

// The comparison stays: the run's row is marked in the list.
static void
compared_selected (CzExperimentsPage *self, gint64 run)
{
  CzRunItem *item = cz_workbench_find_run (self->workbench, run);

  if (item == NULL)
    return;
  g_set_object (&self->item, item);
  cz_run_view_show (self->view, item);
  select_in_list (self, item);
}

// ---- Life ----

static void
cz_experiments_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CzExperimentsPage *self = CZ_EXPERIMENTS_PAGE (widget);

  GTK_WIDGET_CLASS (cz_experiments_page_parent_class)
      ->size_allocate (widget, width, height, baseline);
  gtk_popover_present (GTK_POPOVER (self->menu));
  gtk_popover_present (GTK_POPOVER (self->trash_menu));
}

static void
cz_experiments_page_dispose (GObject *object)
{
  CzExperimentsPage *self = CZ_EXPERIMENTS_PAGE (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->trash_menu, gtk_widget_unparent);
  g_clear_pointer (&self->pointed, g_ptr_array_unref);
  g_clear_object (&self->item);
  g_clear_object (&self->checked);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);
  G_OBJECT_CLASS (cz_experiments_page_parent_class)->dispose (object);
}

static void
cz_experiments_page_class_init (CzExperimentsPageClass *klass)
{
  static const char *const plain[]
      = { "runs.star", "runs.unstar", "runs.queue", "runs.unqueue", "runs.trash", "runs.restore" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_experiments_page_dispose;
  widget_class->size_allocate = cz_experiments_page_size_allocate;
  g_type_ensure (CZ_TYPE_RUN_VIEW);
  g_type_ensure (CZ_TYPE_COMPARE_VIEW);
  g_type_ensure (CZ_TYPE_RUNS_SIDEBAR);
  g_type_ensure (CZ_TYPE_RUNS_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/experiments-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, states);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, empty_new_run);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, empty_import);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, empty_trash);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, modes);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, sidebar);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, content);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, view);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, comparison);
  gtk_widget_class_bind_template_child (widget_class, CzExperimentsPage, table);
  gtk_widget_class_bind_template_callback (widget_class, run_selected);
  gtk_widget_class_bind_template_callback (widget_class, run_activated);
  gtk_widget_class_bind_template_callback (widget_class, run_checked);
  gtk_widget_class_bind_template_callback (widget_class, list_menu);
  gtk_widget_class_bind_template_callback (widget_class, table_activated);
  gtk_widget_class_bind_template_callback (widget_class, table_menu);
  gtk_widget_class_bind_template_callback (widget_class, enable);
  gtk_widget_class_bind_template_callback (widget_class, go_back);
  gtk_widget_class_bind_template_callback (widget_class, again);
  gtk_widget_class_bind_template_callback (widget_class, train_further);
  gtk_widget_class_bind_template_callback (widget_class, compared_selected);
  gtk_widget_class_bind_template_callback (widget_class, folded_changed);
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    gtk_widget_class_install_action (widget_class, plain[i], NULL, do_deed);
  gtk_widget_class_install_action (widget_class, "runs.color", "i", do_deed);
  gtk_widget_class_install_action (widget_class, "runs.toggle-star", "x", toggle_star);
  gtk_widget_class_install_action (widget_class, "runs.tags", NULL, ask);
  gtk_widget_class_install_action (widget_class, "runs.rename", NULL, ask);
  gtk_widget_class_install_action (widget_class, "runs.note", NULL, ask);
  gtk_widget_class_install_action (widget_class, "runs.remove", NULL, ask);
  gtk_widget_class_install_action (widget_class, "runs.copy", NULL, copy_runs);
  gtk_widget_class_install_action (widget_class, "runs.delete", NULL, delete_runs);
  gtk_widget_class_install_action (widget_class, "runs.export", "s", ask);
  gtk_widget_class_install_action (widget_class, "runs.compare", NULL, compare);
  gtk_widget_class_install_action (widget_class, "runs.show-comparison", NULL, show_comparison);
  gtk_widget_class_install_action (widget_class, "runs.check-none", NULL, check_none);
  gtk_widget_class_install_action (widget_class, "runs.table", NULL, toggle_table);
  gtk_widget_class_install_action (widget_class, "runs.show-trash", NULL, show_trash);
}

static void
cz_experiments_page_init (CzExperimentsPage *self)
{
  self->filter = cz_run_filter_new ();
  self->checked = cz_checked_runs_new ();
  self->shown = gtk_filter_list_model_new (NULL, g_object_ref (GTK_FILTER (self->filter)));
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  cz_front_page_follow (self->modes);
  cz_front_page_follow (self->content);
  self->menu = make_menu (self, FALSE);
  self->trash_menu = make_menu (self, TRUE);
  g_signal_connect_swapped (self->menu, "closed", G_CALLBACK (menu_closed), self);
}

void
cz_experiments_page_set_workbench (CzExperimentsPage *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  cz_run_view_set_workbench (self->view, workbench);
  cz_compare_view_set_workbench (self->comparison, workbench);
  cz_runs_sidebar_set_filter (self->sidebar, self->filter, cz_workbench_get_runs (workbench));
  cz_runs_table_set_filter (self->table, self->filter, workbench);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (library_opened), self,
                           G_CONNECT_SWAPPED);
}

void
cz_experiments_page_new_run (CzExperimentsPage *self, gint64 corpus, const char *parameters)
{
  open_dialog (self, corpus, parameters);
}

void
cz_experiments_page_adapt (CzExperimentsPage *self, const char *model, gint64 corpus)
{
  CzRunDialog *dialog = open_dialog (self, corpus, NULL);

  if (dialog != NULL)
    cz_run_dialog_take_model (dialog, model);
}

void
cz_experiments_page_select (CzExperimentsPage *self, gint64 run)
{
  self->wanted = select_run (self, run) ? 0 : run;
}

void
cz_experiments_page_restore (CzExperimentsPage *self, const char *ids)
{
  // In the list the first of them is shown again.
  if (!self->table_mode)
    self->wanted = g_ascii_strtoll (ids, NULL, 10);
  cz_run_deed_restore (GTK_WIDGET (self), self->workbench, ids);
}

void
cz_experiments_page_search (CzExperimentsPage *self)
{
  if (self->table_mode)
    cz_runs_table_search (self->table);
  else
    {
      adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
      cz_runs_sidebar_search (self->sidebar);
    }
}
