#include "cli/invocation.h"

#include <inttypes.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/places.h"
#include "data/model.h"

G_DEFINE_QUARK (cz - usage - error - quark, cz_usage_error)

CzInvocation *
cz_invocation_new (void)
{
  return g_new0 (CzInvocation, 1);
}

void
cz_invocation_free (CzInvocation *invocation)
{
  g_clear_pointer (&invocation->opened_library, cz_library_close);
  g_clear_pointer (&invocation->opened_device, cz_device_unref);
  g_free (invocation->library);
  g_free (invocation->device);
  g_strfreev (invocation->arguments);
  g_free (invocation);
}

// A message of GOption's without a full stop, with one.
static char *
as_sentence (const char *text)
{
  gsize n = strlen (text);

  return g_strconcat (text, n > 0 && strchr (".!?", text[n - 1]) != NULL ? "" : ".", NULL);
}

// What GOption leaves: the program's name, then the arguments, perhaps with "--" before or among
// them.
static void
take_arguments (CzInvocation *invocation, char **line)
{
  g_autoptr (GStrvBuilder) arguments = g_strv_builder_new ();
  gboolean passed = FALSE;

  for (guint i = 1; line[0] != NULL && line[i] != NULL; i++)
    if (!passed && strcmp (line[i], "--") == 0)
      passed = TRUE;
    else
      g_strv_builder_add (arguments, line[i]);
  invocation->arguments = g_strv_builder_end (arguments);
  invocation->n_arguments = g_strv_length (invocation->arguments);
}

gboolean
cz_invocation_parse (
    CzInvocation *invocation, const void *what, GStrv *line, gboolean *ret_help, GError **error)
{
  const CzCommand *command = what;
  g_autofree char *usage
      = g_strdup_printf ("%s%s%s", command->words, command->arguments != NULL ? " " : "",
                         command->arguments != NULL ? _ (command->arguments) : "");
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) reason = NULL;
  gboolean help = FALSE;
  const GOptionEntry global[] = {
    { "library", 0, 0, G_OPTION_ARG_FILENAME, &invocation->library,
      N_ ("The library (default: in the data folder)"), N_ ("FILE") },
    { "device", 0, 0, G_OPTION_ARG_FILENAME, &invocation->device,
      N_ ("The Vulkan device (default: the best)"), N_ ("N|NAME") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &invocation->json,
      N_ ("Answer with JSON, or JSON Lines for streams"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &invocation->quiet, N_ ("No progress on stderr"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_ ("Show this help"), NULL },
    { NULL },
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ (command->summary));
  if (command->description != NULL)
    g_option_context_set_description (context, _ (command->description));
  if (command->options != NULL)
    g_option_context_add_main_entries (context, command->options, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, global, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, line, &reason))
    {
      g_autofree char *sentence = as_sentence (reason->message);
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG, sentence);
      return FALSE;
    }
  *ret_help = help;
  if (help)
    {
      g_autofree char *text = g_option_context_get_help (context, FALSE, NULL);
      const char *rest = strstr (text, "\n\n"); // behind a usage that says less than ours

      cz_print (_ ("Usage: cloze [OPTION…] %s"), usage);
      cz_print ("%s", rest != NULL ? rest : "\n\n");
      return TRUE;
    }

  take_arguments (invocation, *line);
  if (invocation->n_arguments < command->min_arguments)
    {
      g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                   _ ("The usage is “cloze %s”: something is missing."), usage);
      return FALSE;
    }
  if (invocation->n_arguments > command->max_arguments)
    {
      g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                   _ ("The usage is “cloze %s”: “%s” is too much."), usage,
                   invocation->arguments[command->max_arguments]);
      return FALSE;
    }
  return TRUE;
}

CzLibrary *
cz_invocation_get_library (CzInvocation *invocation, GError **error)
{
  if (invocation->opened_library == NULL)
    {
      g_autoptr (CzLibrary) library = cz_library_open (invocation->library, error);
      if (library == NULL)
        return NULL;
      g_autofree char *starter = cz_places_find_data ("starter/model");
      g_autoptr (GError) reason = NULL;
      // Whoever needs it is told that it is not there; everything else goes on without.
      if (starter != NULL && !cz_models_ensure_starter (library, starter, &reason))
        g_debug ("The starter was not entered: %s", reason->message);
      invocation->opened_library = g_steal_pointer (&library);
    }
  return invocation->opened_library;
}

CzDevice *
cz_invocation_get_device (CzInvocation *invocation, GError **error)
{
  if (invocation->opened_device == NULL)
    invocation->opened_device = cz_device_open (invocation->device, error);
  return invocation->opened_device;
}

gboolean
cz_invocation_check_text (const char *text, const char *what, GError **error)
{
  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return TRUE;
  g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG, _ ("%s is not valid UTF-8."), what);
  return FALSE;
}

gboolean
cz_invocation_parse_number (const char *text,
                            const char *what,
                            guint64 low,
                            guint64 high,
                            guint64 *ret_number,
                            GError **error)
{
  if (g_ascii_string_to_unsigned (text, 10, low, high, ret_number, NULL))
    return TRUE;
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
               _ ("%s can't be “%s”; give a whole number from %" PRIu64 " to %" PRIu64 "."), what,
               valid, low, high);
  return FALSE;
}

void
cz_invocation_blame_usage (GError **error)
{
  if (error == NULL || *error == NULL)
    return;
  g_autofree char *message = g_strdup ((*error)->message);
  g_clear_error (error);
  g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG, message);
}

gboolean
cz_invocation_parse_precision (const char *text, CzPrecision *ret_precision, GError **error)
{
  CzTrainOptions parameters;

  cz_train_options_init (&parameters);
  if (text != NULL && !cz_train_options_set (&parameters, "precision", text, error))
    {
      cz_invocation_blame_usage (error);
      return FALSE;
    }
  *ret_precision = parameters.precision;
  return TRUE;
}

// Waits for the signals that ask the process to end.
static gpointer
wait_for_signals (gpointer data)
{
  GCancellable *cancellable = data;
  sigset_t set;
  int which;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  for (;;)
    {
      if (sigwait (&set, &which) != 0)
        continue;
      if (g_cancellable_is_cancelled (cancellable))
        _exit (128 + which);
      g_cancellable_cancel (cancellable);
    }
  return NULL;
}

GCancellable *
cz_interruption_get (void)
{
  static GCancellable *cancellable;

  if (cancellable == NULL)
    {
      sigset_t set;

      sigemptyset (&set);
      sigaddset (&set, SIGINT);
      sigaddset (&set, SIGTERM);
      pthread_sigmask (SIG_BLOCK, &set, NULL);
      cancellable = g_cancellable_new ();
      g_thread_unref (g_thread_new ("signals", wait_for_signals, cancellable));
    }
  return cancellable;
}
