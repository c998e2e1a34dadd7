#include "gui/corpora/documents-view.h"

#include <inttypes.h>
#include <glib/gi18n.h>

#include "gui/corpora/concordance-view.h"
#include "gui/corpora/document-change.h"
#include "gui/corpora/document-columns.h"
#include "gui/corpora/document-listing.h"
#include "gui/corpora/document-rows.h"
#include "gui/corpora/document-view.h"
#include "gui/corpora/library-task.h"
#include "gui/corpora/narrow-button.h"
#include "gui/corpora/sample-button.h"
#include "gui/front-page.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzDocumentsView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzCorpusItem *item;
  char *query;
  CzDocumentListing *listing;
  GListStore *sample;   // NULL: all that the filter leaves
  CzDocumentRows *rows; // the table's, of one or the other
  GtkLabel *count_label;
  GtkWidget *sorting_box, *sample_end, *lines_toggle;
  GtkLabel *sample_label;
  CzNarrowButton *narrow_button;
  CzSampleButton *sample_button;
  GtkWidget *chosen_bar;
  GtkLabel *chosen_label;
  GtkStack *states;
  AdwStatusPage *nothing;
  GtkWidget *show_all_button;
  GtkColumnView *table;
  GtkMultiSelection *selection;
  CzConcordanceView *concordance;
  CzDocumentView *reading;
  CzDocumentColumns columns;
  GCancellable *cancellable; // of the sample being drawn
};

G_DEFINE_FINAL_TYPE (CzDocumentsView, cz_documents_view, ADW_TYPE_BIN)

static const CzCorpus *
get_corpus (CzDocumentsView *self)
{
  return cz_corpus_item_get (self->item);
}

// All that the filter leaves, or the sample.
static GListModel *
get_listed (CzDocumentsView *self)
{
  return self->sample != NULL ? G_LIST_MODEL (self->sample) : G_LIST_MODEL (self->listing);
}

// ---- What is chosen ----

static void
read_document (CzDocumentsView *self, gint64 document, gint64 place)
{
  gtk_widget_set_visible (GTK_WIDGET (self->reading), document != 0);
  if (document != cz_document_view_get_document (self->reading) || place >= 0)
    cz_document_view_show (self->reading, self->workbench, document, self->query, place);
}

