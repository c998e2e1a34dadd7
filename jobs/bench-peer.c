#include "jobs/bench-peer.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <signal.h>
#include <string.h>

struct _CzBenchPeer
{
  GSubprocess *process;
  GDataInputStream *answers;
  char *name, *device, *note;
};

static const char *
find_string (JsonObject *answer, const char *member)
{
  JsonNode *node = json_object_get_member (answer, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

// NAN where it is no number.
static double
find_number (JsonObject *answer, const char *member)
{
  JsonNode *node = json_object_get_member (answer, member);
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                            : G_TYPE_NONE;

  return type == G_TYPE_DOUBLE || type == G_TYPE_INT64 ? json_node_get_double (node) : NAN;
}

// The object of the next line; an answer that is an error becomes one.
static JsonNode *
read_answer (CzBenchPeer *peer, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) failed = NULL;
  g_autofree char *line = g_data_input_stream_read_line (peer->answers, NULL, cancellable, &failed);

  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  if (line == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("it ended without an answer"));
      return NULL;
    }
  // An empty line parses, and has no root.
  if (!json_parser_load_from_data (parser, line, -1, NULL) || json_parser_get_root (parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_autofree char *valid = g_utf8_make_valid (line, strlen (line) > 80 ? 80 : -1);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("it answered “%s”"), valid);
      return NULL;
    }
  JsonObject *answer = json_node_get_object (json_parser_get_root (parser));
  const char *said = find_string (answer, "error");
  if (json_object_has_member (answer, "missing"))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s", said != NULL ? said : "");
  else if (said != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", said);
  else
    return json_node_ref (json_parser_get_root (parser));
  return NULL;
}

static gboolean
launch (CzBenchPeer *peer,
        const char *program,
        const char *script,
        const char *task,
        guint threads,
        const char *modules,
        GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *number = g_strdup_printf ("%u", threads);
  static const char *const counts[]
      = { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS" };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_subprocess_launcher_setenv (launcher, counts[i], number, TRUE);
  g_subprocess_launcher_setenv (launcher, "TOKENIZERS_PARALLELISM", threads > 1 ? "true" : "false",
                                TRUE);
  // Nobody wants compiled Python beside what is installed.
  g_subprocess_launcher_setenv (launcher, "PYTHONDONTWRITEBYTECODE", "1", TRUE);
  if (modules != NULL)
    g_subprocess_launcher_setenv (launcher, "NODE_PATH", modules, TRUE);
  peer->process = g_subprocess_launcher_spawn (launcher, error, program, script, task, NULL);
  if (peer->process == NULL)
    return FALSE;
  peer->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer->process));
  return TRUE;
}

CzBenchPeer *
cz_bench_peer_start (const char *program,
                     const char *script,
                     const char *task,
                     guint threads,
                     const char *modules,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (CzBenchPeer) peer = g_new0 (CzBenchPeer, 1);

  if (!launch (peer, program, script, task, threads, modules, error))
    return NULL;
  g_autoptr (JsonNode) answer = read_answer (peer, cancellable, error);
  if (answer == NULL)
    return NULL;
  JsonObject *object = json_node_get_object (answer);
  peer->name = g_strdup (find_string (object, "ready"));
  peer->device = g_strdup (find_string (object, "device"));
  peer->note = g_strdup (find_string (object, "note"));
  if (peer->name != NULL)
    return g_steal_pointer (&peer);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("it does not say what it is"));
  return NULL;
}

void
cz_bench_peer_stop (CzBenchPeer *peer)
{
  if (peer->process != NULL)
    {
      g_subprocess_force_exit (peer->process);
      g_subprocess_wait (peer->process, NULL, NULL);
    }
  g_clear_object (&peer->answers);
  g_clear_object (&peer->process);
  g_free (peer->name);
  g_free (peer->device);
  g_free (peer->note);
  g_free (peer);
}

const char *
cz_bench_peer_get_name (CzBenchPeer *peer)
{
  return peer->name;
}

const char *
cz_bench_peer_get_device (CzBenchPeer *peer)
{
  return peer->device != NULL ? peer->device : "cpu";
}

const char *
cz_bench_peer_get_note (CzBenchPeer *peer)
{
  return peer->note;
}

// A process that has ended closed its pipe: that is no reason to end with it, and its last answer,
// or that there is none, says more.
static void
send_request (CzBenchPeer *peer, const char *request, GCancellable *cancellable)
{
  const struct sigaction ignore = { .sa_handler = SIG_IGN };
  struct sigaction before;
  g_autofree char *line = g_strconcat (request, "\n", NULL);

  sigaction (SIGPIPE, &ignore, &before);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (peer->process), line, strlen (line), NULL,
                             cancellable, NULL);
  sigaction (SIGPIPE, &before, NULL);
}

gboolean
cz_bench_peer_run (CzBenchPeer *peer,
                   const char *request,
                   GCancellable *cancellable,
                   double *ret_seconds,
                   double *ret_peak_bytes,
                   GError **error)
{
  send_request (peer, request, cancellable);
  g_autoptr (JsonNode) answer = read_answer (peer, cancellable, error);
  if (answer == NULL)
    return FALSE;
  double seconds = find_number (json_node_get_object (answer), "seconds");
  double peak = find_number (json_node_get_object (answer), "peak_bytes");
  if (!(seconds > 0 && isfinite (seconds)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _ ("it does not say how long it took"));
      return FALSE;
    }
  *ret_seconds = seconds;
  *ret_peak_bytes = isfinite (peak) ? peak : 0;
  return TRUE;
}
