#include "gui/models/model-family.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "data/model-tree.h"
#include "gui/corpora/library-task.h"
#include "gui/experiments/compare-bars.h"
#include "gui/experiments/run-dot.h"
#include "gui/models/model-row.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzModelFamily
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzModelItem *item;
  GCancellable *cancellable;
  GtkStack *states;
  GtkLabel *hint, *trouble;
  GtkListView *list;
  GListStore *roots; // CzModelRow
  char *shown;       // what the rows were made of
};

G_DEFINE_FINAL_TYPE (CzModelFamily, cz_model_family, ADW_TYPE_BIN)

// ---- Rows ----

static void
set_up (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *dot = cz_run_dot_new ();
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *facts = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (facts), 1);
  gtk_label_set_ellipsize (GTK_LABEL (facts), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (facts, "dim-label");
  gtk_widget_add_css_class (facts, "numeric");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), facts);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (cell, expander);
}

// Perplexity before and after, or the state of a run that has none yet.
static char *
tell_run (CzRunItem *item)
{
  const CzRun *run = cz_run_item_get (item);
  double best = cz_compare_bars_get_best (run);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (isnan (run->before) || isnan (best))
    return g_strdup (cz_run_item_get_state_name (item));
  before = cz_numbers_perplexity (exp (run->before));
  after = cz_numbers_perplexity (exp (best));
  // Translators: perplexity of the base model and of the adapted one.
  return g_strdup_printf (_ ("perplexity %s → %s"), before, after);
}

static gboolean
is_shown (CzModelFamily *self, CzModelRow *row)
{
  return cz_model_row_get_model (row) != 0
         && cz_model_row_get_model (row) == cz_model_item_get (self->item)->id;
}

static void
bind (GtkSignalListItemFactory *factory, GtkListItem *cell, CzModelFamily *self)
{
  GtkTreeListRow *place = gtk_list_item_get_item (cell);
  g_autoptr (CzModelRow) row = gtk_tree_list_row_get_item (place);
  GtkWidget *expander = gtk_list_item_get_child (cell);
  GtkWidget *box = gtk_tree_expander_get_child (GTK_TREE_EXPANDER (expander));
  GtkWidget *icon = gtk_widget_get_first_child (box);
  GtkWidget *dot = gtk_widget_get_next_sibling (icon);
  GtkWidget *name = gtk_widget_get_next_sibling (dot);
  GtkWidget *facts = gtk_widget_get_next_sibling (name);
  gint64 run = cz_model_row_get_run (row);
  CzRunItem *item = run != 0 ? cz_workbench_find_run (self->workbench, run) : NULL;
  g_autofree char *told = item != NULL ? tell_run (item) : NULL;

  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (expander), place);
  gtk_widget_set_visible (icon, run == 0);
  gtk_widget_set_visible (dot, run != 0);
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), "cz-models-symbolic");
  if (item != NULL)
    cz_run_dot_set_color (CZ_RUN_DOT (dot), cz_run_item_get_color (item));
  gtk_label_set_label (GTK_LABEL (name), cz_model_row_get_name (row));
  if (is_shown (self, row))
    {
      gtk_widget_add_css_class (name, "heading");
      gtk_label_set_label (GTK_LABEL (facts), _ ("this model"));
    }
  else
    {
      gtk_widget_remove_css_class (name, "heading");
      if (run == 0 && cz_model_row_get_model (row) == 0)
        gtk_label_set_label (GTK_LABEL (facts), _ ("not in the library"));
      else
        gtk_label_set_label (GTK_LABEL (facts), told != NULL ? told : "");
    }
}

static void
activated (GtkListView *list, guint position, CzModelFamily *self)
{
  g_autoptr (GtkTreeListRow) place
      = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (list)), position);
  g_autoptr (CzModelRow) row = gtk_tree_list_row_get_item (place);

  if (cz_model_row_get_run (row) != 0)
    cz_window_go_to (GTK_WIDGET (self), "experiments", cz_model_row_get_run (row));
  else if (cz_model_row_get_model (row) != 0)
    cz_window_go_to (GTK_WIDGET (self), "models", cz_model_row_get_model (row));
}

// ---- Reading ----

typedef struct
{
  gint64 model;
  CzModelNode *family;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_pointer (&question->family, cz_model_node_free);
  g_free (question);
}

static gboolean
read_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  question->family = cz_model_tree_read_family (library, question->model, error);
  return question->family != NULL;
}

