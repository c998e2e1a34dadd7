#include "gui/experiments/run-export.h"

#include <glib/gi18n.h>

#include "data/metric-export.h"
#include "gui/cloze.h"
#include "gui/corpora/library-task.h"
#include "gui/window.h"

// A picture's size, in pixels or points.
#define PICTURE_WIDTH  960
#define PICTURE_HEIGHT 540

// ---- Choosing a file ----

// What is to be done with the path once it is chosen.
typedef struct Choice Choice;
struct Choice
{
  GtkWidget *from; // a weak pointer: the view may be gone by then
  GtkFileChooserNative *chooser;
  char *ending;
  void (*write) (Choice *choice, const char *path);
  CzWorkbench *workbench;
  CzChart *chart;
  gint64 *runs;
  guint n;
};

static void
choice_free (Choice *choice)
{
  g_clear_weak_pointer (&choice->from);
  g_object_unref (choice->chooser);
  g_clear_object (&choice->workbench);
  g_clear_object (&choice->chart);
  g_free (choice->ending);
  g_free (choice->runs);
  g_free (choice);
}

static void
chosen (GtkNativeDialog *dialog, int response, Choice *choice)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (choice->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && choice->from != NULL)
    {
      if (path == NULL)
        cz_window_tell_error (choice->from, _ ("Nothing was saved"),
                              _ ("Choose a folder of this computer."));
      else
        choice->write (choice, path);
    }
  choice_free (choice);
}

static Choice *
choose (GtkWidget *from, const char *title, const char *name, const char *ending)
{
  Choice *choice = g_new0 (Choice, 1);
  g_autofree char *file = g_strdup_printf ("%s.%s", name, ending);

  g_set_weak_pointer (&choice->from, from);
  choice->ending = g_strdup (ending);
  choice->chooser
      = gtk_file_chooser_native_new (title, GTK_WINDOW (gtk_widget_get_root (from)),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  // A run's name may hold what a file's can't.
  g_strdelimit (file, "/\\:", '-');
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (choice->chooser), file);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (choice->chooser), TRUE);
  g_signal_connect (choice->chooser, "response", G_CALLBACK (chosen), choice);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (choice->chooser));
  return choice;
}

// The path with the ending, if it was left out.
static char *
complete (const char *path, const char *ending)
{
  g_autofree char *suffix = g_strconcat (".", ending, NULL);
  g_autofree char *lower = g_ascii_strdown (path, -1);

  return g_str_has_suffix (lower, suffix) ? g_strdup (path) : g_strconcat (path, suffix, NULL);
}

static void
tell_saved (GtkWidget *from, const char *path)
{
  g_autofree char *name = g_filename_display_basename (path);
  // Translators: %s is a file's name.
  g_autofree char *told = g_strdup_printf (_ ("“%s” was saved."), name);

  cz_window_toast (from, told);
}

// ---- Metrics ----

typedef struct
{
  gint64 *runs;
  guint n;
  CzMetricExport format;
  char *path;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_free (export->runs);
  g_free (export->path);
  g_free (export);
}

static gboolean
export_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Export *export = data;

  return cz_metric_export (library, export->runs, export->n, export->format, export->path, error);
}

static void
exported (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Export *export = cz_library_task_finish (result, &error);
  GtkWidget *from = GTK_WIDGET (object);

  if (gtk_widget_get_root (from) == NULL)
    return;
  if (export == NULL)
    cz_window_tell_error (from, _ ("The metrics could not be saved"), error->message);
  else
    tell_saved (from, export->path);
}

static void
write_metrics (Choice *choice, const char *path)
{
  Export *export = g_new0 (Export, 1);

  export->runs = g_steal_pointer (&choice->runs);
  export->n = choice->n;
  export->format
      = g_str_equal (choice->ending, "json") ? CZ_METRIC_EXPORT_JSON : CZ_METRIC_EXPORT_CSV;
  export->path = complete (path, choice->ending);
  cz_library_task_run (choice->from, cz_workbench_get_path (choice->workbench), export_in_thread,
                       export, export_free, NULL, exported);
}

