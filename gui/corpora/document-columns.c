#include "gui/corpora/document-columns.h"

#include <glib/gi18n.h>

#include "gui/corpora/document-rows.h"
#include "gui/numbers.h"

#define LABEL_WIDTH 100
#define SPLIT_WIDTH 90

typedef enum
{
  COLUMN_NUMBER,
  COLUMN_LABEL,
  COLUMN_SPLIT,
  COLUMN_WORDS,
  COLUMN_SIZE,
  COLUMN_TEXT,
} Column;

// gtk_inscription_set_markup () of GTK 4.8 leaks the attributes.
static void
set_markup (GtkInscription *label, const char *markup)
{
  PangoAttrList *attributes = NULL;
  g_autofree char *text = NULL;

  if (!pango_parse_markup (markup, -1, 0, &attributes, &text, NULL, NULL))
    return;
  gtk_inscription_set_text (label, text);
  gtk_inscription_set_attributes (label, attributes);
  pango_attr_list_unref (attributes);
}

static void
show_text (CzDocumentItem *item, GtkInscription *label)
{
  const CzDocument *document = cz_document_item_get (item);
  g_autofree char *marked = NULL;

  if (!document->excluded && !document->edited)
    {
      set_markup (label, cz_document_item_get_markup (item));
      return;
    }
  marked
      = g_strdup_printf ("<b>%s%s%s</b>  %s", document->excluded ? _ ("excluded") : "",
                         document->excluded && document->edited ? " · " : "",
                         document->edited ? _ ("edited") : "", cz_document_item_get_markup (item));
  set_markup (label, marked);
}

static void
show_cell (CzDocumentRow *row, GtkInscription *label)
{
  CzDocumentItem *item = cz_document_row_get (row);
  const CzDocument *document = item != NULL ? cz_document_item_get (item) : NULL;
  Column column = (Column)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (label), "column"));
  g_autofree char *number = NULL;

  if (document != NULL && document->excluded)
    gtk_widget_add_css_class (GTK_WIDGET (label), "excluded");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (label), "excluded");
  if (document == NULL)
    {
      gtk_inscription_set_text (label, "");
      return;
    }
  switch (column)
    {
    case COLUMN_NUMBER:
      number = cz_numbers_count (document->ordinal + 1);
      gtk_inscription_set_text (label, number);
      break;
    case COLUMN_LABEL:
      gtk_inscription_set_text (label, document->label);
      break;
    case COLUMN_SPLIT:
      gtk_inscription_set_text (label, document->split);
      break;
    case COLUMN_WORDS:
      gtk_inscription_set_text (label, cz_document_item_get_words (item));
      break;
    case COLUMN_SIZE:
      number = g_format_size ((guint64)document->bytes);
      gtk_inscription_set_text (label, number);
      break;
    case COLUMN_TEXT:
    default:
      show_text (item, label);
      break;
    }
}

static gboolean
is_number (Column column)
{
  return column == COLUMN_NUMBER || column == COLUMN_WORDS || column == COLUMN_SIZE;
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  Column column = (Column)GPOINTER_TO_INT (data);
  // One line whatever script it holds, and its size does not depend on what it says: a row that
  // gets another document is not laid out anew.
  GtkWidget *label = gtk_inscription_new (NULL);
  gboolean right = is_number (column);

  gtk_inscription_set_xalign (GTK_INSCRIPTION (label), right ? 1 : 0);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (label),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (label), 1);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (label), 1);
  if (right)
    gtk_widget_add_css_class (label, "numeric");
  if (column != COLUMN_TEXT)
    gtk_widget_add_css_class (label, "dim-label");
  g_object_set_data (G_OBJECT (label), "column", data);
  // As in the table of runs: else Ctrl chooses nothing.
  gtk_list_item_set_selectable (cell, FALSE);
  gtk_list_item_set_activatable (cell, FALSE);
  gtk_list_item_set_child (cell, label);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  CzDocumentRow *row = gtk_list_item_get_item (cell);
  GtkWidget *label = gtk_list_item_get_child (cell);

  cz_document_row_watch (row);
  g_signal_connect_object (row, "changed", G_CALLBACK (show_cell), label, 0);
  show_cell (row, GTK_INSCRIPTION (label));
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  CzDocumentRow *row = gtk_list_item_get_item (cell);

  g_signal_handlers_disconnect_by_func (row, show_cell, gtk_list_item_get_child (cell));
  cz_document_row_unwatch (row);
  // GTK 4.8 does not free them with the widget.
  gtk_inscription_set_attributes (GTK_INSCRIPTION (gtk_list_item_get_child (cell)), NULL);
}

