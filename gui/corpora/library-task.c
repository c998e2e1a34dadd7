#include "gui/corpora/library-task.h"

typedef struct
{
  char *library;
  CzLibraryFunc func;
  gpointer question;
  GDestroyNotify free_question;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  if (work->free_question != NULL)
    work->free_question (work->question);
  g_free (work->library);
  g_free (work);
}

static void
work_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (work->library, &error);

  if (library != NULL && work->func (library, work->question, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
cz_library_task_run (gpointer owner,
                     const char *library,
                     CzLibraryFunc func,
                     gpointer question,
                     GDestroyNotify free_question,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (owner, cancellable, callback, NULL);
  Work *work = g_new0 (Work, 1);

  work->library = g_strdup (library);
  work->func = func;
  work->question = question;
  work->free_question = free_question;
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, work_in_thread);
}

gpointer
cz_library_task_finish (GAsyncResult *result, GError **error)
{
  Work *work = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), error) ? work->question : NULL;
}

gboolean
cz_library_task_is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

void
cz_library_task_renew (GCancellable **cancellable)
{
  if (*cancellable != NULL)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
  *cancellable = g_cancellable_new ();
}
