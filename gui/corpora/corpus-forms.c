#include "gui/corpora/corpus-forms.h"

#include <glib/gi18n.h>

#include "gui/corpora/corpus-item.h"
#include "gui/corpora/document-listing.h"
#include "gui/corpora/form-dialog.h"
#include "gui/numbers.h"

// What a form knows of the corpus and its rows; freed with the dialog.
typedef struct
{
  GtkWidget *from; // weak
  CzWorkbench *workbench;
  CzCorpusFormFunc func;
  gint64 corpus;
  char *old_name;
  gint64 documents, listed;
  CzDocumentFilter filter;
  gboolean narrowed; // the filter leaves some only
  GtkEditable *name;
  GtkSpinButton *test, *validation, *seed, *sample;
  GtkCheckButton *only_listed;
  GPtrArray *checks; // of GtkCheckButton, with the corpus's CzCorpusItem as "item"
} Form;

static void
form_free (gpointer data)
{
  Form *form = data;

  g_clear_weak_pointer (&form->from);
  g_free (form->old_name);
  cz_document_filter_clear (&form->filter);
  g_clear_pointer (&form->checks, g_ptr_array_unref);
  g_free (form);
}

static Form *
make_form (GtkWidget *from, CzWorkbench *workbench, const CzCorpus *corpus, CzCorpusFormFunc func)
{
  Form *form = g_new0 (Form, 1);

  g_set_weak_pointer (&form->from, from);
  form->workbench = workbench;
  form->func = func;
  form->corpus = corpus->id;
  form->old_name = g_strdup (corpus->name);
  form->documents = corpus->documents;
  return form;
}

static void
set_filter (Form *form, const CzDocumentFilter *filter, gint64 listed)
{
  cz_document_filter_copy (&form->filter, filter);
  form->listed = listed;
  form->narrowed = filter->query != NULL || filter->split != NULL || filter->label != NULL
                   || filter->source != NULL;
}

static void
hand_on (Form *form, CzCorpusOperation *operation)
{
  if (form->from != NULL)
    form->func (form->from, operation);
  else
    cz_corpus_operation_free (operation);
}

static void
present (CzFormDialog *dialog, Form *form, GCallback changed, GCallback answered)
{
  g_object_set_data_full (G_OBJECT (dialog), "form", form, form_free);
  g_signal_connect (dialog, "changed", changed, form);
  g_signal_connect (dialog, "response::do", answered, form);
  ((void (*) (CzFormDialog *, Form *))changed) (dialog, form);
  gtk_window_present (GTK_WINDOW (dialog));
}

// A name that is not taken yet: the old one's, with a number behind.
static char *
propose_name (Form *form)
{
  CzLibrary *library = cz_workbench_get_library (form->workbench);

  for (guint i = 2;; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %u", form->old_name, i);
      g_autoptr (CzCorpus) there = cz_corpus_find (library, name, NULL);

      if (there == NULL)
        return g_steal_pointer (&name);
    }
}

static char *
read_name (Form *form)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (form->name)));
}

// Whether a name can be taken; tells why not.
static gboolean
check_name (CzFormDialog *dialog, Form *form)
{
  g_autofree char *name = read_name (form);
  g_autoptr (CzCorpus) there = NULL;

  if (*name == '\0')
    {
      cz_form_dialog_tell (dialog, FALSE, _ ("Give it a name."));
      return FALSE;
    }
  there = cz_corpus_find (cz_workbench_get_library (form->workbench), name, NULL);
  if (there == NULL)
    return TRUE;
  cz_form_dialog_tell (dialog, FALSE, _ ("There is a corpus of this name already."));
  return FALSE;
}

// Tells of a new corpus of n documents; why is what is missing where there is none.
static void
tell_copied (CzFormDialog *dialog, gint64 n, const char *why)
{
  g_autofree char *count = cz_numbers_count (n);
  g_autofree char *sentence = g_strdup_printf (
      // Translators: %s is a number of documents.
      ngettext ("%s document is copied into the new corpus.",
                "%s documents are copied into the new corpus.", (gulong)n),
      count);

  cz_form_dialog_tell (dialog, why == NULL, why != NULL ? why : sentence);
}

