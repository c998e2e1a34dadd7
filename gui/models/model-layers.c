#include "gui/models/model-layers.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/cloze.h"
#include "gui/corpora/library-task.h"
#include "gui/models/model-row.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzModelLayers
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzModelItem *item;
  char *asked; // the model and hash the rows are of, or are being asked for
  GCancellable *cancellable;
  GtkStack *states;
  GtkLabel *total;
  GtkLabel *trouble;
  GtkColumnView *table;
  GtkWidget *copy_button, *fold_button;
  GListStore *layers; // CzModelRow
  GtkTreeListModel *tree;
};

G_DEFINE_FINAL_TYPE (CzModelLayers, cz_model_layers, ADW_TYPE_BIN)

char *
cz_model_layers_name (const char *layer)
{
  const char *number = strrchr (layer, '.');

  number = number != NULL ? number + 1 : layer;
  if (g_ascii_isdigit (number[0]))
    // Translators: a layer of a transformer, by its number.
    return g_strdup_printf (_ ("Layer %u"), (guint)g_ascii_strtoull (number, NULL, 10) + 1);
  if (g_str_equal (layer, "embeddings"))
    return g_strdup (_ ("Embeddings"));
  if (g_str_has_prefix (layer, "vocab") || g_str_equal (layer, "head"))
    return g_strdup (_ ("Word prediction"));
  return g_strdup (layer);
}

char *
cz_model_layers_tell_shape (JsonArray *shape)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; shape != NULL && i < json_array_get_length (shape); i++)
    {
      g_autofree char *size = cz_numbers_count (json_array_get_int_element (shape, i));

      g_string_append_printf (text, "%s%s", i > 0 ? " × " : "", size);
    }
  return g_string_free (text, FALSE);
}

// ---- Cells ----

enum
{
  COLUMN_NAME,
  COLUMN_TYPE,
  COLUMN_SHAPE,
  COLUMN_PARAMETERS,
  COLUMNS
};

static void
set_up (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_INT (column) <= COLUMN_TYPE ? 0 : 1);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (label, "numeric");
  if (GPOINTER_TO_INT (column) == COLUMN_NAME)
    {
      GtkWidget *expander = gtk_tree_expander_new ();

      gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), label);
      gtk_list_item_set_child (cell, expander);
    }
  else
    gtk_list_item_set_child (cell, label);
}

static void
bind (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  GtkTreeListRow *place = gtk_list_item_get_item (cell);
  g_autoptr (CzModelRow) row = gtk_tree_list_row_get_item (place);
  GtkWidget *child = gtk_list_item_get_child (cell);
  gboolean layer = cz_model_row_get_shape (row) == NULL;
  g_autofree char *count = cz_numbers_count (cz_model_row_get_parameters (row));
  const char *text;

  if (GPOINTER_TO_INT (column) == COLUMN_NAME)
    {
      gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (child), place);
      child = gtk_tree_expander_get_child (GTK_TREE_EXPANDER (child));
      text = cz_model_row_get_name (row);
    }
  else if (GPOINTER_TO_INT (column) == COLUMN_TYPE)
    text = layer ? "" : cz_model_row_get_type_name (row);
  else if (GPOINTER_TO_INT (column) == COLUMN_SHAPE)
    text = layer ? "" : cz_model_row_get_shape (row);
  else
    text = count;
  gtk_label_set_label (GTK_LABEL (child), text);
  if (layer)
    gtk_widget_remove_css_class (child, "dim-label");
  else
    gtk_widget_add_css_class (child, "dim-label");
}

static void
add_column (CzModelLayers *self, const char *title, int column, gboolean wide)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *made;

  g_signal_connect (factory, "setup", G_CALLBACK (set_up), GINT_TO_POINTER (column));
  g_signal_connect (factory, "bind", G_CALLBACK (bind), GINT_TO_POINTER (column));
  made = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (made, wide);
  gtk_column_view_append_column (self->table, made);
  g_object_unref (made);
}

// ---- Filling ----

static void
set_folded (CzModelLayers *self, gboolean folded)
{
  GListModel *rows = G_LIST_MODEL (self->tree);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (rows, i);

      if (gtk_tree_list_row_is_expandable (row))
        gtk_tree_list_row_set_expanded (row, !folded);
    }
}

static void
fold_toggled (CzModelLayers *self)
{
  set_folded (self, !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->fold_button)));
}

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

// "distilbert.transformer.layer.0.attention.q_lin" → "attention.q_lin": the rest stands above it.
static const char *
shorten (const char *name, const char *layer)
{
  const char *found = layer[0] != '\0' ? strstr (name, layer) : NULL;
  const char *rest = found != NULL ? found + strlen (layer) : NULL;

  return rest != NULL && rest[0] == '.' ? rest + 1 : name;
}

