#include "gui/welcome/sample-start.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>
#include <math.h>

#include "data/corpus.h"
#include "data/metric.h"
#include "data/run.h"
#include "gui/cloze.h"
#include "gui/corpora/import-task.h"
#include "gui/kept-setting.h"
#include "gui/welcome/sample-folder.h"
#include "gui/welcome/sample-sentence.h"

// The library's setting: the id of the sample's run.
#define RUN_SETTING "sample-run"
// A run is stopped, and what it has learned is kept, when it has been at work for so many seconds:
// where the machine became slower than it was when the run was planned.
#define MOST_SECONDS 165

struct _CzSampleStart
{
  GObject parent_instance;
  CzWorkbench *workbench; // owns this; NULL: gone
  CzSampleStage stage;
  char *status;
  char *trouble;
  double share;
  double seconds_left;
  CzImportTask *import;
  GCancellable *creating; // of `cloze run create`
  gint64 run;             // 0: none
  gboolean begun;         // by this object: its end is told
  gboolean stopped;       // asked to stop, since it took too long
  GArray *perplexities;
  char **sentences;
};

G_DEFINE_FINAL_TYPE (CzSampleStart, cz_sample_start, G_TYPE_OBJECT)

enum
{
  CHANGED,
  ADAPTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

// ---- Telling ----

static void
tell (
    CzSampleStart *self, CzSampleStage stage, double share, double seconds_left, const char *status)
{
  self->stage = stage;
  self->share = share;
  self->seconds_left = seconds_left;
  g_free (self->status);
  self->status = g_strdup (status);
  if (stage != CZ_SAMPLE_FAILED)
    g_clear_pointer (&self->trouble, g_free);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
fail (CzSampleStart *self, const char *sentence)
{
  char *copy = g_strdup (sentence);

  g_free (self->trouble);
  self->trouble = copy;
  self->begun = FALSE;
  tell (self, CZ_SAMPLE_FAILED, NAN, NAN, "");
}

static const CzRun *
find_run (CzSampleStart *self)
{
  CzRunItem *item = self->run != 0 ? cz_workbench_find_run (self->workbench, self->run) : NULL;

  return item != NULL && !cz_run_item_get (item)->trashed ? cz_run_item_get (item) : NULL;
}

static gboolean
has_ended (const CzRun *run)
{
  return run->state == CZ_RUN_FINISHED || run->state == CZ_RUN_STOPPED;
}

// ---- The run ----

static void
read_perplexities (CzSampleStart *self)
{
  g_autoptr (GArray) losses = cz_metric_read (cz_workbench_get_library (self->workbench), self->run,
                                              "eval_loss", -1, NULL);

  g_array_set_size (self->perplexities, 0);
  for (guint i = 0; losses != NULL && i < losses->len; i++)
    {
      double perplexity = exp (g_array_index (losses, CzMetric, i).value);

      g_array_append_val (self->perplexities, perplexity);
    }
}

static gboolean
read_result (CzSampleStart *self, const CzRun *run, GError **error)
{
  char **sentences = cz_sample_sentence_rank (cz_workbench_get_library (self->workbench), run->id,
                                              run->best_step, error);

  if (sentences == NULL)
    return FALSE;
  g_strfreev (self->sentences);
  self->sentences = sentences;
  read_perplexities (self);
  return TRUE;
}

// One that ended at an earlier time is told of to nobody: nothing of it is read when the program
// starts.
static void
be_adapted (CzSampleStart *self, const CzRun *run)
{
  gboolean begun = self->begun;
  g_autoptr (GError) error = NULL;

  if (begun && !read_result (self, run, &error))
    {
      fail (self, error->message);
      return;
    }
  self->begun = FALSE;
  tell (self, CZ_SAMPLE_ADAPTED, 1, 0, "");
  if (begun)
    g_signal_emit (self, signals[ADAPTED], 0);
}

// Where the machine became much slower than it was.
static void
stop_in_time (CzSampleStart *self, const CzRun *run)
{
  if (self->stopped || !(run->seconds > MOST_SECONDS))
    return;
  self->stopped = TRUE;
  cz_run_request (cz_workbench_get_library (self->workbench), run->id, CZ_REQUEST_STOP, NULL);
}

static void
follow_running (CzSampleStart *self, const CzRun *run)
{
  gboolean first = self->perplexities->len == 0;

  self->begun = TRUE;
  // Before its process has read the library, a run that is to pause can't be asked to.
  if (self->stage == CZ_SAMPLE_CANCELLING)
    {
      if (run->requested == CZ_REQUEST_RUN)
        cz_run_request (cz_workbench_get_library (self->workbench), run->id, CZ_REQUEST_PAUSE,
                        NULL);
      return;
    }
  stop_in_time (self, run);
  read_perplexities (self);
  tell (self, CZ_SAMPLE_TRAINING, run->steps > 0 ? (double)run->step / (double)run->steps : NAN,
        run->seconds_left,
        self->stopped                           ? _ ("Saving what it has learned")
        : first && self->perplexities->len == 0 ? _ ("Testing what the starter knows")
                                                : _ ("Adapting the starter"));
}

static void
follow (CzSampleStart *self)
{
  const CzRun *run = find_run (self);
  gboolean cancelling = self->stage == CZ_SAMPLE_CANCELLING;

  if (run == NULL)
    {
      if (self->stage == CZ_SAMPLE_TRAINING || self->stage == CZ_SAMPLE_ADAPTED)
        {
          self->run = 0;
          tell (self, CZ_SAMPLE_IDLE, NAN, NAN, "");
        }
      return;
    }
  if (run->state == CZ_RUN_RUNNING)
    follow_running (self, run);
  else if (has_ended (run) && run->result_folder != NULL)
    {
      if (self->stage != CZ_SAMPLE_ADAPTED)
        be_adapted (self, run);
    }
  else if (cancelling && (run->state == CZ_RUN_PAUSED || run->state == CZ_RUN_STOPPED))
    {
      self->begun = FALSE;
      tell (self, CZ_SAMPLE_IDLE, NAN, NAN, "");
    }
  else if (self->begun && run->state != CZ_RUN_QUEUED)
    fail (self, run->message != NULL && run->message[0] != '\0'
                    ? run->message
                    : _ ("The run was interrupted. Start again: it goes on from its last "
                         "checkpoint."));
}

static void
process_ended (GObject *owner, const char *sentence, gpointer data)
{
  CzSampleStart *self = CZ_SAMPLE_START (owner);

  if (self->workbench == NULL)
    return;
  cz_workbench_refresh (self->workbench);
  if (self->stage == CZ_SAMPLE_TRAINING || self->stage == CZ_SAMPLE_CANCELLING)
    fail (self, sentence);
}

static void
start_process (CzSampleStart *self, const char *verb)
{
  g_autofree char *id = g_strdup_printf ("%" PRId64, self->run);
  g_autofree char *log = cz_run_get_log (cz_workbench_get_library (self->workbench), self->run);
  const char *arguments[] = { "run", verb, id, NULL };
  g_autoptr (GError) error = NULL;

  self->begun = TRUE;
  self->stopped = FALSE;
  g_array_set_size (self->perplexities, 0);
  tell (self, CZ_SAMPLE_TRAINING, NAN, NAN, _ ("Starting the run"));
  if (!cz_cloze_start (cz_workbench_get_path (self->workbench), arguments, log, G_OBJECT (self),
                       process_ended, NULL, &error))
    fail (self, error->message);
}

static void
created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzSampleStart) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);
  g_autofree char *id = NULL;
  gint64 run = 0;

  g_clear_object (&self->creating);
  if (self->workbench == NULL) // the window is gone
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      tell (self, CZ_SAMPLE_IDLE, NAN, NAN, "");
      return;
    }
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    run = json_object_get_int_member_with_default (json_node_get_object (answer), "run", 0);
  if (run == 0)
    {
      fail (self, error != NULL ? error->message : _ ("The run could not be created."));
      return;
    }
  self->run = run;
  id = g_strdup_printf ("%" PRId64, run);
  cz_kept_setting_write (self->workbench, RUN_SETTING, id);
  cz_workbench_refresh (self->workbench);
  start_process (self, "start");
}

