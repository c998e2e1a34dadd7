#include "gui/corpora/narrow-button.h"

#include <glib/gi18n.h>

#include "gui/corpora/library-task.h"
#include "gui/numbers.h"

struct _CzNarrowButton
{
  AdwBin parent_instance;
  GtkMenuButton *button;
  GtkLabel *summary;
  GtkWidget *split_row, *label_row;
  GtkDropDown *split, *label, *choice;
  GtkEditable *source;
  GtkWidget *clear_button;
  gboolean filling;
  GCancellable *cancellable; // of reading what there is
};

G_DEFINE_FINAL_TYPE (CzNarrowButton, cz_narrow_button, ADW_TYPE_BIN)

static guint changed_signal, filled_signal;

// What a drop-down chose, NULL for all; "" for documents that have none.
static const char *
chosen (GtkDropDown *choice)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item (choice);

  if (gtk_drop_down_get_selected (choice) == 0 || item == NULL)
    return NULL;
  return g_object_get_data (G_OBJECT (item), "name");
}

void
cz_narrow_button_get (CzNarrowButton *self, CzDocumentFilter *ret_filter)
{
  const char *source = gtk_editable_get_text (self->source);

  ret_filter->split = chosen (self->split);
  ret_filter->label = chosen (self->label);
  ret_filter->source = *source != '\0' ? source : NULL;
  ret_filter->choice = (CzDocumentChoice)gtk_drop_down_get_selected (self->choice);
}

static void
add_part (GString *summary, const char *part)
{
  if (part == NULL)
    return;
  g_string_append_printf (summary, "%s%s", summary->len > 0 ? " · " : "",
                          *part != '\0' ? part : _ ("none"));
}

static void
show_summary (CzNarrowButton *self)
{
  g_autoptr (GString) summary = g_string_new (NULL);
  CzDocumentFilter filter = { 0 };

  cz_narrow_button_get (self, &filter);
  add_part (summary, filter.split);
  add_part (summary, filter.label);
  add_part (summary, filter.source);
  if (filter.choice != CZ_DOCUMENTS_ALL)
    add_part (summary, filter.choice == CZ_DOCUMENTS_EXCLUDED ? _ ("excluded") : _ ("included"));
  gtk_widget_set_sensitive (self->clear_button, summary->len > 0);
  if (summary->len == 0)
    g_string_append (summary, _ ("Filter"));
  gtk_label_set_label (self->summary, summary->str);
}

static void
choice_changed (CzNarrowButton *self)
{
  if (self->filling)
    return;
  show_summary (self);
  g_signal_emit (self, changed_signal, 0);
}

// ---- What there is ----

#define SEARCHED 20 // names from which on they can be searched

typedef struct
{
  gint64 corpus;
  GtkStringList *splits, *labels;
  gboolean any_split, any_label;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_object (&question->splits);
  g_clear_object (&question->labels);
  g_free (question);
}

// All, then each group. There may be as many as documents: it is made in the thread.
static GtkStringList *
make_names (const char *all, const GPtrArray *groups, gboolean *ret_any)
{
  GtkStringList *names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, all);
  for (guint i = 0; i < groups->len; i++)
    {
      const CzCorpusGroup *group = g_ptr_array_index (groups, i);
      g_autoptr (GObject) item = NULL;
      g_autofree char *count = cz_numbers_count (group->documents);
      g_autofree char *text
          // Translators: a label or split and how many documents have it.
          = g_strdup_printf (_ ("%s (%s)"), group->name[0] != '\0' ? group->name : _ ("none"),
                             count);

      *ret_any = *ret_any || group->name[0] != '\0';
      gtk_string_list_append (names, text);
      item = g_list_model_get_item (G_LIST_MODEL (names), i + 1);
      g_object_set_data_full (item, "name", g_strdup (group->name), g_free);
    }
  return names;
}

