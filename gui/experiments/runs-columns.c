#include "gui/experiments/runs-columns.h"

#include <glib/gi18n.h>

#include "gui/experiments/run-dot.h"
#include "gui/experiments/run-rows.h"

// What a cell needs to know; one for each column, owned by the column's factory.
typedef struct
{
  CzRunsColumns *columns;
  guint column;
} CellKind;

// ---- Cells ----

static void
show_text (CzRunItem *item, GtkWidget *label)
{
  const CellKind *kind = g_object_get_data (G_OBJECT (label), "kind");
  g_autofree char *text = NULL;

  if (kind->column == CZ_RUN_COLUMN_MASKS)
    {
      guint group = cz_run_order_get_group (kind->columns->order, item);

      text = group != 0 ? g_strdup_printf ("%u", group) : g_strdup ("");
    }
  else
    text = cz_run_column_get_text (kind->column, item);
  gtk_inscription_set_text (GTK_INSCRIPTION (label), text);
}

static void
show_name (CzRunItem *item, GtkWidget *box)
{
  GtkWidget *dot = gtk_widget_get_first_child (box);

  cz_run_dot_set_color (CZ_RUN_DOT (dot), cz_run_item_get_color (item));
  gtk_inscription_set_text (GTK_INSCRIPTION (gtk_widget_get_next_sibling (dot)),
                            cz_run_item_get (item)->name);
}

static void
show_star (CzRunItem *item, GtkWidget *button)
{
  gboolean starred = cz_run_item_get (item)->starred;

  if (starred)
    gtk_widget_remove_css_class (button, "no-star");
  else
    gtk_widget_add_css_class (button, "no-star");
  gtk_button_set_icon_name (GTK_BUTTON (button),
                            starred ? "starred-symbolic" : "non-starred-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  starred ? _ ("Take the star away") : _ ("Star"), -1);
}

static void
star_clicked (GtkWidget *button, GtkListItem *cell)
{
  CzRunItem *item = cz_run_row_get (gtk_list_item_get_item (cell));

  gtk_widget_activate_action (button, "runs.toggle-star", "x", cz_run_item_get (item)->id);
}

static GtkWidget *
make_text (const CellKind *kind)
{
  // Its size does not depend on what it says: a row that gets another run is not laid out anew.
  GtkWidget *label = gtk_inscription_new (NULL);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (label),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (label), 1);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (label), 1);
  gtk_widget_set_hexpand (label, TRUE);
  if (cz_run_column_is_number (kind->column))
    {
      gtk_inscription_set_xalign (GTK_INSCRIPTION (label), 1);
      gtk_widget_add_css_class (label, "numeric");
    }
  else if (kind->column != CZ_RUN_COLUMN_NAME)
    gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, const CellKind *kind)
{
  GtkWidget *child;

  if (kind->column == CZ_RUN_COLUMN_STAR)
    {
      child = gtk_button_new ();
      gtk_widget_add_css_class (child, "flat");
      gtk_widget_add_css_class (child, "plain-star");
      gtk_widget_set_valign (child, GTK_ALIGN_CENTER);
      g_signal_connect (child, "clicked", G_CALLBACK (star_clicked), cell);
    }
  else if (kind->column == CZ_RUN_COLUMN_NAME)
    {
      child = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
      gtk_box_append (GTK_BOX (child), cz_run_dot_new ());
      gtk_box_append (GTK_BOX (child), make_text (kind));
    }
  else
    child = make_text (kind);
  g_object_set_data (G_OBJECT (child), "kind", (gpointer)kind);
  // GTK 4.8 asks cell and row alike to take a click: with Ctrl the one would undo the other.
  gtk_list_item_set_selectable (cell, FALSE);
  gtk_list_item_set_activatable (cell, FALSE);
  gtk_list_item_set_child (cell, child);
}

static void (*get_show (const CellKind *kind)) (CzRunItem *, GtkWidget *)
{
  return kind->column == CZ_RUN_COLUMN_STAR   ? show_star
         : kind->column == CZ_RUN_COLUMN_NAME ? show_name
                                              : show_text;
}