static CzModelRow *
add_layer (GPtrArray *layers, const char *layer)
{
  g_autofree char *name = cz_model_layers_name (layer);
  CzModelRow *row = cz_model_row_new (name);

  g_ptr_array_add (layers, row);
  return row;
}

static void
tell_total (CzModelLayers *self, JsonObject *summary, gint64 trainable)
{
  gint64 parameters = json_object_get_int_member_with_default (summary, "parameters", 0);
  gint64 bytes = json_object_get_int_member_with_default (summary, "bytes", 0);
  g_autofree char *count = cz_numbers_count (parameters);
  g_autofree char *trained = cz_numbers_count (trainable);
  g_autofree char *size = g_format_size ((guint64)bytes);
  g_autofree char *told
      = trainable == parameters
            // Translators: a number of parameters, and their size on disk.
            ? g_strdup_printf (_ ("%s parameters, all trainable · %s"), count, size)
            // Translators: two numbers of parameters, and their size on disk.
            : g_strdup_printf (_ ("%s parameters, %s of them trainable · %s"), count, trained,
                               size);

  gtk_label_set_label (self->total, told);
}

static void
fill (CzModelLayers *self, JsonObject *summary)
{
  JsonArray *tensors = json_object_has_member (summary, "layers")
                           ? json_object_get_array_member (summary, "layers")
                           : NULL;
  const char *layer = NULL;
  CzModelRow *group = NULL;
  guint n = tensors != NULL ? json_array_get_length (tensors) : 0;
  gint64 trainable = 0;
  // A row can be unfolded if it has what lies below it when it comes into the tree.
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      JsonObject *tensor = json_array_get_object_element (tensors, i);
      g_autofree char *shape
          = cz_model_layers_tell_shape (json_object_get_array_member (tensor, "shape"));
      gint64 parameters = json_object_get_int_member_with_default (tensor, "parameters", 0);
      CzModelRow *row
          = cz_model_row_new (shorten (get_text (tensor, "name"), get_text (tensor, "layer")));

      if (group == NULL || g_strcmp0 (layer, get_text (tensor, "layer")) != 0)
        {
          layer = get_text (tensor, "layer");
          group = add_layer (layers, layer);
        }
      if (json_object_get_boolean_member_with_default (tensor, "trainable", TRUE))
        trainable += parameters;
      cz_model_row_set_weights (row, get_text (tensor, "type"), shape, parameters);
      cz_model_row_add (group, row);
      cz_model_row_set_weights (group, NULL, NULL,
                                cz_model_row_get_parameters (group) + parameters);
    }
  g_list_store_splice (self->layers, 0, g_list_model_get_n_items (G_LIST_MODEL (self->layers)),
                       layers->pdata, layers->len);
  tell_total (self, summary, trainable);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->fold_button), FALSE);
  gtk_stack_set_visible_child_name (self->states, "table");
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzModelLayers) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);

  if (cz_library_task_is_cancelled (error))
    return;
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    {
      fill (self, json_node_get_object (answer));
      return;
    }
  g_clear_pointer (&self->asked, g_free);
  gtk_label_set_label (self->trouble,
                       error != NULL ? error->message : _ ("The command cloze gave no answer."));
  gtk_stack_set_visible_child_name (self->states, "trouble");
}

static void
ask (CzModelLayers *self)
{
  const CzModel *model = self->item != NULL ? cz_model_item_get (self->item) : NULL;
  g_autofree char *wanted
      = model != NULL ? g_strconcat (model->folder, "\n", model->hash, NULL) : NULL;
  const char *arguments[] = { "model", "summary", model != NULL ? model->folder : NULL, NULL };

  if (wanted == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self))
      || g_strcmp0 (wanted, self->asked) == 0)
    return;
  g_free (self->asked);
  self->asked = g_steal_pointer (&wanted);
  gtk_stack_set_visible_child_name (self->states, "waiting");
  cz_library_task_renew (&self->cancellable);
  cz_cloze_ask_async (cz_workbench_get_path (self->workbench), arguments, self->cancellable,
                      answered, g_object_ref (self));
}

// ---- As text ----