static gboolean
read_groups (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  g_autoptr (GPtrArray) splits = cz_corpus_get_splits (library, question->corpus, error);
  g_autoptr (GPtrArray) labels
      = splits != NULL ? cz_corpus_get_labels (library, question->corpus, error) : NULL;

  if (labels == NULL)
    return FALSE;
  question->splits = make_names (_ ("All splits"), splits, &question->any_split);
  question->labels = make_names (_ ("All labels"), labels, &question->any_label);
  return TRUE;
}

// Whether what was chosen is still there.
static gboolean
fill_choice (GtkDropDown *choice, GListModel *names)
{
  g_autofree char *before = g_strdup (chosen (choice));
  guint n = g_list_model_get_n_items (names), selected = 0;

  for (guint i = 1; before != NULL && selected == 0 && i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (names, i);

      if (g_str_equal (before, g_object_get_data (item, "name")))
        selected = i;
    }
  gtk_drop_down_set_enable_search (choice, n > SEARCHED);
  gtk_drop_down_set_model (choice, names);
  gtk_drop_down_set_selected (choice, selected);
  return before == NULL || selected > 0;
}

static void
groups_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzNarrowButton *self = CZ_NARROW_BUTTON (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);
  gboolean same;

  // The list of documents tells what is wrong with the library.
  if (question == NULL)
    return;
  self->filling = TRUE;
  same = fill_choice (self->split, G_LIST_MODEL (question->splits));
  same = fill_choice (self->label, G_LIST_MODEL (question->labels)) && same;
  gtk_widget_set_visible (self->split_row, question->any_split);
  gtk_widget_set_visible (self->label_row, question->any_label);
  self->filling = FALSE;
  g_signal_emit (self, filled_signal, 0, question->any_label, question->any_split);
  show_summary (self);
  if (!same)
    g_signal_emit (self, changed_signal, 0);
}

void
cz_narrow_button_fill (CzNarrowButton *self, const char *library, gint64 corpus)
{
  Question *question = g_new0 (Question, 1);

  question->corpus = corpus;
  cz_library_task_renew (&self->cancellable);
  cz_library_task_run (self, library, read_groups, question, question_free, self->cancellable,
                       groups_read);
}

// ---- Life ----

void
cz_narrow_button_clear (CzNarrowButton *self)
{
  self->filling = TRUE;
  gtk_drop_down_set_selected (self->split, 0);
  gtk_drop_down_set_selected (self->label, 0);
  gtk_drop_down_set_selected (self->choice, 0);
  gtk_editable_set_text (self->source, "");
  self->filling = FALSE;
  choice_changed (self);
}

static void
cz_narrow_button_dispose (GObject *object)
{
  g_cancellable_cancel (CZ_NARROW_BUTTON (object)->cancellable);
  G_OBJECT_CLASS (cz_narrow_button_parent_class)->dispose (object);
}

static void
cz_narrow_button_finalize (GObject *object)
{
  g_object_unref (CZ_NARROW_BUTTON (object)->cancellable);
  G_OBJECT_CLASS (cz_narrow_button_parent_class)->finalize (object);
}

static void
cz_narrow_button_class_init (CzNarrowButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  changed_signal = g_signal_new ("changed", CZ_TYPE_NARROW_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  filled_signal = g_signal_new ("filled", CZ_TYPE_NARROW_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  G_OBJECT_CLASS (klass)->dispose = cz_narrow_button_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_narrow_button_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/narrow-button.ui");
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, button);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, summary);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, split_row);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, label_row);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, split);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, label);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, choice);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, source);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, cz_narrow_button_clear);
}

static void
cz_narrow_button_init (CzNarrowButton *self)
{
  GtkExpression *expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  // By which the drop-downs are searched.
  gtk_drop_down_set_expression (self->split, expression);
  gtk_drop_down_set_expression (self->label, expression);
  gtk_expression_unref (expression);
  show_summary (self);
}
