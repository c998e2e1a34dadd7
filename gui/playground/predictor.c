#include "gui/playground/predictor.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/format/json-text.h"
#include "gui/playground/key-trace.h"
#include "gui/playground/predictor-process.h"

// A question is asked again once, when the process ended over it.
#define MOST_ENDS 2
// One that is worked on, and one that was cancelled or lies ready behind it.
#define MOST_SENT 2
// Lines that answer nothing that was asked, before the process counts as talking nonsense.
#define MOST_STRAY 1000
// How long a process may say nothing, in milliseconds: a large model may have to be loaded first.
#define PATIENCE 60000
// Where processes end without one answer, another is started no sooner than this, in microseconds.
#define BETWEEN_STARTS G_USEC_PER_SEC

// What is asked of one kind.
typedef struct
{
  char *members; // of the question, from behind its opening brace; NULL: nothing is asked
  gint64 id;     // under which it was sent, 0: it waits
  guint ends;    // how many processes ended over it
  CzPredicted predicted;
  CzPredictorTold told;
  gpointer data;
} Asked;

struct _CzPredictor
{
  GObject parent_instance;
  char *library;
  CzPredictorProcess *process; // NULL: none runs
  Asked asked[CZ_N_QUESTION_KINDS];
  gint64 last_id;
  gint64 sent[MOST_SENT]; // ids that the process has not answered yet, cancelled ones among them
  guint n_sent;
  guint stray;
  guint fruitless; // processes that ended one after another without an answer
  gint64 started_at, heard_at;
  guint patience;     // milliseconds
  guint waiting;      // source: looks whether patience is at its end
  guint starting;     // source: starts a process after a pause
  char *unstartable;  // why none could be started
  guint giving_up;    // source: tells so
  gboolean told_busy; // what "busy" was last
};

G_DEFINE_FINAL_TYPE (CzPredictor, cz_predictor, G_TYPE_OBJECT)

