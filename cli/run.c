// cloze run create, plan, start, resume, pause, stop; cloze train.
#include "cli/run.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run-plan-show.h"
#include "cli/run-show.h"
#include "jobs/micro-batch.h"
#include "jobs/run-job.h"
#include "jobs/run-plan.h"
#include "jobs/run-push.h"
#include "jobs/run-sweep.h"

// A day; and BERT's English vocabulary.
#define MOST_SECONDS  86400
#define ENGLISH_WORDS 30522

static char *option_model;
static char *option_corpus;
static char *option_name;
static char *option_preset;
static char *option_seconds;
static double quick_seconds; // of the preset quick; 0: its own
static char **option_sets;
static char **option_sweeps;
static gboolean option_queue;
static gboolean option_measure;
static char **option_sentences;
static char *option_sentence_set;
static char *option_push;
static gboolean option_push_private;

static const GOptionEntry options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model,
    N_ ("The base model: a name in the library, a folder or run:ID"), N_ ("MODEL") },
  { "corpus", 'c', 0, G_OPTION_ARG_FILENAME, &option_corpus, N_ ("The corpus"), N_ ("C") },
  { "name", 'n', 0, G_OPTION_ARG_FILENAME, &option_name, N_ ("The run's name"), N_ ("NAME") },
  { "preset", 'p', 0, G_OPTION_ARG_FILENAME, &option_preset,
    N_ ("course: the course's notebook; quick: five minutes; thorough: the defaults"),
    "course|quick|thorough" },
  { "seconds", 0, 0, G_OPTION_ARG_FILENAME, &option_seconds,
    N_ ("What the preset quick is fitted to (default: 300)"), N_ ("N") },
  { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_sets,
    N_ ("A run parameter, as epochs=2; the last one counts"), N_ ("KEY=VALUE") },
  { "sweep", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_sweeps,
    N_ ("A run for each value, as learning_rate=2e-5,5e-5; of several sweeps for each combination; "
        "goes over --set"),
    N_ ("KEY=VALUE,VALUE…") },
  { "sentence", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_sentences,
    N_ ("An example sentence with a [MASK], predicted at each evaluation (several are fine)"),
    N_ ("TEXT") },
  { "sentences", 0, 0, G_OPTION_ARG_FILENAME, &option_sentence_set,
    N_ ("A set of example sentences (default: general; none: no sentences)"), N_ ("SET") },
  { "push", 0, 0, G_OPTION_ARG_FILENAME, &option_push,
    N_ ("Push the model to this repository of the Hub after each epoch; nothing that happens there "
        "touches the run"),
    N_ ("REPO") },
  { "push-private", 0, 0, G_OPTION_ARG_NONE, &option_push_private,
    N_ ("A repository that is made for it is private"), NULL },
  { "queue", 0, 0, G_OPTION_ARG_NONE, &option_queue,
    N_ ("With “run create”: put what is made at the queue's end"), NULL },
  { "measure", 0, 0, G_OPTION_ARG_NONE, &option_measure,
    N_ ("With “run plan”: measure anew how quick the device is"), NULL },
  { NULL },
};

static const GOptionEntry resume_options[] = {
  { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_sets,
    N_ ("How many blocks are taken at a time from now on"), "micro_batch=N" },
  { NULL },
};

// ---- create, plan ----

// What was asked for: one run, or as many as the sweep makes.
typedef struct
{
  CzRunSweep *sweep;
  CzRunMaterial *material;
  CzRunPlan *plans; // (n)
  char **names;     // (n), each may be NULL
  guint n;
} Order;

static void
order_clear (Order *order)
{
  for (guint i = 0; order->plans != NULL && i < order->n; i++)
    cz_run_plan_clear (&order->plans[i]);
  for (guint i = 0; order->names != NULL && i < order->n; i++)
    g_free (order->names[i]);
  g_free (order->plans);
  g_free (order->names);
  g_clear_pointer (&order->material, cz_run_material_free);
  g_clear_pointer (&order->sweep, cz_run_sweep_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Order, order_clear)

// The form of one of the runs; `sets` are owned by the caller.
static CzRunRequestForm
make_form (char **sets)
{
  return (CzRunRequestForm){ .model = option_model,
                             .corpus = option_corpus,
                             .name = option_name,
                             .preset = option_preset,
                             .seconds = quick_seconds,
                             .sets = (const char *const *)sets,
                             .sentences = (const char *const *)option_sentences,
                             .sentence_set = option_sentence_set,
                             .push_repo = option_push,
                             .push_private = option_push_private,
                             .measure = option_measure };
}

// Says which run of a sweep is meant.
static void
blame_run (CzRunSweep *sweep, guint run, GError **error)
{
  g_autofree char *what = cz_run_sweep_describe (sweep, run);

  if (what[0] != '\0')
    g_prefix_error (error, _ ("With %s: "), what);
}

// An option that the other commands have for themselves.
static gboolean
refuse (gboolean given, const char *sentence, GError **error)
{
  if (given)
    g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG, sentence);
  return !given;
}

