#include "gui/playground/neighbours-column.h"

#include <glib/gi18n.h>

#include "gui/experiments/run-dot.h"
#include "gui/playground/bar.h"

typedef struct
{
  GtkWidget *box;
  GtkWidget *word; // a button
  GtkWidget *bar;
  GtkLabel *similarity;
  GtkLabel *change;
} Row;

struct _CzNeighboursColumn
{
  AdwBin parent_instance;
  guint color;
  CzRunDot *dot;
  GtkLabel *title;
  GtkLabel *pieces;
  GtkBox *list;
  GPtrArray *rows; // of Row, reused so that bars grow from where they are
  GtkLabel *gone;
  GtkSizeGroup *words, *changes; // columns within the column
};

G_DEFINE_FINAL_TYPE (CzNeighboursColumn, cz_neighbours_column, ADW_TYPE_BIN)

static guint asked_signal;

static void
word_clicked (GtkButton *button, CzNeighboursColumn *self)
{
  const char *word = g_object_get_data (G_OBJECT (button), "word");

  if (word != NULL)
    g_signal_emit (self, asked_signal, 0, word);
}

static Row *
get_row (CzNeighboursColumn *self, guint i)
{
  Row *row;
  GtkWidget *label;

  if (i < self->rows->len)
    return g_ptr_array_index (self->rows, i);
  row = g_new0 (Row, 1);
  row->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  row->word = gtk_button_new_with_label ("");
  label = gtk_button_get_child (GTK_BUTTON (row->word));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 6);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 16);
  gtk_widget_add_css_class (row->word, "flat");
  gtk_widget_add_css_class (row->word, "neighbour");
  g_signal_connect (row->word, "clicked", G_CALLBACK (word_clicked), self);
  row->bar = cz_bar_new (self->color);
  gtk_widget_set_hexpand (row->bar, TRUE);
  row->similarity = GTK_LABEL (gtk_label_new (NULL));
  row->change = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (row->similarity, 1);
  gtk_label_set_xalign (row->change, 0);
  gtk_widget_add_css_class (GTK_WIDGET (row->similarity), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (row->change), "caption");
  gtk_size_group_add_widget (self->words, row->word);
  gtk_size_group_add_widget (self->changes, GTK_WIDGET (row->change));
  gtk_box_append (GTK_BOX (row->box), row->word);
  gtk_box_append (GTK_BOX (row->box), row->bar);
  gtk_box_append (GTK_BOX (row->box), GTK_WIDGET (row->similarity));
  gtk_box_append (GTK_BOX (row->box), GTK_WIDGET (row->change));
  gtk_box_append (self->list, row->box);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
show_change (Row *row, const CzNeighboursWord *word, gboolean first)
{
  g_autofree char *text = NULL;
  g_autofree char *told = NULL;

  if (!first && word->added)
    {
      // Translators: a word that is near under this model and was not under the first.
      text = g_strdup (_ ("new"));
      told = g_strdup (_ ("Not among the first model's neighbours"));
    }
  else if (!first && word->moved != 0)
    {
      guint places = (guint)ABS (word->moved);

      text = g_strdup_printf ("%s%u", word->moved > 0 ? "▲" : "▼", places);
      told = g_strdup_printf (word->moved > 0
                                  // Translators: of places in a list.
                                  ? ngettext ("%u place nearer than under the first model",
                                              "%u places nearer than under the first model", places)
                                  : ngettext ("%u place further than under the first model",
                                              "%u places further than under the first model",
                                              places),
                              places);
    }
  gtk_label_set_label (row->change, text != NULL ? text : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->change), told);
  gtk_widget_set_visible (GTK_WIDGET (row->change), !first);
  gtk_widget_remove_css_class (GTK_WIDGET (row->change), "rise");
  gtk_widget_remove_css_class (GTK_WIDGET (row->change), "fall");
  if (text != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row->change),
                              word->added || word->moved > 0 ? "rise" : "fall");
}