static void
chosen_changed (CzDocumentsView *self)
{
  g_autoptr (GtkBitset) chosen
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint64 n = gtk_bitset_get_size (chosen);
  g_autofree char *count = cz_numbers_count ((gint64)n);
  g_autofree char *text = g_strdup_printf (
      // Translators: %s is a number of documents.
      ngettext ("%s document chosen", "%s documents chosen", (gulong)n), count);

  gtk_label_set_label (self->chosen_label, text);
  gtk_widget_set_visible (self->chosen_bar, n > 1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.exclude", n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.include", n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.delete", n > 0);
  if (n == 1)
    {
      g_autoptr (CzDocumentRow) row
          = g_list_model_get_item (G_LIST_MODEL (self->rows), gtk_bitset_get_nth (chosen, 0));
      CzDocumentItem *item = row != NULL ? cz_document_row_get (row) : NULL;
      const CzDocument *document = item != NULL ? cz_document_item_get (item) : NULL;

      if (document != NULL)
        read_document (self, document->id, -1);
      else if (item != NULL
               && g_signal_handler_find (item, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0,
                                         NULL, (gpointer)chosen_changed, self)
                      == 0)
        // Its page is on its way.
        g_signal_connect_object (item, "changed", G_CALLBACK (chosen_changed), self,
                                 G_CONNECT_SWAPPED);
    }
  else
    read_document (self, 0, -1);
}

static void
choose_none (CzDocumentsView *self)
{
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
  read_document (self, 0, -1);
}

// ---- Changing what is chosen ----

static void
changed_chosen (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentsView *self = CZ_DOCUMENTS_VIEW (object);
  g_autoptr (GError) error = NULL;
  CzDocumentChange *change = cz_library_task_finish (result, &error);
  g_autofree char *count = NULL;
  g_autofree char *told = NULL;

  if (change == NULL)
    {
      cz_window_tell_error (GTK_WIDGET (self), _ ("The documents were not changed"),
                            error->message);
      return;
    }
  count = cz_numbers_count (change->changed);
  switch (change->kind)
    {
    case CZ_DOCUMENT_CHANGE_EXCLUDE:
      told = g_strdup_printf (ngettext ("%s document was excluded.", "%s documents were excluded.",
                                        (gulong)change->changed),
                              count);
      break;
    case CZ_DOCUMENT_CHANGE_INCLUDE:
      told = g_strdup_printf (ngettext ("%s document was included again.",
                                        "%s documents were included again.",
                                        (gulong)change->changed),
                              count);
      break;
    case CZ_DOCUMENT_CHANGE_DELETE:
    default:
      told = g_strdup_printf (ngettext ("%s document was deleted.", "%s documents were deleted.",
                                        (gulong)change->changed),
                              count);
      break;
    }
  gtk_widget_activate_action (GTK_WIDGET (self), "corpus.tell", "s", told);
}

static void
change_chosen (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzDocumentsView *self = CZ_DOCUMENTS_VIEW (widget);
  g_autoptr (GtkBitset) selected
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  g_autoptr (GtkBitset) chosen = gtk_bitset_copy (selected); // which is the selection's own
  CzDocumentChangeKind kind = g_str_equal (action, "documents.exclude") ? CZ_DOCUMENT_CHANGE_EXCLUDE
                              : g_str_equal (action, "documents.include")
                                  ? CZ_DOCUMENT_CHANGE_INCLUDE
                                  : CZ_DOCUMENT_CHANGE_DELETE;
  gint64 reading = cz_document_view_get_document (self->reading);
  CzDocumentChange *change;

  if (gtk_stack_get_visible_child (self->states) == GTK_WIDGET (self->concordance))
    {
      // There a document is read without being chosen in the table.
      if (reading == 0)
        return;
      change = cz_document_change_new_of_one (kind, get_corpus (self)->id, reading);
    }
  else if (self->listing == NULL)
    return;
  else
    {
      // Rows at the end may hold nothing any more.
      gtk_bitset_remove_range_closed (chosen, g_list_model_get_n_items (get_listed (self)),
                                      G_MAXUINT);
      if (gtk_bitset_is_empty (chosen))
        return;
      change = cz_document_change_new (kind, get_corpus (self)->id,
                                       self->sample != NULL ? NULL : self->listing,
                                       get_listed (self), chosen);
    }
  if (kind == CZ_DOCUMENT_CHANGE_DELETE)
    choose_none (self);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), cz_document_change_do, change,
                       cz_document_change_free, NULL, changed_chosen);
}

static void
close_reading (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzDocumentsView *self = CZ_DOCUMENTS_VIEW (widget);

  choose_none (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

// ---- Which documents ----

void
cz_documents_view_get_filter (CzDocumentsView *self, CzDocumentFilter *ret_filter)
{
  *ret_filter = (CzDocumentFilter){ .query = self->query };
  cz_narrow_button_get (self->narrow_button, ret_filter);
}

gint64
cz_documents_view_get_count (CzDocumentsView *self)
{
  return self->listing != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->listing)) : 0;
}

static gboolean
is_searched (CzDocumentsView *self)
{
  return self->query != NULL && self->query[0] != '\0';
}

static gboolean
is_narrowed (CzDocumentsView *self)
{
  CzDocumentFilter filter;

  cz_documents_view_get_filter (self, &filter);
  return filter.split != NULL || filter.label != NULL || filter.source != NULL
         || filter.choice != CZ_DOCUMENTS_ALL;
}

