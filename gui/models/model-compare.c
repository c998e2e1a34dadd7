#include "gui/models/model-compare.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/models/comparison-file.h"
#include "gui/models/model-layers.h"
#include "gui/models/state-chooser.h"
#include "gui/models/tensor-item.h"
#include "gui/models/work-bar.h"
#include "gui/numbers.h"
#include "gui/playground/bar.h"
#include "gui/window.h"

// In the palette: of models that no run made.
#define BAR_COLOR 7
// Of what could not be compared so many are named.
#define NAMED 4

struct _CzModelCompare
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzModelItem *item;
  char *other, *other_title; // what it is compared with; NULL: nothing yet
  gboolean proposed;         // the model it was made from was looked for
  CzStateChooser *chooser;
  CzWorkBar *bar;
  GtkStack *states;
  GtkLabel *trouble;
  GtkLabel *verdict, *left_out;
  GtkStack *tables;
  GtkGrid *layers;
  GtkColumnView *tensors;
  GListStore *moves; // CzTensorItem
  GtkWidget *menu_button;
};

G_DEFINE_FINAL_TYPE (CzModelCompare, cz_model_compare, ADW_TYPE_BIN)

// ---- Numbers ----

// A share as people read it: "1.24 %", "0.0031 %", "0 %".
static char *
tell_share (double share)
{
  double percent = 100 * share;

  if (!isfinite (percent))
    return g_strdup ("–");
  if (percent == 0)
    return g_strdup ("0 %");
  if (percent < 0.0001)
    return g_strdup_printf ("<%.4f %%", 0.0001);
  return g_strdup_printf (percent >= 10    ? "%'.1f %%"
                          : percent >= 0.1 ? "%.2f %%"
                                           : "%.4f %%",
                          percent);
}

static char *
tell_number (double number, const char *format)
{
  if (!isfinite (number))
    return g_strdup ("–");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format, number);
#pragma GCC diagnostic pop
}

// ---- By layer ----

static GtkWidget *
attach_label (CzModelCompare *self, const char *text, int column, int row, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_widget_add_css_class (label, "numeric");
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_grid_attach (self->layers, label, column, row, 1, 1);
  return label;
}

static void
add_layer (CzModelCompare *self, JsonObject *layer, int row, double most)
{
  double relative = json_object_get_double_member_with_default (layer, "relative", NAN);
  g_autofree char *name
      = cz_model_layers_name (json_object_get_string_member_with_default (layer, "layer", ""));
  g_autofree char *share = tell_share (relative);
  g_autofree char *cosine
      = tell_number (json_object_get_double_member_with_default (layer, "cosine", NAN), "%.6f");
  GtkWidget *bar = cz_bar_new (BAR_COLOR);

  cz_bar_set_value (CZ_BAR (bar), isfinite (relative) && most > 0 ? relative / most : 0);
  gtk_widget_set_hexpand (bar, TRUE);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  attach_label (self, name, 0, row, NULL);
  gtk_grid_attach (self->layers, bar, 1, row, 1, 1);
  attach_label (self, share, 2, row, NULL);
  attach_label (self, cosine, 3, row, "dim-label");
}

static void
show_layers (CzModelCompare *self, JsonArray *layers)
{
  double most = 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->layers))) != NULL)
    gtk_grid_remove (self->layers, child);
  for (guint i = 0; i < json_array_get_length (layers); i++)
    most = fmax (most, json_object_get_double_member_with_default (
                           json_array_get_object_element (layers, i), "relative", 0));
  attach_label (self, _ ("Layer"), 0, 0, "caption-heading");
  gtk_widget_set_tooltip_text (
      attach_label (self, _ ("Moved by"), 2, 0, "caption-heading"),
      _ ("The length of the difference, as a share of the length of the weights themselves"));
  gtk_widget_set_tooltip_text (attach_label (self, _ ("Cosine"), 3, 0, "caption-heading"),
                               _ ("Of the angle between both: 1 where they point the same way"));
  for (guint i = 0; i < json_array_get_length (layers); i++)
    add_layer (self, json_array_get_object_element (layers, i), (int)i + 1, most);
}

