#include "gui/cloze.h"

#include <glib/gi18n.h>

// A question to the command cloze that takes long: its lines are passed on as they come.
typedef struct
{
  GSubprocess *process;
  GDataInputStream *lines; // stderr
  GOutputStream *answer;   // stdout, in memory
  CzClozeTold told;
  gpointer data; // of told
  char *last;    // the last line that said something
  guint open;    // streams that have not ended, and the process
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_clear_object (&watch->process);
  g_clear_object (&watch->lines);
  g_clear_object (&watch->answer);
  g_free (watch->last);
  g_free (watch);
}

static void
give_answer (GTask *task, Watch *watch)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (watch->answer);
  const char *text = g_memory_output_stream_get_data (memory); // NULL: it said nothing
  g_autoptr (GError) error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  // What one wrote last that was killed is no sentence about it: "34 %  Evaluating".
  if (!g_subprocess_get_successful (watch->process))
    g_task_return_new_error (task, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FAILED, "%s",
                             watch->last != NULL && g_subprocess_get_if_exited (watch->process)
                                 ? watch->last
                                 : _ ("The command cloze ended unexpectedly; its "
                                      "driver may have failed. Try again."));
  else if (!json_parser_load_from_data (parser, text != NULL ? text : "",
                                        (gssize)g_memory_output_stream_get_data_size (memory),
                                        &error))
    g_task_return_new_error (task, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FOREIGN,
                             _ ("The command cloze gave an answer that can't be read (%s)."),
                             error->message);
  else if (json_parser_get_root (parser) == NULL)
    g_task_return_new_error (task, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FOREIGN,
                             _ ("The command cloze gave no answer."));
  else
    g_task_return_pointer (task, json_node_ref (json_parser_get_root (parser)),
                           (GDestroyNotify)json_node_unref);
}

static void
ended (GTask *task)
{
  Watch *watch = g_task_get_task_data (task);

  if (--watch->open == 0)
    give_answer (task, watch);
  g_object_unref (task);
}

static void
line_read (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Watch *watch = g_task_get_task_data (task);
  g_autofree char *line = g_data_input_stream_read_line_finish (watch->lines, result, NULL, NULL);
  char *sentence = line != NULL ? cz_cloze_get_sentence (line) : NULL;

  if (sentence != NULL)
    {
      g_free (watch->last);
      watch->last = sentence;
      if (watch->told != NULL && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        watch->told (sentence, watch->data);
    }
  if (line != NULL)
    g_data_input_stream_read_line_async (watch->lines, G_PRIORITY_DEFAULT, NULL, line_read, task);
  else
    ended (task);
}

static void
answer_read (GObject *source, GAsyncResult *result, gpointer data)
{
  // What is cut off can't be read as JSON.
  g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, NULL);
  ended (data);
}

static void
process_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  ended (data);
}

static void
cancelled (GCancellable *cancellable, GSubprocess *process)
{
  g_subprocess_force_exit (process);
}

void
cz_cloze_watch_async (const char *library,
                      const char *const *arguments,
                      GCancellable *cancellable,
                      CzClozeTold told,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  GError *error = NULL;
  g_autoptr (GSubprocess) process = cz_cloze_spawn (library, arguments, &error);
  Watch *watch;

  if (process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  watch = g_new0 (Watch, 1);
  watch->process = g_object_ref (process);
  watch->lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  watch->answer = g_memory_output_stream_new_resizable ();
  watch->told = told;
  watch->data = data;
  watch->open = 3;
  g_task_set_task_data (task, watch, watch_free);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled), process, 0);
  g_data_input_stream_read_line_async (watch->lines, G_PRIORITY_DEFAULT, NULL, line_read,
                                       g_object_ref (task));
  g_output_stream_splice_async (watch->answer, g_subprocess_get_stdout_pipe (process),
                                G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, NULL,
                                answer_read, g_object_ref (task));
  g_subprocess_wait_async (process, NULL, process_ended, g_object_ref (task));
}

JsonNode *
cz_cloze_watch_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