static void
create_run (CzSampleStart *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) own = cz_sample_folder_read_arguments (&error);
  g_auto (GStrv) sentences = own != NULL ? cz_sample_folder_read_sentences (&error) : NULL;
  g_auto (GStrv) arguments = NULL;

  if (sentences == NULL)
    {
      fail (self, error->message);
      return;
    }
  // Translators: the name of the first run.
  g_strv_builder_add_many (builder, "run", "create", "--model", CZ_SAMPLE_MODEL, "--corpus",
                           CZ_SAMPLE_CORPUS, "--name", _ ("Jargon File, sample"), NULL);
  g_strv_builder_addv (builder, (const char **)own);
  for (guint i = 0; sentences[i] != NULL; i++)
    g_strv_builder_add_many (builder, "--sentence", sentences[i], NULL);
  arguments = g_strv_builder_end (builder);
  self->creating = g_cancellable_new ();
  tell (self, CZ_SAMPLE_PLANNING, NAN, NAN, _ ("Measuring how much fits into two minutes"));
  cz_cloze_watch_async (cz_workbench_get_path (self->workbench), (const char *const *)arguments,
                        self->creating, NULL, created, g_object_ref (self));
}

// ---- The corpus ----

static void
import_moved (CzSampleStart *self)
{
  if (cz_import_task_is_active (self->import) && self->stage == CZ_SAMPLE_IMPORTING)
    tell (self, CZ_SAMPLE_IMPORTING, cz_import_task_get_share (self->import), NAN,
          _ ("Importing the Jargon File"));
}

