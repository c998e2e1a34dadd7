// A run's life in this process: lock, record, material, trainer, end. Whatever goes wrong after the
// record says "running" ends in the record as a sentence.
#include "jobs/run-job.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <unistd.h>

#include "data/model.h"
#include "data/run-evaluation.h"
#include "engine/format/format-error.h"
#include "engine/format/json-text.h"
#include "engine/model/pass.h"
#include "engine/predict/predict-error.h"
#include "engine/train/train-error.h"
#include "engine/train/trainer.h"
#include "jobs/json-members.h"
#include "jobs/micro-batch.h"
#include "jobs/priority.h"
#include "jobs/run-examples.h"
#include "jobs/run-folder.h"
#include "jobs/run-ledger.h"
#include "jobs/run-parameters.h"
#include "jobs/sleep-inhibitor.h"
#include "jobs/speed.h"
#include "jobs/time-left.h"

// How often the library is asked what the person wants.
#define POLL_INTERVAL (G_USEC_PER_SEC / 10)
// So many steps tell how quick a run is: what its pace is smoothed over.
#define STEPS_TO_LEARN 20

typedef struct
{
  CzLibrary *library;
  CzRun *run;
  CzTrainOptions options;
  const char *micro_batch; // what it is to be from now on; NULL: as it was
  CzRunLedger *ledger;
  CzRunExamples *examples; // NULL: none (any more)
  const CzRunWatcher *watcher;
  GCancellable *cancellable; // of the preparation: the watcher's, or a request's
  CzTrainer *trainer;        // while it runs
  GError *error;             // met where none could be returned
  CzTrainRequest request;
  gint64 polled;
  gboolean held;         // paused for now only: it waits where it was in the queue
  CzDevice *device;      // once it is open
  CzTimeLeft *time_left; // while it trains
  CzModelConfig config;  // the model's, as prepared
  guint n_test;          // blocks
  guint n_paced;         // steps whose pace the trainer told
} Work;

static void
note (Work *work, const char *sentence)
{
  if (work->watcher->note != NULL)
    work->watcher->note (sentence, work->watcher->data);
}

static void
measure_memory (Work *work)
{
  CzRun *run = work->run;
  guint64 bytes = work->device != NULL ? cz_device_get_used_memory (work->device) : 0;

  if (bytes == 0)
    return;
  run->memory_bytes = MAX (run->memory_bytes, (gint64)bytes);
  cz_run_ledger_add (work->ledger, (guint64)run->step, run->epoch, run->seconds, "memory_bytes",
                     (double)bytes);
}

// Says what is being done: to whoever looks on, and to the library now and then (there without the
// step, which has a place of its own).
static void
tell_both (Work *work, double fraction, const char *text, const char *activity)
{
  if (g_strcmp0 (work->run->activity, activity) != 0)
    {
      g_free (work->run->activity);
      work->run->activity = g_strdup (activity);
    }
  if (work->watcher->progress != NULL)
    work->watcher->progress (fraction, text, work->run->seconds_left, work->watcher->data);
  if (work->error != NULL || !cz_run_ledger_is_due (work->ledger))
    return;
  measure_memory (work);
  cz_run_ledger_write (work->ledger, &work->error);
}

static void
tell (Work *work, double fraction, const char *text)
{
  tell_both (work, fraction, text, text);
}

static CzTrainRequest take_request (gpointer data);

static void
tell_preparation (double fraction, const char *text, gpointer data)
{
  Work *work = data;

  tell (work, fraction, text);
  if (take_request (work) != CZ_TRAIN_CONTINUE)
    g_cancellable_cancel (work->cancellable);
}

// ---- Making a run ----