static void
show_word (CzNeighboursColumn *self, Row *row, const CzNeighboursWord *word, gboolean first)
{
  gboolean can_ask = cz_neighbours_answer_can_ask (word->token);
  g_autofree char *similarity = g_strdup_printf ("%.3f", word->similarity);
  g_autofree char *tooltip
      // Translators: %s is a word.
      = can_ask ? g_strdup_printf (_ ("Show the neighbours of “%s”"), word->token)
                : g_strdup (_ ("A piece that stands within words alone: it can't be asked for"));

  gtk_widget_set_visible (row->box, TRUE);
  gtk_button_set_label (GTK_BUTTON (row->word), word->token);
  gtk_widget_set_sensitive (row->word, can_ask);
  gtk_widget_set_tooltip_text (row->word, tooltip);
  g_object_set_data_full (G_OBJECT (row->word), "word", can_ask ? g_strdup (word->token) : NULL,
                          g_free);
  cz_bar_set_value (CZ_BAR (row->bar), CLAMP (word->similarity, 0, 1));
  gtk_label_set_label (row->similarity, similarity);
  show_change (row, word, first);
}

void
cz_neighbours_column_show (CzNeighboursColumn *self, const CzNeighboursAnswer *answer, guint m)
{
  const CzNeighboursModel *model = &answer->models[m];
  g_autofree char *pieces = g_strjoinv (" + ", model->pieces);
  g_autofree char *gone = g_strjoinv (", ", model->gone);
  // Translators: %s is a list of word pieces, as in "weight + ##age".
  g_autofree char *told_pieces
      = g_strdup_printf (_ ("Not one piece: %s; the mean of their embeddings counts."), pieces);
  // Translators: %s is a list of words.
  g_autofree char *told_gone = g_strdup_printf (_ ("No longer among the nearest: %s"), gone);

  cz_run_dot_set_color (self->dot, model->color);
  gtk_label_set_label (self->title, model->title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), model->title);
  gtk_label_set_label (self->pieces, told_pieces);
  gtk_widget_set_visible (GTK_WIDGET (self->pieces), g_strv_length (model->pieces) > 1);
  for (guint i = 0; i < model->words->len; i++)
    show_word (self, get_row (self, i), &g_array_index (model->words, CzNeighboursWord, i), m == 0);
  for (guint i = model->words->len; i < self->rows->len; i++)
    gtk_widget_set_visible (((Row *)g_ptr_array_index (self->rows, i))->box, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->gone), model->gone[0] != NULL);
  gtk_label_set_label (self->gone, told_gone);
}

static void
cz_neighbours_column_dispose (GObject *object)
{
  CzNeighboursColumn *self = CZ_NEIGHBOURS_COLUMN (object);

  g_clear_object (&self->words);
  g_clear_object (&self->changes);
  G_OBJECT_CLASS (cz_neighbours_column_parent_class)->dispose (object);
}

static void
cz_neighbours_column_finalize (GObject *object)
{
  g_ptr_array_unref (CZ_NEIGHBOURS_COLUMN (object)->rows);
  G_OBJECT_CLASS (cz_neighbours_column_parent_class)->finalize (object);
}

static void
cz_neighbours_column_class_init (CzNeighboursColumnClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_neighbours_column_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_neighbours_column_finalize;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  asked_signal = g_signal_new ("asked", CZ_TYPE_NEIGHBOURS_COLUMN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static GtkLabel *
add_sentence (GtkBox *box)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (box, label);
  return GTK_LABEL (label);
}

static void
cz_neighbours_column_init (CzNeighboursColumn *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->words = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->changes = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->dot = CZ_RUN_DOT (cz_run_dot_new ());
  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "heading");
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->dot));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (box), head);
  self->pieces = add_sentence (GTK_BOX (box));
  self->list = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  self->gone = add_sentence (GTK_BOX (box));
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
cz_neighbours_column_new (guint color)
{
  CzNeighboursColumn *self = g_object_new (CZ_TYPE_NEIGHBOURS_COLUMN, NULL);

  self->color = color;
  return GTK_WIDGET (self);
}
