#include "gui/playground/sentences-columns.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/numbers.h"
#include "gui/playground/sentences-item.h"

#define NUMBER_WIDTH 52
// With three or four models beside the sentence it is told more briefly: a window of 1000 pixels
// holds all of it.
#define FEW                 2
#define ACCEPTED_WIDTH      150
#define ACCEPTED_WIDTH_MANY 100
#define MODEL_WIDTH         190
#define MODEL_WIDTH_MANY    150

typedef enum
{
  COLUMN_NUMBER,
  COLUMN_SENTENCE,
  COLUMN_ACCEPTED,
  COLUMN_MODEL // the first; those of further ones follow
} Column;

// ---- What a model said ----

// How its rank compares with the first model's: below 0 the answer has risen.
static int
compare_ranks (const CzSentencesSaid *first, const CzSentencesSaid *said)
{
  if (first == NULL || first->rank == 0 || said->rank == 0)
    return 0;
  return (said->rank > first->rank) - (said->rank < first->rank);
}

static char *
describe_said (const CzSentencesSaid *first, const CzSentencesSaid *said)
{
  GString *text = g_string_new (NULL);
  int change = compare_ranks (first, said);

  if (said->rank > 0)
    g_string_append_printf (text, _ ("“%s” is number %'u of all words"), said->answer, said->rank);
  else if (said->answer != NULL)
    g_string_append_printf (text, _ ("“%s” is several word pieces, so it has no rank"),
                            said->answer);
  else
    g_string_append (text, _ ("no accepted answer that this model knows"));
  if (isfinite (said->log_probability))
    {
      g_autofree char *p = cz_numbers_probability (exp (said->log_probability));

      g_string_append_printf (text, _ (", probability %s"), p);
    }
  if (change != 0)
    g_string_append_printf (text,
                            change < 0 ? _ ("; better than under the first model (%'u)")
                                       : _ ("; worse than under the first model (%'u)"),
                            first->rank);
  if (said->told != NULL)
    g_string_append_printf (text, "\n%s", said->told);
  return g_string_free (text, FALSE);
}

static char *
format_rank (const CzSentencesSaid *first, const CzSentencesSaid *said)
{
  int change = compare_ranks (first, said);
  g_autofree char *rank = said->rank > 0 ? cz_numbers_count (said->rank) : g_strdup ("–");

  return g_strdup_printf ("%s%s%s", said->hit ? "✓ " : "", rank,
                          change < 0   ? " ▲"
                          : change > 0 ? " ▼"
                                       : "");
}

static void
set_class (GtkWidget *widget, const char *name, gboolean has)
{
  if (has)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_said (CzSentencesItem *item, GtkWidget *box, guint model)
{
  const CzSentencesSaid *said = cz_sentences_item_get_said (item, model);
  const CzSentencesSaid *first = model > 0 ? cz_sentences_item_get_said (item, 0) : NULL;
  GtkWidget *word = gtk_widget_get_first_child (box);
  GtkWidget *rank = gtk_widget_get_last_child (box);
  g_autofree char *described = said != NULL ? describe_said (first, said) : NULL;
  g_autofree char *ranked = said != NULL ? format_rank (first, said) : NULL;
  g_autofree char *shown = NULL;
  int change = said != NULL ? compare_ranks (first, said) : 0;

  if (said != NULL && said->word != NULL)
    {
      g_autofree char *p = cz_numbers_probability (said->score);

      shown = g_markup_printf_escaped ("%s <span alpha=\"65%%\">%s</span>", said->word, p);
    }
  gtk_label_set_markup (GTK_LABEL (word), said == NULL ? "" : shown != NULL ? shown : "–");
  gtk_label_set_label (GTK_LABEL (rank), ranked != NULL ? ranked : "");
  set_class (rank, "rise", change < 0);
  set_class (rank, "fall", change > 0);
  gtk_widget_set_tooltip_text (box, described);
  gtk_accessible_update_property (GTK_ACCESSIBLE (rank), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  described != NULL ? described : "", -1);
}

// ---- Cells ----

static void
show_cell (CzSentencesItem *item, GtkWidget *widget)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), "column"));

  if (column >= COLUMN_MODEL)
    {
      show_said (item, widget, column - COLUMN_MODEL);
      return;
    }
  if (column == COLUMN_SENTENCE)
    gtk_label_set_markup (GTK_LABEL (widget), cz_sentences_item_get_markup (item));
  else
    gtk_label_set_label (GTK_LABEL (widget), cz_sentences_item_get_answers (item));
  gtk_widget_set_tooltip_text (widget, column == COLUMN_SENTENCE
                                           ? cz_sentences_item_get_text (item)
                                           : cz_sentences_item_get_answers (item));
}

static GtkWidget *
make_label (gboolean right)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), right ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  return label;
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  guint column = GPOINTER_TO_UINT (data);
  GtkWidget *widget;

  if (column >= COLUMN_MODEL)
    {
      GtkWidget *word = make_label (FALSE), *rank = make_label (TRUE);

      widget = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      gtk_label_set_ellipsize (GTK_LABEL (rank), PANGO_ELLIPSIZE_NONE);
      gtk_widget_set_hexpand (word, TRUE);
      gtk_widget_add_css_class (widget, "numeric");
      gtk_box_append (GTK_BOX (widget), word);
      gtk_box_append (GTK_BOX (widget), rank);
    }
  else
    {
      widget = make_label (column == COLUMN_NUMBER);
      if (column != COLUMN_SENTENCE)
        gtk_widget_add_css_class (widget, "dim-label");
    }
  g_object_set_data (G_OBJECT (widget), "column", data);
  gtk_list_item_set_child (cell, widget);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  CzSentencesItem *item = gtk_list_item_get_item (cell);
  GtkWidget *widget = gtk_list_item_get_child (cell);

  if (GPOINTER_TO_UINT (data) == COLUMN_NUMBER)
    {
      g_autofree char *number = cz_numbers_count (gtk_list_item_get_position (cell) + 1);

      gtk_label_set_label (GTK_LABEL (widget), number);
      return;
    }
  g_signal_connect_object (item, "changed", G_CALLBACK (show_cell), widget, 0);
  show_cell (item, widget);
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  if (GPOINTER_TO_UINT (data) != COLUMN_NUMBER)
    g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (cell), show_cell,
                                          gtk_list_item_get_child (cell));
}

static void
add_column (GtkColumnView *table, guint column, const char *title, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *made = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), GUINT_TO_POINTER (column));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), GUINT_TO_POINTER (column));
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), GUINT_TO_POINTER (column));
  if (width > 0)
    gtk_column_view_column_set_fixed_width (made, width);
  else
    gtk_column_view_column_set_expand (made, TRUE);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_append_column (table, made);
  g_object_unref (made);
}

void
cz_sentences_columns_set (GtkColumnView *table, const char *const *titles)
{
  GListModel *columns = gtk_column_view_get_columns (table);
  gboolean many = g_strv_length ((char **)titles) > FEW;

  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

      gtk_column_view_remove_column (table, column);
    }
  add_column (table, COLUMN_NUMBER, _ ("No."), NUMBER_WIDTH);
  add_column (table, COLUMN_SENTENCE, _ ("Sentence"), 0);
  add_column (table, COLUMN_ACCEPTED, _ ("Accepted"), many ? ACCEPTED_WIDTH_MANY : ACCEPTED_WIDTH);
  for (guint i = 0; titles[i] != NULL; i++)
    add_column (table, COLUMN_MODEL + i, titles[i], many ? MODEL_WIDTH_MANY : MODEL_WIDTH);
}
