#include "gui/experiments/runs-sidebar.h"

#include <glib/gi18n.h>

#include "gui/experiments/run-dot.h"
#include "gui/experiments/run-rows.h"
#include "gui/experiments/runs-search.h"
#include "gui/front-page.h"
#include "gui/numbers.h"

struct _CzRunsSidebar
{
  AdwBin parent_instance;
  CzRunFilter *filter;
  GListModel *runs;
  GListModel *shown; // of these; NULL: nobody looks
  CzRunRows *rows;   // the same, as the list's rows
  CzRunsSearch *search;
  GtkStack *foot; // how many there are, or how many of them are checked
  GtkLabel *checked_label;
  GtkWidget *queue_button;
  GtkLabel *queue_label;
  GtkStack *states;
  GtkListView *list;
  GtkSingleSelection *selection;
  GtkLabel *count_label;
  GtkWidget *trash_button;
  GtkLabel *trash_label;
};

G_DEFINE_FINAL_TYPE (CzRunsSidebar, cz_runs_sidebar, ADW_TYPE_BIN)

static guint selected_signal, activated_signal, checked_signal, menu_signal;

// ---- A row ----

typedef struct
{
  CzRunsSidebar *sidebar;
  GtkListItem *cell;
  GtkWidget *row, *check, *dot;
  GtkLabel *name, *state;
  GtkImage *star;
} Row;

static void
show_row (CzRunRow *place, GtkWidget *widget)
{
  Row *row = g_object_get_data (G_OBJECT (widget), "row");
  CzRunItem *item = cz_run_row_get (place);
  const CzRun *run = cz_run_item_get (item);
  g_autofree char *text = NULL;
  g_autofree char *told = NULL;

  if (cz_run_item_is_active (item) && run->steps > 0)
    // Translators: a run's state and how far it is: "running · 34 %".
    text = g_strdup_printf (_ ("%s · %.0f %%"), cz_run_item_get_state_name (item),
                            100 * cz_run_item_get_share (item));
  else
    text = g_strdup (cz_run_item_get_state_name (item));
  cz_run_dot_set_color (CZ_RUN_DOT (row->dot), cz_run_item_get_color (item));
  gtk_label_set_label (row->name, run->name);
  gtk_label_set_label (row->state, text);
  gtk_widget_set_visible (GTK_WIDGET (row->star), run->starred);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (row->check), cz_run_item_is_checked (item));
  // Translators: the box that chooses a run, by its name, for comparing.
  told = g_strdup_printf (_ ("Compare %s"), run->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->check), GTK_ACCESSIBLE_PROPERTY_LABEL, told,
                                  -1);
}

static CzRunItem *
get_run (GtkListItem *cell)
{
  CzRunRow *place = gtk_list_item_get_item (cell);

  return place != NULL ? cz_run_row_get (place) : NULL;
}

static void
check_toggled (GtkCheckButton *check, Row *row)
{
  CzRunItem *item = get_run (row->cell);

  if (item == NULL || cz_run_item_is_checked (item) == gtk_check_button_get_active (check))
    return;
  cz_run_item_set_checked (item, gtk_check_button_get_active (check));
  g_signal_emit (row->sidebar, checked_signal, 0, item);
}

static void
row_pressed (GtkGestureClick *click, int n, double x, double y, Row *row)
{
  CzRunItem *item = get_run (row->cell);

  if (item != NULL)
    g_signal_emit (row->sidebar, menu_signal, 0, item, row->row, x, y);
}

// A click goes to the run, which matters where the page is folded.
static void
row_clicked (GtkGestureClick *click, int n, double x, double y, Row *row)
{
  if (n == 1)
    g_signal_emit (row->sidebar, activated_signal, 0);
}

static void
set_up_row (GtkSignalListItemFactory *factory, GtkListItem *cell, CzRunsSidebar *self)
{
  Row *row = g_new0 (Row, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkGesture *menu_click = gtk_gesture_click_new (), *click = gtk_gesture_click_new ();

  row->sidebar = self;
  row->cell = cell;
  row->row = box;
  row->check = gtk_check_button_new ();
  row->dot = cz_run_dot_new ();
  row->name = GTK_LABEL (gtk_label_new (NULL));
  row->state = GTK_LABEL (gtk_label_new (NULL));
  row->star = GTK_IMAGE (gtk_image_new_from_icon_name ("starred-symbolic"));
  gtk_widget_set_valign (row->check, GTK_ALIGN_CENTER);
  g_signal_connect (row->check, "toggled", G_CALLBACK (check_toggled), row);
  gtk_widget_set_tooltip_text (row->check, _ ("Check several to compare them"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->star), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("starred"), -1);
  gtk_label_set_xalign (row->name, 0);
  gtk_label_set_xalign (row->state, 0);
  gtk_label_set_ellipsize (row->name, PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (row->state, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (row->name, 1);
  gtk_label_set_max_width_chars (row->state, 1);
  gtk_widget_add_css_class (GTK_WIDGET (row->state), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (row->state), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (row->state), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (row->star), "dim-label");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), GTK_WIDGET (row->name));
  gtk_box_append (GTK_BOX (texts), GTK_WIDGET (row->state));
  gtk_box_append (GTK_BOX (box), row->check);
  gtk_box_append (GTK_BOX (box), row->dot);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (row->star));
  gtk_widget_add_css_class (box, "run-row");
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu_click), GDK_BUTTON_SECONDARY);
  g_signal_connect (menu_click, "pressed", G_CALLBACK (row_pressed), row);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (menu_click));
  g_signal_connect (click, "released", G_CALLBACK (row_clicked), row);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (click));
  g_object_set_data_full (G_OBJECT (box), "row", row, g_free);
  gtk_list_item_set_child (cell, box);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  CzRunRow *place = gtk_list_item_get_item (cell);
  GtkWidget *box = gtk_list_item_get_child (cell);

  cz_run_row_watch (place);
  g_signal_connect_object (place, "changed", G_CALLBACK (show_row), box, 0);
  show_row (place, box);
}