GArray *
cz_run_job_create (CzLibrary *library,
                   CzRunMaterial *material,
                   const CzRunPlan *plans,
                   const char *const *names,
                   gsize n,
                   CzRunCreateFlags flags,
                   GError **error)
{
  const CzModelSource *source = material->source;
  g_autofree char *hash = cz_model_get_hash (library, source->folder, error);
  g_autofree CzRun *runs = g_new0 (CzRun, n);
  g_autoptr (GPtrArray) parameters = g_ptr_array_new_with_free_func (g_free);

  if (hash == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++)
    {
      g_ptr_array_add (parameters, cz_run_parameters_to_text (&plans[i].options));
      runs[i] = (CzRun){
        .name = (char *)names[i],
        .model_id = source->model_id,
        .model = source->name,
        .model_folder = source->folder,
        .model_hash = hash,
        .corpus_id = material->corpus->id,
        .corpus = material->corpus->name,
        .corpus_hash = material->corpus->hash,
        .parameters = parameters->pdata[i],
        .steps = (gint64)plans[i].steps,
        .sentences = plans[i].sentences,
        .push_repo = plans[i].push_repo,
        .push_private = plans[i].push_private,
        .seconds_left = isfinite (plans[i].seconds)
                            ? plans[i].seconds
                            : cz_run_plan_expect_seconds (library, material, &plans[i]),
      };
    }
  return cz_run_create_all (library, runs, n, (const char *const *)plans[0].sentences, flags,
                            error);
}

// ---- What the record names must still be what it was ----

static CzModelSource *
find_model (Work *work, GError **error)
{
  const CzRun *run = work->run;
  g_autofree char *hash = NULL;

  if (!g_file_test (run->model_folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                   _ ("The base model's folder “%s” is gone; put it back, or make a new run."),
                   run->model_folder);
      return NULL;
    }
  // What is wrong with the folder itself is told when it is opened.
  hash = cz_model_hash_folder (run->model_folder, NULL);
  if (hash != NULL && g_strcmp0 (hash, run->model_hash) != 0)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_CHANGED,
                   _ ("The base model in “%s” is no longer the one this run was made with; make a "
                      "new run."),
                   run->model_folder);
      return NULL;
    }
  CzModelSource *source = g_new0 (CzModelSource, 1);
  source->label = g_strdup (run->model);
  source->name = g_strdup (run->model);
  source->folder = g_strdup (run->model_folder);
  return source;
}

static CzCorpus *
find_corpus (Work *work, GError **error)
{
  g_autoptr (GPtrArray) corpora = cz_corpus_list (work->library, error);

  for (guint i = 0; corpora != NULL && i < corpora->len; i++)
    {
      const CzCorpus *corpus = corpora->pdata[i];
      if (g_strcmp0 (corpus->hash, work->run->corpus_hash) == 0)
        return cz_corpus_get (work->library, corpus->id, error);
    }
  if (corpora == NULL)
    return NULL;
  // Changed or removed since: its token file is all that the run needs of it.
  CzCorpus *corpus = g_new0 (CzCorpus, 1);
  corpus->name = g_strdup (work->run->corpus);
  corpus->source = g_strdup ("");
  corpus->hash = g_strdup (work->run->corpus_hash);
  return corpus;
}

// ---- The device ----

static const char *
get_recorded (JsonObject *record, const char *key)
{
  return record != NULL ? json_object_get_string_member_with_default (record, key, NULL) : NULL;
}

static char *
describe_device (CzDevice *device,
                 gboolean chosen,
                 const CzModelConfig *config,
                 const CzTrainOptions *options)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  CzRounding rounding = cz_precision_get_rounding (options->precision);
  g_autofree char *arithmetic = cz_pass_get_arithmetic (device, config, rounding);
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "name", info->name);
  cz_json_set_string (builder, "type", cz_device_type_to_string (info->type));
  cz_json_set_string (builder, "driver", info->driver);
  cz_json_set_int (builder, "driver_version", info->driver_version);
  cz_json_set_int (builder, "subgroup_size", info->subgroup_size);
  cz_json_set_string (builder, "kernel_table", arithmetic);
  cz_json_set_int (builder, "micro_batch", options->micro_batch);
  cz_json_set_string (builder, "engine", CZ_VERSION);
  cz_json_set_boolean (builder, "chosen", chosen);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return cz_json_to_line (root);
}