// ---- By tensor ----

typedef enum
{
  COLUMN_NAME,
  COLUMN_SHAPE,
  COLUMN_RELATIVE,
  COLUMN_DISTANCE,
  COLUMN_LARGEST,
  COLUMN_COSINE,
} Column;

static double
get_number (const CzTensorMove *move, Column column)
{
  return column == COLUMN_SHAPE      ? (double)move->parameters
         : column == COLUMN_RELATIVE ? move->relative
         : column == COLUMN_DISTANCE ? move->distance
         : column == COLUMN_LARGEST  ? move->largest
                                     : move->cosine;
}

static char *
get_text (const CzTensorMove *move, Column column)
{
  return column == COLUMN_NAME       ? g_strdup (move->name)
         : column == COLUMN_SHAPE    ? g_strdup (move->shape)
         : column == COLUMN_RELATIVE ? tell_share (move->relative)
         : column == COLUMN_COSINE   ? tell_number (move->cosine, "%.6f")
                                     : tell_number (get_number (move, column), "%.4g");
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  Column column = (Column)GPOINTER_TO_INT (data);
  const CzTensorMove *first = cz_tensor_item_get ((CzTensorItem *)a);
  const CzTensorMove *second = cz_tensor_item_get ((CzTensorItem *)b);
  double x, y;

  if (column == COLUMN_NAME)
    return g_strcmp0 (first->name, second->name);
  x = get_number (first, column);
  y = get_number (second, column);
  return isnan (x) || isnan (y) ? isnan (y) - isnan (x) : x < y ? -1 : x > y ? 1 : 0;
}

static void
set_up (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_INT (column) == COLUMN_NAME ? 0 : 1);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_START);
  if (GPOINTER_TO_INT (column) == COLUMN_NAME)
    gtk_label_set_width_chars (GTK_LABEL (label), 22);
  else
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (cell, label);
}

static void
bind (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  const CzTensorMove *move = cz_tensor_item_get (gtk_list_item_get_item (cell));
  g_autofree char *text = get_text (move, (Column)GPOINTER_TO_INT (column));
  GtkWidget *label = gtk_list_item_get_child (cell);

  gtk_label_set_label (GTK_LABEL (label), text);
  if (GPOINTER_TO_INT (column) == COLUMN_NAME)
    gtk_widget_set_tooltip_text (label, text);
}

static void
add_column (CzModelCompare *self, const char *title, Column column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSorter) sorter
      = GTK_SORTER (gtk_custom_sorter_new (compare, GINT_TO_POINTER (column), NULL));
  GtkColumnViewColumn *made;

  g_signal_connect (factory, "setup", G_CALLBACK (set_up), GINT_TO_POINTER (column));
  g_signal_connect (factory, "bind", G_CALLBACK (bind), GINT_TO_POINTER (column));
  made = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_sorter (made, sorter);
  gtk_column_view_column_set_expand (made, column == COLUMN_NAME);
  gtk_column_view_append_column (self->tensors, made);
  if (column == COLUMN_RELATIVE)
    gtk_column_view_sort_by_column (self->tensors, made, GTK_SORT_DESCENDING);
  g_object_unref (made);
}

static void
show_tensors (CzModelCompare *self, JsonArray *tensors)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < json_array_get_length (tensors); i++)
    g_ptr_array_add (items, cz_tensor_item_new (json_array_get_object_element (tensors, i)));
  g_list_store_splice (self->moves, 0, g_list_model_get_n_items (G_LIST_MODEL (self->moves)),
                       items->pdata, items->len);
}

// ---- The answer ----

static void
show_verdict (CzModelCompare *self, JsonObject *answer)
{
  double relative = json_object_get_double_member_with_default (answer, "relative", NAN);
  double cosine = json_object_get_double_member_with_default (answer, "cosine", NAN);
  g_autofree char *share = tell_share (relative);
  g_autofree char *angle = tell_number (cosine, "%.6f");
  g_autofree char *told = NULL;

  if (relative == 0)
    told = g_strdup_printf (_ ("The weights are the same as those of “%s”."), self->other_title);
  else
    // Translators: a model, a share ("1.2 %"), a number.
    told = g_strdup_printf (_ ("From “%s” the weights have moved by %s (cosine %s)."),
                            self->other_title, share, angle);
  gtk_label_set_label (self->verdict, told);
}

