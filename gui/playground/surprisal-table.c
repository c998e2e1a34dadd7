#include "gui/playground/surprisal-table.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/playground/surprisal-card.h"

// ---- A row ----

#define CZ_TYPE_SURPRISAL_ROW (cz_surprisal_row_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalRow, cz_surprisal_row, CZ, SURPRISAL_ROW, GObject)

struct _CzSurprisalRow
{
  GObject parent_instance;
  CzSurprisalScores *scores;
  guint word;
};

G_DEFINE_FINAL_TYPE (CzSurprisalRow, cz_surprisal_row, G_TYPE_OBJECT)

static void
cz_surprisal_row_finalize (GObject *object)
{
  cz_surprisal_scores_unref (CZ_SURPRISAL_ROW (object)->scores);
  G_OBJECT_CLASS (cz_surprisal_row_parent_class)->finalize (object);
}

static void
cz_surprisal_row_class_init (CzSurprisalRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_surprisal_row_finalize;
}

static void
cz_surprisal_row_init (CzSurprisalRow *self)
{
}

// ---- Columns ----

// What a column shows: the word, a model's bits, its difference to the first, or its pieces.
typedef enum
{
  COLUMN_WORD,
  COLUMN_BITS,
  COLUMN_DIFFERENCE,
  COLUMN_PIECES,
} ColumnKind;

typedef struct
{
  ColumnKind kind;
  guint model;
} Column;

struct _CzSurprisalTable
{
  AdwBin parent_instance;
  GtkColumnView *view;
  GListStore *rows; // of CzSurprisalRow
};

G_DEFINE_FINAL_TYPE (CzSurprisalTable, cz_surprisal_table, ADW_TYPE_BIN)

static double
get_number (const CzSurprisalRow *row, const Column *column)
{
  return column->kind == COLUMN_DIFFERENCE
             ? cz_surprisal_scores_get_difference (row->scores, row->word, column->model)
             : cz_surprisal_scores_get_word (row->scores, row->word)->bits[column->model];
}

static char *
dup_pieces (const CzSurprisalRow *row)
{
  const CzSurprisalWord *word = cz_surprisal_scores_get_word (row->scores, row->word);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < word->n[0]; i++)
    {
      const CzSurprisalPiece *piece
          = &g_array_index (row->scores->models[0].pieces, CzSurprisalPiece, word->first[0] + i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                              piece->token != NULL ? piece->token : "");
    }
  return g_string_free (text, FALSE);
}

static char *
dup_cell (const CzSurprisalRow *row, const Column *column)
{
  double number;

  switch (column->kind)
    {
    case COLUMN_WORD:
      return cz_surprisal_scores_dup_text (row->scores, row->word);
    case COLUMN_PIECES:
      return dup_pieces (row);
    case COLUMN_DIFFERENCE:
      return cz_surprisal_card_format_difference (get_number (row, column));
    case COLUMN_BITS:
    default:
      number = get_number (row, column);
      return isnan (number) ? g_strdup ("–") : g_strdup_printf ("%.2f", number);
    }
}

// Rows without a number come after all others when the highest is first. Equals keep the text's
// order.
static int
compare_rows (gconstpointer a, gconstpointer b, gpointer data)
{
  const CzSurprisalRow *one = a, *other = b;
  const Column *column = data;
  double x, y;

  if (column->kind == COLUMN_WORD)
    return one->word < other->word ? -1 : one->word > other->word;
  x = get_number (one, column);
  y = get_number (other, column);
  x = isnan (x) ? -INFINITY : x;
  y = isnan (y) ? -INFINITY : y;
  return x < y ? -1 : x > y;
}