// The device asked for, else the one the run ran on before, else the best. *ret_chosen: whether a
// person asked for it, now or before.
static CzDevice *
open_device (Work *work,
             const CzModelConfig *config,
             const char *selector,
             gboolean *ret_chosen,
             GError **error)
{
  g_autoptr (JsonNode) root
      = work->run->device != NULL ? cz_json_parse (work->run->device, -1, "", NULL) : NULL;
  JsonObject *record
      = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  const char *before = get_recorded (record, "name");
  CzDevice *device = NULL;

  *ret_chosen = selector != NULL;
  if (selector == NULL && before != NULL)
    {
      device = cz_device_open (before, NULL);
      *ret_chosen
          = device != NULL && json_object_get_boolean_member_with_default (record, "chosen", FALSE);
    }
  if (device == NULL)
    device = cz_device_open (selector, error);
  if (device == NULL || record == NULL)
    return device;

  CzRounding rounding = cz_precision_get_rounding (work->options.precision);
  g_autofree char *arithmetic = cz_pass_get_arithmetic (device, config, rounding);
  const char *driver = get_recorded (record, "driver");
  if (g_strcmp0 (get_recorded (record, "kernel_table"), arithmetic) != 0
      || g_strcmp0 (driver, cz_device_get_info (device)->driver) != 0)
    note (work,
          _ ("Device, driver or kernels are not those the run began with: it goes on, but its "
             "numbers are no longer repeatable to the last bit."));
  return device;
}

// ---- What the trainer asks and tells ----

static void
reckon_left (Work *work)
{
  const CzPosition *position = cz_trainer_get_position (work->trainer);

  double seconds = cz_time_left_reckon (work->time_left, position->step, position->evaluated_step);

  if (isfinite (seconds))
    work->run->seconds_left = seconds;
}

static double
get_fraction (Work *work)
{
  return (double)work->run->step / (double)MAX (work->run->steps, 1);
}

static void
take_metric (
    guint64 step, double epoch, double seconds, const char *name, double value, gpointer data)
{
  Work *work = data;
  CzRun *run = work->run;
  gint64 now = g_get_monotonic_time ();

  cz_run_ledger_add (work->ledger, step, epoch, seconds, name, value);
  run->step = (gint64)step;
  run->epoch = epoch;
  run->seconds = seconds;
  if (g_str_equal (name, "eval_loss"))
    {
      g_autofree char *sentence = g_strdup_printf (
          _ ("Step %" PRIu64 ": cross-entropy %.4f, perplexity %.2f"), step, value, exp (value));
      cz_time_left_end (work->time_left, CZ_TIME_EVALUATION, now);
      if (step == 0)
        run->before = value;
      note (work, sentence);
      return;
    }
  if (g_str_equal (name, "tokens_per_second"))
    {
      // Smoothed over some twenty steps.
      run->tokens_per_second = isfinite (run->tokens_per_second)
                                   ? run->tokens_per_second * 0.95 + value * 0.05
                                   : value;
      work->n_paced++;
      return;
    }
  if (!g_str_equal (name, "train_loss"))
    return;
  cz_time_left_end (work->time_left, CZ_TIME_STEP, now);
  reckon_left (work);
  g_autofree char *text = g_strdup_printf (
      _ ("Training: step %" PRIu64 " of %" PRId64 ", loss %.3f"), step, run->steps, value);
  g_autofree char *activity = g_strdup_printf (_ ("Training, loss %.3f"), value);
  tell_both (work, get_fraction (work), text, activity);
}

static void
take_evaluation (guint done, guint total, gpointer data)
{
  Work *work = data;
  g_autofree char *text = g_strdup_printf (_ ("Evaluating: block %u of %u"), done, total);

  cz_time_left_evaluating (work->time_left, done, total, g_get_monotonic_time ());
  reckon_left (work);
  tell (work, get_fraction (work), text);
}

// Whether it pauses for now only, because the process or the queue is to rest.
static gboolean
is_held (Work *work)
{
  work->held = work->held || g_cancellable_is_cancelled (work->watcher->cancellable);
  return work->held;
}

