#include "gui/experiments/runs-table.h"

#include <glib/gi18n.h>

#include "gui/kept-setting.h"
#include "gui/experiments/run-menu.h"
#include "gui/experiments/run-rows.h"
#include "gui/experiments/runs-columns.h"
#include "gui/experiments/runs-search.h"
#include "gui/front-page.h"
#include "gui/numbers.h"

// The setting of the library that keeps the layout, and how long after the last change it is
// written, in milliseconds.
#define SETTING "window-runs-table"
#define REST    500

struct _CzRunsTable
{
  AdwBin parent_instance;
  CzRunFilter *filter;
  CzWorkbench *workbench; // the window's
  CzRunOrder *order;
  GtkSortListModel *sorted;
  CzRunRows *rows; // the same, as the table's rows
  GListModel *all;
  gboolean trash;
  CzRunLayout layout;
  CzRunsColumns columns;
  gboolean differ[CZ_N_RUN_KEYS]; // parameters, among the runs shown
  gboolean masks;                 // whether the runs shown are of several groups, and that matters
  gboolean restored;
  gboolean arranging;
  guint saving; // timeout source
  guint look;   // idle source
  GtkWidget *trash_title;
  CzRunsSearch *search;
  GtkToggleButton *differing_toggle;
  GtkBox *fact_checks, *parameter_checks;
  GtkLabel *count_label;
  GtkWidget *masks_bar;
  GtkWidget *chosen_bar, *run_deeds, *trash_deeds;
  GtkMenuButton *more_button;
  GtkLabel *chosen_label;
  GtkStack *states;
  GtkColumnView *table;
  GtkMultiSelection *selection;
};

G_DEFINE_FINAL_TYPE (CzRunsTable, cz_runs_table, ADW_TYPE_BIN)

static guint activated_signal, chosen_signal, menu_signal;

// ---- Remembering ----

static void
read_layout (CzRunsTable *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->table);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) made = g_list_model_get_item (columns, i);
      guint column = cz_runs_columns_find (&self->columns, made);
      int width = gtk_column_view_column_get_fixed_width (made);

      if (column == CZ_N_RUN_COLUMNS)
        continue;
      self->layout.columns[n++] = column;
      if (gtk_column_view_column_get_visible (made) && width > 0)
        self->layout.widths[column] = width;
    }
  self->layout.sort = cz_run_order_get_column (self->order);
  self->layout.descending = cz_run_order_is_descending (self->order);
}

static gboolean
save (gpointer data)
{
  CzRunsTable *self = data;
  g_autofree char *text = NULL;

  self->saving = 0;
  read_layout (self);
  text = cz_run_layout_write (&self->layout);
  cz_kept_setting_write (self->workbench, SETTING, text);
  return G_SOURCE_REMOVE;
}

static void
save_soon (CzRunsTable *self)
{
  if (self->arranging || !self->restored)
    return;
  g_clear_handle_id (&self->saving, g_source_remove);
  self->saving = g_timeout_add (REST, save, self);
}

// ---- Columns ----

static gboolean
is_shown (CzRunsTable *self, guint column)
{
  if (column == CZ_RUN_COLUMN_MASKS && self->masks)
    return TRUE;
  if (cz_run_column_is_parameter (column) && self->layout.differing)
    return self->differ[column - CZ_N_RUN_FACTS];
  return self->layout.shown[column];
}

static void
arrange (CzRunsTable *self)
{
  read_layout (self);
  self->arranging = TRUE;
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    {
      if (gtk_column_view_column_get_visible (self->columns.columns[i]) != is_shown (self, i))
        cz_runs_columns_show (&self->columns, i, is_shown (self, i), self->layout.widths[i]);
    }
  self->arranging = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->parameter_checks), !self->layout.differing);
}

static void
column_toggled (GtkCheckButton *check, CzRunsTable *self)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "column"));

  if (self->arranging)
    return;
  self->layout.shown[column] = gtk_check_button_get_active (check);
  arrange (self);
  save_soon (self);
}

static void
add_checks (CzRunsTable *self, GtkBox *box, guint from, guint to)
{
  for (guint column = from; column < to; column++)
    {
      GtkWidget *check = gtk_check_button_new_with_label (
          column == CZ_RUN_COLUMN_STAR ? _ ("Star") : cz_run_column_get_title (column));

      gtk_widget_set_tooltip_text (check, cz_run_column_get_tooltip (column));
      g_object_set_data (G_OBJECT (check), "column", GUINT_TO_POINTER (column));
      g_signal_connect (check, "toggled", G_CALLBACK (column_toggled), self);
      gtk_box_append (box, check);
    }
}