static void
imported (CzSampleStart *self)
{
  g_autoptr (CzImportTask) import = g_steal_pointer (&self->import);

  cz_workbench_refresh (self->workbench);
  switch (cz_import_task_get_state (import))
    {
    case CZ_IMPORT_DONE:
      if (self->stage == CZ_SAMPLE_IMPORTING)
        create_run (self);
      else
        tell (self, CZ_SAMPLE_IDLE, NAN, NAN, "");
      break;
    case CZ_IMPORT_FAILED:
      fail (self, cz_import_task_get_trouble (import));
      break;
    case CZ_IMPORT_RUNNING:
    case CZ_IMPORT_CANCELLING:
    case CZ_IMPORT_CANCELLED:
    default:
      tell (self, CZ_SAMPLE_IDLE, NAN, NAN, "");
      break;
    }
}

static void
import (CzSampleStart *self)
{
  g_autofree char *path = cz_sample_folder_find_corpus ();
  const char *files[] = { path, NULL };
  g_autoptr (CzImportChoice) choice = NULL;

  if (path == NULL)
    {
      fail (self, _ ("The sample corpus is missing: install Clozebench completely, or import texts "
                     "of your own."));
      return;
    }
  choice = cz_import_choice_new (files);
  self->import
      = cz_import_task_new (cz_workbench_get_path (self->workbench), CZ_SAMPLE_CORPUS, choice);
  g_signal_connect_object (self->import, "ended", G_CALLBACK (imported), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->import, "notify::share", G_CALLBACK (import_moved), self,
                           G_CONNECT_SWAPPED);
  tell (self, CZ_SAMPLE_IMPORTING, 0, NAN, _ ("Importing the Jargon File"));
}

// ---- Beginning and cancelling ----

// What stands in the way; NULL: nothing. Freed by the caller.
static char *
get_obstacle (CzSampleStart *self)
{
  g_autoptr (GPtrArray) active = cz_workbench_list_active (self->workbench);

  if (cz_workbench_get_library (self->workbench) == NULL)
    return g_strdup (_ ("The library is not open yet. Try again in a moment."));
  if (cz_workbench_get_device_trouble (self->workbench) != NULL)
    return g_strdup (cz_workbench_get_device_trouble (self->workbench));
  if (cz_workbench_find_model_named (self->workbench, CZ_SAMPLE_MODEL) == NULL)
    return g_strdup (_ ("The starter model is missing: install Clozebench completely, get "
                        "DistilBERT, or add the folder of a model."));
  if (active->len > 0)
    return g_strdup_printf (_ ("“%s” is at work. Wait until it has ended, or pause it, then start "
                               "again."),
                            cz_run_item_get (active->pdata[0])->name);
  return NULL;
}

void
cz_sample_start_begin (CzSampleStart *self)
{
  const CzRun *run;
  g_autofree char *obstacle = NULL;
  g_autoptr (CzCorpus) corpus = NULL;

  if (cz_sample_start_is_active (self))
    return;
  run = find_run (self);
  if (run != NULL && has_ended (run) && run->result_folder != NULL)
    {
      self->begun = TRUE;
      be_adapted (self, run);
      return;
    }
  obstacle = get_obstacle (self);
  if (obstacle != NULL)
    {
      fail (self, obstacle);
      return;
    }
  if (run != NULL && (run->resumable || run->state == CZ_RUN_QUEUED) && !has_ended (run))
    {
      start_process (self, run->state == CZ_RUN_QUEUED ? "start" : "resume");
      return;
    }
  corpus = cz_corpus_find (cz_workbench_get_library (self->workbench), CZ_SAMPLE_CORPUS, NULL);
  if (corpus != NULL)
    create_run (self);
  else
    import (self);
}