// ---- Renaming ----

static void
rename_changed (CzFormDialog *dialog, Form *form)
{
  g_autofree char *name = read_name (form);

  if (g_str_equal (name, form->old_name))
    cz_form_dialog_tell (dialog, FALSE, "");
  else if (check_name (dialog, form))
    cz_form_dialog_tell (dialog, TRUE, _ ("Runs keep the name they were made with."));
}

static void
rename_answered (CzFormDialog *dialog, const char *response, Form *form)
{
  CzCorpusOperation *operation = cz_corpus_operation_new (CZ_CORPUS_RENAME, form->corpus);

  operation->name = read_name (form);
  hand_on (form, operation);
}

void
cz_corpus_form_rename (GtkWidget *from,
                       CzWorkbench *workbench,
                       const CzCorpus *corpus,
                       CzCorpusFormFunc func)
{
  CzFormDialog *dialog = cz_form_dialog_new (from, _ ("Rename the corpus"), NULL, _ ("_Rename"));
  Form *form = make_form (from, workbench, corpus, func);

  form->name = cz_form_dialog_add_entry (dialog, _ ("Name"), corpus->name);
  present (dialog, form, G_CALLBACK (rename_changed), G_CALLBACK (rename_answered));
}

// ---- Splitting ----

static void
split_changed (CzFormDialog *dialog, Form *form)
{
  gint64 n = form->documents;
  double test = gtk_spin_button_get_value (form->test) / 100;
  double validation = gtk_spin_button_get_value (form->validation) / 100;
  gint64 tested = (gint64)((double)n * test), validated = (gint64)((double)n * validation);
  g_autofree char *train_text = cz_numbers_count (n - tested - validated);
  g_autofree char *test_text = cz_numbers_count (tested);
  g_autofree char *validation_text = cz_numbers_count (validated);
  g_autofree char *sentence = NULL;

  if (test + validation <= 0)
    cz_form_dialog_tell (dialog, FALSE, _ ("Give a share above 0."));
  else if (test + validation >= 1)
    cz_form_dialog_tell (dialog, FALSE, _ ("Nothing would be left to train on."));
  else if (tested + validated == 0)
    cz_form_dialog_tell (dialog, FALSE, _ ("That is less than one document."));
  else
    {
      if (validated > 0)
        // Translators: three numbers of documents.
        sentence = g_strdup_printf (_ ("About %s documents go into train, %s into test, %s into "
                                       "validation. Equal texts stay together."),
                                    train_text, test_text, validation_text);
      else
        // Translators: two numbers of documents.
        sentence
            = g_strdup_printf (_ ("About %s documents go into train, %s into test. Equal texts "
                                  "stay together."),
                               train_text, test_text);
      cz_form_dialog_tell (dialog, TRUE, sentence);
    }
}

static void
split_answered (CzFormDialog *dialog, const char *response, Form *form)
{
  CzCorpusOperation *operation = cz_corpus_operation_new (CZ_CORPUS_SPLIT, form->corpus);

  operation->test = gtk_spin_button_get_value (form->test) / 100;
  operation->validation = gtk_spin_button_get_value (form->validation) / 100;
  operation->seed = (guint64)gtk_spin_button_get_value (form->seed);
  hand_on (form, operation);
}

void
cz_corpus_form_split (GtkWidget *from,
                      CzWorkbench *workbench,
                      const CzCorpus *corpus,
                      CzCorpusFormFunc func)
{
  CzFormDialog *dialog = cz_form_dialog_new (
      from, _ ("Split the documents"),
      _ ("Sets whole documents aside at random, so that a run is tested on texts it did not see. "
         "The splits there are now are replaced; this can be undone."),
      _ ("_Split"));
  Form *form = make_form (from, workbench, corpus, func);

  form->test = cz_form_dialog_add_number (dialog, _ ("Test, in percent"), NULL, 0, 99, 10);
  form->validation
      = cz_form_dialog_add_number (dialog, _ ("Validation, in percent"), NULL, 0, 99, 0);
  form->seed = cz_form_dialog_add_number (dialog, _ ("Seed"), NULL, 0, 999999999, 42);
  present (dialog, form, G_CALLBACK (split_changed), G_CALLBACK (split_answered));
}