// Adds "NAME: SENTENCE" for each of an array of objects that has the sentence, counted in `n`.
static void
append_sentences (GString *text, JsonArray *tensors, const char *member, guint *n)
{
  for (guint i = 0; i < json_array_get_length (tensors); i++)
    {
      JsonObject *tensor = json_array_get_object_element (tensors, i);
      const char *sentence = json_object_get_string_member_with_default (tensor, member, NULL);

      if (sentence != NULL && (*n)++ < NAMED)
        g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "",
                                json_object_get_string_member_with_default (tensor, "name", ""),
                                sentence);
    }
}

// What could not be compared, or not all of it, and why.
static void
show_left_out (CzModelCompare *self, JsonObject *answer)
{
  g_autoptr (GString) text = g_string_new (NULL);

  guint n = 0;

  append_sentences (text, json_object_get_array_member (answer, "tensors"), "note", &n);
  if (json_object_has_member (answer, "uncompared"))
    append_sentences (text, json_object_get_array_member (answer, "uncompared"), "reason", &n);
  if (n > NAMED)
    {
      // Translators: a number of tensors that could not be compared.
      g_autofree char *more
          = g_strdup_printf (ngettext ("… and %u more", "… and %u more", n - NAMED), n - NAMED);

      g_string_append_printf (text, "\n%s", more);
    }
  gtk_label_set_label (self->left_out, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->left_out), text->len > 0);
}

static void
show_trouble (CzModelCompare *self, const char *text)
{
  gtk_label_set_label (self->trouble, text);
  gtk_widget_set_visible (self->menu_button, FALSE);
  gtk_stack_set_visible_child_name (self->states, "trouble");
}

static void
compared (CzWorkBar *bar, JsonNode *answer, const GError *error, gpointer data)
{
  CzModelCompare *self = data;
  JsonObject *object
      = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;

  if (object == NULL || !json_object_has_member (object, "layers")
      || !json_object_has_member (object, "tensors"))
    {
      show_trouble (self, error != NULL ? error->message : _ ("The command cloze gave no answer."));
      return;
    }
  show_verdict (self, object);
  show_left_out (self, object);
  show_layers (self, json_object_get_array_member (object, "layers"));
  show_tensors (self, json_object_get_array_member (object, "tensors"));
  gtk_widget_set_visible (self->menu_button, TRUE);
  gtk_stack_set_visible_child_name (self->states, "result");
}

static void
compare_now (CzModelCompare *self)
{
  g_autofree char *title = NULL;
  const char *arguments[]
      = { "model", "compare", self->other,
          self->item != NULL ? cz_model_item_get (self->item)->name : NULL, NULL };

  if (self->item == NULL || self->other == NULL)
    return;
  title = g_strdup_printf (_ ("Comparing with “%s”…"), self->other_title);
  gtk_widget_set_visible (self->menu_button, FALSE);
  gtk_stack_set_visible_child_name (self->states, "waiting");
  cz_work_bar_cancel (self->bar);
  cz_work_bar_ask (self->bar, self->workbench, title, arguments, compared, self, NULL);
}

static void
choose (CzModelCompare *self, const char *model, const char *title)
{
  g_free (self->other);
  g_free (self->other_title);
  self->other = g_strdup (model);
  self->other_title = g_strdup (title);
  cz_state_chooser_set_title (self->chooser, title);
  compare_now (self);
}

static void
other_chosen (CzModelCompare *self, const char *model, const char *title)
{
  choose (self, model, title);
}

// The first time it comes into sight it tells how far the model moved from what it was made from.
static void
propose (CzModelCompare *self)
{
  CzModelItem *parent;

  if (self->item == NULL || self->proposed || cz_model_item_is_missing (self->item))
    return;
  self->proposed = TRUE;
  parent = cz_workbench_find_model (self->workbench, cz_model_item_get (self->item)->parent);
  if (parent != NULL && !cz_model_item_is_missing (parent))
    choose (self, cz_model_item_get (parent)->name, cz_model_item_get (parent)->name);
}