static CzTrainRequest
take_request (gpointer data)
{
  Work *work = data;
  gint64 now = g_get_monotonic_time ();
  CzRunRequest wanted = CZ_REQUEST_RUN;

  if (work->error != NULL || is_held (work))
    return CZ_TRAIN_PAUSE;
  if (work->request != CZ_TRAIN_CONTINUE || now - work->polled < POLL_INTERVAL)
    return work->request;
  work->polled = now;
  if (work->watcher->from_queue && cz_run_queue_is_paused (work->library))
    {
      work->held = TRUE;
      return CZ_TRAIN_PAUSE;
    }
  g_autoptr (GError) reason = NULL;
  if (!cz_run_get_request (work->library, work->run->id, &wanted, &reason)
      && !g_error_matches (reason, CZ_DATA_ERROR, CZ_DATA_ERROR_BUSY))
    {
      work->error = g_steal_pointer (&reason);
      return CZ_TRAIN_PAUSE;
    }
  if (wanted != CZ_REQUEST_RUN)
    work->request = wanted == CZ_REQUEST_PAUSE ? CZ_TRAIN_PAUSE : CZ_TRAIN_STOP;
  return work->request;
}

static gboolean
write_evaluation (Work *work, const char *kind, const CzRunEvaluation *evaluation, GError **error)
{
  return cz_run_evaluation_write (work->library, work->run->id, kind, evaluation, error);
}

