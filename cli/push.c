// cloze model push, cloze run push: models to the Hub.
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run-show.h"
#include "data/hub-token.h"
#include "engine/format/model-folder.h"
#include "jobs/json-members.h"
#include "jobs/model-push.h"
#include "jobs/model-source.h"
#include "jobs/run-push.h"

static gboolean option_private;
static char *option_message;
static gboolean option_follow;

static const GOptionEntry model_options[] = {
  { "private", 0, 0, G_OPTION_ARG_NONE, &option_private,
    N_ ("Only its owner sees a repository that is made for it"), NULL },
  { "message", 0, 0, G_OPTION_ARG_FILENAME, &option_message, N_ ("What the commit says"),
    N_ ("M") },
  { NULL },
};

static const GOptionEntry run_options[] = {
  { "private", 0, 0, G_OPTION_ARG_NONE, &option_private,
    N_ ("Only its owner sees a repository that is made for it"), NULL },
  { "follow", 0, 0, G_OPTION_ARG_NONE, &option_follow,
    N_ ("Push after each epoch until the run has ended (“run start” does that by itself)"), NULL },
  { NULL },
};

// run 0: of none.
static void
print_pushed (CzInvocation *invocation, const CzHubPushed *pushed, gint64 run, gint64 step)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!invocation->json)
    {
      g_autofree char *size = cz_format_bytes ((double)pushed->uploaded_bytes);
      cz_print (pushed->changed ? _ ("Pushed to %s\n") : _ ("Nothing new for %s\n"), pushed->url);
      cz_print (_ ("commit    %s\nuploaded  %s\n"), pushed->commit != NULL ? pushed->commit : "–",
                size);
      return;
    }
  json_builder_begin_object (builder);
  if (run > 0)
    {
      cz_json_set_int (builder, "run", run);
      cz_json_set_int (builder, "step", step);
    }
  cz_json_set_string (builder, "repo", pushed->repo);
  cz_json_set_string (builder, "url", pushed->url);
  cz_json_set_string (builder, "commit", pushed->commit);
  cz_json_set_boolean (builder, "created", pushed->created);
  cz_json_set_boolean (builder, "changed", pushed->changed);
  cz_json_set_int (builder, "uploaded_bytes", pushed->uploaded_bytes);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; pushed->files[i] != NULL; i++)
    json_builder_add_string_value (builder, pushed->files[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

// The token, for which the keyring may ask the person; NULL without an error: there is none.
static gboolean
find_token (char **ret_token, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *ret_token = cz_hub_token_find (TRUE /* unlock */, NULL, cz_interruption_get (), &reason);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
push_model (CzInvocation *invocation, GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  const char *repo = invocation->arguments[1];
  char *token = NULL;

  if (!cz_invocation_check_text (option_message, "--message", error)
      || !cz_invocation_check_text (repo, _ ("The repository"), error))
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, invocation->arguments[0], error) : NULL;
  // What is no model is told before anything is sent.
  g_autoptr (CzModelFolder) folder
      = source != NULL ? cz_model_folder_open (source->folder, error) : NULL;
  if (folder == NULL || !find_token (&token, error))
    return FALSE;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  const CzModelPush push = { .folder = source->folder,
                             .name = source->name,
                             .repo = repo,
                             .is_private = option_private,
                             .message = option_message,
                             .token = token,
                             .progress = cz_progress_callback,
                             .data = progress };
  g_autoptr (CzHubPushed) pushed = cz_model_push (&push, cancellable, error);
  cz_hub_token_free (token);
  g_clear_pointer (&progress, cz_progress_free);
  if (pushed != NULL)
    print_pushed (invocation, pushed, 0, 0);
  return pushed != NULL;
}

static gboolean
follow (CzInvocation *invocation, CzLibrary *library, gint64 run, GError **error)
{
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  g_autoptr (GError) reason = NULL;

  if (cz_run_push_follow (library, run, cz_progress_callback, progress, cz_interruption_get (),
                          &reason))
    return TRUE;
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (
        error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
        _ ("The last push of run %" PRId64 " failed; “cloze run push %" PRId64 "” tries again."),
        run, run);
  return FALSE;
}

static gboolean
push_run (CzInvocation *invocation, GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  const char *repo = invocation->n_arguments > 1 ? invocation->arguments[1] : NULL;
  char *token = NULL;
  gint64 id, step = 0;

  if (!cz_run_show_parse_id (invocation->arguments[0], &id, error)
      || !cz_invocation_check_text (repo, _ ("The repository"), error))
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  if (library == NULL)
    return FALSE;
  if (option_follow)
    return follow (invocation, library, id, error);
  g_autoptr (CzRun) run = cz_run_get (library, id, error);
  if (run == NULL || !find_token (&token, error))
    return FALSE;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  const CzRunPush push = { .repo = repo,
                           .is_private = option_private,
                           .token = token,
                           .progress = cz_progress_callback,
                           .data = progress };
  g_autoptr (CzHubPushed) pushed = cz_run_push (library, id, &push, &step, cancellable, error);
  cz_hub_token_free (token);
  g_clear_pointer (&progress, cz_progress_free);
  if (pushed != NULL)
    print_pushed (invocation, pushed, id, step);
  return pushed != NULL;
}

#define AGAIN                                                                                      \
  N_ ("The repository is made if it is not there. What the Hub has already is not sent again, so " \
      "a push that failed is repeated by the same command.")

const CzCommand cz_push_commands[] = {
  { "model push", N_ ("MODEL REPO [--private] [--message M]"),
    N_ ("Upload a model with its card to the Hub."), model_options, 2, 2, push_model, AGAIN },
  { "run push", N_ ("ID [REPO] [--private]"),
    N_ ("Repeat a run's push that failed, or push its best model."), run_options, 1, 2, push_run,
    AGAIN },
  { NULL },
};