// ---- A part of it ----

static gboolean
takes_listed (Form *form)
{
  return form->only_listed != NULL && gtk_check_button_get_active (form->only_listed);
}

static void
derive_changed (CzFormDialog *dialog, Form *form)
{
  gint64 n = takes_listed (form) ? form->listed : form->documents;
  gint64 wanted = gtk_spin_button_get_value_as_int (form->sample);

  if (wanted > 0)
    n = MIN (n, wanted);
  if (check_name (dialog, form))
    tell_copied (dialog, n, n > 0 ? NULL : _ ("There are no such documents."));
}

static void
derive_answered (CzFormDialog *dialog, const char *response, Form *form)
{
  CzCorpusOperation *operation = cz_corpus_operation_new (CZ_CORPUS_DERIVE, form->corpus);

  operation->name = read_name (form);
  if (takes_listed (form))
    cz_corpus_operation_set_filter (operation, &form->filter);
  operation->selection.sample = gtk_spin_button_get_value_as_int (form->sample);
  operation->selection.seed = (guint64)gtk_spin_button_get_value (form->seed);
  hand_on (form, operation);
}

void
cz_corpus_form_derive (GtkWidget *from,
                       CzWorkbench *workbench,
                       const CzCorpus *corpus,
                       const CzDocumentFilter *filter,
                       gint64 listed,
                       CzCorpusFormFunc func)
{
  CzFormDialog *dialog = cz_form_dialog_new (
      from, _ ("A new corpus of a part"),
      _ ("Documents are copied; this corpus stays as it is. Excluded ones are left out."),
      _ ("_Make"));
  Form *form = make_form (from, workbench, corpus, func);
  g_autofree char *name = propose_name (form);
  g_autofree char *some = cz_numbers_documents (listed);

  set_filter (form, filter, listed);
  form->name = cz_form_dialog_add_entry (dialog, _ ("Name"), name);
  if (form->narrowed)
    {
      form->only_listed
          = cz_form_dialog_add_check (dialog, _ ("Only those that search and filter leave"), some);
      gtk_check_button_set_active (form->only_listed, TRUE);
    }
  form->sample = cz_form_dialog_add_number (dialog, _ ("As many at random"), _ ("0: all of them"),
                                            0, 10000000, 0);
  form->seed = cz_form_dialog_add_number (dialog, _ ("Seed"), NULL, 0, 999999999, 42);
  present (dialog, form, G_CALLBACK (derive_changed), G_CALLBACK (derive_answered));
}

// ---- Several together ----

static void
merge_changed (CzFormDialog *dialog, Form *form)
{
  gint64 n = form->documents;
  guint others = 0;

  for (guint i = 0; i < form->checks->len; i++)
    {
      GtkCheckButton *check = g_ptr_array_index (form->checks, i);

      if (!gtk_check_button_get_active (check))
        continue;
      others++;
      n += cz_corpus_item_get (g_object_get_data (G_OBJECT (check), "item"))->documents;
    }
  if (check_name (dialog, form))
    tell_copied (dialog, n, others > 0 ? NULL : _ ("Choose at least one other corpus."));
}

static void
merge_answered (CzFormDialog *dialog, const char *response, Form *form)
{
  CzCorpusOperation *operation = cz_corpus_operation_new (CZ_CORPUS_MERGE, form->corpus);

  operation->name = read_name (form);
  for (guint i = 0; i < form->checks->len; i++)
    {
      GtkCheckButton *check = g_ptr_array_index (form->checks, i);
      CzCorpusItem *item = g_object_get_data (G_OBJECT (check), "item");

      if (gtk_check_button_get_active (check))
        g_array_append_val (operation->others, cz_corpus_item_get (item)->id);
    }
  hand_on (form, operation);
}

