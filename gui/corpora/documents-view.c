#include "gui/corpora/documents-view.h"

#include <inttypes.h>
#include <glib/gi18n.h>

#include "gui/corpora/document-listing.h"
#include "gui/front-page.h"
#include "gui/numbers.h"

// More than this of a text is not shown, in bytes.
#define READ_MOST (256 * 1024)

struct _CzDocumentsView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  gint64 corpus;
  char *query;
  GtkDropDown *split_choice;
  GtkDropDown *label_choice;
  GtkLabel *count_label;
  GtkStack *states;
  GtkLabel *nothing_label;
  GtkColumnView *table;
  GtkSingleSelection *selection;
  GtkWidget *reading;
  GtkLabel *reading_title;
  GtkTextView *reading_text;
  GtkColumnViewColumn *label_column;
  GtkColumnViewColumn *split_column;
  GCancellable *cancellable; // of the text being read
  gboolean filling;          // the drop-downs are being filled
};

G_DEFINE_FINAL_TYPE (CzDocumentsView, cz_documents_view, ADW_TYPE_BIN)

// ---- Columns ----

typedef enum
{
  COLUMN_NUMBER,
  COLUMN_LABEL,
  COLUMN_SPLIT,
  COLUMN_WORDS,
  COLUMN_TEXT,
} Column;

static void
show_cell (CzDocumentItem *item, GtkLabel *label)
{
  const CzDocument *document = cz_document_item_get (item);
  Column column = (Column)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (label), "column"));
  g_autofree char *number = NULL;

  if (document == NULL)
    {
      gtk_label_set_label (label, "");
      return;
    }
  switch (column)
    {
    case COLUMN_NUMBER:
      number = cz_numbers_count (document->ordinal + 1);
      gtk_label_set_label (label, number);
      break;
    case COLUMN_LABEL:
      gtk_label_set_label (label, document->label);
      break;
    case COLUMN_SPLIT:
      gtk_label_set_label (label, document->split);
      break;
    case COLUMN_WORDS:
      gtk_label_set_label (label, cz_document_item_get_words (item));
      break;
    case COLUMN_TEXT:
    default:
      gtk_label_set_markup (label, cz_document_item_get_markup (item));
      break;
    }
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  Column column = (Column)GPOINTER_TO_INT (data);
  GtkWidget *label = gtk_label_new (NULL);
  gboolean right = column == COLUMN_NUMBER || column == COLUMN_WORDS;

  gtk_label_set_xalign (GTK_LABEL (label), right ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  if (right)
    gtk_widget_add_css_class (label, "numeric");
  if (column != COLUMN_TEXT)
    gtk_widget_add_css_class (label, "dim-label");
  g_object_set_data (G_OBJECT (label), "column", data);
  gtk_list_item_set_child (cell, label);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  CzDocumentItem *item = gtk_list_item_get_item (cell);
  GtkWidget *label = gtk_list_item_get_child (cell);

  g_signal_connect_object (item, "changed", G_CALLBACK (show_cell), label, 0);
  show_cell (item, GTK_LABEL (label));
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (cell), show_cell,
                                        gtk_list_item_get_child (cell));
}

static GtkColumnViewColumn *
add_column (CzDocumentsView *self, Column column, const char *title, int width)
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
  gtk_column_view_append_column (self->table, made);
  g_object_unref (made);
  return made;
}

// A column that is not visible must not have a width either: the others would not get it.
static void
show_column (GtkColumnViewColumn *column, gboolean visible, int width)
{
  gtk_column_view_column_set_visible (column, visible);
  gtk_column_view_column_set_fixed_width (column, visible ? width : -1);
}

// ---- Reading one ----

typedef struct
{
  char *library;
  gint64 document;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->library);
  g_free (question);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (question->library, &error);
  CzDocument *document = NULL;

  if (library != NULL)
    document = cz_document_get (library, question->document, &error);
  if (document != NULL)
    g_task_return_pointer (task, document, (GDestroyNotify)cz_document_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
show_text (CzDocumentsView *self, const CzDocument *document)
{
  gsize shown = MIN (document->length, READ_MOST);
  g_autofree char *text = g_utf8_make_valid (document->text, (gssize)shown);
  g_autoptr (GString) title = g_string_new (NULL);

  g_string_append (title, document->path != NULL ? document->path : "");
  if (document->row > 0)
    // Translators: the row of a table or the line of a file.
    g_string_append_printf (title, _ (", row %'" PRId64), document->row);
  if (shown < document->length)
    g_string_append_printf (title, " · %s", _ ("a long text: only its beginning is shown"));
  gtk_label_set_label (self->reading_title, title->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->reading_title), title->str);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->reading_text), text, -1);
  gtk_widget_set_visible (self->reading, TRUE);
}

static void
document_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentsView *self = CZ_DOCUMENTS_VIEW (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzDocument) document = g_task_propagate_pointer (G_TASK (result), &error);

  if (document != NULL)
    show_text (self, document);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      gtk_label_set_label (self->reading_title, error->message);
      gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->reading_text), "", -1);
    }
}

