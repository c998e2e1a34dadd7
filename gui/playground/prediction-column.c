#include "gui/playground/prediction-column.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/numbers.h"
#include "gui/playground/bar.h"

// From which factor on a probability is said to have risen or fallen.
#define NOTABLE 1.1

struct _CzPredictionColumn
{
  GtkWidget parent_instance;
  char *title;
  guint color;
  GtkWidget *box;
  GtkWidget *sentence;
  GtkWidget *grid;
  GPtrArray *rows; // of Row, reused so that bars grow from where they are
};

typedef struct
{
  GtkWidget *heading; // "Mask 2", above the first word of a mask
  GtkWidget *word;
  GtkWidget *bar;
  GtkWidget *probability;
  GtkWidget *change;
} Row;

G_DEFINE_FINAL_TYPE (CzPredictionColumn, cz_prediction_column, GTK_TYPE_WIDGET)

static guint remove_signal;

static void
cz_prediction_column_dispose (GObject *object)
{
  CzPredictionColumn *self = CZ_PREDICTION_COLUMN (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (cz_prediction_column_parent_class)->dispose (object);
}

static void
cz_prediction_column_finalize (GObject *object)
{
  g_free (CZ_PREDICTION_COLUMN (object)->title);
  G_OBJECT_CLASS (cz_prediction_column_parent_class)->finalize (object);
}

static void
cz_prediction_column_class_init (CzPredictionColumnClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_prediction_column_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_prediction_column_finalize;
  remove_signal = g_signal_new ("remove", CZ_TYPE_PREDICTION_COLUMN, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cz_prediction_column_init (CzPredictionColumn *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_free);
}

static void
remove_clicked (CzPredictionColumn *self)
{
  g_signal_emit (self, remove_signal, 0);
}

GtkWidget *
cz_prediction_column_new (const char *title, guint color, gboolean removable)
{
  CzPredictionColumn *self = g_object_new (CZ_TYPE_PREDICTION_COLUMN, NULL);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = gtk_label_new (title);

  self->title = g_strdup (title);
  self->color = color;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (name, "heading");
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_set_tooltip_text (name, title);
  gtk_widget_set_size_request (head, -1, 34);
  gtk_box_append (GTK_BOX (head), name);
  if (removable)
    {
      GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
      // Translators: %s is the name of a model whose column is taken away.
      g_autofree char *label = g_strdup_printf (_ ("Take %s away"), title);

      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "circular");
      gtk_widget_set_tooltip_text (button, label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (remove_clicked), self);
      gtk_box_append (GTK_BOX (head), button);
    }
  gtk_box_append (GTK_BOX (self->box), head);
  self->sentence = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->sentence), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->sentence), 0);
  gtk_widget_add_css_class (self->sentence, "dim-label");
  gtk_widget_set_visible (self->sentence, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->sentence);
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_box_append (GTK_BOX (self->box), self->grid);
  gtk_widget_set_size_request (GTK_WIDGET (self), 280, -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return GTK_WIDGET (self);
}

static Row *
get_row (CzPredictionColumn *self, guint index)
{
  while (self->rows->len <= index)
    {
      Row *row = g_new0 (Row, 1);
      int at = (int)self->rows->len * 2;

      row->heading = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (row->heading), 0);
      gtk_widget_add_css_class (row->heading, "caption-heading");
      gtk_widget_add_css_class (row->heading, "dim-label");
      if (at > 0)
        gtk_widget_set_margin_top (row->heading, 12);
      row->word = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (row->word), 0);
      gtk_label_set_width_chars (GTK_LABEL (row->word), 10);
      gtk_label_set_max_width_chars (GTK_LABEL (row->word), 14);
      gtk_label_set_ellipsize (GTK_LABEL (row->word), PANGO_ELLIPSIZE_END);
      gtk_label_set_selectable (GTK_LABEL (row->word), FALSE);
      row->bar = cz_bar_new (self->color);
      gtk_widget_set_hexpand (row->bar, TRUE);
      row->probability = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (row->probability), 1);
      gtk_label_set_width_chars (GTK_LABEL (row->probability), 6);
      gtk_widget_add_css_class (row->probability, "numeric");
      row->change = gtk_label_new (NULL);
      gtk_label_set_width_chars (GTK_LABEL (row->change), 2);
      gtk_grid_attach (GTK_GRID (self->grid), row->heading, 0, at, 4, 1);
      gtk_grid_attach (GTK_GRID (self->grid), row->word, 0, at + 1, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), row->bar, 1, at + 1, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), row->probability, 2, at + 1, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), row->change, 3, at + 1, 1, 1);
      g_ptr_array_add (self->rows, row);
    }
  return g_ptr_array_index (self->rows, index);
}

static void
show_row (Row *row, gboolean visible)
{
  gtk_widget_set_visible (row->heading, FALSE);
  gtk_widget_set_visible (row->word, visible);
  gtk_widget_set_visible (row->bar, visible);
  gtk_widget_set_visible (row->probability, visible);
  gtk_widget_set_visible (row->change, visible);
}