static GtkColumnViewColumn *
add_column (GtkColumnView *table, Column column, const char *title, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *made = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), GINT_TO_POINTER (column));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), NULL);
  if (width > 0)
    gtk_column_view_column_set_fixed_width (made, width);
  else
    gtk_column_view_column_set_expand (made, TRUE);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_append_column (table, made);
  g_object_unref (made);
  return made;
}

// ---- Which header was clicked ----

// GTK 4.8 does not tell by which column its table is sorted. But it asks that column's sorter
// first, and turns the answer round for a descending order.
static int
answer_click (gconstpointer a, gconstpointer b, gpointer data)
{
  GtkColumnViewColumn *column = data;
  CzDocumentColumns *columns = g_object_get_data (G_OBJECT (column), "columns");

  if (columns->clicked == NULL)
    columns->clicked = column;
  return -1;
}

static void
make_sortable (CzDocumentColumns *columns, GtkColumnViewColumn *column)
{
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (answer_click, column, NULL));

  g_object_set_data (G_OBJECT (column), "columns", columns);
  gtk_column_view_column_set_sorter (column, sorter);
}

void
cz_document_columns_get_sort (CzDocumentColumns *columns,
                              CzDocumentKey *ret_key,
                              gboolean *ret_descending)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (columns->table);

  columns->clicked = NULL;
  // Any two things: nothing is compared.
  *ret_descending
      = gtk_sorter_compare (sorter, columns->table, columns->size) == GTK_ORDERING_LARGER;
  *ret_key = columns->clicked == columns->size ? CZ_DOCUMENTS_BY_SIZE : CZ_DOCUMENTS_BY_NUMBER;
}

// ---- All ----

// Over numbers, which stand at the right, so do titles. GTK 4.8 has no property for that: the
// titles are the header's children, in the order of the columns.
static void
align_titles (GtkColumnView *table)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (table));
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;

  for (guint i = COLUMN_NUMBER; i <= COLUMN_TEXT && title != NULL; i++)
    {
      GtkWidget *content = gtk_widget_get_first_child (title);

      if (content != NULL && is_number ((Column)i))
        gtk_widget_set_halign (content, GTK_ALIGN_END);
      title = gtk_widget_get_next_sibling (title);
    }
}

void
cz_document_columns_add (GtkColumnView *table, CzDocumentColumns *ret_columns)
{
  ret_columns->table = table;
  make_sortable (ret_columns, add_column (table, COLUMN_NUMBER, _ ("No."), 84));
  ret_columns->label = add_column (table, COLUMN_LABEL, _ ("Label"), LABEL_WIDTH);
  ret_columns->split = add_column (table, COLUMN_SPLIT, _ ("Split"), SPLIT_WIDTH);
  add_column (table, COLUMN_WORDS, _ ("Words"), 80);
  ret_columns->size = add_column (table, COLUMN_SIZE, _ ("Size"), 84);
  make_sortable (ret_columns, ret_columns->size);
  add_column (table, COLUMN_TEXT, _ ("Text"), 0);
  align_titles (table);
}

// A column that is not visible must not have a width either: the others would not get it.
static void
show_column (GtkColumnViewColumn *column, gboolean visible, int width)
{
  gtk_column_view_column_set_visible (column, visible);
  gtk_column_view_column_set_fixed_width (column, visible ? width : -1);
}

void
cz_document_columns_show (const CzDocumentColumns *columns, gboolean label, gboolean split)
{
  show_column (columns->label, label, LABEL_WIDTH);
  show_column (columns->split, split, SPLIT_WIDTH);
}