static void
show_cell (CzRunRow *row, GtkWidget *child)
{
  const CellKind *kind = g_object_get_data (G_OBJECT (child), "kind");

  get_show (kind) (cz_run_row_get (row), child);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, const CellKind *kind)
{
  CzRunRow *row = gtk_list_item_get_item (cell);
  GtkWidget *child = gtk_list_item_get_child (cell);

  // By which a click finds the run.
  g_object_set_data (G_OBJECT (child), "row", row);
  cz_run_row_watch (row);
  g_signal_connect_object (row, "changed", G_CALLBACK (show_cell), child, 0);
  show_cell (row, child);
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, const CellKind *kind)
{
  CzRunRow *row = gtk_list_item_get_item (cell);
  GtkWidget *child = gtk_list_item_get_child (cell);

  g_object_set_data (G_OBJECT (child), "row", NULL);
  g_signal_handlers_disconnect_by_func (row, show_cell, child);
  cz_run_row_unwatch (row);
}

// ---- Which header was clicked ----

// GTK 4.8 does not tell by which column its table is sorted. But it asks that column's sorter
// first, and turns the answer round for a descending order.
static int
answer_click (gconstpointer a, gconstpointer b, gpointer data)
{
  CellKind *kind = data;

  if (kind->columns->clicked == CZ_N_RUN_COLUMNS)
    kind->columns->clicked = kind->column;
  return -1;
}

gboolean
cz_runs_columns_get_sort (CzRunsColumns *columns, guint *ret_column, gboolean *ret_descending)
{
  GtkOrdering answer;

  columns->clicked = CZ_N_RUN_COLUMNS;
  answer = gtk_sorter_compare (gtk_column_view_get_sorter (columns->table), columns->table,
                               columns->order);
  if (columns->clicked == CZ_N_RUN_COLUMNS)
    return FALSE;
  *ret_column = columns->clicked;
  *ret_descending = answer == GTK_ORDERING_LARGER;
  return TRUE;
}

// ---- Columns ----

static GtkColumnViewColumn *
make_column (CzRunsColumns *columns, guint column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  CellKind *kind = g_new0 (CellKind, 1);
  g_autoptr (GtkSorter) sorter = NULL;
  GtkColumnViewColumn *made;

  kind->columns = columns;
  kind->column = column;
  g_object_set_data_full (G_OBJECT (factory), "kind", kind, g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), kind);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), kind);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), kind);
  made = gtk_column_view_column_new (cz_run_column_get_title (column), factory);
  sorter = GTK_SORTER (gtk_custom_sorter_new (answer_click, kind, NULL));
  gtk_column_view_column_set_sorter (made, sorter);
  gtk_column_view_column_set_resizable (made, TRUE);
  return made;
}

// Over numbers, which stand at the right, so do titles. GTK 4.8 has no property for that: the
// titles are the header's children, in the order of the columns.
static void
align_titles (GtkColumnView *table, const CzRunLayout *layout)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (table));
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;

  for (guint i = 0; i < CZ_N_RUN_COLUMNS && title != NULL; i++)
    {
      GtkWidget *content = gtk_widget_get_first_child (title);

      if (content != NULL && cz_run_column_is_number (layout->columns[i]))
        gtk_widget_set_halign (content, GTK_ALIGN_END);
      gtk_widget_set_tooltip_text (title, cz_run_column_get_tooltip (layout->columns[i]));
      title = gtk_widget_get_next_sibling (title);
    }
}

void
cz_runs_columns_add (CzRunsColumns *columns,
                     GtkColumnView *table,
                     CzRunOrder *order,
                     const CzRunLayout *layout)
{
  columns->table = table;
  columns->order = order;
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    {
      guint column = layout->columns[i];

      columns->columns[column] = make_column (columns, column);
      cz_runs_columns_show (columns, column, FALSE, -1);
      gtk_column_view_append_column (table, columns->columns[column]);
      g_object_unref (columns->columns[column]);
    }
  align_titles (table, layout);
}

// A column that is not visible must not have a width either: the others would not get it.
void
cz_runs_columns_show (CzRunsColumns *columns, guint column, gboolean shown, int width)
{
  gtk_column_view_column_set_visible (columns->columns[column], shown);
  gtk_column_view_column_set_fixed_width (columns->columns[column], shown ? width : -1);
}

guint
cz_runs_columns_find (const CzRunsColumns *columns, GtkColumnViewColumn *column)
{
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    {
      if (columns->columns[i] == column)
        return i;
    }
  return CZ_N_RUN_COLUMNS;
}