// Only making runs puts them into the queue.
static gboolean
refuse_queue (GError **error)
{
  return refuse (option_queue, _ ("--queue goes with “cloze run create” alone."), error);
}

static gboolean
refuse_measure (GError **error)
{
  return refuse (option_measure, _ ("--measure goes with “cloze run plan” alone."), error);
}

static gboolean
read_seconds (GError **error)
{
  guint64 seconds = 0;

  if (option_seconds == NULL)
    return TRUE;
  if (!cz_invocation_parse_number (option_seconds, "--seconds", 1, MOST_SECONDS, &seconds, error))
    return FALSE;
  if (g_strcmp0 (option_preset, "quick") != 0)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("--seconds goes with “--preset quick” alone."));
      return FALSE;
    }
  quick_seconds = (double)seconds;
  return TRUE;
}

// Where epochs are pushed: of one run, under a name the Hub has.
static gboolean
check_push (GError **error)
{
  if (option_push != NULL && option_sweeps != NULL)
    g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                         _ ("--push goes with one run: those of a sweep would overwrite one "
                            "another's model."));
  else if (option_push == NULL && option_push_private)
    g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                         _ ("--push-private goes with --push REPO."));
  else if (option_push == NULL)
    return TRUE;
  else if (cz_invocation_check_text (option_push, "--push", error))
    {
      if (cz_hub_push_check_name (option_push, error))
        return TRUE;
      cz_invocation_blame_usage (error);
    }
  return FALSE;
}