static void
show_checks (CzRunsTable *self, GtkBox *box)
{
  for (GtkWidget *check = gtk_widget_get_first_child (GTK_WIDGET (box)); check != NULL;
       check = gtk_widget_get_next_sibling (check))
    {
      guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "column"));

      gtk_check_button_set_active (GTK_CHECK_BUTTON (check), self->layout.shown[column]);
    }
}

static void
differing_toggled (CzRunsTable *self)
{
  if (self->arranging)
    return;
  self->layout.differing = gtk_toggle_button_get_active (self->differing_toggle);
  arrange (self);
  save_soon (self);
}

// ---- What is in the table ----

static void
show_count (CzRunsTable *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));
  guint all = self->all != NULL ? g_list_model_get_n_items (self->all) : 0;
  g_autofree char *count = cz_numbers_count (n);
  g_autofree char *of = cz_numbers_count (all);
  g_autofree char *text = n == all
                              ? g_strdup_printf (ngettext ("%s run", "%s runs", all), count)
                              // Translators: how many runs the filter lets through, of how many.
                              : g_strdup_printf (_ ("%s of %s runs"), count, of);

  gtk_label_set_label (self->count_label, text);
  gtk_stack_set_visible_child_name (self->states, n > 0 ? "table" : all > 0 ? "nothing" : "empty");
}

// What depends on all runs shown together.
static gboolean
look_at_all (gpointer data)
{
  CzRunsTable *self = data;

  self->look = 0;
  if (self->all == NULL)
    return G_SOURCE_REMOVE;
  cz_run_order_number_groups (self->order, self->all);
  self->masks = cz_run_column_is_perplexity (cz_run_order_get_column (self->order))
                && cz_run_order_count_groups (self->order, G_LIST_MODEL (self->sorted)) > 1;
  gtk_widget_set_visible (self->masks_bar, self->masks);
  cz_run_column_find_differing (G_LIST_MODEL (self->sorted), self->differ);
  arrange (self);
  return G_SOURCE_REMOVE;
}

static void
look_soon (CzRunsTable *self)
{
  if (self->look == 0)
    self->look = g_idle_add (look_at_all, self);
}

static void
items_changed (CzRunsTable *self)
{
  show_count (self);
  look_soon (self);
}

static void
sort_changed (CzRunsTable *self)
{
  guint column;
  gboolean descending;

  if (self->arranging || !cz_runs_columns_get_sort (&self->columns, &column, &descending))
    return;
  cz_run_order_set (self->order, column, descending);
  // The list stays with the row it showed: whoever sorts wants to see the first ones.
  gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->table)),
                              "list.scroll-to-item", "u", 0);
  look_soon (self);
  save_soon (self);
}

static void
clear_filter (CzRunsTable *self)
{
  cz_run_filter_clear (self->filter);
}

// ---- Choosing ----

static void
chosen_changed (CzRunsTable *self)
{
  g_autoptr (GtkBitset) chosen
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint64 n = gtk_bitset_get_size (chosen);
  g_autofree char *count = cz_numbers_count ((gint64)n);
  g_autofree char *text
      = g_strdup_printf (ngettext ("%s run chosen", "%s runs chosen", (gulong)n), count);

  gtk_label_set_label (self->chosen_label, text);
  gtk_widget_set_visible (self->chosen_bar, n > 0);
  g_signal_emit (self, chosen_signal, 0);
}

static void
choose_none (CzRunsTable *self)
{
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
}

static void
row_activated (CzRunsTable *self, guint position)
{
  g_autoptr (CzRunRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  if (row != NULL)
    g_signal_emit (self, activated_signal, 0, cz_run_row_get (row));
}

// The table's row in which a widget lies.
static CzRunRow *
find_row (GtkWidget *widget)
{
  while (widget != NULL && g_strcmp0 (gtk_widget_get_css_name (widget), "row") != 0)
    widget = gtk_widget_get_parent (widget);
  if (widget == NULL)
    return NULL;
  for (GtkWidget *cell = gtk_widget_get_first_child (widget); cell != NULL;
       cell = gtk_widget_get_next_sibling (cell))
    {
      GtkWidget *child = gtk_widget_get_first_child (cell);
      CzRunRow *row = child != NULL ? g_object_get_data (G_OBJECT (child), "row") : NULL;

      if (row != NULL)
        return row;
    }
  return NULL;
}

// A click with the other button on a run that is not among those chosen chooses it alone.
static void
menu_clicked (GtkGestureClick *click, int n, double x, double y, CzRunsTable *self)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (self->selection);
  CzRunRow *row = find_row (gtk_widget_pick (GTK_WIDGET (self->table), x, y, GTK_PICK_DEFAULT));
  double at_x, at_y;

  if (row == NULL)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->rows)); i++)
    {
      g_autoptr (CzRunRow) there = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      if (there != row)
        continue;
      if (!gtk_selection_model_is_selected (selection, i))
        gtk_selection_model_select_item (selection, i, TRUE);
      break;
    }
  gtk_widget_translate_coordinates (GTK_WIDGET (self->table), GTK_WIDGET (self), x, y, &at_x,
                                    &at_y);
  g_signal_emit (self, menu_signal, 0, at_x, at_y);
}

