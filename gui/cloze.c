#include "gui/cloze.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "gui/surroundings.h"

G_DEFINE_QUARK (cz - cloze - error - quark, cz_cloze_error)

// The whole command line; NULL when there is no command.
static GStrv
command_line (const char *library, gboolean json, const char *const *arguments, GError **error)
{
  g_autoptr (GPtrArray) line = g_ptr_array_new_with_free_func (g_free);
  char *program = cz_surroundings_find_cloze ();

  if (program == NULL)
    {
      g_set_error (error, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_MISSING,
                   _ ("The command cloze was not found beside this program: install Clozebench "
                      "completely, or set the environment variable CLOZE to its path."));
      return NULL;
    }
  g_ptr_array_add (line, program);
  if (library != NULL)
    {
      g_ptr_array_add (line, g_strdup ("--library"));
      g_ptr_array_add (line, g_strdup (library));
    }
  if (json)
    g_ptr_array_add (line, g_strdup ("--json"));
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (line, g_strdup (arguments[i]));
  g_ptr_array_add (line, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&line), FALSE);
}

char *
cz_cloze_get_sentence (const char *text)
{
  g_auto (GStrv) lines = g_strsplit_set (text != NULL ? text : "", "\n\r", -1);

  for (guint i = g_strv_length (lines); i > 0; i--)
    {
      char *line = g_strstrip (lines[i - 1]);

      if (g_str_has_prefix (line, "cloze: "))
        line += strlen ("cloze: ");
      if (line[0] != '\0')
        return g_utf8_make_valid (line, -1);
    }
  return NULL;
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  GSubprocess *process = G_SUBPROCESS (source);
  g_autoptr (GTask) task = data;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  GError *error = NULL;
  gsize size = 0;
  const char *text;

  if (!g_subprocess_communicate_finish (process, result, &out, &err, &error))
    {
      g_subprocess_force_exit (process);
      g_task_return_error (task, error);
      return;
    }
  if (!g_subprocess_get_successful (process))
    {
      g_autofree char *said
          = err != NULL ? g_strndup (g_bytes_get_data (err, NULL), g_bytes_get_size (err)) : NULL;
      g_autofree char *sentence = cz_cloze_get_sentence (said);

      g_task_return_new_error (task, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FAILED, "%s",
                               sentence != NULL ? sentence
                                                : _ ("The command cloze ended unexpectedly; its "
                                                     "driver may have failed. Try again."));
      return;
    }
  text = g_bytes_get_data (out, &size);
  if (!json_parser_load_from_data (parser, text != NULL ? text : "", (gssize)size, &error))
    {
      g_task_return_new_error (task, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FOREIGN,
                               _ ("The command cloze gave an answer that can't be read (%s)."),
                               error->message);
      g_error_free (error);
      return;
    }
  if (json_parser_get_root (parser) == NULL)
    g_task_return_new_error (task, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FOREIGN,
                             _ ("The command cloze gave no answer."));
  else
    g_task_return_pointer (task, json_node_ref (json_parser_get_root (parser)),
                           (GDestroyNotify)json_node_unref);
}

static GSubprocess *
spawn (const char *library, const char *const *arguments, gboolean told, GError **error)
{
  g_auto (GStrv) line = command_line (library, TRUE, arguments, error);
  g_autoptr (GSubprocessLauncher) launcher = NULL;

  if (line == NULL)
    return NULL;
  launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE
                                   | (told ? G_SUBPROCESS_FLAGS_STDIN_PIPE : 0));
  // What it tells on the way is shown in a bar.
  g_subprocess_launcher_setenv (launcher, "CZ_PROGRESS_OFTEN", "1", TRUE);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *)line, error);
}

GSubprocess *
cz_cloze_spawn (const char *library, const char *const *arguments, GError **error)
{
  return spawn (library, arguments, FALSE /* told */, error);
}

void
cz_cloze_tell_async (const char *library,
                     const char *const *arguments,
                     GBytes *input,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  GError *error = NULL;
  g_autoptr (GSubprocess) process = spawn (library, arguments, input != NULL, &error);

  if (process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_subprocess_communicate_async (process, input, cancellable, answered, g_steal_pointer (&task));
}

void
cz_cloze_ask_async (const char *library,
                    const char *const *arguments,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  cz_cloze_tell_async (library, arguments, NULL /* input */, cancellable, callback, data);
}

JsonNode *
cz_cloze_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  GWeakRef owner;
  CzClozeExited exited;
  gpointer data;
  char *log;
} Started;

static void
started_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  GSubprocess *process = G_SUBPROCESS (source);
  Started *started = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&started->owner);

  g_subprocess_wait_finish (process, result, NULL);
  if (owner != NULL && started->exited != NULL && !g_subprocess_get_successful (process))
    {
      g_autofree char *said = NULL;
      g_autofree char *sentence = NULL;

      if (g_subprocess_get_if_exited (process))
        {
          g_file_get_contents (started->log, &said, NULL, NULL);
          sentence = cz_cloze_get_sentence (said);
        }
      started->exited (owner,
                       sentence != NULL ? sentence
                                        : _ ("Its process ended unexpectedly; resume it from its "
                                             "last checkpoint."),
                       started->data);
    }
  g_weak_ref_clear (&started->owner);
  g_free (started->log);
  g_free (started);
}

static void
own_session (gpointer data)
{
  setsid ();
}

gboolean
cz_cloze_start (const char *library,
                const char *const *arguments,
                const char *log,
                GObject *owner,
                CzClozeExited exited,
                gpointer data,
                GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_auto (GStrv) line = command_line (library, FALSE, arguments, error);
  g_autoptr (GSubprocess) process = NULL;
  Started *started;
  int out, err;

  if (line == NULL)
    return FALSE;
  out = open (log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  err = out >= 0 ? fcntl (out, F_DUPFD_CLOEXEC, 3) : -1;
  if (err < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   _ ("The run's log file %s can't be written: %s"), log, g_strerror (errno));
      if (out >= 0)
        close (out);
      return FALSE;
    }
  g_subprocess_launcher_take_stdout_fd (launcher, out);
  g_subprocess_launcher_take_stderr_fd (launcher, err);
  g_subprocess_launcher_set_child_setup (launcher, own_session, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)line, error);
  if (process == NULL)
    return FALSE;
  started = g_new0 (Started, 1);
  g_weak_ref_init (&started->owner, owner);
  started->exited = exited;
  started->data = data;
  started->log = g_strdup (log);
  g_subprocess_wait_async (process, NULL, started_ended, started);
  return TRUE;
}

GSubprocess *
cz_cloze_serve (const char *library, GError **error)
{
  static const char *const arguments[] = { "serve", NULL };
  g_auto (GStrv) line = command_line (library, FALSE, arguments, error);

  if (line == NULL)
    return NULL;
  return g_subprocess_newv ((const char *const *)line,
                            G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                            error);
}
