// cloze run create, plan, start, resume, pause, stop; cloze train.
#include "cli/run.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run-show.h"
#include "jobs/micro-batch.h"
#include "jobs/run-job.h"
#include "jobs/run-parameters.h"
#include "jobs/run-plan.h"

static char *option_model;
static char *option_corpus;
static char *option_name;
static char *option_preset;
static char **option_sets;
static char **option_sentences;
static char *option_sentence_set;

static const GOptionEntry options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model,
    N_ ("The base model: a name in the library, a folder or run:ID"), N_ ("MODEL") },
  { "corpus", 'c', 0, G_OPTION_ARG_FILENAME, &option_corpus, N_ ("The corpus"), N_ ("C") },
  { "name", 'n', 0, G_OPTION_ARG_FILENAME, &option_name, N_ ("The run's name"), N_ ("NAME") },
  { "preset", 'p', 0, G_OPTION_ARG_FILENAME, &option_preset,
    N_ ("course: the course's notebook; quick: five minutes; thorough: the defaults"),
    "course|quick|thorough" },
  { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_sets,
    N_ ("A run parameter, as epochs=2; the last one counts"), N_ ("KEY=VALUE") },
  { "sentence", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_sentences,
    N_ ("An example sentence with a [MASK], predicted at each evaluation (several are fine)"),
    N_ ("TEXT") },
  { "sentences", 0, 0, G_OPTION_ARG_FILENAME, &option_sentence_set,
    N_ ("A set of example sentences (default: general; none: no sentences)"), N_ ("SET") },
  { NULL },
};

static const GOptionEntry resume_options[] = {
  { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_sets,
    N_ ("How many blocks are taken at a time from now on"), "micro_batch=N" },
  { NULL },
};

// ---- create, plan ----

static gboolean
get_form (CzRunRequestForm *ret_form, GError **error)
{
  CzTrainOptions checked;

  if (option_model == NULL || option_corpus == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Give both --model MODEL and --corpus C."));
      return FALSE;
    }
  if (!cz_invocation_check_text (option_name, "--name", error)
      || !cz_invocation_check_text (option_sentence_set, "--sentences", error))
    return FALSE;
  for (guint i = 0; option_sentences != NULL && option_sentences[i] != NULL; i++)
    if (!cz_invocation_check_text (option_sentences[i], "--sentence", error))
      return FALSE;
  *ret_form = (CzRunRequestForm){ .model = option_model,
                                  .corpus = option_corpus,
                                  .name = option_name,
                                  .preset = option_preset,
                                  .sets = (const char *const *)option_sets,
                                  .sentences = (const char *const *)option_sentences,
                                  .sentence_set = option_sentence_set };
  if (cz_run_plan_make_options (ret_form, &checked, error))
    return TRUE;
  cz_invocation_blame_usage (error);
  return FALSE;
}

// The device for a plan; what is not there leaves the plan without time and memory.
static CzDevice *
get_device_if_any (CzInvocation *invocation,
                   CzProgress *progress,
                   gboolean *ret_wrong,
                   GError **error)
{
  g_autoptr (GError) reason = NULL;
  CzDevice *device = cz_invocation_get_device (invocation, &reason);

  *ret_wrong = device == NULL && invocation->device != NULL;
  if (device != NULL)
    return device;
  if (*ret_wrong)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    cz_progress_note (progress, reason->message);
  return NULL;
}

// Material and plan; with_device: memory and time too.
static gboolean
make_plan (CzInvocation *invocation,
           const CzRunRequestForm *form,
           gboolean with_device,
           CzRunMaterial **ret_material,
           CzRunPlan *ret_plan,
           GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzRunMaterial) material
      = library != NULL ? cz_run_material_open (library, form->model, form->corpus,
                                                cz_progress_callback, progress, cancellable, error)
                        : NULL;
  CzDevice *device = NULL;
  gboolean wrong = FALSE;

  if (material == NULL)
    return FALSE;
  if (with_device || cz_run_plan_wants_device (form))
    device = get_device_if_any (invocation, progress, &wrong, error);
  if (wrong || !cz_run_plan_make (library, material, form, device, ret_plan, error))
    return FALSE;
  *ret_material = g_steal_pointer (&material);
  return TRUE;
}