static gboolean
menu_key (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  CzRunsTable *self = data;

  if (!gtk_widget_get_visible (self->chosen_bar))
    return FALSE;
  g_signal_emit (self, menu_signal, 0, (double)gtk_widget_get_width (GTK_WIDGET (self)) / 2,
                 (double)gtk_widget_get_height (GTK_WIDGET (self)) / 2);
  return TRUE;
}

// ---- Life ----

static void
cz_runs_table_dispose (GObject *object)
{
  CzRunsTable *self = CZ_RUNS_TABLE (object);

  if (self->saving != 0 && cz_workbench_get_library (self->workbench) != NULL)
    {
      g_autofree char *text = NULL;

      // At once: the program may be about to end.
      read_layout (self);
      text = cz_run_layout_write (&self->layout);
      cz_library_set_setting (cz_workbench_get_library (self->workbench), SETTING, text, NULL);
    }
  g_clear_handle_id (&self->saving, g_source_remove);
  g_clear_handle_id (&self->look, g_source_remove);
  // The columns tell of what they lose as they go: nothing of that is the person's wish.
  self->arranging = TRUE;
  g_clear_object (&self->filter);
  g_clear_object (&self->all);
  if (self->rows != NULL)
    cz_run_rows_set_runs (self->rows, NULL);
  g_clear_object (&self->rows);
  g_clear_object (&self->sorted);
  g_clear_object (&self->order);
  G_OBJECT_CLASS (cz_runs_table_parent_class)->dispose (object);
}

static void
cz_runs_table_class_init (CzRunsTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_runs_table_dispose;
  activated_signal = g_signal_new ("activated", CZ_TYPE_RUNS_TABLE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, CZ_TYPE_RUN_ITEM);
  chosen_signal = g_signal_new ("chosen-changed", CZ_TYPE_RUNS_TABLE, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  menu_signal = g_signal_new ("menu", CZ_TYPE_RUNS_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  g_type_ensure (CZ_TYPE_RUNS_SEARCH);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/runs-table.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, trash_title);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, search);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, differing_toggle);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, fact_checks);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, parameter_checks);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, count_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, masks_bar);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, chosen_bar);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, run_deeds);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, trash_deeds);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, more_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, chosen_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, states);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, table);
  gtk_widget_class_bind_template_child (widget_class, CzRunsTable, selection);
  gtk_widget_class_bind_template_callback (widget_class, differing_toggled);
  gtk_widget_class_bind_template_callback (widget_class, chosen_changed);
  gtk_widget_class_bind_template_callback (widget_class, choose_none);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, clear_filter);
}

static void
cz_runs_table_init (CzRunsTable *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  g_autoptr (GMenuModel) menu = cz_run_menu_new (FALSE);

  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  self->order = cz_run_order_new ();
  self->sorted = gtk_sort_list_model_new (NULL, g_object_ref (GTK_SORTER (self->order)));
  self->rows = cz_run_rows_new ();
  cz_run_rows_carry (self->rows, GTK_SELECTION_MODEL (self->selection));
  gtk_multi_selection_set_model (self->selection, G_LIST_MODEL (self->rows));
  cz_run_layout_init (&self->layout);
  add_checks (self, self->fact_checks, 0, CZ_N_RUN_FACTS);
  add_checks (self, self->parameter_checks, CZ_N_RUN_FACTS, CZ_N_RUN_COLUMNS);
  gtk_menu_button_set_menu_model (self->more_button, menu);
  g_signal_connect_object (self->sorted, "items-changed", G_CALLBACK (items_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Delete, 0),
                                                        gtk_named_action_new ("runs.delete")));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_F2, 0),
                                                          gtk_named_action_new ("runs.rename")));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (
          gtk_alternative_trigger_new (gtk_keyval_trigger_new (GDK_KEY_Menu, 0),
                                       gtk_keyval_trigger_new (GDK_KEY_F10, GDK_SHIFT_MASK)),
          gtk_callback_action_new (menu_key, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->table), keys);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (menu_clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self->table), GTK_EVENT_CONTROLLER (click));
}