void
cz_sample_start_cancel (CzSampleStart *self)
{
  if (!cz_sample_start_is_active (self))
    return;
  if (self->import != NULL)
    cz_import_task_cancel (self->import);
  if (self->creating != NULL)
    g_cancellable_cancel (self->creating);
  tell (self, CZ_SAMPLE_CANCELLING, NAN, NAN, _ ("Cancelling"));
  follow (self);
}

// ---- What there is ----

CzSampleStage
cz_sample_start_get_stage (CzSampleStart *self)
{
  return self->stage;
}

gboolean
cz_sample_start_is_active (CzSampleStart *self)
{
  return self->stage == CZ_SAMPLE_IMPORTING || self->stage == CZ_SAMPLE_PLANNING
         || self->stage == CZ_SAMPLE_TRAINING || self->stage == CZ_SAMPLE_CANCELLING;
}

gboolean
cz_sample_start_is_paused (CzSampleStart *self)
{
  const CzRun *run = find_run (self);

  return run != NULL && run->resumable && run->state != CZ_RUN_RUNNING && !has_ended (run);
}

const char *
cz_sample_start_get_status (CzSampleStart *self)
{
  return self->status;
}

const char *
cz_sample_start_get_trouble (CzSampleStart *self)
{
  return self->trouble;
}

double
cz_sample_start_get_share (CzSampleStart *self)
{
  return self->share;
}

double
cz_sample_start_get_seconds_left (CzSampleStart *self)
{
  return self->seconds_left;
}

gint64
cz_sample_start_get_run (CzSampleStart *self)
{
  return self->run;
}

GArray *
cz_sample_start_get_perplexities (CzSampleStart *self)
{
  return self->perplexities;
}

const char *const *
cz_sample_start_get_sentences (CzSampleStart *self)
{
  return (const char *const *)self->sentences;
}

// ---- Life ----

static void
opened (CzSampleStart *self)
{
  g_autofree char *text
      = cz_library_get_setting (cz_workbench_get_library (self->workbench), RUN_SETTING);

  self->run = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
  follow (self);
}

static void
cz_sample_start_dispose (GObject *object)
{
  CzSampleStart *self = CZ_SAMPLE_START (object);

  if (self->import != NULL)
    cz_import_task_cancel (self->import);
  g_clear_object (&self->import);
  if (self->creating != NULL)
    g_cancellable_cancel (self->creating);
  G_OBJECT_CLASS (cz_sample_start_parent_class)->dispose (object);
}

static void
cz_sample_start_finalize (GObject *object)
{
  CzSampleStart *self = CZ_SAMPLE_START (object);

  g_clear_object (&self->creating);
  g_free (self->status);
  g_free (self->trouble);
  g_strfreev (self->sentences);
  g_array_unref (self->perplexities);
  G_OBJECT_CLASS (cz_sample_start_parent_class)->finalize (object);
}

static void
cz_sample_start_class_init (CzSampleStartClass *klass)
{
  GType type = CZ_TYPE_SAMPLE_START;

  G_OBJECT_CLASS (klass)->dispose = cz_sample_start_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_sample_start_finalize;
  signals[CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ADAPTED]
      = g_signal_new ("adapted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cz_sample_start_init (CzSampleStart *self)
{
  self->status = g_strdup ("");
  self->share = self->seconds_left = NAN;
  self->sentences = g_new0 (char *, 1);
  self->perplexities = g_array_new (FALSE, FALSE, sizeof (double));
}

// With its workbench, whoever still waits for an answer.
static void
let_go (gpointer data)
{
  CZ_SAMPLE_START (data)->workbench = NULL;
  g_object_run_dispose (data);
  g_object_unref (data);
}

CzSampleStart *
cz_sample_start_get (CzWorkbench *workbench)
{
  CzSampleStart *self = g_object_get_data (G_OBJECT (workbench), "cz-sample-start");

  if (self != NULL)
    return self;
  self = g_object_new (CZ_TYPE_SAMPLE_START, NULL);
  self->workbench = workbench;
  g_object_set_data_full (G_OBJECT (workbench), "cz-sample-start", self, let_go);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (opened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  return self;
}
