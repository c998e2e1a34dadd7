#include "gui/corpora/import-task.h"

CzImportChoice *
cz_import_choice_copy (const CzImportChoice *choice)
{
  CzImportChoice *copy = g_new0 (CzImportChoice, 1);

  copy->files = g_strdupv (choice->files);
  copy->format = choice->format;
  copy->encoding = g_strdup (choice->encoding);
  copy->text_column = g_strdup (choice->text_column);
  copy->label_column = g_strdup (choice->label_column);
  copy->split_column = g_strdup (choice->split_column);
  return copy;
}

void
cz_import_choice_free (CzImportChoice *choice)
{
  if (choice == NULL)
    return;
  g_strfreev (choice->files);
  g_free (choice->encoding);
  g_free (choice->text_column);
  g_free (choice->label_column);
  g_free (choice->split_column);
  g_free (choice);
}

typedef struct
{
  CzImportChoice *choice;
  char *library;
  char *name;
  CzImportProgressFunc progress;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  cz_import_choice_free (work->choice);
  g_free (work->library);
  g_free (work->name);
  g_free (work);
}

static CzImportOptions
make_options (const CzImportChoice *choice)
{
  return (CzImportOptions){
    .format = choice->format,
    .encoding = choice->encoding,
    .text_column = choice->text_column,
    .label_column = choice->label_column,
    .split_column = choice->split_column,
  };
}

static void
inspect (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  CzImportOptions options = make_options (work->choice);
  g_autoptr (GError) error = NULL;
  CzImportFindings *findings
      = cz_import_inspect ((const char *const *)work->choice->files, &options, cancellable, &error);

  if (findings != NULL)
    g_task_return_pointer (task, findings, (GDestroyNotify)cz_import_findings_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
cz_import_task_inspect (GObject *owner,
                        const CzImportChoice *choice,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (owner, cancellable, callback, NULL);
  Work *work = g_new0 (Work, 1);

  work->choice = cz_import_choice_copy (choice);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, inspect);
}

CzImportFindings *
cz_import_task_inspect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

// Progress on its way to the main thread.
typedef struct
{
  CzImportProgress progress;
  char *path;
  GTask *task; // keeps the owner alive
} Message;

static gboolean
deliver (gpointer data)
{
  Message *message = data;
  Work *work = g_task_get_task_data (message->task);

  work->progress (&message->progress, g_task_get_source_object (message->task));
  return G_SOURCE_REMOVE;
}

static void
message_free (gpointer data)
{
  Message *message = data;

  g_free (message->path);
  g_object_unref (message->task);
  g_free (message);
}

static void
progress_made (const CzImportProgress *progress, gpointer data)
{
  Message *message = g_new0 (Message, 1);

  message->progress = *progress;
  message->path = g_strdup (progress->path);
  message->progress.path = message->path;
  message->task = g_object_ref (data);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, deliver, message, message_free);
}

static void
report_free (gpointer data)
{
  cz_import_report_clear (data);
  g_free (data);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  CzImportOptions options = make_options (work->choice);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (work->library, &error);
  CzImportReport *report = g_new0 (CzImportReport, 1);

  if (library == NULL
      || !cz_import_run (library, work->name, (const char *const *)work->choice->files, &options,
                         progress_made, task, cancellable, report, &error))
    {
      g_free (report);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, report, report_free);
}

void
cz_import_task_run (GObject *owner,
                    const char *library,
                    const char *name,
                    const CzImportChoice *choice,
                    CzImportProgressFunc progress,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (owner, cancellable, callback, NULL);
  Work *work = g_new0 (Work, 1);

  // What was published cannot be cancelled any more: the report counts.
  g_task_set_check_cancellable (task, FALSE);
  work->choice = cz_import_choice_copy (choice);
  work->library = g_strdup (library);
  work->name = g_strdup (name);
  work->progress = progress;
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, run);
}

CzImportReport *
cz_import_task_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