void
cz_runs_table_set_filter (CzRunsTable *self, CzRunFilter *filter, CzWorkbench *workbench)
{
  g_set_object (&self->filter, filter);
  self->workbench = workbench;
  cz_runs_search_set_filter (self->search, filter, cz_workbench_get_runs (workbench));
}

void
cz_runs_table_restore (CzRunsTable *self)
{
  g_autofree char *text = NULL;

  if (self->restored)
    return;
  text = cz_library_get_setting (cz_workbench_get_library (self->workbench), SETTING);
  if (text != NULL)
    cz_run_layout_read (&self->layout, text);
  self->arranging = TRUE;
  cz_runs_columns_add (&self->columns, self->table, self->order, &self->layout);
  cz_run_order_set (self->order, self->layout.sort, self->layout.descending);
  gtk_column_view_sort_by_column (self->table, self->columns.columns[self->layout.sort],
                                  self->layout.descending ? GTK_SORT_DESCENDING
                                                          : GTK_SORT_ASCENDING);
  gtk_toggle_button_set_active (self->differing_toggle, self->layout.differing);
  show_checks (self, self->fact_checks);
  show_checks (self, self->parameter_checks);
  self->arranging = FALSE;
  self->restored = TRUE;
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    g_signal_connect_object (self->columns.columns[i], "notify::fixed-width",
                             G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_column_view_get_columns (self->table), "items-changed",
                           G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_column_view_get_sorter (self->table), "changed",
                           G_CALLBACK (sort_changed), self, G_CONNECT_SWAPPED);
}

void
cz_runs_table_show (CzRunsTable *self, GListModel *all, GListModel *shown, gboolean trash)
{
  self->trash = trash;
  gtk_widget_set_visible (self->trash_title, trash);
  gtk_widget_set_visible (self->run_deeds, !trash);
  gtk_widget_set_visible (self->trash_deeds, trash);
  g_set_object (&self->all, all);
  if (shown != NULL && self->restored)
    {
      gtk_sort_list_model_set_model (self->sorted, shown);
      look_at_all (self);
      cz_run_rows_set_runs (self->rows, G_LIST_MODEL (self->sorted));
    }
  else
    {
      cz_run_rows_set_runs (self->rows, NULL);
      gtk_sort_list_model_set_model (self->sorted, NULL);
    }
  show_count (self);
  chosen_changed (self);
}

void
cz_runs_table_library_changed (CzRunsTable *self)
{
  if (self->all == NULL)
    return;
  gtk_sorter_changed (GTK_SORTER (self->order), GTK_SORTER_CHANGE_DIFFERENT);
  show_count (self);
  look_soon (self);
}

void
cz_runs_table_search (CzRunsTable *self)
{
  cz_runs_search_begin (self->search);
}

GPtrArray *
cz_runs_table_get_chosen (CzRunsTable *self)
{
  g_autoptr (GtkBitset) chosen
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (CzRunRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

      g_ptr_array_add (items, g_object_ref (cz_run_row_get (row)));
    }
  return items;
}

void
cz_runs_table_copy (CzRunsTable *self)
{
  g_autoptr (GPtrArray) chosen = cz_runs_table_get_chosen (self);
  g_autoptr (GString) text = g_string_new (NULL);

  read_layout (self);
  // The head, then a line for each run.
  for (guint line = 0; line <= chosen->len; line++)
    {
      gboolean first = TRUE;

      for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
        {
          guint column = self->layout.columns[i];
          CzRunItem *item = line > 0 ? g_ptr_array_index (chosen, line - 1) : NULL;
          g_autofree char *cell = NULL;

          if (!is_shown (self, column))
            continue;
          if (item == NULL)
            cell = g_strdup (cz_run_column_get_title (column));
          else if (column == CZ_RUN_COLUMN_STAR)
            cell = g_strdup (cz_run_item_get (item)->starred ? "★" : "");
          else if (column == CZ_RUN_COLUMN_MASKS)
            cell = g_strdup_printf ("%u", cz_run_order_get_group (self->order, item));
          else
            cell = cz_run_column_get_text (column, item);
          g_string_append_printf (text, "%s%s", first ? "" : "\t", cell);
          first = FALSE;
        }
      g_string_append_c (text, '\n');
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
}