// Lines as wide as the widest cells, as a terminal shows them.
static char *
write_text (CzModelLayers *self)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  int widths[COLUMNS] = { 0 };
  GString *text = g_string_new (NULL);
  GListModel *layers = G_LIST_MODEL (self->layers);

  g_ptr_array_add (cells, g_strdup (_ ("Layer")));
  g_ptr_array_add (cells, g_strdup (_ ("Type")));
  g_ptr_array_add (cells, g_strdup (_ ("Shape")));
  g_ptr_array_add (cells, g_strdup (_ ("Parameters")));
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (CzModelRow) layer = g_list_model_get_item (layers, i);
      GListModel *tensors = cz_model_row_get_children (layer);

      g_ptr_array_add (cells, g_strdup (cz_model_row_get_name (layer)));
      g_ptr_array_add (cells, g_strdup (""));
      g_ptr_array_add (cells, g_strdup (""));
      g_ptr_array_add (cells, cz_numbers_count (cz_model_row_get_parameters (layer)));
      for (guint t = 0; t < g_list_model_get_n_items (tensors); t++)
        {
          g_autoptr (CzModelRow) tensor = g_list_model_get_item (tensors, t);

          g_ptr_array_add (cells, g_strconcat ("  ", cz_model_row_get_name (tensor), NULL));
          g_ptr_array_add (cells, g_strdup (cz_model_row_get_type_name (tensor)));
          g_ptr_array_add (cells, g_strdup (cz_model_row_get_shape (tensor)));
          g_ptr_array_add (cells, cz_numbers_count (cz_model_row_get_parameters (tensor)));
        }
    }
  for (guint i = 0; i < cells->len; i++)
    widths[i % COLUMNS] = MAX (widths[i % COLUMNS], (int)g_utf8_strlen (cells->pdata[i], -1));
  for (guint i = 0; i < cells->len; i++)
    {
      guint column = i % COLUMNS;
      int gap = widths[column] - (int)g_utf8_strlen (cells->pdata[i], -1);
      gboolean number = column >= COLUMN_SHAPE;

      // Words begin and numbers end in one line.
      g_string_append_printf (text, "%*s%s%*s%s", number ? gap : 0, "", (char *)cells->pdata[i],
                              number ? 0 : gap, "", column == COLUMNS - 1 ? "\n" : "  ");
    }
  g_string_append_printf (text, "\n%s\n", gtk_label_get_label (self->total));
  return g_string_free (text, FALSE);
}

static void
copy (CzModelLayers *self)
{
  g_autofree char *text = write_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  cz_window_toast (GTK_WIDGET (self), _ ("The table was copied."));
}

// ---- Life ----

static void
cz_model_layers_dispose (GObject *object)
{
  CzModelLayers *self = CZ_MODEL_LAYERS (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_model_layers_parent_class)->dispose (object);
}

static void
cz_model_layers_finalize (GObject *object)
{
  CzModelLayers *self = CZ_MODEL_LAYERS (object);

  g_free (self->asked);
  g_clear_object (&self->layers);
  g_clear_object (&self->tree);
  G_OBJECT_CLASS (cz_model_layers_parent_class)->finalize (object);
}

static void
cz_model_layers_class_init (CzModelLayersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_model_layers_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_model_layers_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/models-layers.ui");
  gtk_widget_class_bind_template_child (widget_class, CzModelLayers, states);
  gtk_widget_class_bind_template_child (widget_class, CzModelLayers, total);
  gtk_widget_class_bind_template_child (widget_class, CzModelLayers, trouble);
  gtk_widget_class_bind_template_child (widget_class, CzModelLayers, table);
  gtk_widget_class_bind_template_child (widget_class, CzModelLayers, copy_button);
  gtk_widget_class_bind_template_child (widget_class, CzModelLayers, fold_button);
  gtk_widget_class_bind_template_callback (widget_class, copy);
  gtk_widget_class_bind_template_callback (widget_class, fold_toggled);
}

static void
cz_model_layers_init (CzModelLayers *self)
{
  GtkSelectionModel *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->layers = g_list_store_new (CZ_TYPE_MODEL_ROW);
  self->tree = gtk_tree_list_model_new (g_object_ref (G_LIST_MODEL (self->layers)),
                                        FALSE /* passthrough */, FALSE /* autoexpand */,
                                        cz_model_row_open, NULL, NULL);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->tree))));
  gtk_column_view_set_model (self->table, selection);
  g_object_unref (selection);
  add_column (self, _ ("Layer"), COLUMN_NAME, TRUE);
  add_column (self, _ ("Type"), COLUMN_TYPE, FALSE);
  add_column (self, _ ("Shape"), COLUMN_SHAPE, FALSE);
  add_column (self, _ ("Parameters"), COLUMN_PARAMETERS, FALSE);
  g_signal_connect (self, "map", G_CALLBACK (ask), NULL);
}

void
cz_model_layers_set_workbench (CzModelLayers *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_model_layers_show (CzModelLayers *self, CzModelItem *item)
{
  g_set_object (&self->item, item);
  ask (self);
}
