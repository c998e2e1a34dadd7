#include "gui/playground/sentences-files.h"

#include <glib/gi18n.h>
#include <string.h>

#include "data/sentence-csv.h"
#include "gui/window.h"

typedef struct
{
  GtkWidget *from; // weak
  GtkFileChooserNative *chooser;
  char *path;
  char *text;           // of saving, else NULL
  CzSentencesRead read; // of opening
  gpointer data;
  GArray *sentences; // that were read
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_weak_pointer (&work->from);
  g_clear_object (&work->chooser);
  g_clear_pointer (&work->sentences, g_array_unref);
  g_free (work->path);
  g_free (work->text);
  g_free (work);
}

static void
do_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  if (work->text != NULL)
    cz_sentence_csv_save (work->path, work->text, &error);
  else
    work->sentences = cz_sentence_csv_load (work->path, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
was_done (GObject *object, GAsyncResult *result, gpointer data)
{
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_filename_display_basename (work->path);

  g_task_propagate_boolean (G_TASK (result), &error);
  if (work->from == NULL)
    return;
  GtkWidget *from = work->from;
  // The task may be freed by its thread, which must not touch a widget.
  g_clear_weak_pointer (&work->from);
  if (error != NULL)
    cz_window_tell_error (from,
                          work->text != NULL ? _ ("Nothing was saved") : _ ("Nothing was imported"),
                          error->message);
  else if (work->text != NULL)
    {
      // Translators: %s is a file's name.
      g_autofree char *told = g_strdup_printf (_ ("“%s” was saved."), name);

      cz_window_toast (from, told);
    }
  else
    {
      char *ending = strrchr (name, '.');

      if (ending != NULL && ending != name)
        *ending = '\0';
      work->read (from, name, work->sentences, work->data);
    }
}

static void
chosen (GtkNativeDialog *dialog, int response, Work *work)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (work->chooser));
  g_autoptr (GTask) task = NULL;

  work->path = file != NULL ? g_file_get_path (file) : NULL;
  if (response == GTK_RESPONSE_ACCEPT && work->from != NULL && work->path != NULL)
    {
      if (work->text != NULL)
        {
          g_autofree char *lower = g_ascii_strdown (work->path, -1);

          if (!g_str_has_suffix (lower, ".csv"))
            {
              char *whole = g_strconcat (work->path, ".csv", NULL);

              g_free (work->path);
              work->path = whole;
            }
        }
      g_clear_object (&work->chooser);
      task = g_task_new (NULL, NULL, was_done, NULL);
      g_task_set_task_data (task, work, work_free);
      g_task_run_in_thread (task, do_in_thread);
      return;
    }
  if (response == GTK_RESPONSE_ACCEPT && work->from != NULL)
    cz_window_tell_error (work->from,
                          work->text != NULL ? _ ("Nothing was saved") : _ ("Nothing was imported"),
                          _ ("Choose a folder of this computer."));
  work_free (work);
}

static Work *
ask (GtkWidget *from, const char *title, GtkFileChooserAction action, const char *accept)
{
  Work *work = g_new0 (Work, 1);
  g_autoptr (GtkFileFilter) csv = gtk_file_filter_new (), all = gtk_file_filter_new ();

  g_set_weak_pointer (&work->from, from);
  work->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (gtk_widget_get_root (from)),
                                               action, accept, _ ("_Cancel"));
  gtk_file_filter_set_name (csv, _ ("CSV files"));
  gtk_file_filter_add_pattern (csv, "*.csv");
  gtk_file_filter_add_pattern (csv, "*.CSV");
  gtk_file_filter_add_pattern (csv, "*.tsv");
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (work->chooser), csv);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (work->chooser), all);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (work->chooser), TRUE);
  g_signal_connect (work->chooser, "response", G_CALLBACK (chosen), work);
  return work;
}

void
cz_sentences_files_save (GtkWidget *from, const char *title, const char *name, char *text)
{
  Work *work = ask (from, title, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"));
  g_autofree char *file = g_strconcat (name, ".csv", NULL);

  // A set's name may hold what a file's can't.
  g_strdelimit (file, "/\\:", '-');
  work->text = text;
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (work->chooser), file);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (work->chooser));
}

void
cz_sentences_files_open (GtkWidget *from, CzSentencesRead read, gpointer data)
{
  Work *work = ask (from, _ ("Import sentences"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"));

  work->read = read;
  work->data = data;
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (work->chooser));
}
