// cloze serve.
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "cli/command.h"
#include "jobs/server.h"

static gboolean
serve (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  CzDevice *device = library != NULL ? cz_invocation_get_device (invocation, error) : NULL;

  if (device == NULL)
    return FALSE;
  g_autoptr (GInputStream) questions = g_unix_input_stream_new (STDIN_FILENO, FALSE /* close */);
  g_autoptr (GOutputStream) answers = g_unix_output_stream_new (STDOUT_FILENO, FALSE /* close */);
  return cz_server_run (library, device, questions, answers, error);
}

const CzCommand cz_serve_commands[] = {
  { "serve", NULL, N_ ("Answer questions: JSON Lines on stdin, answers on stdout."), NULL, 0, 0,
    serve,
    N_ ("A question is {\"id\": 1, \"request\": \"fill\", \"models\": [\"starter\"], \"text\": "
        "\"This is a great [MASK].\", \"top_k\": 5, \"targets\": [\"movie\"]}; other requests are "
        "surprisal, attention, neighbours and set. An answer is {\"id\": 1, \"result\": […]} or "
        "{\"id\": 1, \"error\": \"…\"}; what takes long says {\"id\": 1, \"progress\": 0.5} "
        "before. "
        "{\"request\": \"cancel\", \"cancel\": 1} drops question 1.") },
  { NULL },
};
