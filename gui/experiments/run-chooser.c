#include "gui/experiments/run-chooser.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "gui/experiments/run-item.h"
#include "gui/numbers.h"

struct _CzRunChooser
{
  AdwWindow parent_instance;
  GtkWidget *search;
  GtkWidget *list;
  GtkStack *states;
  GtkCustomFilter *filter;
  char *wanted; // case folded
  gboolean with_model;
};

G_DEFINE_FINAL_TYPE (CzRunChooser, cz_run_chooser, ADW_TYPE_WINDOW)

static guint chosen_signal;

static gboolean
fits (gpointer object, gpointer data)
{
  CzRunChooser *self = data;
  const CzRun *run = cz_run_item_get (object);
  g_autofree char *text = NULL;
  g_autofree char *folded = NULL;

  if (run->trashed || (self->with_model && run->result_folder == NULL))
    return FALSE;
  if (self->wanted == NULL || self->wanted[0] == '\0')
    return TRUE;
  text = g_strdup_printf ("%s %s %s %s", run->name, run->corpus, run->model,
                          run->tags != NULL ? run->tags : "");
  folded = g_utf8_casefold (text, -1);
  return strstr (folded, self->wanted) != NULL;
}

static void
search_changed (CzRunChooser *self)
{
  g_free (self->wanted);
  self->wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
count_changed (CzRunChooser *self)
{
  guint n = g_list_model_get_n_items (
      G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (self->list))));

  gtk_stack_set_visible_child_name (self->states, n > 0 ? "runs" : "nothing");
}

static void
choose (CzRunChooser *self, guint position)
{
  g_autoptr (CzRunItem) item = g_list_model_get_item (
      G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (self->list))), position);

  if (item == NULL)
    return;
  g_signal_emit (self, chosen_signal, 0, cz_run_item_get (item)->id);
  gtk_window_close (GTK_WINDOW (self));
}

// Enter in the search takes what is selected: the first one.
static void
search_activated (CzRunChooser *self)
{
  choose (self, gtk_single_selection_get_selected (
                    GTK_SINGLE_SELECTION (gtk_list_view_get_model (GTK_LIST_VIEW (self->list)))));
}

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_box_append (GTK_BOX (box), label);
      if (i == 1)
        {
          gtk_widget_add_css_class (label, "caption");
          gtk_widget_add_css_class (label, "dim-label");
        }
    }
  gtk_widget_add_css_class (box, "listed");
  gtk_list_item_set_child (row, box);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *row)
{
  CzRunItem *item = gtk_list_item_get_item (row);
  const CzRun *run = cz_run_item_get (item);
  GtkWidget *name = gtk_widget_get_first_child (gtk_list_item_get_child (row));
  double found = isnan (run->best) ? run->after : run->best;
  g_autofree char *perplexity = isnan (found) ? NULL : cz_numbers_perplexity (exp (found));
  g_autofree char *told
      = perplexity != NULL ? g_strdup_printf (_ (" · perplexity %s"), perplexity) : g_strdup ("");
  // Translators: of a run: its number, corpus, state, and what it reached.
  g_autofree char *text = g_strdup_printf (_ ("Run %" PRId64 " · %s · %s%s"), run->id, run->corpus,
                                           cz_run_item_get_state_name (item), told);

  gtk_label_set_label (GTK_LABEL (name), run->name);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (name)), text);
}

static void
cz_run_chooser_finalize (GObject *object)
{
  g_free (CZ_RUN_CHOOSER (object)->wanted);
  G_OBJECT_CLASS (cz_run_chooser_parent_class)->finalize (object);
}

static void
cz_run_chooser_class_init (CzRunChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_run_chooser_finalize;
  chosen_signal = g_signal_new ("chosen", CZ_TYPE_RUN_CHOOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/run-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunChooser, search);
  gtk_widget_class_bind_template_child (widget_class, CzRunChooser, list);
  gtk_widget_class_bind_template_child (widget_class, CzRunChooser, states);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_activated);
  gtk_widget_class_bind_template_callback (widget_class, choose);
  gtk_widget_class_bind_template_callback (widget_class, setup_row);
  gtk_widget_class_bind_template_callback (widget_class, bind_row);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cz_run_chooser_init (CzRunChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

CzRunChooser *
cz_run_chooser_new (GtkWindow *parent,
                    CzWorkbench *workbench,
                    const char *title,
                    gboolean with_model)
{
  CzRunChooser *self
      = g_object_new (CZ_TYPE_RUN_CHOOSER, "transient-for", parent, "title", title, NULL);
  GtkFilterListModel *model;
  GtkSingleSelection *selection;

  self->with_model = with_model;
  self->filter = gtk_custom_filter_new (fits, self, NULL);
  model = gtk_filter_list_model_new (g_object_ref (cz_workbench_get_runs (workbench)),
                                     GTK_FILTER (self->filter));
  selection = gtk_single_selection_new (G_LIST_MODEL (model));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (selection, "items-changed", G_CALLBACK (count_changed), self,
                           G_CONNECT_SWAPPED);
  g_object_unref (selection);
  count_changed (self);
  return self;
}