enum
{
  PROP_BUSY = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint restarted_signal;

static void send_next (CzPredictor *self);
static void process_ended (CzPredictor *self, const char *complaint);

static void
tell_busy (CzPredictor *self)
{
  gboolean busy = cz_predictor_get_busy (self);

  if (busy == self->told_busy)
    return;
  self->told_busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
asked_clear (Asked *asked)
{
  g_free (asked->members);
  *asked = (Asked){ 0 };
}

// The question that is worked on, NULL: none.
static Asked *
find_sent (CzPredictor *self)
{
  for (guint i = 0; i < CZ_N_QUESTION_KINDS; i++)
    {
      if (self->asked[i].id != 0)
        return &self->asked[i];
    }
  return NULL;
}

// The most urgent question that waits, NULL: none.
static Asked *
find_waiting (CzPredictor *self)
{
  for (guint i = 0; i < CZ_N_QUESTION_KINDS; i++)
    {
      if (self->asked[i].members != NULL && self->asked[i].id == 0)
        return &self->asked[i];
    }
  return NULL;
}

// Answers a question; the callback may ask the next or stop all.
static void
answer (CzPredictor *self, Asked *asked, JsonNode *result, const char *sentence)
{
  Asked answered = *asked;

  *asked = (Asked){ 0 };
  answered.predicted (result, sentence, answered.data);
  if (asked == &self->asked[CZ_QUESTION_FILL] && result != NULL)
    cz_key_trace_answered ();
  g_free (answered.members);
  tell_busy (self);
}

// ---- The process ----

static void
end_process (CzPredictor *self)
{
  g_clear_pointer (&self->process, cz_predictor_process_end);
  g_clear_handle_id (&self->waiting, g_source_remove);
  self->n_sent = 0;
}

static gboolean
lose_patience (gpointer data)
{
  CzPredictor *self = data;
  gint64 silent = (g_get_monotonic_time () - self->heard_at) / 1000;

  if (silent < self->patience)
    {
      self->waiting = g_timeout_add ((guint)(self->patience - silent) + 1, lose_patience, self);
      return G_SOURCE_REMOVE;
    }
  self->waiting = 0;
  process_ended (self, _ ("The process that predicts gave no answer."));
  return G_SOURCE_REMOVE;
}

// Takes an id off those that the process owes an answer; FALSE when it is none of them.
static gboolean
strike (CzPredictor *self, gint64 id)
{
  for (guint i = 0; i < self->n_sent; i++)
    {
      if (self->sent[i] == id)
        {
          self->sent[i] = self->sent[--self->n_sent];
          return TRUE;
        }
    }
  return FALSE;
}

static void
take_answer (CzPredictor *self, JsonObject *object)
{
  gint64 id = json_object_get_int_member_with_default (object, "id", 0);
  Asked *asked = find_sent (self);

  if (asked != NULL && asked->id != id)
    asked = NULL;
  if (json_object_has_member (object, "progress"))
    {
      if (asked != NULL && asked->told != NULL)
        asked->told (json_object_get_double_member_with_default (object, "progress", 0),
                     asked->data);
      return;
    }
  if (!strike (self, id))
    {
      // Most likely the answer to a cancellation.
      if (++self->stray > MOST_STRAY)
        process_ended (self, _ ("The process that predicts gave an answer that can't be read."));
      return;
    }
  if (json_object_get_boolean_member_with_default (object, "device_lost", FALSE))
    {
      // It ends now: another may find the device well.
      process_ended (self, json_object_get_string_member_with_default (object, "error", NULL));
      return;
    }
  self->fruitless = self->stray = 0;
  if (asked == NULL) // overtaken or interrupted
    return;
  if (json_object_has_member (object, "result"))
    answer (self, asked, json_object_get_member (object, "result"), NULL);
  else
    answer (self, asked, NULL,
            json_object_get_string_member_with_default (
                object, "error", _ ("The process that predicts gave no answer.")));
}

static void
said (JsonObject *object, gpointer data)
{
  g_autoptr (CzPredictor) self = g_object_ref (data);

  self->heard_at = g_get_monotonic_time ();
  take_answer (self, object);
  send_next (self);
}

// The process is of no use any more: the question is asked once more, then given up.
static void
process_ended (CzPredictor *self, const char *complaint)
{
  Asked *asked = find_sent (self);
  guint most = self->fruitless++ < MOST_ENDS ? MOST_ENDS : 1;

  end_process (self);
  if (asked != NULL)
    {
      asked->id = 0;
      if (++asked->ends < most)
        g_signal_emit (self, restarted_signal, 0);
      else
        answer (self, asked, NULL,
                complaint != NULL ? complaint
                                  : _ ("The process that predicts ended twice on this text; the "
                                       "graphics driver may have failed."));
    }
  send_next (self);
}

static void
gone (const char *complaint, gpointer data)
{
  g_autoptr (CzPredictor) self = g_object_ref (data);

  process_ended (self, complaint);
}

// ---- Asking ----

// No process can be started: all that waits is told why.
static gboolean
give_up (gpointer data)
{
  g_autoptr (CzPredictor) self = g_object_ref (data);
  g_autofree char *sentence = g_steal_pointer (&self->unstartable);
  gboolean waits[CZ_N_QUESTION_KINDS];

  self->giving_up = 0;
  for (guint i = 0; i < CZ_N_QUESTION_KINDS; i++)
    waits[i] = self->asked[i].members != NULL;
  for (guint i = 0; i < CZ_N_QUESTION_KINDS; i++)
    {
      if (waits[i] && self->asked[i].members != NULL)
        answer (self, &self->asked[i], NULL, sentence);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
start_late (gpointer data)
{
  CzPredictor *self = data;

  self->starting = 0;
  send_next (self);
  return G_SOURCE_REMOVE;
}

// FALSE when there is none yet.
static gboolean
have_process (CzPredictor *self)
{
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_monotonic_time (), pause = self->started_at + BETWEEN_STARTS - now;

  if (self->process != NULL)
    return TRUE;
  if (self->starting != 0 || self->giving_up != 0)
    return FALSE;
  if (self->fruitless >= MOST_ENDS && pause > 0)
    {
      self->starting = g_timeout_add ((guint)(pause / 1000) + 1, start_late, self);
      return FALSE;
    }
  self->started_at = now;
  self->process = cz_predictor_process_start (self->library, said, gone, self, &error);
  if (self->process == NULL)
    {
      self->unstartable = g_strdup (error->message);
      self->giving_up = g_idle_add_full (G_PRIORITY_DEFAULT, give_up, self, NULL);
    }
  return self->process != NULL;
}

// The process need not go on with what it was asked.
static void
cancel (CzPredictor *self, gint64 id)
{
  if (self->process != NULL)
    cz_predictor_process_send (
        self->process,
        g_strdup_printf ("{\"id\":%" G_GINT64_FORMAT
                         ",\"request\":\"cancel\",\"cancel\":%" G_GINT64_FORMAT "}\n",
                         ++self->last_id, id));
}

static void
send_next (CzPredictor *self)
{
  Asked *next = find_waiting (self), *sent = find_sent (self);

  // Kinds lie in order of urgency.
  if (next == NULL || (sent != NULL && sent < next) || !have_process (self))
    return;
  if (sent != NULL)
    {
      cancel (self, sent->id);
      sent->id = 0;
    }
  // A process that cannot cancel gets no more than it can keep up with.
  if (self->n_sent == MOST_SENT)
    return;
  if (self->n_sent == 0)
    self->heard_at = g_get_monotonic_time ();
  next->id = ++self->last_id;
  self->sent[self->n_sent++] = next->id;
  cz_predictor_process_send (self->process, g_strdup_printf ("{\"id\":%" G_GINT64_FORMAT ",%s\n",
                                                             next->id, next->members));
  if (self->waiting == 0)
    self->waiting = g_timeout_add (self->patience, lose_patience, self);
}

JsonObject *
cz_question_new (const char *request, const char *const *models, const char *text)
{
  JsonObject *question = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; models[i] != NULL; i++)
    json_array_add_string_element (array, models[i]);
  json_object_set_string_member (question, "request", request);
  json_object_set_array_member (question, "models", array);
  if (text != NULL)
    json_object_set_string_member (question, "text", text);
  return question;
}

void
cz_predictor_ask (CzPredictor *self,
                  CzQuestionKind kind,
                  JsonObject *question,
                  CzPredicted predicted,
                  CzPredictorTold told,
                  gpointer data)
{
  Asked *asked = &self->asked[kind];
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), question);
  g_autofree char *line = cz_json_to_line (node);

  g_return_if_fail (json_object_has_member (question, "request"));
  if (asked->id != 0)
    cancel (self, asked->id);
  asked_clear (asked);
  asked->members = g_strdup (line + 1);
  asked->predicted = predicted;
  asked->told = told;
  asked->data = data;
  if (kind == CZ_QUESTION_FILL)
    cz_key_trace_asked ();
  send_next (self);
  tell_busy (self);
}

void
cz_predictor_forget (CzPredictor *self, CzQuestionKind kind)
{
  Asked *asked = &self->asked[kind];

  if (asked->id != 0)
    cancel (self, asked->id);
  asked_clear (asked);
  send_next (self);
  tell_busy (self);
}

gboolean
cz_predictor_is_asked (CzPredictor *self, CzQuestionKind kind)
{
  return self->asked[kind].members != NULL;
}

void
cz_predictor_fill (CzPredictor *self,
                   const char *const *models,
                   const char *text,
                   guint top_k,
                   CzPredicted predicted,
                   gpointer data)
{
  g_autoptr (JsonObject) question = cz_question_new ("fill", models, text);

  json_object_set_int_member (question, "top_k", top_k);
  cz_predictor_ask (self, CZ_QUESTION_FILL, question, predicted, NULL, data);
}

gboolean
cz_predictor_get_busy (CzPredictor *self)
{
  return find_waiting (self) != NULL || find_sent (self) != NULL;
}

void
cz_predictor_set_patience (CzPredictor *self, guint milliseconds)
{
  self->patience = milliseconds;
}

void
cz_predictor_stop (CzPredictor *self)
{
  end_process (self);
  g_clear_handle_id (&self->starting, g_source_remove);
  g_clear_handle_id (&self->giving_up, g_source_remove);
  g_clear_pointer (&self->unstartable, g_free);
  for (guint i = 0; i < CZ_N_QUESTION_KINDS; i++)
    asked_clear (&self->asked[i]);
  self->fruitless = 0;
  tell_busy (self);
}

// ---- Life ----

static void
cz_predictor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_BUSY)
    g_value_set_boolean (value, cz_predictor_get_busy (CZ_PREDICTOR (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_predictor_dispose (GObject *object)
{
  cz_predictor_stop (CZ_PREDICTOR (object));
  G_OBJECT_CLASS (cz_predictor_parent_class)->dispose (object);
}

static void
cz_predictor_finalize (GObject *object)
{
  g_free (CZ_PREDICTOR (object)->library);
  G_OBJECT_CLASS (cz_predictor_parent_class)->finalize (object);
}

static void
cz_predictor_class_init (CzPredictorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cz_predictor_get_property;
  object_class->dispose = cz_predictor_dispose;
  object_class->finalize = cz_predictor_finalize;
  properties[PROP_BUSY]
      = g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  restarted_signal = g_signal_new ("restarted", CZ_TYPE_PREDICTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cz_predictor_init (CzPredictor *self)
{
  self->patience = PATIENCE;
}

CzPredictor *
cz_predictor_new (const char *library)
{
  CzPredictor *self = g_object_new (CZ_TYPE_PREDICTOR, NULL);

  self->library = g_strdup (library);
  return self;
}