static gint64
make_run (CzInvocation *invocation, GError **error)
{
  CzRunRequestForm form;
  g_autoptr (CzRunMaterial) material = NULL;
  g_auto (CzRunPlan) plan = { 0 };

  if (!get_form (&form, error)
      || !make_plan (invocation, &form, FALSE /* with_device */, &material, &plan, error))
    return 0;
  return cz_run_job_create (invocation->opened_library, material, &plan, form.name, error);
}

static gboolean
create (CzInvocation *invocation, GError **error)
{
  gint64 id = make_run (invocation, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (id == 0)
    return FALSE;
  if (!invocation->json)
    {
      cz_print (_ ("Run %" PRId64 " is made; “cloze run start %" PRId64 "” starts it.\n"), id, id);
      return TRUE;
    }
  json_builder_begin_object (builder);
  cz_json_set_int (builder, "run", id);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

static void
print_plan (const CzRunPlan *plan)
{
  g_autofree char *tokens = cz_format_count ((double)plan->tokens);
  g_autofree char *memory
      = cz_format_bytes (plan->memory_bytes > 0 ? (double)plan->memory_bytes : NAN);
  g_autofree char *there
      = cz_format_bytes (plan->device_memory_bytes > 0 ? (double)plan->device_memory_bytes : NAN);
  g_autofree char *disk = cz_format_bytes ((double)plan->disk_bytes);
  g_autofree char *time = cz_format_duration (plan->seconds);

  cz_print (_ ("steps    %" PRIu64 "\ntokens   %s (%u blocks to train on, %u to test "
               "on)\nmemory   %s of %s\ndisk     %s\ntime     %s\n"),
            plan->steps, tokens, plan->n_train, plan->n_test, memory, there, disk, time);
  for (guint i = 0; plan->notes[i] != NULL; i++)
    cz_print ("%s\n", plan->notes[i]);
}

static void
set_bytes (JsonBuilder *builder, const char *name, guint64 bytes)
{
  if (bytes > 0)
    cz_json_set_int (builder, name, (gint64)bytes);
  else
    cz_json_set_string (builder, name, NULL);
}

static gboolean
plan_run (CzInvocation *invocation, GError **error)
{
  CzRunRequestForm form;
  g_autoptr (CzRunMaterial) material = NULL;
  g_auto (CzRunPlan) plan = { 0 };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!get_form (&form, error)
      || !make_plan (invocation, &form, TRUE /* with_device */, &material, &plan, error))
    return FALSE;
  if (!invocation->json)
    {
      print_plan (&plan);
      return TRUE;
    }
  g_autofree char *parameters = cz_run_parameters_to_text (&plan.options);
  json_builder_begin_object (builder);
  cz_json_set_int (builder, "steps", (gint64)plan.steps);
  cz_json_set_int (builder, "tokens", (gint64)plan.tokens);
  set_bytes (builder, "memory_bytes", plan.memory_bytes);
  set_bytes (builder, "device_memory_bytes", plan.device_memory_bytes);
  cz_json_set_int (builder, "disk_bytes", (gint64)plan.disk_bytes);
  cz_json_set_number (builder, "seconds", plan.seconds);
  cz_json_set_number (builder, "tokens_per_second", plan.tokens_per_second);
  cz_json_set_int (builder, "train_blocks", plan.n_train);
  cz_json_set_int (builder, "test_blocks", plan.n_test);
  cz_json_set_int (builder, "micro_batch", plan.micro_batch);
  cz_json_set_number (builder, "highest_learning_rate", plan.highest_rate);
  json_builder_set_member_name (builder, "parameters");
  cz_run_parameters_build (builder, parameters);
  json_builder_set_member_name (builder, "notes");
  json_builder_begin_array (builder);
  for (guint i = 0; plan.notes[i] != NULL; i++)
    json_builder_add_string_value (builder, plan.notes[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

// ---- start, resume, train ----

static void
show_progress (double fraction, const char *text, double seconds_left, gpointer data)
{
  cz_progress_tell (data, fraction, text, seconds_left);
}

static void
show_note (const char *sentence, gpointer data)
{
  cz_progress_note (data, sentence);
}

gboolean
cz_run_carry_out (CzInvocation *invocation, gint64 id, const char *micro_batch, GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  const CzRunWatcher watcher = {
    .progress = show_progress, .note = show_note, .data = progress, .cancellable = cancellable
  };
  CzRunState state;

  if (library == NULL
      || !cz_run_job_carry_out (library, id, invocation->device, micro_batch, &watcher, &state,
                                error))
    return FALSE;
  g_clear_pointer (&progress, cz_progress_free);
  g_autoptr (CzRun) run = cz_run_get (library, id, error);
  if (run == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      cz_run_show_build (library, run, builder);
      cz_print_json (builder);
    }
  else if (!invocation->quiet)
    cz_run_show_print (library, run);
  return TRUE;
}

static gboolean
start (CzInvocation *invocation, GError **error)
{
  gint64 id;

  return cz_run_show_parse_id (invocation->arguments[0], &id, error)
         && cz_run_carry_out (invocation, id, NULL /* micro_batch */, error);
}

static gboolean
resume (CzInvocation *invocation, GError **error)
{
  g_autofree char *micro_batch = NULL;
  gint64 id;

  if (!cz_micro_batch_parse ((const char *const *)option_sets, &micro_batch, error))
    {
      cz_invocation_blame_usage (error);
      return FALSE;
    }
  return cz_run_show_parse_id (invocation->arguments[0], &id, error)
         && cz_run_carry_out (invocation, id, micro_batch, error);
}

static gboolean
train (CzInvocation *invocation, GError **error)
{
  gint64 id = make_run (invocation, error);

  return id > 0 && cz_run_carry_out (invocation, id, NULL /* micro_batch */, error);
}

// ---- pause, stop ----

static gboolean
request (CzInvocation *invocation, CzRunRequest wanted, GError **error)
{
  gint64 id;

  if (!cz_run_show_parse_id (invocation->arguments[0], &id, error))
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  return library != NULL && cz_run_request (library, id, wanted, error);
}

static gboolean
pause_run (CzInvocation *invocation, GError **error)
{
  return request (invocation, CZ_REQUEST_PAUSE, error);
}

static gboolean
stop (CzInvocation *invocation, GError **error)
{
  return request (invocation, CZ_REQUEST_STOP, error);
}

#define PARAMETERS_HELP                                                                        \
  N_ ("Run parameters (--set) and their defaults: block_size=128, last_block=drop|pad, "       \
      "split=auto|corpus|documents|blocks, split_seed=42, train_blocks=0, test_blocks=1000, "  \
      "mask=token|word, mask_probability=0.15 (word: 0.2), epochs=3, batch_size=32, "          \
      "micro_batch=auto, learning_rate=2e-5, warmup=0.06, schedule=linear|cosine|constant, "   \
      "weight_decay=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8, clip_norm=1, dropout=config, " \
      "precision=auto|fp32|fp16|bf16, seed=42, eval_mask=token, eval_mask_probability=0.15, "  \
      "eval_seed=0, eval_every=epoch|N, checkpoint_every=5min|N, keep_epochs=1|all|N, "        \
      "early_stopping=0, freeze=none|embeddings|layers:N.")

#define REQUEST_ARGUMENTS \
  N_ ("--model MODEL --corpus C [--name N] [--preset course|quick|thorough] [--set KEY=VALUE]…")

const CzCommand cz_run_commands[] = {
  { "run create", REQUEST_ARGUMENTS, N_ ("Make a run's record; “run start” starts it."), options, 0,
    0, create, PARAMETERS_HELP },
  { "run plan", REQUEST_ARGUMENTS,
    N_ ("Tell steps, tokens, memory, disk and time of a run without making it."), options, 0, 0,
    plan_run, PARAMETERS_HELP },
  { "run start", "ID", N_ ("Carry a run out in this process; SIGTERM and Ctrl+C pause it."), NULL,
    1, 1, start },
  { "run resume", N_ ("ID [--set micro_batch=N]"),
    N_ ("Go on with a run from its last checkpoint, in this process."), resume_options, 1, 1,
    resume,
    N_ ("A smaller micro_batch needs less memory and gives the same results but for rounding; it "
        "is "
        "recorded with the run. No other parameter can be changed.") },
  { "run pause", "ID", N_ ("Ask a run at work to write a checkpoint and end."), NULL, 1, 1,
    pause_run },
  { "run stop", "ID", N_ ("Ask a run at work to write its model and end for good."), NULL, 1, 1,
    stop },
  { "train", REQUEST_ARGUMENTS, N_ ("Make a run and start it at once."), options, 0, 0, train,
    PARAMETERS_HELP },
  { NULL },
};
