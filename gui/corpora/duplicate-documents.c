#include "gui/corpora/duplicate-documents.h"

#include <glib/gi18n.h>

#include "gui/corpora/document-change.h"
#include "gui/corpora/library-task.h"
#include "gui/fact-row.h"
#include "gui/numbers.h"
#include "gui/window.h"

static void
add_row (AdwPreferencesGroup *group, const char *title, gint64 n)
{
  g_autofree char *count = cz_numbers_count (n);

  adw_preferences_group_add (group, cz_fact_row_new (title, count));
}

// ---- Excluding ----

typedef struct
{
  char *library;
  gint64 corpus;
  GArray *ordinals; // gint64: training documents
} Leaked;

static void
leaked_free (gpointer data, GClosure *closure)
{
  Leaked *leaked = data;

  g_free (leaked->library);
  g_array_unref (leaked->ordinals);
  g_free (leaked);
}

static void
excluded (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  const CzDocumentChange *change = cz_library_task_finish (result, &error);
  g_autofree char *count = NULL;
  g_autofree char *told = NULL;

  if (change == NULL)
    {
      cz_window_tell_error (GTK_WIDGET (object), _ ("The documents were not changed"),
                            error->message);
      return;
    }
  count = cz_numbers_count (change->changed);
  told = g_strdup_printf (ngettext ("%s document was excluded.", "%s documents were excluded.",
                                    (gulong)change->changed),
                          count);
  gtk_widget_activate_action (GTK_WIDGET (object), "corpus.tell", "s", told);
}

static void
exclude_clicked (GtkButton *button, gpointer data)
{
  const Leaked *leaked = data;
  CzDocumentChange *change
      = cz_document_change_new_of_one (CZ_DOCUMENT_CHANGE_EXCLUDE, leaked->corpus, 0);

  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  g_array_set_size (change->ordinals, 0);
  g_array_append_vals (change->ordinals, leaked->ordinals->data, leaked->ordinals->len);
  cz_library_task_run (button, leaked->library, cz_document_change_do, change,
                       cz_document_change_free, NULL, excluded);
}

static void
add_leaks (AdwPreferencesGroup *group,
           CzWorkbench *workbench,
           gint64 corpus,
           const CzCorpusDuplicates *duplicates)
{
  GtkWidget *expander = adw_expander_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Exclude those in training"));
  Leaked *leaked = g_new0 (Leaked, 1);
  gint64 last = -1;

  leaked->library = g_strdup (cz_workbench_get_path (workbench));
  leaked->corpus = corpus;
  leaked->ordinals = g_array_new (FALSE, FALSE, sizeof (gint64));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), _ ("Which these are"));
  if (duplicates->leaked > (gint64)duplicates->leaks->len)
    adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (expander), _ ("The first of them."));
  for (guint i = 0; i < duplicates->leaks->len; i++)
    {
      const CzCorpusLeak *leak = &g_array_index (duplicates->leaks, CzCorpusLeak, i);
      g_autofree char *train = cz_numbers_count (leak->train + 1);
      g_autofree char *test = cz_numbers_count (leak->test + 1);
      // Translators: two documents' numbers.
      g_autofree char *title
          = g_strdup_printf (_ ("Document %s of training is document %s of the test"), train, test);
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), row);
      if (leak->train != last)
        g_array_append_val (leaked->ordinals, leak->train);
      last = leak->train;
    }
  adw_preferences_group_add (group, expander);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button,
                               _ ("Keep them, but out of runs, so that the test is a fair one"));
  g_signal_connect_data (button, "clicked", G_CALLBACK (exclude_clicked), leaked, leaked_free, 0);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (expander), button);
}

GtkWidget *
cz_duplicate_documents_new (CzWorkbench *workbench,
                            gint64 corpus,
                            const CzCorpusDuplicates *duplicates)
{
  GtkWidget *widget = adw_preferences_group_new ();
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (widget);

  adw_preferences_group_set_title (group, _ ("Equal texts"));
  adw_preferences_group_set_description (
      group, _ ("A test document that was trained on, too, makes the test too easy."));
  add_row (group, _ ("Texts that stand more than once"), duplicates->texts);
  add_row (group, _ ("Copies of them"), duplicates->copies);
  add_row (group, _ ("Test documents that stand in training, too"), duplicates->leaked);
  if (duplicates->leaked > 0)
    add_leaks (group, workbench, corpus, duplicates);
  return widget;
}
