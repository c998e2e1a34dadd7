// cloze evaluate.
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "jobs/evaluation.h"
#include "jobs/json-members.h"
#include "jobs/run-parameters.h"

static char *option_model;
static char *option_corpus;
static char *option_split;
static char *option_method;
static char **option_sets;

static const GOptionEntry options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model,
    N_ ("The model: a name in the library, a folder or run:ID"), N_ ("MODEL") },
  { "corpus", 'c', 0, G_OPTION_ARG_FILENAME, &option_corpus, N_ ("The corpus"), N_ ("C") },
  { "split", 0, 0, G_OPTION_ARG_FILENAME, &option_split,
    N_ ("The documents of this split (default: what a run would be tested on)"), N_ ("SPLIT") },
  { "method", 0, 0, G_OPTION_ARG_FILENAME, &option_method,
    N_ ("masked: fixed masks, as runs evaluate (default); pseudo: each token in turn"),
    "masked|pseudo" },
  { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_sets,
    N_ ("A run parameter, as block_size=128, test_blocks=1000 or eval_seed=0"), N_ ("KEY=VALUE") },
  { NULL },
};

static gboolean
parse_method (CzEvaluationMethod *ret_method, GError **error)
{
  if (option_method == NULL || strcmp (option_method, "masked") == 0)
    *ret_method = CZ_METHOD_MASKED;
  else if (strcmp (option_method, "pseudo") == 0)
    *ret_method = CZ_METHOD_PSEUDO;
  else
    {
      g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                   _ ("--method is masked or pseudo, not “%.40s”."), option_method);
      return FALSE;
    }
  return TRUE;
}

static void
print_report (CzInvocation *invocation, const CzEvaluationReport *report, CzEvaluationMethod method)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *scored = cz_format_count ((double)report->scored_tokens);

  if (!invocation->json)
    {
      cz_print (_ ("%s: cross-entropy %.6f nats, perplexity %.4f over %s scored tokens of %u "
                   "blocks\n"),
                method == CZ_METHOD_PSEUDO ? _ ("pseudo-perplexity") : _ ("masked"),
                report->cross_entropy, exp (report->cross_entropy), scored, report->blocks);
      cz_print (_ ("fingerprint %s (only equal ones compare)\n"), report->fingerprint);
      return;
    }
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "method", method == CZ_METHOD_PSEUDO ? "pseudo" : "masked");
  cz_json_set_number (builder, "cross_entropy", report->cross_entropy);
  cz_json_set_number (builder, "perplexity", exp (report->cross_entropy));
  cz_json_set_int (builder, "scored_tokens", (gint64)report->scored_tokens);
  cz_json_set_string (builder, "eval_fingerprint", report->fingerprint);
  cz_json_set_int (builder, "blocks", report->blocks);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean
evaluate (CzInvocation *invocation, GError **error)
{
  CzTrainOptions run;
  CzEvaluationMethod method;
  g_auto (CzEvaluationReport) report = { 0 };

  if (option_model == NULL || option_corpus == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Give both --model MODEL and --corpus C."));
      return FALSE;
    }
  cz_train_options_init (&run);
  if (!parse_method (&method, error) || !cz_invocation_check_text (option_split, "--split", error))
    return FALSE;
  if (!cz_run_parameters_set_all (&run, (const char *const *)option_sets, error))
    {
      cz_invocation_blame_usage (error);
      return FALSE;
    }
  GCancellable *cancellable = cz_interruption_get ();
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  if (library == NULL)
    return FALSE;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  g_autoptr (CzRunMaterial) material = cz_run_material_open (
      library, option_model, option_corpus, cz_progress_callback, progress, cancellable, error);
  CzDevice *device = material != NULL ? cz_invocation_get_device (invocation, error) : NULL;
  if (device == NULL)
    return FALSE;
  // A model with a smaller window is measured through its own.
  if (option_sets == NULL)
    run.block_size = MIN (run.block_size,
                          cz_model_folder_get_config (material->folder)->max_position_embeddings);
  if (!cz_evaluation_run (material, device, &run, option_split, method, cz_progress_callback,
                          progress, cancellable, &report, error))
    return FALSE;
  for (guint i = 0; report.notes[i] != NULL; i++)
    cz_progress_note (progress, report.notes[i]);
  g_clear_pointer (&progress, cz_progress_free);
  print_report (invocation, &report, method);
  return TRUE;
}

const CzCommand cz_evaluate_commands[] = {
  { "evaluate", N_ ("--model MODEL --corpus C [--split test] [--method masked|pseudo]"),
    N_ ("Measure a model on a corpus: cross-entropy and perplexity."), options, 0, 0, evaluate },
  { NULL },
};