static void
cell_set_up (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const Column *column = data;
  GtkWidget *label = gtk_label_new (NULL);
  gboolean number = column->kind == COLUMN_BITS || column->kind == COLUMN_DIFFERENCE;

  gtk_label_set_xalign (GTK_LABEL (label), number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
cell_bound (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  g_autofree char *text = dup_cell (gtk_list_item_get_item (item), data);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static GtkColumnViewColumn *
add_column (CzSurprisalTable *self, const char *title, ColumnKind kind, guint model)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) made = gtk_column_view_column_new (title, factory);
  Column *column = g_new0 (Column, 1);

  column->kind = kind;
  column->model = model;
  g_object_set_data_full (G_OBJECT (made), "column", column, g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (cell_set_up), column);
  g_signal_connect (factory, "bind", G_CALLBACK (cell_bound), column);
  if (kind != COLUMN_PIECES)
    {
      g_autoptr (GtkSorter) sorter = GTK_SORTER (
          gtk_custom_sorter_new (compare_rows, g_memdup2 (column, sizeof *column), g_free));

      gtk_column_view_column_set_sorter (made, sorter);
    }
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_expand (made, kind == COLUMN_WORD || kind == COLUMN_PIECES);
  gtk_column_view_append_column (self->view, made);
  return made;
}

static void
make_columns (CzSurprisalTable *self, const CzSurprisalScores *scores)
{
  GListModel *columns = gtk_column_view_get_columns (self->view);
  GtkColumnViewColumn *first = NULL;

  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

      gtk_column_view_remove_column (self->view, column);
    }
  add_column (self, _ ("Word"), COLUMN_WORD, 0);
  for (guint m = 0; m < scores->n_models; m++)
    {
      // Translators: a column of numbers in bits; %s is a model's name.
      g_autofree char *title = g_strdup_printf (_ ("%s, bits"), scores->models[m].title);
      // Translators: how a word's bits differ; %s is a model's name.
      g_autofree char *difference = g_strdup_printf (_ ("%s, difference"), scores->models[m].title);
      GtkColumnViewColumn *column = add_column (self, title, COLUMN_BITS, m);

      if (m == 0)
        first = column;
      else
        add_column (self, difference, COLUMN_DIFFERENCE, m);
    }
  add_column (self, _ ("Pieces"), COLUMN_PIECES, 0);
  gtk_column_view_sort_by_column (self->view, first, GTK_SORT_DESCENDING);
}

void
cz_surprisal_table_show (CzSurprisalTable *self, CzSurprisalScores *scores)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < scores->words->len; i++)
    {
      CzSurprisalRow *row = g_object_new (CZ_TYPE_SURPRISAL_ROW, NULL);

      row->scores = cz_surprisal_scores_ref (scores);
      row->word = i;
      g_ptr_array_add (rows, row);
    }
  g_list_store_remove_all (self->rows);
  make_columns (self, scores);
  g_list_store_splice (self->rows, 0, 0, rows->pdata, rows->len);
}

static void
cz_surprisal_table_dispose (GObject *object)
{
  g_clear_object (&CZ_SURPRISAL_TABLE (object)->rows);
  G_OBJECT_CLASS (cz_surprisal_table_parent_class)->dispose (object);
}

static void
cz_surprisal_table_class_init (CzSurprisalTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_surprisal_table_dispose;
}

static void
cz_surprisal_table_init (CzSurprisalTable *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_column_view_new (NULL);
  g_autoptr (GtkSelectionModel) selection = NULL;

  self->view = GTK_COLUMN_VIEW (view);
  self->rows = g_list_store_new (CZ_TYPE_SURPRISAL_ROW);
  selection = GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (
      gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->rows)),
                               g_object_ref (gtk_column_view_get_sorter (self->view))))));
  gtk_column_view_set_model (self->view, selection);
  gtk_widget_add_css_class (view, "plain-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Words and their surprisal"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 260);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 520);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  adw_bin_set_child (ADW_BIN (self), scrolled);
}

GtkWidget *
cz_surprisal_table_new (void)
{
  return g_object_new (CZ_TYPE_SURPRISAL_TABLE, NULL);
}
