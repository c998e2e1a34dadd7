// cloze evaluate.
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/paired.h"
#include "cli/progress.h"
#include "jobs/evaluation.h"
#include "jobs/json-members.h"
#include "jobs/run-parameters.h"

static char **option_models;
static char *option_corpus;
static char *option_split;
static char *option_method;
static char **option_sets;

static const GOptionEntry options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME_ARRAY, &option_models,
    N_ ("A model: a name in the library, a folder or run:ID (several for a comparison)"),
    N_ ("MODEL") },
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

// The models' materials and what came of them.
typedef struct
{
  GPtrArray *materials;        // CzRunMaterial
  CzEvaluationReport *reports; // (n)
  guint n;
} Evaluations;

static void
evaluations_clear (Evaluations *e)
{
  for (guint i = 0; e->reports != NULL && i < e->n; i++)
    cz_evaluation_report_clear (&e->reports[i]);
  g_free (e->reports);
  g_clear_pointer (&e->materials, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Evaluations, evaluations_clear)

// How model `i` compares with the first one.
static gboolean
compare (const Evaluations *e, guint i, CzPairedComparison *ret_comparison)
{
  return i > 0
         && cz_run_evaluation_compare (e->reports[0].by_block, e->reports[i].by_block, 0,
                                       ret_comparison);
}

static void
print_report (const CzEvaluationReport *report, CzEvaluationMethod method)
{
  g_autofree char *scored = cz_format_count ((double)report->scored_tokens);

  cz_print (_ ("%s: cross-entropy %.6f nats, perplexity %.4f over %s scored tokens of %u "
               "blocks\n"),
            method == CZ_METHOD_PSEUDO ? _ ("pseudo-perplexity") : _ ("masked"),
            report->cross_entropy, exp (report->cross_entropy), scored, report->blocks);
  cz_print (_ ("fingerprint %s (only equal ones compare)\n"), report->fingerprint);
}

static void
print_all (const Evaluations *e, CzEvaluationMethod method)
{
  for (guint i = 0; i < e->n; i++)
    {
      const char *first = option_models[0];
      CzPairedComparison comparison;
      if (e->n > 1)
        cz_print ("%s\n", option_models[i]);
      print_report (&e->reports[i], method);
      if (compare (e, i, &comparison))
        {
          g_autofree char *text = cz_paired_format (&comparison);
          cz_print (_ ("against %s: %s\n"), first, text);
        }
      else if (i > 0)
        cz_print (_ ("not measured on the same tokens as %s: the two do not compare\n"), first);
    }
}

static void
build_report (const CzEvaluationReport *report, CzEvaluationMethod method, JsonBuilder *builder)
{
  cz_json_set_string (builder, "method", method == CZ_METHOD_PSEUDO ? "pseudo" : "masked");
  cz_json_set_number (builder, "cross_entropy", report->cross_entropy);
  cz_json_set_number (builder, "perplexity", exp (report->cross_entropy));
  cz_json_set_int (builder, "scored_tokens", (gint64)report->scored_tokens);
  cz_json_set_string (builder, "eval_fingerprint", report->fingerprint);
  cz_json_set_int (builder, "blocks", report->blocks);
}

// One model: its object; several: an array of them, each with what it is called and how it compares
// with the first.
static void
print_json (const Evaluations *e, CzEvaluationMethod method)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (e->n > 1)
    json_builder_begin_array (builder);
  for (guint i = 0; i < e->n; i++)
    {
      CzPairedComparison comparison;
      json_builder_begin_object (builder);
      build_report (&e->reports[i], method, builder);
      if (e->n > 1)
        {
          cz_json_set_string (builder, "model", option_models[i]);
          json_builder_set_member_name (builder, "to_reference");
          if (compare (e, i, &comparison))
            cz_paired_build (&comparison, builder);
          else
            json_builder_add_null_value (builder);
        }
      json_builder_end_object (builder);
    }
  if (e->n > 1)
    json_builder_end_array (builder);
  cz_print_json (builder);
}

static gboolean
parse (CzTrainOptions *run, CzEvaluationMethod *ret_method, GError **error)
{
  if (option_models == NULL || option_corpus == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Give both --model MODEL and --corpus C."));
      return FALSE;
    }
  cz_train_options_init (run);
  if (!parse_method (ret_method, error)
      || !cz_invocation_check_text (option_split, "--split", error))
    return FALSE;
  if (cz_run_parameters_set_all (run, (const char *const *)option_sets, error))
    return TRUE;
  cz_invocation_blame_usage (error);
  return FALSE;
}

// Opens them all before any is measured: a wrong name is told at once.
static gboolean
open_all (CzLibrary *library,
          Evaluations *e,
          CzTrainOptions *run,
          CzProgress *progress,
          GCancellable *cancellable,
          GError **error)
{
  e->n = g_strv_length (option_models);
  e->reports = g_new0 (CzEvaluationReport, e->n);
  e->materials = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_material_free);
  for (guint i = 0; i < e->n; i++)
    {
      CzRunMaterial *material
          = cz_run_material_open (library, option_models[i], option_corpus, cz_progress_callback,
                                  progress, cancellable, error);
      if (material == NULL)
        return FALSE;
      g_ptr_array_add (e->materials, material);
      // A model with a smaller window is measured through its own, and the others with it.
      if (option_sets == NULL)
        run->block_size
            = MIN (run->block_size,
                   cz_model_folder_get_config (material->folder)->max_position_embeddings);
    }
  return TRUE;
}

static gboolean
evaluate (CzInvocation *invocation, GError **error)
{
  CzTrainOptions run;
  CzEvaluationMethod method;
  g_auto (Evaluations) e = { 0 };

  if (!parse (&run, &method, error))
    return FALSE;
  GCancellable *cancellable = cz_interruption_get ();
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  if (library == NULL)
    return FALSE;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  if (!open_all (library, &e, &run, progress, cancellable, error))
    return FALSE;
  CzDevice *device = cz_invocation_get_device (invocation, error);
  if (device == NULL)
    return FALSE;
  for (guint i = 0; i < e.n; i++)
    {
      CzEvaluationReport *report = &e.reports[i];
      if (!cz_evaluation_run (e.materials->pdata[i], device, &run, option_split, method,
                              cz_progress_callback, progress, cancellable, report, error))
        return FALSE;
      for (guint k = 0; report->notes[k] != NULL; k++)
        cz_progress_note (progress, report->notes[k]);
    }
  g_clear_pointer (&progress, cz_progress_free);
  if (invocation->json)
    print_json (&e, method);
  else
    print_all (&e, method);
  return TRUE;
}

const CzCommand cz_evaluate_commands[] = {
  { "evaluate", N_ ("--model MODEL [--model …] --corpus C [--split test] [--method masked|pseudo]"),
    N_ ("Measure models on a corpus: cross-entropy and perplexity, the differences in pairs."),
    options, 0, 0, evaluate,
    N_ ("With --json one model gives {\"method\", \"cross_entropy\", \"perplexity\", "
        "\"scored_tokens\", \"eval_fingerprint\", \"blocks\"}; several give an array of these, "
        "each with \"model\" and \"to_reference\", how it compares with the first on the same "
        "tokens as in “run compare”, or null. Nothing of it is kept in the library.") },
  { NULL },
};