static void
show_state (CzDocumentsView *self)
{
  gboolean lines = is_searched (self) && self->sample == NULL
                   && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->lines_toggle));
  guint n = g_list_model_get_n_items (get_listed (self));

  gtk_widget_set_visible (self->lines_toggle, is_searched (self) && self->sample == NULL);
  gtk_stack_set_visible_child_name (self->states, n == 0  ? "nothing"
                                                  : lines ? "concordance"
                                                          : "table");
}

static void
counted (CzDocumentListing *listing, CzDocumentsView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (listing));
  g_autofree char *text = cz_numbers_documents (n);
  g_autoptr (GError) error = NULL;
  const char *sentence = _ ("There are no such documents.");

  gtk_label_set_label (self->count_label, text);
  if (is_searched (self))
    sentence = cz_document_check_query (self->query, &error)
                   ? _ ("No document holds all of these words.")
                   : error->message;
  adw_status_page_set_title (self->nothing, is_searched (self) || is_narrowed (self)
                                                ? _ ("Nothing found")
                                                : _ ("No documents"));
  adw_status_page_set_description (self->nothing, sentence);
  gtk_widget_set_visible (self->show_all_button, is_searched (self) || is_narrowed (self));
  show_state (self);
}

static void
listing_failed (CzDocumentListing *listing, const char *sentence, CzDocumentsView *self)
{
  adw_status_page_set_title (self->nothing, _ ("The documents can't be read"));
  adw_status_page_set_description (self->nothing, sentence);
  gtk_widget_set_visible (self->show_all_button, FALSE);
  gtk_stack_set_visible_child_name (self->states, "nothing");
}

static void
sorting (CzDocumentListing *listing, gboolean begins, CzDocumentsView *self)
{
  gtk_widget_set_visible (self->sorting_box, begins);
  // Elsewhere in the list by now.
  if (!begins && self->sample == NULL)
    chosen_changed (self);
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer data)
{
  const CzDocument *x = cz_document_item_get ((CzDocumentItem *)a);
  const CzDocument *y = cz_document_item_get ((CzDocumentItem *)b);
  CzDocumentsView *self = data;
  CzDocumentKey key;
  gboolean descending;
  int order;

  cz_document_columns_get_sort (&self->columns, &key, &descending);
  order = key == CZ_DOCUMENTS_BY_SIZE ? (x->bytes > y->bytes) - (x->bytes < y->bytes) : 0;
  if (order == 0)
    order = (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
  return descending ? -order : order;
}

// The table stays with the place it showed: whoever sorts, or turns to others, begins with the
// first.
static void
scroll_to_first (CzDocumentsView *self)
{
  gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->table)),
                              "list.scroll-to-item", "u", 0);
}

static void
show_from_first (CzDocumentsView *self)
{
  cz_document_rows_set_documents (self->rows, get_listed (self));
  scroll_to_first (self);
}

static void
sort (CzDocumentsView *self)
{
  CzDocumentKey key;
  gboolean descending;

  if (self->listing == NULL)
    return;
  cz_document_columns_get_sort (&self->columns, &key, &descending);
  cz_document_listing_sort (self->listing, key, descending);
  if (self->sample != NULL)
    g_list_store_sort (self->sample, compare_items, self);
  scroll_to_first (self);
  chosen_changed (self);
}

static void
list_anew (CzDocumentsView *self)
{
  CzDocumentFilter filter;

  if (self->item == NULL)
    return;
  cz_documents_view_get_filter (self, &filter);
  if (self->listing != NULL)
    g_signal_handlers_disconnect_by_data (self->listing, self);
  g_clear_object (&self->listing);
  g_clear_object (&self->sample);
  g_cancellable_cancel (self->cancellable);
  gtk_widget_set_visible (self->sample_end, FALSE);
  self->listing = cz_document_listing_new (cz_workbench_get_path (self->workbench),
                                           get_corpus (self)->id, &filter);
  g_signal_connect_object (self->listing, "counted", G_CALLBACK (counted), self, 0);
  g_signal_connect_object (self->listing, "failed", G_CALLBACK (listing_failed), self, 0);
  g_signal_connect_object (self->listing, "sorting", G_CALLBACK (sorting), self, 0);
  gtk_widget_set_visible (self->sorting_box, FALSE);
  show_from_first (self);
  cz_concordance_view_show (self->concordance, self->workbench, get_corpus (self)->id, &filter);
  sort (self);
}