// The sweep, each of whose runs has parameters that there are.
static CzRunSweep *
parse_options (GError **error)
{
  if (option_model == NULL || option_corpus == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Give both --model MODEL and --corpus C."));
      return NULL;
    }
  if (!read_seconds (error) || !cz_invocation_check_text (option_name, "--name", error)
      || !cz_invocation_check_text (option_sentence_set, "--sentences", error)
      || !check_push (error))
    return NULL;
  for (guint i = 0; option_sentences != NULL && option_sentences[i] != NULL; i++)
    if (!cz_invocation_check_text (option_sentences[i], "--sentence", error))
      return NULL;
  g_autoptr (CzRunSweep) sweep = cz_run_sweep_new ((const char *const *)option_sweeps, error);
  for (guint i = 0; sweep != NULL && i < cz_run_sweep_get_size (sweep); i++)
    {
      g_auto (GStrv) sets = cz_run_sweep_make_sets (sweep, i, (const char *const *)option_sets);
      CzRunRequestForm form = make_form (sets);
      CzTrainOptions checked;
      if (!cz_run_plan_make_options (&form, &checked, error))
        {
          blame_run (sweep, i, error);
          g_clear_pointer (&sweep, cz_run_sweep_free);
        }
    }
  if (sweep == NULL)
    cz_invocation_blame_usage (error);
  return g_steal_pointer (&sweep);
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

// "NAME, lr 2e-5"; NULL: made up by the library.
static char *
make_name (const Order *order, guint run)
{
  g_autofree char *what = cz_run_sweep_describe (order->sweep, run);
  const CzRun nameless
      = { .corpus = order->material->corpus->name, .model = order->material->source->name };

  if (what[0] == '\0')
    return g_strdup (option_name);
  g_autofree char *base
      = option_name != NULL ? g_strdup (option_name) : cz_run_make_name (&nameless);
  return g_strdup_printf ("%s, %s", base, what);
}

static gboolean
plan_all (CzInvocation *invocation, Order *order, CzDevice *device, GError **error)
{
  order->plans = g_new0 (CzRunPlan, order->n);
  order->names = g_new0 (char *, order->n);
  for (guint i = 0; i < order->n; i++)
    {
      g_auto (GStrv) sets
          = cz_run_sweep_make_sets (order->sweep, i, (const char *const *)option_sets);
      CzRunRequestForm form = make_form (sets);
      if (!cz_run_plan_make (invocation->opened_library, order->material, &form, device,
                             &order->plans[i], error))
        {
          blame_run (order->sweep, i, error);
          return FALSE;
        }
      order->names[i] = make_name (order, i);
    }
  return TRUE;
}

// Material and plans; with_device: memory and time too.
static gboolean
take_order (CzInvocation *invocation, gboolean with_device, Order *ret_order, GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  g_auto (Order) order = { .sweep = parse_options (error) };
  CzLibrary *library = order.sweep != NULL ? cz_invocation_get_library (invocation, error) : NULL;
  CzDevice *device = NULL;
  gboolean wrong = FALSE;

  if (library == NULL)
    return FALSE;
  order.n = cz_run_sweep_get_size (order.sweep);
  order.material = cz_run_material_open (library, option_model, option_corpus, cz_progress_callback,
                                         progress, cancellable, error);
  if (order.material == NULL)
    return FALSE;
  const CzRunRequestForm form = make_form (NULL /* sets */);
  if (with_device || cz_run_plan_wants_device (&form))
    device = get_device_if_any (invocation, progress, &wrong, error);
  if (wrong || !plan_all (invocation, &order, device, error))
    return FALSE;
  *ret_order = order;
  order = (Order){ 0 };
  return TRUE;
}

// Makes the runs asked for. Their ids.
static GArray *
make_runs (CzInvocation *invocation, CzRunCreateFlags flags, GError **error)
{
  g_auto (Order) order = { 0 };

  if (!take_order (invocation, FALSE /* with_device */, &order, error))
    return NULL;
  if (option_sweeps != NULL)
    flags |= CZ_RUN_CREATE_SWEEP;
  return cz_run_job_create (invocation->opened_library, order.material, order.plans,
                            (const char *const *)order.names, order.n, flags, error);
}

static void
print_made (GArray *ids)
{
  gint64 first = g_array_index (ids, gint64, 0);
  gint64 last = g_array_index (ids, gint64, ids->len - 1);

  if (ids->len > 1)
    cz_print (_ ("Runs %" PRId64 " to %" PRId64 " are made.\n"), first, last);
  else if (!option_queue)
    cz_print (_ ("Run %" PRId64 " is made; “cloze run start %" PRId64 "” starts it.\n"), first,
              first);
  else
    cz_print (_ ("Run %" PRId64 " is made.\n"), first);
  if (option_queue)
    cz_print (_ ("“cloze run queue start” carries the queue out.\n"));
  else if (ids->len > 1)
    cz_print (_ ("“cloze run queue add ID…” puts runs into the queue.\n"));
}

static gboolean
create (CzInvocation *invocation, GError **error)
{
  CzRunCreateFlags flags = option_queue ? CZ_RUN_CREATE_QUEUE : CZ_RUN_CREATE_PLAIN;
  g_autoptr (GArray) ids = refuse_measure (error) ? make_runs (invocation, flags, error) : NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (ids == NULL)
    return FALSE;
  if (!invocation->json)
    {
      print_made (ids);
      return TRUE;
    }
  gint64 first = g_array_index (ids, gint64, 0);
  json_builder_begin_object (builder);
  cz_json_set_int (builder, "run", first);
  json_builder_set_member_name (builder, "runs");
  json_builder_begin_array (builder);
  for (guint i = 0; i < ids->len; i++)
    json_builder_add_int_value (builder, g_array_index (ids, gint64, i));
  json_builder_end_array (builder);
  if (option_sweeps != NULL)
    cz_json_set_int (builder, "sweep", first);
  else
    cz_json_set_string (builder, "sweep", NULL);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

// The shape of the model asked for; without one DistilBERT's, with BERT's English vocabulary.
static gboolean
get_shape (CzLibrary *library, CzModelConfig *ret_config, GError **error)
{
  g_autoptr (CzModelSource) source = NULL;
  g_autofree char *path = NULL;

  if (option_model == NULL)
    {
      cz_model_config_init (ret_config, ENGLISH_WORDS);
      return TRUE;
    }
  source = cz_model_source_find (library, option_model, error);
  if (source == NULL)
    return FALSE;
  path = g_build_filename (source->folder, "config.json", NULL);
  return cz_model_config_load (path, ret_config, error);
}

// What a run takes on this device, whatever the corpus.
static gboolean
plan_shape (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  const CzRunRequestForm form = make_form (option_sets);
  CzLibrary *library;
  CzModelConfig config;
  CzDevice *device;
  g_auto (CzRunPlan) plan = { 0 };
  gboolean wrong;

  if (option_sweeps != NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("--sweep needs --model and --corpus."));
      return FALSE;
    }
  library = read_seconds (error) ? cz_invocation_get_library (invocation, error) : NULL;
  if (library == NULL || !get_shape (library, &config, error))
    return FALSE;
  device = get_device_if_any (invocation, progress, &wrong, error);
  if (wrong || !cz_run_plan_make_for_shape (library, &config, &form, device, &plan, error))
    return FALSE;
  if (invocation->json)
    cz_run_plan_show_build (&plan, NULL, 1);
  else
    cz_run_plan_show_print (&plan, NULL, 1);
  return TRUE;
}

static gboolean
plan_runs (CzInvocation *invocation, GError **error)
{
  g_auto (Order) order = { 0 };

  if (!refuse_queue (error))
    return FALSE;
  if (option_corpus == NULL)
    return plan_shape (invocation, error);
  if (!take_order (invocation, TRUE /* with_device */, &order, error))
    return FALSE;
  if (invocation->json)
    cz_run_plan_show_build (order.plans, option_sweeps != NULL ? order.names : NULL, order.n);
  else
    cz_run_plan_show_print (order.plans, option_sweeps != NULL ? order.names : NULL, order.n);
  return TRUE;
}

// ---- start, resume, train ----

// What looks on while a run is carried out.
typedef struct
{
  CzLibrary *library;
  CzProgress *progress;
} Onlooker;

static void
show_progress (double fraction, const char *text, double seconds_left, gpointer data)
{
  cz_progress_tell (((Onlooker *)data)->progress, fraction, text, seconds_left);
}

static void
show_note (const char *sentence, gpointer data)
{
  cz_progress_note (((Onlooker *)data)->progress, sentence);
}

// A run whose epochs go to the Hub gets a process that sees to it.
static void
start_follower (gint64 id, gpointer data)
{
  const Onlooker *onlooker = data;
  g_autoptr (GError) reason = NULL;

  if (cz_run_push_start_follower (onlooker->library, id, &reason))
    return;
  g_autofree char *sentence
      = g_strdup_printf (_ ("Nothing will be pushed to the Hub: %s"), reason->message);
  cz_progress_note (onlooker->progress, sentence);
}

gboolean
cz_run_carry_out (CzInvocation *invocation,
                  gint64 id,
                  const char *micro_batch,
                  gboolean from_queue,
                  GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  Onlooker onlooker = { .library = library, .progress = progress };
  const CzRunWatcher watcher = { .progress = show_progress,
                                 .note = show_note,
                                 .begun = start_follower,
                                 .data = &onlooker,
                                 .cancellable = cancellable,
                                 .from_queue = from_queue };
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
         && cz_run_carry_out (invocation, id, NULL /* micro_batch */, FALSE /* from_queue */,
                              error);
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
         && cz_run_carry_out (invocation, id, micro_batch, FALSE /* from_queue */, error);
}

// A sweep's runs one after the other; one that fails is told of and does not hold up the others.
static gboolean
train (CzInvocation *invocation, GError **error)
{
  g_autoptr (GArray) ids = refuse_queue (error) && refuse_measure (error)
                               ? make_runs (invocation, CZ_RUN_CREATE_PLAIN, error)
                               : NULL;
  gboolean done = ids != NULL;

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      g_autoptr (GError) reason = NULL;
      if (i > 0 && g_cancellable_is_cancelled (cz_interruption_get ()))
        break;
      if (cz_run_carry_out (invocation, id, NULL /* micro_batch */, FALSE /* from_queue */,
                            &reason))
        continue;
      if (ids->len == 1)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      cz_complain (_ ("Run %" PRId64 ": %s"), id, reason->message);
      done = FALSE;
    }
  if (ids != NULL && !done)
    g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_SAID, "");
  return done;
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

#define REQUEST_ARGUMENTS                                                                          \
  N_ ("--model MODEL --corpus C [--name N] [--preset course|quick|thorough] [--set KEY=VALUE]… " \
      "[--sweep KEY=VALUE,VALUE…]… [--push REPO [--push-private]]")

const CzCommand cz_run_commands[] = {
  { "run create", REQUEST_ARGUMENTS, N_ ("Make a run's record; “run start” starts it."), options, 0,
    0, create, PARAMETERS_HELP },
  { "run plan", REQUEST_ARGUMENTS,
    N_ ("Tell steps, tokens, memory, disk and time of a run without making it; without --corpus "
        "of one on as much text as it asks for, without --model of DistilBERT's size."),
    options, 0, 0, plan_runs, PARAMETERS_HELP },
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
