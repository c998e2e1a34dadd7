#include "gui/experiments/run-values.h"

#include "data/metric.h"
#include "gui/corpora/library-task.h"

static const char *const metric_names[CZ_N_RUN_METRICS]
    = { "train_loss", "eval_loss", "learning_rate", "gradient_norm", "tokens_per_second" };

struct _CzRunValues
{
  GObject parent_instance;
  gint64 run;
  char *library; // its path, when it was last read
  guint wanted;  // bits
  CzValueRow *metrics[CZ_N_RUN_METRICS];
  GCancellable *cancellable;
  gboolean reading;
  gboolean again, again_anew; // to be read once more, once the read under way is done
};

G_DEFINE_FINAL_TYPE (CzRunValues, cz_run_values, G_TYPE_OBJECT)

static guint read_signal, rested_signal;

// ---- In the thread ----

typedef struct
{
  gint64 run;
  guint wanted;
  gboolean anew;
  gint64 after[CZ_N_RUN_METRICS]; // the last step known, −1: none
  CzValueRow *found[CZ_N_RUN_METRICS];
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    g_clear_pointer (&question->found[m], cz_value_row_free);
  g_free (question);
}

static gboolean
read_wanted (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    {
      g_autoptr (GArray) values = NULL;

      if ((question->wanted & (1u << m)) == 0)
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      values = cz_metric_read (library, question->run, metric_names[m], question->after[m], error);
      if (values == NULL)
        return FALSE;
      question->found[m] = cz_value_row_new ();
      for (guint i = 0; i < values->len; i++)
        {
          const CzMetric *metric = &g_array_index (values, CzMetric, i);
          CzRunValue value = { .value = metric->value,
                               .seconds = metric->seconds,
                               .epoch = (float)metric->epoch,
                               .step = (guint32)CLAMP (metric->step, 0, G_MAXUINT32) };

          cz_value_row_append (question->found[m], &value);
        }
    }
  return TRUE;
}

// ---- In the main thread ----

// −1: there is none.
static gint64
get_last_step (const CzValueRow *values)
{
  guint n = cz_value_row_get_n (values);

  return n > 0 ? (gint64)cz_value_row_get (values, n - 1).step : -1;
}

static void
was_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzRunValues *self = CZ_RUN_VALUES (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);

  if (cz_library_task_is_cancelled (error))
    return;
  self->reading = FALSE;
  // What could not be read now, since the library was busy, is read at the next change.
  for (guint m = 0; question != NULL && m < CZ_N_RUN_METRICS; m++)
    {
      CzValueRow *found = question->found[m];
      guint n = cz_value_row_get_n (self->metrics[m]), from = question->anew ? 0 : n;

      if (found == NULL || (self->wanted & (1u << m)) == 0)
        continue;
      if (cz_value_row_get_n (found) == 0 && (!question->anew || n == 0))
        continue;
      // Forgotten and wanted again meanwhile: what was asked for is not what is missing.
      if (get_last_step (self->metrics[m]) != question->after[m] && !question->anew)
        continue;
      if (from == 0)
        {
          cz_value_row_free (self->metrics[m]);
          self->metrics[m] = g_steal_pointer (&question->found[m]);
        }
      for (guint i = 0; from > 0 && i < cz_value_row_get_n (found); i++)
        {
          CzRunValue value = cz_value_row_get (found, i);

          cz_value_row_append (self->metrics[m], &value);
        }
      g_signal_emit (self, read_signal, 0, m, from);
    }
  if (self->again)
    cz_run_values_read (self, self->library, self->again_anew);
  else
    g_signal_emit (self, rested_signal, 0);
}

void
cz_run_values_read (CzRunValues *self, const char *library, gboolean anew)
{
  Question *question;

  if (library != self->library)
    {
      g_free (self->library);
      self->library = g_strdup (library);
    }
  if (self->reading)
    {
      self->again = TRUE;
      self->again_anew = self->again_anew || anew;
      return;
    }
  question = g_new0 (Question, 1);
  question->run = self->run;
  question->wanted = self->wanted;
  question->anew = anew;
  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    question->after[m] = anew ? -1 : get_last_step (self->metrics[m]);
  self->reading = TRUE;
  self->again = self->again_anew = FALSE;
  cz_library_task_run (self, self->library, read_wanted, question, question_free, self->cancellable,
                       was_read);
}

void
cz_run_values_want (CzRunValues *self, guint metrics)
{
  self->wanted = metrics;
  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    {
      if ((metrics & (1u << m)) != 0 || cz_value_row_get_n (self->metrics[m]) == 0)
        continue;
      cz_value_row_free (self->metrics[m]);
      self->metrics[m] = cz_value_row_new ();
    }
}

gboolean
cz_run_values_is_reading (CzRunValues *self)
{
  return self->reading;
}

const CzValueRow *
cz_run_values_get (CzRunValues *self, CzRunMetric metric)
{
  return self->metrics[metric];
}

// ---- Life ----

void
cz_run_values_give_up (CzRunValues *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
cz_run_values_finalize (GObject *object)
{
  CzRunValues *self = CZ_RUN_VALUES (object);

  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    cz_value_row_free (self->metrics[m]);
  g_object_unref (self->cancellable);
  g_free (self->library);
  G_OBJECT_CLASS (cz_run_values_parent_class)->finalize (object);
}

static void
cz_run_values_class_init (CzRunValuesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = cz_run_values_finalize;
  read_signal = g_signal_new ("read", CZ_TYPE_RUN_VALUES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  rested_signal = g_signal_new ("rested", CZ_TYPE_RUN_VALUES, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
cz_run_values_init (CzRunValues *self)
{
  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    self->metrics[m] = cz_value_row_new ();
  self->cancellable = g_cancellable_new ();
}

CzRunValues *
cz_run_values_new (gint64 run)
{
  CzRunValues *self = g_object_new (CZ_TYPE_RUN_VALUES, NULL);

  self->run = run;
  return self;
}
