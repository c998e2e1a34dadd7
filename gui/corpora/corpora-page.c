#include "gui/corpora/corpora-page.h"

#include "gui/corpora/corpus-item.h"
#include "gui/corpora/corpus-view.h"
#include "gui/front-page.h"
#include "gui/numbers.h"
#include "gui/surroundings.h"
#include "gui/window.h"

struct _CzCorporaPage
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GtkStack *states;
  GtkWidget *sample_button;
  AdwLeaflet *leaflet;
  GtkListBox *list;
  CzCorpusView *view;
  CzImports *imports;
  gint64 shown;  // the corpus in view; 0: none
  gint64 wanted; // to be selected as soon as it is in the list; 0: none
};

G_DEFINE_FINAL_TYPE (CzCorporaPage, cz_corpora_page, ADW_TYPE_BIN)

static void
show_row (CzCorpusItem *item, GtkWidget *row)
{
  const CzCorpus *corpus = cz_corpus_item_get (item);
  GtkWidget *name
      = gtk_widget_get_first_child (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row)));
  GtkWidget *facts = gtk_widget_get_next_sibling (name);
  g_autofree char *documents = cz_numbers_documents (corpus->documents);

  gtk_label_set_label (GTK_LABEL (name), corpus->name);
  gtk_label_set_label (GTK_LABEL (facts), documents);
}

static GtkWidget *
make_row (gpointer object, gpointer data)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *facts = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (facts), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (facts, "caption");
  gtk_widget_add_css_class (facts, "dim-label");
  gtk_widget_add_css_class (facts, "numeric");
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), facts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (object), g_object_unref);
  g_signal_connect_object (object, "changed", G_CALLBACK (show_row), row, 0);
  show_row (object, row);
  return row;
}

// While the list is filled anew nothing is selected; the corpus in view stays in view.
static void
row_selected (GtkListBox *list, GtkListBoxRow *row, CzCorporaPage *self)
{
  CzCorpusItem *item = row != NULL ? g_object_get_data (G_OBJECT (row), "item") : NULL;

  if (item == NULL)
    return;
  self->shown = cz_corpus_item_get (item)->id;
  cz_corpus_view_show (self->view, item);
}

static void
row_activated (CzCorporaPage *self)
{
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->view));
}

static gboolean
select_corpus (CzCorporaPage *self, gint64 id)
{
  GListModel *corpora = cz_workbench_get_corpora (self->workbench);

  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);

      if (cz_corpus_item_get (item)->id == id)
        {
          gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int)i));
          return TRUE;
        }
    }
  return FALSE;
}

static void
library_changed (CzCorporaPage *self)
{
  guint n = g_list_model_get_n_items (cz_workbench_get_corpora (self->workbench));

  gtk_stack_set_visible_child_name (self->states, n > 0 ? "list" : "empty");
  if (n == 0)
    cz_corpus_view_show (self->view, NULL);
  if (self->wanted != 0 && select_corpus (self, self->wanted))
    self->wanted = 0;
  if (n > 0 && gtk_list_box_get_selected_row (self->list) == NULL
      && !select_corpus (self, self->shown))
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
}

// ---- Importing ----

static void
imported (CzCorporaPage *self, gint64 corpus)
{
  cz_corpora_page_select (self, corpus);
}

void
cz_corpora_page_import (CzCorporaPage *self, const char *const *files)
{
  cz_imports_open (self->imports, files, 0);
}

// target: the id of a corpus
static void
update (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_imports_open (CZ_CORPORA_PAGE (widget)->imports, NULL, g_variant_get_int64 (parameter));
}

CzImports *
cz_corpora_page_get_imports (CzCorporaPage *self)
{
  return self->imports;
}

static void
sample_clicked (CzCorporaPage *self)
{
  g_autofree char *path = cz_surroundings_find_data ("sample/jargon-file.jsonl");
  const char *files[] = { path, NULL };

  if (path != NULL)
    cz_corpora_page_import (self, files);
}

// ---- Life ----

static void
go_back (CzCorporaPage *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
folded_changed (CzCorporaPage *self)
{
  cz_corpus_view_set_folded (self->view, adw_leaflet_get_folded (self->leaflet));
}

static void
cz_corpora_page_dispose (GObject *object)
{
  g_clear_object (&CZ_CORPORA_PAGE (object)->imports);
  G_OBJECT_CLASS (cz_corpora_page_parent_class)->dispose (object);
}

static void
cz_corpora_page_class_init (CzCorporaPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_corpora_page_dispose;
  g_type_ensure (CZ_TYPE_CORPUS_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/corpora-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CzCorporaPage, states);
  gtk_widget_class_bind_template_child (widget_class, CzCorporaPage, sample_button);
  gtk_widget_class_bind_template_child (widget_class, CzCorporaPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, CzCorporaPage, list);
  gtk_widget_class_bind_template_child (widget_class, CzCorporaPage, view);
  gtk_widget_class_install_action (widget_class, "corpora.update", "x", update);
}

static void
cz_corpora_page_init (CzCorporaPage *self)
{
  g_autofree char *sample = cz_surroundings_find_data ("sample/jargon-file.jsonl");

  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  gtk_widget_set_visible (self->sample_button, sample != NULL);
  g_signal_connect (self->list, "row-selected", G_CALLBACK (row_selected), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated), self);
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (folded_changed), self);
  g_signal_connect_swapped (self->view, "back", G_CALLBACK (go_back), self);
  g_signal_connect_swapped (self->sample_button, "clicked", G_CALLBACK (sample_clicked), self);
}

void
cz_corpora_page_set_workbench (CzCorporaPage *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  self->imports = cz_imports_new (GTK_WIDGET (self), workbench);
  g_signal_connect_object (self->imports, "imported", G_CALLBACK (imported), self,
                           G_CONNECT_SWAPPED);
  cz_corpus_view_set_workbench (self->view, workbench);
  gtk_list_box_bind_model (self->list, cz_workbench_get_corpora (workbench), make_row, self, NULL);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
}

void
cz_corpora_page_search (CzCorporaPage *self)
{
  cz_corpus_view_search (self->view);
}

void
cz_corpora_page_select (CzCorporaPage *self, gint64 corpus)
{
  self->wanted = select_corpus (self, corpus) ? 0 : corpus;
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->view));
}