// The probability a token has among a mask's words; NAN when it is not among them.
static double
find_score (JsonArray *top, gint64 id)
{
  for (guint i = 0; top != NULL && i < json_array_get_length (top); i++)
    {
      JsonObject *object = json_array_get_object_element (top, i);

      if (json_object_get_int_member_with_default (object, "id", -1) == id)
        return json_object_get_double_member_with_default (object, "score", NAN);
    }
  return NAN;
}

static JsonArray *
mask_top (JsonObject *answer, guint mask)
{
  JsonArray *masks;

  if (answer == NULL || !json_object_has_member (answer, "masks"))
    return NULL;
  masks = json_object_get_array_member (answer, "masks");
  if (masks == NULL || mask >= json_array_get_length (masks))
    return NULL;
  return json_object_get_array_member (json_array_get_object_element (masks, mask), "top");
}

static void
show_change (Row *row, double score, JsonArray *base, gint64 id)
{
  double before = find_score (base, id);
  g_autofree char *told = NULL;
  const char *mark = "";
  const char *style = "dim-label";

  if (base != NULL && (isnan (before) || score > before * NOTABLE))
    {
      g_autofree char *number = isnan (before) ? NULL : cz_numbers_probability (before);

      mark = "▲";
      style = "rise";
      // Translators: %s is a probability with the base model.
      told = number != NULL ? g_strdup_printf (_ ("Risen from %s"), number)
                            : g_strdup (_ ("Risen: it was not among the likely words"));
    }
  else if (base != NULL && score * NOTABLE < before)
    {
      g_autofree char *number = cz_numbers_probability (before);

      mark = "▼";
      style = "fall";
      told = g_strdup_printf (_ ("Fallen from %s"), number);
    }
  gtk_label_set_label (GTK_LABEL (row->change), mark);
  gtk_widget_remove_css_class (row->change, "rise");
  gtk_widget_remove_css_class (row->change, "fall");
  gtk_widget_add_css_class (row->change, style);
  gtk_widget_set_tooltip_text (row->change, told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->change), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  told != NULL ? told : "", -1);
}

double
cz_prediction_column_get_highest (JsonObject *answer)
{
  double highest = 0;
  JsonArray *words;

  for (guint mask = 0; (words = mask_top (answer, mask)) != NULL; mask++)
    {
      for (guint i = 0; i < json_array_get_length (words); i++)
        highest = MAX (highest, json_object_get_double_member_with_default (
                                    json_array_get_object_element (words, i), "score", 0));
    }
  return highest;
}

void
cz_prediction_column_show (
    CzPredictionColumn *self, JsonObject *answer, JsonObject *base, guint top, double full)
{
  guint used = 0;
  guint n_masks = json_object_has_member (answer, "masks")
                      ? json_array_get_length (json_object_get_array_member (answer, "masks"))
                      : 0;

  gtk_widget_set_visible (self->sentence, FALSE);
  for (guint mask = 0; mask < n_masks; mask++)
    {
      JsonArray *words = mask_top (answer, mask);
      JsonArray *before = mask_top (base, mask);

      for (guint i = 0; words != NULL && i < MIN (json_array_get_length (words), top); i++)
        {
          JsonObject *object = json_array_get_object_element (words, i);
          const char *token = json_object_get_string_member_with_default (object, "token", "");
          double score = json_object_get_double_member_with_default (object, "score", 0);
          g_autofree char *probability = cz_numbers_probability (score);
          Row *row = get_row (self, used++);

          show_row (row, TRUE);
          if (i == 0 && n_masks > 1)
            {
              g_autofree char *heading = g_strdup_printf (_ ("Mask %u"), mask + 1);

              gtk_label_set_label (GTK_LABEL (row->heading), heading);
              gtk_widget_set_visible (row->heading, TRUE);
            }
          gtk_label_set_label (GTK_LABEL (row->word), token);
          gtk_widget_set_tooltip_text (
              row->word, json_object_get_string_member_with_default (object, "sequence", token));
          cz_bar_set_value (CZ_BAR (row->bar), full > 0 ? score / full : 0);
          gtk_label_set_label (GTK_LABEL (row->probability), probability);
          show_change (row, score, before,
                       json_object_get_int_member_with_default (object, "id", -1));
        }
    }
  for (guint i = used; i < self->rows->len; i++)
    show_row (g_ptr_array_index (self->rows, i), FALSE);
}

void
cz_prediction_column_tell (CzPredictionColumn *self, const char *sentence)
{
  gtk_label_set_label (GTK_LABEL (self->sentence), sentence);
  gtk_widget_set_visible (self->sentence, TRUE);
  for (guint i = 0; i < self->rows->len; i++)
    show_row (g_ptr_array_index (self->rows, i), FALSE);
}