void
cz_corpus_form_merge (GtkWidget *from,
                      CzWorkbench *workbench,
                      const CzCorpus *corpus,
                      CzCorpusFormFunc func)
{
  GListModel *corpora = cz_workbench_get_corpora (workbench);
  g_autofree char *body = g_strdup_printf (
      // Translators: %s is a corpus's name.
      _ ("A new corpus of “%s” and those chosen here, one behind the other. The old ones stay as "
         "they are."),
      corpus->name);
  CzFormDialog *dialog = cz_form_dialog_new (from, _ ("Merge corpora"), body, _ ("_Merge"));
  Form *form = make_form (from, workbench, corpus, func);
  g_autofree char *name = propose_name (form);

  form->name = cz_form_dialog_add_entry (dialog, _ ("Name of the new corpus"), name);
  form->checks = g_ptr_array_new ();
  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);
      const CzCorpus *other = cz_corpus_item_get (item);
      g_autofree char *some = cz_numbers_documents (other->documents);
      GtkCheckButton *check;

      if (other->id == corpus->id)
        continue;
      check = cz_form_dialog_add_check (dialog, other->name, some);
      g_object_set_data_full (G_OBJECT (check), "item", g_steal_pointer (&item), g_object_unref);
      g_ptr_array_add (form->checks, check);
    }
  present (dialog, form, G_CALLBACK (merge_changed), G_CALLBACK (merge_answered));
}

// ---- Exporting ----

static const struct
{
  const char *name;
  const char *ending;
} formats[] = {
  { N_ ("Text (.txt): one document after the other"), ".txt" },
  { N_ ("Table (.csv): with file, row, label and split"), ".csv" },
  { N_ ("JSON Lines (.jsonl): with file, row, label and split"), ".jsonl" },
};

static void
export_answered (GtkNativeDialog *dialog, int response, Form *form)
{
  g_autoptr (GFile) file = NULL;
  CzCorpusOperation *operation;
  GtkFileFilter *format = gtk_file_chooser_get_filter (GTK_FILE_CHOOSER (dialog));
  const char *part
      = form->narrowed ? gtk_file_chooser_get_choice (GTK_FILE_CHOOSER (dialog), "part") : NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && g_file_peek_path (file) != NULL)
    {
      const char *path = g_file_peek_path (file);
      const char *ending
          = format != NULL ? g_object_get_data (G_OBJECT (format), "ending") : ".txt";
      gboolean named = FALSE;

      operation = cz_corpus_operation_new (CZ_CORPUS_EXPORT, form->corpus);
      for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
        named = named || g_str_has_suffix (path, formats[i].ending);
      operation->path = g_strconcat (path, named ? "" : ending, NULL);
      if (g_strcmp0 (part, "true") == 0)
        cz_corpus_operation_set_filter (operation, &form->filter);
      hand_on (form, operation);
    }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

void
cz_corpus_form_export (GtkWidget *from,
                       CzWorkbench *workbench,
                       const CzCorpus *corpus,
                       const CzDocumentFilter *filter,
                       gint64 listed,
                       CzCorpusFormFunc func)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Export the corpus"), GTK_WINDOW (gtk_widget_get_root (from)),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (dialog);
  Form *form = make_form (from, workbench, corpus, func);
  g_autofree char *name = g_strconcat (corpus->name, formats[0].ending, NULL);

  set_filter (form, filter, listed);
  g_strdelimit (name, "/", '-');
  gtk_file_chooser_set_current_name (chooser, name);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GtkFileFilter) format = gtk_file_filter_new ();
      g_autofree char *pattern = g_strconcat ("*", formats[i].ending, NULL);

      gtk_file_filter_set_name (format, _ (formats[i].name));
      gtk_file_filter_add_pattern (format, pattern);
      g_object_set_data (G_OBJECT (format), "ending", (gpointer)formats[i].ending);
      gtk_file_chooser_add_filter (chooser, format);
    }
  if (form->narrowed)
    {
      g_autofree char *count = cz_numbers_count (listed);
      g_autofree char *some = g_strdup_printf (
          // Translators: %s is a number of documents.
          _ ("Only those that search and filter leave (%s)"), count);

      gtk_file_chooser_add_choice (chooser, "part", some, NULL, NULL);
      gtk_file_chooser_set_choice (chooser, "part", "true");
    }
  g_object_set_data_full (G_OBJECT (dialog), "form", form, form_free);
  g_signal_connect (dialog, "response", G_CALLBACK (export_answered), form);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