// Nothing is compared.
static void
forget (CzModelCompare *self)
{
  g_clear_pointer (&self->other, g_free);
  g_clear_pointer (&self->other_title, g_free);
  cz_work_bar_cancel (self->bar);
  cz_state_chooser_set_title (self->chooser, _ ("Choose a model…"));
  gtk_widget_set_visible (self->menu_button, FALSE);
  gtk_stack_set_visible_child_name (self->states, "ask");
}

// ---- Copying and saving ----

static void
copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzModelCompare *self = CZ_MODEL_COMPARE (widget);
  g_autofree char *text
      = cz_comparison_file_write (G_LIST_MODEL (gtk_column_view_get_model (self->tensors)), '\t');

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  cz_window_toast (widget, _ ("The table was copied."));
}

static void
save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzModelCompare *self = CZ_MODEL_COMPARE (widget);
  g_autofree char *text
      = cz_comparison_file_write (G_LIST_MODEL (gtk_column_view_get_model (self->tensors)), ',');

  cz_comparison_file_save (widget, cz_model_item_get (self->item)->name, text);
}

// ---- Life ----

static void
cz_model_compare_dispose (GObject *object)
{
  g_clear_object (&CZ_MODEL_COMPARE (object)->item);
  G_OBJECT_CLASS (cz_model_compare_parent_class)->dispose (object);
}

static void
cz_model_compare_finalize (GObject *object)
{
  CzModelCompare *self = CZ_MODEL_COMPARE (object);

  g_free (self->other);
  g_free (self->other_title);
  g_clear_object (&self->moves);
  G_OBJECT_CLASS (cz_model_compare_parent_class)->finalize (object);
}

static void
cz_model_compare_class_init (CzModelCompareClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_model_compare_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_model_compare_finalize;
  g_type_ensure (CZ_TYPE_STATE_CHOOSER);
  g_type_ensure (CZ_TYPE_WORK_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/models-compare.ui");
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, chooser);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, bar);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, states);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, trouble);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, verdict);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, left_out);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, tables);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, layers);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, tensors);
  gtk_widget_class_bind_template_child (widget_class, CzModelCompare, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, other_chosen);
  gtk_widget_class_bind_template_callback (widget_class, forget);
  gtk_widget_class_install_action (widget_class, "comparison.copy", NULL, copy);
  gtk_widget_class_install_action (widget_class, "comparison.save", NULL, save);
}

static void
cz_model_compare_init (CzModelCompare *self)
{
  GtkSortListModel *sorted;
  GtkSelectionModel *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->moves = g_list_store_new (CZ_TYPE_TENSOR_ITEM);
  add_column (self, _ ("Tensor"), COLUMN_NAME);
  add_column (self, _ ("Shape"), COLUMN_SHAPE);
  add_column (self, _ ("Moved by"), COLUMN_RELATIVE);
  add_column (self, _ ("Distance"), COLUMN_DISTANCE);
  add_column (self, _ ("Largest"), COLUMN_LARGEST);
  add_column (self, _ ("Cosine"), COLUMN_COSINE);
  sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->moves)),
                                    g_object_ref (gtk_column_view_get_sorter (self->tensors)));
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (sorted)));
  gtk_column_view_set_model (self->tensors, selection);
  g_object_unref (selection);
  g_signal_connect (self, "map", G_CALLBACK (propose), NULL);
}

void
cz_model_compare_set_workbench (CzModelCompare *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  cz_state_chooser_set_workbench (self->chooser, workbench);
}

void
cz_model_compare_show (CzModelCompare *self, CzModelItem *item)
{
  cz_state_chooser_set_except (self->chooser, item != NULL ? cz_model_item_get (item)->name : NULL);
  if (item == self->item)
    return;
  g_set_object (&self->item, item);
  self->proposed = FALSE;
  forget (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    propose (self);
}