static CzModelRow *
make_row (const CzModelNode *node, GString *described)
{
  CzModelRow *row = cz_model_row_new (node->name);

  g_string_append_printf (described, "(%d %" PRId64 " %s", node->is_run, node->id, node->name);
  if (node->is_run)
    cz_model_row_set_run (row, node->id);
  else
    cz_model_row_set_model (row, node->id);
  for (guint i = 0; i < node->children->len; i++)
    cz_model_row_add (row, make_row (node->children->pdata[i], described));
  g_string_append_c (described, ')');
  return row;
}

// What runs have to say changes too: rows are made anew where it does.
static void
describe_runs (CzModelFamily *self, const CzModelNode *node, GString *described)
{
  CzRunItem *item = node->is_run ? cz_workbench_find_run (self->workbench, node->id) : NULL;
  g_autofree char *told = item != NULL ? tell_run (item) : NULL;

  if (told != NULL)
    g_string_append_printf (described, "%s %u\n", told, cz_run_item_get_color (item));
  for (guint i = 0; i < node->children->len; i++)
    describe_runs (self, node->children->pdata[i], described);
}

static void
family_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzModelFamily *self = CZ_MODEL_FAMILY (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);
  g_autoptr (GString) described = NULL;
  g_autoptr (CzModelRow) root = NULL;

  if (cz_library_task_is_cancelled (error) || self->item == NULL)
    return;
  if (question == NULL)
    {
      gtk_label_set_label (self->trouble, error->message);
      gtk_stack_set_visible_child_name (self->states, "trouble");
      g_clear_pointer (&self->shown, g_free);
      return;
    }
  described = g_string_new (NULL);
  g_string_append_printf (described, "%" PRId64 " ", question->model);
  root = make_row (question->family, described);
  describe_runs (self, question->family, described);
  gtk_stack_set_visible_child_name (self->states, "tree");
  if (g_strcmp0 (described->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (described->str);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), question->family->children->len == 0);
  g_list_store_splice (self->roots, 0, g_list_model_get_n_items (G_LIST_MODEL (self->roots)),
                       (gpointer *)&root, 1);
}

void
cz_model_family_refresh (CzModelFamily *self)
{
  Question *question;

  if (self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  question = g_new0 (Question, 1);
  question->model = cz_model_item_get (self->item)->id;
  cz_library_task_renew (&self->cancellable);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), read_in_thread, question,
                       question_free, self->cancellable, family_read);
}

// ---- Life ----

static void
cz_model_family_dispose (GObject *object)
{
  CzModelFamily *self = CZ_MODEL_FAMILY (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_model_family_parent_class)->dispose (object);
}

static void
cz_model_family_finalize (GObject *object)
{
  CzModelFamily *self = CZ_MODEL_FAMILY (object);

  g_free (self->shown);
  g_clear_object (&self->roots);
  G_OBJECT_CLASS (cz_model_family_parent_class)->finalize (object);
}

static void
cz_model_family_class_init (CzModelFamilyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_model_family_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_model_family_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/models-family.ui");
  gtk_widget_class_bind_template_child (widget_class, CzModelFamily, states);
  gtk_widget_class_bind_template_child (widget_class, CzModelFamily, hint);
  gtk_widget_class_bind_template_child (widget_class, CzModelFamily, trouble);
  gtk_widget_class_bind_template_child (widget_class, CzModelFamily, list);
}

static void
cz_model_family_init (CzModelFamily *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkTreeListModel *tree;
  GtkSelectionModel *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->roots = g_list_store_new (CZ_TYPE_MODEL_ROW);
  tree
      = gtk_tree_list_model_new (g_object_ref (G_LIST_MODEL (self->roots)), FALSE /* passthrough */,
                                 TRUE /* autoexpand */, cz_model_row_open, NULL, NULL);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (tree)));
  g_signal_connect (factory, "setup", G_CALLBACK (set_up), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, selection);
  g_object_unref (factory);
  g_object_unref (selection);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activated), self, 0);
  g_signal_connect (self, "map", G_CALLBACK (cz_model_family_refresh), NULL);
}

void
cz_model_family_set_workbench (CzModelFamily *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_model_family_show (CzModelFamily *self, CzModelItem *item)
{
  if (item != self->item)
    {
      g_list_store_remove_all (self->roots);
      g_clear_pointer (&self->shown, g_free);
    }
  g_set_object (&self->item, item);
  cz_model_family_refresh (self);
}