static void
show_all (CzDocumentsView *self)
{
  cz_narrow_button_clear (self->narrow_button);
  gtk_widget_activate_action (GTK_WIDGET (self), "corpus.clear-search", NULL);
}

static void
hit_chosen (CzConcordanceView *concordance, gint64 document, gint64 place, CzDocumentsView *self)
{
  read_document (self, document, place);
}

// ---- A sample ----

typedef struct
{
  gint64 corpus;
  gint64 count;
  guint64 seed;
  GPtrArray *documents;
} Draw;

static void
draw_free (gpointer data)
{
  g_clear_pointer (&((Draw *)data)->documents, g_ptr_array_unref);
  g_free (data);
}

static gboolean
draw_sample (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Draw *draw = data;

  draw->documents = cz_document_sample (library, draw->corpus, draw->seed, draw->count, error);
  return draw->documents != NULL;
}

static void
sample_drawn (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentsView *self = CZ_DOCUMENTS_VIEW (object);
  g_autoptr (GError) error = NULL;
  Draw *draw = cz_library_task_finish (result, &error);
  g_autofree char *count = NULL;
  g_autofree char *text = NULL;

  if (draw == NULL)
    {
      if (!cz_library_task_is_cancelled (error))
        cz_window_tell_error (GTK_WIDGET (self), _ ("No documents were drawn"), error->message);
      return;
    }
  g_clear_object (&self->sample);
  // In the order in which they were drawn.
  gtk_column_view_sort_by_column (self->table, NULL, GTK_SORT_ASCENDING);
  self->sample = g_list_store_new (CZ_TYPE_DOCUMENT_ITEM);
  g_ptr_array_set_free_func (draw->documents, NULL);
  for (guint i = 0; i < draw->documents->len; i++)
    {
      g_autoptr (CzDocumentItem) item = cz_document_item_new ();

      cz_document_item_take (item, g_ptr_array_index (draw->documents, i));
      g_list_store_append (self->sample, item);
    }
  count = cz_numbers_count (draw->documents->len);
  // Translators: how many documents were drawn at random, and with which seed.
  text = g_strdup_printf (_ ("%s at random, seed %" PRIu64), count, draw->seed);
  gtk_label_set_label (self->sample_label, text);
  gtk_widget_set_visible (self->sample_end, TRUE);
  show_from_first (self);
  chosen_changed (self);
  show_state (self);
}

static void
draw (CzDocumentsView *self)
{
  Draw *question;

  if (self->item == NULL)
    return;
  question = g_new0 (Draw, 1);
  question->corpus = get_corpus (self)->id;
  question->count = cz_sample_button_get_count (self->sample_button);
  question->seed = cz_sample_button_get_seed (self->sample_button);
  cz_library_task_renew (&self->cancellable);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), draw_sample, question,
                       draw_free, self->cancellable, sample_drawn);
}

// ---- The corpus changes ----

static void
fill_choices (CzDocumentsView *self)
{
  cz_narrow_button_fill (self->narrow_button, cz_workbench_get_path (self->workbench),
                         get_corpus (self)->id);
}

static void
choices_filled (CzNarrowButton *button, gboolean labels, gboolean splits, CzDocumentsView *self)
{
  cz_document_columns_show (&self->columns, labels, splits);
}

static void
corpus_changed (CzDocumentsView *self)
{
  CzDocumentFilter filter;

  fill_choices (self);
  cz_document_listing_refresh (self->listing);
  cz_document_view_refresh (self->reading);
  cz_documents_view_get_filter (self, &filter);
  cz_concordance_view_show (self->concordance, self->workbench, get_corpus (self)->id, &filter);
  // What was drawn may be gone or look different.
  if (self->sample != NULL)
    draw (self);
}