// An evaluation block by block, and what the model says of the example sentences now. A run does
// not end for want of memory for the latter.
static gboolean
record_evaluation (Work *work, CzTrainer *trainer, GError **error)
{
  const CzPosition *position = cz_trainer_get_position (trainer);
  const double *losses;
  const guint32 *scored;
  guint n = cz_trainer_get_evaluation (trainer, &losses, &scored);
  const CzRunEvaluation evaluation = { .step = (gint64)position->step,
                                       .fingerprint = work->run->eval_fingerprint,
                                       .n = n,
                                       .losses = (double *)losses,
                                       .scored = (guint32 *)scored };
  gboolean best = position->best_step == evaluation.step;
  g_autoptr (GError) reason = NULL;

  if (!write_evaluation (work, position->step == 0 ? "before" : "after", &evaluation, error)
      || (best && !write_evaluation (work, "best", &evaluation, error)))
    return FALSE;
  if (work->examples == NULL || cz_run_examples_predict (work->examples, trainer, &reason))
    return TRUE;
  if (!cz_micro_batch_was_refused (reason) && reason->domain != CZ_PREDICT_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  g_clear_pointer (&work->examples, cz_run_examples_free);
  g_autofree char *sentence
      = g_strdup_printf (_ ("The example sentences are not predicted from step %" PRIu64 " on: %s"),
                         position->step, reason->message);
  note (work, sentence);
  return TRUE;
}

static gboolean
save (Work *work, CzTrainer *trainer, CzTrainEvent event, GError **error)
{
  CzRun *run = work->run;
  const CzPosition *position = cz_trainer_get_position (trainer);

  // A short run may end before the ledger is due.
  if (event == CZ_TRAIN_EVENT_EVALUATED)
    measure_memory (work);
  // What a resumed run would not tell again must be in the library before its checkpoint is.
  if (!cz_run_ledger_flush (work->ledger, error))
    return FALSE;
  switch (event)
    {
    case CZ_TRAIN_EVENT_CHECKPOINT:
      return cz_run_record (work->library, run, error)
             && cz_run_folder_save_checkpoint (work->library, run, trainer, error)
             && (run->resumable = TRUE);
    case CZ_TRAIN_EVENT_EVALUATED:
      return record_evaluation (work, trainer, error) && cz_run_record (work->library, run, error);
    case CZ_TRAIN_EVENT_BEST:
      run->best = position->best;
      run->best_step = position->best_step;
      return cz_run_folder_save_best (work->library, run, trainer, error)
             && cz_run_record (work->library, run, error);
    case CZ_TRAIN_EVENT_EPOCH:
      return cz_run_folder_save_epoch (work->library, run, trainer, work->options.keep_epochs,
                                       error);
    }
  return TRUE;
}

static gboolean
take_event (CzTrainer *trainer, CzTrainEvent event, gpointer data, GError **error)
{
  Work *work = data;
  CzTimePart part = event == CZ_TRAIN_EVENT_CHECKPOINT  ? CZ_TIME_CHECKPOINT
                    : event == CZ_TRAIN_EVENT_EVALUATED ? CZ_TIME_EXAMPLES
                                                        : CZ_TIME_MODEL;

  if (!save (work, trainer, event, error))
    return FALSE;
  cz_time_left_end (work->time_left, part, g_get_monotonic_time ());
  return TRUE;
}

// ---- The run ----

// A checkpoint that is damaged is of no use any more: the next start is from the beginning.
static gboolean
resume (Work *work, const char *checkpoint, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (cz_trainer_resume (work->trainer, checkpoint, &reason))
    return TRUE;
  if (reason->domain == CZ_TRAIN_ERROR || reason->domain == CZ_FORMAT_ERROR)
    work->run->resumable = FALSE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

// With another micro-batch than before the run is the same, to rounding.
static void
note_change (Work *work, guint before)
{
  guint now = work->options.micro_batch;

  if (before == 0 || before == now) // 0: it has not begun yet
    return;
  cz_micro_batch_enter_change (work->run, before, now);
  g_autofree char *sentence = g_strdup_printf (
      _ ("From step %" PRId64 " on the run takes %u blocks at a time, not %u: its results are the "
         "same but for rounding."),
      work->run->step, now, before);
  note (work, sentence);
}

// Everything up to the first step: material, device, trainer, the last checkpoint.
static gboolean
prepare (Work *work, const char *selector, GError **error)
{
  CzRun *run = work->run;

  if (!cz_run_parameters_from_text (run->parameters, &work->options, error))
    return FALSE;
  guint before = work->options.micro_batch;
  if (work->micro_batch != NULL && !cz_micro_batch_set (&work->options, work->micro_batch, error))
    return FALSE;
  tell (work, 0, _ ("Opening model and corpus"));
  CzModelSource *source = find_model (work, error);
  CzCorpus *corpus = source != NULL ? find_corpus (work, error) : NULL;
  if (corpus == NULL)
    {
      g_clear_pointer (&source, cz_model_source_free);
      return FALSE;
    }
  g_autoptr (CzRunMaterial) material = cz_run_material_open_recorded (
      work->library, source, corpus, tell_preparation, work, work->cancellable, error);
  if (material == NULL)
    return FALSE;
  g_autoptr (CzBlocks) blocks = cz_run_material_cut (material, &work->options, error);
  const CzModelConfig *config = cz_model_folder_get_config (material->folder);
  gboolean chosen;
  CzDevice *device = blocks != NULL ? open_device (work, config, selector, &chosen, error) : NULL;
  if (device == NULL)
    return FALSE;
  work->device = device;
  work->config = *config;
  work->examples = cz_run_examples_new (work->library, run->id, error);
  if (work->examples == NULL)
    return FALSE;
  tell (work, 0, _ ("Loading the model onto the device"));
  work->n_test = cz_blocks_get_count (blocks, CZ_PART_TEST);
  work->trainer = cz_trainer_new (device, material->folder, blocks, &work->options, error);
  if (work->trainer == NULL)
    return FALSE;

  g_autofree char *checkpoint
      = run->resumable ? cz_run_folder_find_checkpoint (work->library, run->id) : NULL;
  run->resumable = checkpoint != NULL;
  if (checkpoint != NULL && !resume (work, checkpoint, error))
    return FALSE;
  const CzPosition *position = cz_trainer_get_position (work->trainer);
  run->steps = (gint64)cz_trainer_get_steps (work->trainer);
  run->step = (gint64)position->step;
  if (checkpoint == NULL) // what was changed on the way here is undone
    g_clear_pointer (&run->changes, g_free);
  note_change (work, before);
  run->before = position->before;
  run->best = position->best;
  run->best_step = position->best_step;
  g_free (run->eval_fingerprint);
  run->eval_fingerprint = g_strdup (cz_trainer_get_fingerprint (work->trainer));
  g_free (run->device);
  run->device = describe_device (device, chosen, config, &work->options);
  g_free (run->parameters);
  run->parameters = cz_run_parameters_to_text (&work->options);
  for (const char *const *n = cz_trainer_get_notes (work->trainer); *n != NULL; n++)
    note (work, *n);
  return cz_run_record (work->library, run, error);
}

static CzRunState
to_state (CzTrainOutcome outcome)
{
  switch (outcome)
    {
    case CZ_TRAIN_PAUSED:
      return CZ_RUN_PAUSED;
    case CZ_TRAIN_STOPPED:
      return CZ_RUN_STOPPED;
    default:
      return CZ_RUN_FINISHED;
    }
}

// The models, the numbers, the state.
static gboolean
finish (Work *work, CzTrainOutcome outcome, CzRunState *ret_state, GError **error)
{
  CzRun *run = work->run;
  const CzPosition *position = cz_trainer_get_position (work->trainer);
  CzRunState state = to_state (outcome);

  if (!cz_run_ledger_flush (work->ledger, error))
    return FALSE;
  if (state != CZ_RUN_PAUSED)
    {
      run->after = position->evaluated_step == (gint64)position->step ? position->last : NAN;
      if (!cz_run_folder_save_last (work->library, run, work->trainer, error)
          || !cz_run_folder_describe (work->library, run, error))
        return FALSE;
    }
  if (state == CZ_RUN_FINISHED)
    run->resumable = FALSE;
  if (!cz_run_record (work->library, run, error)
      || !cz_run_end (work->library, run->id, state,
                      state == CZ_RUN_PAUSED && is_held (work) /* keep_place */, NULL, error))
    return FALSE;
  *ret_state = state;
  return state != CZ_RUN_FINISHED || cz_run_folder_drop_checkpoint (work->library, run->id, error);
}

// What the run took is known better than what two steps told.
static void
learn_speed (Work *work)
{
  if (work->n_paced >= STEPS_TO_LEARN)
    cz_speed_learn (work->library, work->device, &work->config,
                    cz_trainer_get_options (work->trainer), work->run->tokens_per_second);
}

static gboolean
train (Work *work, CzRunState *ret_state, GError **error)
{
  const CzTrainerCallbacks callbacks = { .metric = take_metric,
                                         .request = take_request,
                                         .evaluating = take_evaluation,
                                         .event = take_event,
                                         .data = work };
  CzTrainOutcome outcome;

  work->time_left = cz_time_left_new (cz_trainer_get_options (work->trainer),
                                      cz_trainer_get_steps (work->trainer), work->n_test,
                                      g_get_monotonic_time ());
  if (!cz_trainer_run (work->trainer, &callbacks, &outcome, error))
    return FALSE;
  if (work->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&work->error));
      return FALSE;
    }
  learn_speed (work);
  return finish (work, outcome, ret_state, error);
}