static void
read_selected (CzDocumentsView *self)
{
  CzDocumentItem *item = gtk_single_selection_get_selected_item (self->selection);
  const CzDocument *document = item != NULL ? cz_document_item_get (item) : NULL;
  g_autoptr (GTask) task = NULL;
  Question *question;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (item == NULL)
    gtk_widget_set_visible (self->reading, FALSE);
  if (document == NULL)
    return;
  question = g_new0 (Question, 1);
  question->library = g_strdup (cz_workbench_get_path (self->workbench));
  question->document = document->id;
  task = g_task_new (self, self->cancellable, document_read, NULL);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, read_in_thread);
}

static void
close_reading (CzDocumentsView *self)
{
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

// ---- Which documents ----

// What a drop-down chose, NULL for all; "" for documents that have none.
static const char *
chosen (GtkDropDown *choice)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item (choice);

  if (gtk_drop_down_get_selected (choice) == 0 || item == NULL)
    return NULL;
  return g_object_get_data (G_OBJECT (item), "name");
}

static void
counted (CzDocumentListing *listing, CzDocumentsView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (listing));
  g_autofree char *count = cz_numbers_count (n);
  g_autofree char *text
      // Translators: %s is a number of documents.
      = g_strdup_printf (ngettext ("%s document", "%s documents", n), count);

  gtk_label_set_label (self->count_label, text);
  gtk_label_set_label (self->nothing_label, self->query != NULL && self->query[0] != '\0'
                                                ? _ ("No document holds all of these words.")
                                                : _ ("There are no such documents."));
  gtk_stack_set_visible_child_name (self->states, n > 0 ? "table" : "nothing");
}

static void
listing_failed (CzDocumentListing *listing, const char *sentence, CzDocumentsView *self)
{
  gtk_label_set_label (self->nothing_label, sentence);
  gtk_stack_set_visible_child_name (self->states, "nothing");
}

static void
list_anew (CzDocumentsView *self)
{
  g_autoptr (CzDocumentListing) listing = NULL;

  if (self->filling || self->workbench == NULL)
    return;
  listing = cz_document_listing_new (cz_workbench_get_path (self->workbench), self->corpus,
                                     chosen (self->split_choice), chosen (self->label_choice),
                                     self->query);
  g_signal_connect_object (listing, "counted", G_CALLBACK (counted), self, 0);
  g_signal_connect_object (listing, "failed", G_CALLBACK (listing_failed), self, 0);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (listing));
}

// Fills a drop-down with all, then each group; hides it when there is nothing to choose.
static gboolean
fill_choice (GtkDropDown *choice, const char *all, GPtrArray *groups)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gboolean any = FALSE;

  gtk_string_list_append (names, all);
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      const CzCorpusGroup *group = g_ptr_array_index (groups, i);
      g_autoptr (GObject) item = NULL;
      g_autofree char *count = cz_numbers_count (group->documents);
      g_autofree char *text
          // Translators: a label or split and how many documents have it.
          = g_strdup_printf (_ ("%s (%s)"), group->name[0] != '\0' ? group->name : _ ("none"),
                             count);

      any = any || group->name[0] != '\0';
      gtk_string_list_append (names, text);
      item = g_list_model_get_item (G_LIST_MODEL (names), i + 1);
      g_object_set_data_full (item, "name", g_strdup (group->name), g_free);
    }
  gtk_drop_down_set_model (choice, G_LIST_MODEL (names));
  gtk_widget_set_visible (GTK_WIDGET (choice), any);
  return any;
}

// ---- Life ----

static void
cz_documents_view_dispose (GObject *object)
{
  CzDocumentsView *self = CZ_DOCUMENTS_VIEW (object);

  g_cancellable_cancel (self->cancellable);
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
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/documents-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, split_choice);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, label_choice);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, count_label);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, states);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, nothing_label);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, table);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, selection);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, reading);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, reading_title);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentsView, reading_text);
  gtk_widget_class_bind_template_callback (widget_class, list_anew);
  gtk_widget_class_bind_template_callback (widget_class, read_selected);
  gtk_widget_class_bind_template_callback (widget_class, close_reading);
}

static void
cz_documents_view_init (CzDocumentsView *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  add_column (self, COLUMN_NUMBER, _ ("No."), 80);
  self->label_column = add_column (self, COLUMN_LABEL, _ ("Label"), 90);
  self->split_column = add_column (self, COLUMN_SPLIT, _ ("Split"), 80);
  add_column (self, COLUMN_WORDS, _ ("Words"), 80);
  add_column (self, COLUMN_TEXT, _ ("Text"), 0);
}

void
cz_documents_view_show (CzDocumentsView *self, CzWorkbench *workbench, gint64 corpus)
{
  CzLibrary *library = cz_workbench_get_library (workbench);
  g_autoptr (GPtrArray) splits = cz_corpus_get_splits (library, corpus, NULL);
  g_autoptr (GPtrArray) labels = cz_corpus_get_labels (library, corpus, NULL);

  self->workbench = workbench;
  self->corpus = corpus;
  self->filling = TRUE;
  show_column (self->split_column, fill_choice (self->split_choice, _ ("All splits"), splits), 80);
  show_column (self->label_column, fill_choice (self->label_choice, _ ("All labels"), labels), 90);
  self->filling = FALSE;
  gtk_widget_set_visible (self->reading, FALSE);
  list_anew (self);
}

void
cz_documents_view_search (CzDocumentsView *self, const char *query)
{
  g_free (self->query);
  self->query = query[0] != '\0' ? g_strdup (query) : NULL;
  list_anew (self);
}