// ---- Life ----

static void
cz_documents_view_dispose (GObject *object)
{
  CzDocumentsView *self = CZ_DOCUMENTS_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->item);
  g_clear_object (&self->listing);
  g_clear_object (&self->sample);
  if (self->rows != NULL)
    cz_document_rows_set_documents (self->rows, NULL);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (cz_documents_view_parent_class)->dispose (object);
}

static void
cz_documents_view_finalize (GObject *object)
{
  CzDocumentsView *self = CZ_DOCUMENTS_VIEW (object);

  g_object_unref (self->cancellable);
  g_free (self->query);
  G_OBJECT_CLASS (cz_documents_view_parent_class)->finalize (object);
}

static void
cz_documents_view_class_init (CzDocumentsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_documents_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_documents_view_finalize;
  g_type_ensure (CZ_TYPE_CONCORDANCE_VIEW);
  g_type_ensure (CZ_TYPE_DOCUMENT_VIEW);
  g_type_ensure (CZ_TYPE_NARROW_BUTTON);
  g_type_ensure (CZ_TYPE_SAMPLE_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/documents-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, count_label);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, sorting_box);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, sample_end);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, sample_label);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, lines_toggle);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, narrow_button);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, sample_button);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, chosen_bar);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, chosen_label);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, states);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, nothing);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, show_all_button);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, table);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, selection);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, concordance);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, reading);
  gtk_widget_class_bind_template_callback (widget_class, list_anew);
  gtk_widget_class_bind_template_callback (widget_class, choices_filled);
  gtk_widget_class_bind_template_callback (widget_class, chosen_changed);
  gtk_widget_class_bind_template_callback (widget_class, choose_none);
  gtk_widget_class_bind_template_callback (widget_class, show_state);
  gtk_widget_class_bind_template_callback (widget_class, show_all);
  gtk_widget_class_bind_template_callback (widget_class, draw);
  gtk_widget_class_bind_template_callback (widget_class, hit_chosen);
  gtk_widget_class_install_action (widget_class, "documents.exclude", NULL, change_chosen);
  gtk_widget_class_install_action (widget_class, "documents.include", NULL, change_chosen);
  gtk_widget_class_install_action (widget_class, "documents.delete", NULL, change_chosen);
  gtk_widget_class_install_action (widget_class, "documents.close", NULL, close_reading);
}

static void
cz_documents_view_init (CzDocumentsView *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  self->rows = cz_document_rows_new ();
  cz_document_rows_unselect_in (self->rows, GTK_SELECTION_MODEL (self->selection));
  gtk_multi_selection_set_model (self->selection, G_LIST_MODEL (self->rows));
  cz_document_columns_add (self->table, &self->columns);
  g_signal_connect_object (gtk_column_view_get_sorter (self->table), "changed", G_CALLBACK (sort),
                           self, G_CONNECT_SWAPPED);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Delete, 0),
                                                        gtk_named_action_new ("documents.delete")));
  gtk_widget_add_controller (GTK_WIDGET (self->table), keys);
}

void
cz_documents_view_show (CzDocumentsView *self, CzWorkbench *workbench, CzCorpusItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, corpus_changed, self);
  self->workbench = workbench;
  g_set_object (&self->item, item);
  g_signal_connect_object (item, "changed", G_CALLBACK (corpus_changed), self, G_CONNECT_SWAPPED);
  fill_choices (self);
  g_clear_pointer (&self->query, g_free);
  read_document (self, 0, -1);
  list_anew (self);
}

void
cz_documents_view_search (CzDocumentsView *self, const char *query)
{
  if (g_strcmp0 (query, self->query != NULL ? self->query : "") == 0)
    return;
  g_free (self->query);
  self->query = query[0] != '\0' ? g_strdup (query) : NULL;
  list_anew (self);
}