// Ends a run that could not be carried out: paused or stopped if that was wanted, paused with an
// offer if it needs more memory than there is, else failed with the sentence.
static gboolean
give_up (Work *work, GError *reason, CzRunState *ret_state, GError **error)
{
  gboolean wanted = g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gboolean refused = cz_micro_batch_was_refused (reason);
  CzRunState state = refused                          ? CZ_RUN_PAUSED
                     : !wanted                        ? CZ_RUN_FAILED
                     : work->request == CZ_TRAIN_STOP ? CZ_RUN_STOPPED
                                                      : CZ_RUN_PAUSED;
  g_autoptr (GError) second = NULL;

  if (refused)
    {
      // Planned as auto and not even one block at a time fits: that is one, too.
      char *offer
          = cz_micro_batch_make_offer (work->run, MAX (work->options.micro_batch, 1), reason);
      g_free (reason->message);
      reason->message = offer;
    }
  cz_run_ledger_flush (work->ledger, NULL);
  cz_run_record (work->library, work->run, NULL);
  if (!cz_run_end (work->library, work->run->id, state,
                   wanted && state == CZ_RUN_PAUSED && is_held (work) /* keep_place */,
                   wanted ? NULL : reason->message, &second))
    g_debug ("The run's end was not entered: %s", second->message);
  if (wanted)
    {
      *ret_state = state;
      g_error_free (reason);
      return TRUE;
    }
  g_propagate_error (error, reason);
  return FALSE;
}