static void
unbind_row (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  CzRunRow *place = gtk_list_item_get_item (cell);

  g_signal_handlers_disconnect_by_func (place, show_row, gtk_list_item_get_child (cell));
  cz_run_row_unwatch (place);
}

// ---- The list ----

static void
show_state (CzRunsSidebar *self)
{
  guint n = self->shown != NULL ? g_list_model_get_n_items (self->shown) : 0;
  guint all = self->runs != NULL ? g_list_model_get_n_items (self->runs) : 0;
  g_autofree char *count = cz_numbers_count (n);
  g_autofree char *of = cz_numbers_count (all);
  g_autofree char *text = NULL;

  if (n == all)
    text = g_strdup_printf (ngettext ("%s run", "%s runs", all), count);
  else
    // Translators: how many runs the filter lets through, of how many.
    text = g_strdup_printf (_ ("%s of %s runs"), count, of);
  gtk_label_set_label (self->count_label, text);
  gtk_stack_set_visible_child_name (self->states, n > 0 || all == 0 ? "list" : "nothing");
}

static void
selection_changed (CzRunsSidebar *self)
{
  if (!cz_run_rows_is_carrying (self->rows))
    g_signal_emit (self, selected_signal, 0);
}

static void
row_activated (CzRunsSidebar *self)
{
  g_signal_emit (self, activated_signal, 0);
}

static void
clear_filter (CzRunsSidebar *self)
{
  cz_run_filter_clear (self->filter);
}

// ---- Life ----

static void
cz_runs_sidebar_dispose (GObject *object)
{
  CzRunsSidebar *self = CZ_RUNS_SIDEBAR (object);

  g_clear_object (&self->filter);
  g_clear_object (&self->runs);
  if (self->rows != NULL)
    cz_runs_sidebar_show (self, NULL);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (cz_runs_sidebar_parent_class)->dispose (object);
}

static void
cz_runs_sidebar_class_init (CzRunsSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_runs_sidebar_dispose;
  selected_signal = g_signal_new ("selected", CZ_TYPE_RUNS_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  activated_signal = g_signal_new ("activated", CZ_TYPE_RUNS_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  checked_signal = g_signal_new ("checked", CZ_TYPE_RUNS_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, CZ_TYPE_RUN_ITEM);
  menu_signal = g_signal_new ("menu", CZ_TYPE_RUNS_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 4, CZ_TYPE_RUN_ITEM, GTK_TYPE_WIDGET, G_TYPE_DOUBLE,
                              G_TYPE_DOUBLE);
  g_type_ensure (CZ_TYPE_RUNS_SEARCH);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/runs-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, search);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, foot);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, checked_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, queue_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, queue_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, states);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, selection);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, count_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, trash_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSidebar, trash_label);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, clear_filter);
}

static void
cz_runs_sidebar_init (CzRunsSidebar *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
  self->rows = cz_run_rows_new ();
  cz_run_rows_carry (self->rows, GTK_SELECTION_MODEL (self->selection));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->rows));
}

void
cz_runs_sidebar_set_filter (CzRunsSidebar *self, CzRunFilter *filter, GListModel *runs)
{
  g_set_object (&self->filter, filter);
  g_set_object (&self->runs, runs);
  cz_runs_search_set_filter (self->search, filter, runs);
}

void
cz_runs_sidebar_show (CzRunsSidebar *self, GListModel *shown)
{
  if (shown != self->shown)
    {
      if (self->shown != NULL)
        g_signal_handlers_disconnect_by_func (self->shown, show_state, self);
      g_set_object (&self->shown, shown);
      if (shown != NULL)
        g_signal_connect_object (shown, "items-changed", G_CALLBACK (show_state), self,
                                 G_CONNECT_SWAPPED);
      cz_run_rows_set_runs (self->rows, shown);
    }
  show_state (self);
}

void
cz_runs_sidebar_search (CzRunsSidebar *self)
{
  cz_runs_search_begin (self->search);
}

CzRunItem *
cz_runs_sidebar_get_selected (CzRunsSidebar *self)
{
  CzRunRow *row = gtk_single_selection_get_selected_item (self->selection);

  return row != NULL ? g_object_ref (cz_run_row_get (row)) : NULL;
}

gboolean
cz_runs_sidebar_select (CzRunsSidebar *self, CzRunItem *item)
{
  for (guint i = 0; self->shown != NULL && i < g_list_model_get_n_items (self->shown); i++)
    {
      g_autoptr (CzRunItem) there = g_list_model_get_item (self->shown, i);

      if (there != item)
        continue;
      if (gtk_single_selection_get_selected (self->selection) != i)
        {
          gtk_single_selection_set_selected (self->selection, i);
          gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", i);
        }
      return TRUE;
    }
  return FALSE;
}

void
cz_runs_sidebar_tell (CzRunsSidebar *self, guint checked, guint trashed, guint waiting)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u checked", "%u checked", checked), checked);
  g_autofree char *count = cz_numbers_count (trashed);
  g_autofree char *queue
      = g_strdup_printf (ngettext ("%u run waits", "%u runs wait", waiting), waiting);

  gtk_label_set_label (self->checked_label, text);
  gtk_stack_set_visible_child_name (self->foot, checked > 0 ? "checked" : "count");
  gtk_label_set_label (self->queue_label, queue);
  gtk_widget_set_visible (self->queue_button, waiting > 0);
  gtk_label_set_label (self->trash_label, count);
  gtk_widget_set_visible (self->trash_button, trashed > 0);
}