void
cz_run_export_metrics (GtkWidget *from,
                       CzWorkbench *workbench,
                       const gint64 *runs,
                       guint n,
                       const char *name,
                       const char *ending)
{
  Choice *choice = choose (from, _ ("Save the metrics"), name, ending);

  choice->workbench = g_object_ref (workbench);
  choice->runs = g_memdup2 (runs, n * sizeof *runs);
  choice->n = n;
  choice->write = write_metrics;
}

// ---- Chart ----

static void
write_chart (Choice *choice, const char *path)
{
  g_autofree char *whole = complete (path, choice->ending);
  g_autoptr (GError) error = NULL;

  if (cz_chart_export (choice->chart, whole, PICTURE_WIDTH, PICTURE_HEIGHT, &error))
    tell_saved (choice->from, whole);
  else
    cz_window_tell_error (choice->from, _ ("The chart could not be saved"), error->message);
}

void
cz_run_export_chart (GtkWidget *from, CzChart *chart, const char *name, const char *ending)
{
  Choice *choice = choose (from, _ ("Save the chart"), name, ending);

  choice->chart = g_object_ref (chart);
  choice->write = write_chart;
}

// ---- What the command cloze makes ----

typedef struct
{
  GtkWidget *from; // weak
  char *path;
} Asked;

static void
asked_free (Asked *asked)
{
  g_clear_weak_pointer (&asked->from);
  g_free (asked->path);
  g_free (asked);
}

static void
reported (GObject *source, GAsyncResult *result, gpointer data)
{
  Asked *asked = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);

  if (asked->from != NULL && answer == NULL)
    cz_window_tell_error (asked->from, _ ("The report could not be saved"), error->message);
  else if (asked->from != NULL)
    tell_saved (asked->from, asked->path);
  asked_free (asked);
}

static void
write_report (Choice *choice, const char *path)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, choice->runs[0]);
  Asked *asked = g_new0 (Asked, 1);
  const char *arguments[] = { "run", "report", id, NULL, NULL };

  g_set_weak_pointer (&asked->from, choice->from);
  asked->path = complete (path, choice->ending);
  arguments[3] = asked->path;
  cz_cloze_ask_async (cz_workbench_get_path (choice->workbench), arguments, NULL, reported, asked);
}

void
cz_run_export_report (GtkWidget *from, CzWorkbench *workbench, gint64 run, const char *name)
{
  Choice *choice = choose (from, _ ("Save the report"), name, "html");

  choice->workbench = g_object_ref (workbench);
  choice->runs = g_memdup2 (&run, sizeof run);
  choice->write = write_report;
}

void
cz_run_export_copy_text (GtkWidget *from, const char *text, const char *told)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (from), text);
  cz_window_toast (from, told);
}

static void
command_told (GObject *source, GAsyncResult *result, gpointer data)
{
  Asked *asked = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);
  const char *command = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer)
                            ? json_object_get_string_member_with_default (
                                json_node_get_object (answer), "command", NULL)
                            : NULL;

  if (asked->from != NULL && command == NULL)
    cz_window_tell_error (asked->from, _ ("The command could not be copied"),
                          error != NULL ? error->message : _ ("The command cloze gave no answer."));
  else if (asked->from != NULL)
    cz_run_export_copy_text (asked->from, command, _ ("The command was copied."));
  asked_free (asked);
}

void
cz_run_export_copy_command (GtkWidget *from, CzWorkbench *workbench, gint64 run)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, run);
  const char *arguments[] = { "run", "command", id, NULL };
  Asked *asked = g_new0 (Asked, 1);

  g_set_weak_pointer (&asked->from, from);
  cz_cloze_ask_async (cz_workbench_get_path (workbench), arguments, NULL, command_told, asked);
}