static void
pass_on (GCancellable *cancelled, GCancellable *next)
{
  g_cancellable_cancel (next);
}

static gboolean
carry_out_locked (CzLibrary *library,
                  gint64 id,
                  const char *selector,
                  const char *micro_batch,
                  const CzRunWatcher *watcher,
                  CzRunState *ret_state,
                  GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (!cz_run_begin (library, id, watcher->from_queue, error))
    return FALSE;
  g_autoptr (CzRun) run = cz_run_get (library, id, error);
  if (run == NULL)
    return FALSE;
  cz_run_folder_sweep (library, id);
  if (watcher->begun != NULL)
    watcher->begun (id, watcher->data);
  run->seconds_left = cz_run_expect_seconds (library, run);
  run->tokens_per_second = NAN;
  g_autoptr (CzRunLedger) ledger = cz_run_ledger_new (library, run);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gulong link = watcher->cancellable != NULL
                    ? g_cancellable_connect (watcher->cancellable, G_CALLBACK (pass_on),
                                             g_object_ref (cancellable), g_object_unref)
                    : 0;
  Work work = { .library = library,
                .run = run,
                .micro_batch = micro_batch,
                .ledger = ledger,
                .watcher = watcher,
                .cancellable = cancellable,
                .request = CZ_TRAIN_CONTINUE };
  gboolean done = prepare (&work, selector, &reason) && train (&work, ret_state, &reason);

  g_cancellable_disconnect (watcher->cancellable, link);
  g_clear_pointer (&work.time_left, cz_time_left_free);
  g_clear_pointer (&work.examples, cz_run_examples_free);
  g_clear_pointer (&work.trainer, cz_trainer_free);
  g_clear_pointer (&work.device, cz_device_unref);
  g_clear_error (&work.error);
  return done || give_up (&work, g_steal_pointer (&reason), ret_state, error);
}

// The machine stays awake while the run is at work. -1: it may not.
static int
stay_awake (const CzRun *run, const CzRunWatcher *watcher)
{
  static gboolean told;
  g_autofree char *why = g_strdup_printf (_ ("The run “%s” is training"), run->name);
  g_autoptr (GError) reason = NULL;
  int inhibitor = cz_sleep_inhibitor_take (why, &reason);

  if (inhibitor < 0 && !told && watcher->note != NULL)
    watcher->note (_ ("The system offers no way to keep the machine awake: should it suspend, the "
                      "run waits until it wakes up."),
                   watcher->data);
  told = told || inhibitor < 0;
  return inhibitor;
}

// What cannot be leaves the run as it is.
static gboolean
check_micro_batch (const CzRun *run, const char *micro_batch, GError **error)
{
  CzTrainOptions options;

  return micro_batch == NULL
         || (cz_run_parameters_from_text (run->parameters, &options, error)
             && cz_micro_batch_set (&options, micro_batch, error));
}

gboolean
cz_run_job_carry_out (CzLibrary *library,
                      gint64 id,
                      const char *selector,
                      const char *micro_batch,
                      const CzRunWatcher *watcher,
                      CzRunState *ret_state,
                      GError **error)
{
  g_autoptr (CzRun) run = cz_run_get (library, id, error);

  if (run == NULL || !check_micro_batch (run, micro_batch, error))
    return FALSE;
  int lock = cz_run_lock (library, id, error);
  if (lock < 0)
    return FALSE;
  cz_priority_lower ();
  int inhibitor = stay_awake (run, watcher);
  gboolean done = carry_out_locked (library, id, selector, micro_batch, watcher, ret_state, error);
  if (inhibitor >= 0)
    close (inhibitor);
  close (lock);
  return done;
}
