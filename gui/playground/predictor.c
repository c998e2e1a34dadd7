#include "gui/playground/predictor.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/cloze.h"

struct _CzPredictor
{
  GObject parent_instance;
  char *library;
  GSubprocess *process;
  GDataInputStream *answers;
  GDataInputStream *complaints;
  GCancellable *cancellable; // of everything that reads from or writes to this process
  char *last_complaint;      // the last line it wrote to stderr

  gint64 last_id;
  gint64 in_flight; // the id of the question sent, 0: none
  char *sent;       // that question, for asking again
  gboolean retried; // it was asked twice already
  CzPredicted sent_predicted;
  gpointer sent_data;

  char *waiting; // the question to be sent next
  gint64 waiting_id;
  CzPredicted predicted;
  gpointer data;
};

G_DEFINE_FINAL_TYPE (CzPredictor, cz_predictor, G_TYPE_OBJECT)

enum
{
  PROP_BUSY = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint restarted_signal;

static void send_waiting (CzPredictor *self);
static void read_answer (CzPredictor *self);

static void
end_process (CzPredictor *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->process != NULL)
    {
      g_subprocess_force_exit (self->process);
      g_subprocess_wait_async (self->process, NULL, NULL, NULL);
    }
  g_clear_object (&self->cancellable);
  g_clear_object (&self->answers);
  g_clear_object (&self->complaints);
  g_clear_object (&self->process);
}

static void
answer (CzPredictor *self, JsonNode *result, const char *sentence)
{
  CzPredicted predicted = self->sent_predicted;

  self->in_flight = 0;
  g_clear_pointer (&self->sent, g_free);
  // An answer that was overtaken is of no interest.
  if (predicted != NULL)
    predicted (result, sentence, self->sent_data);
  send_waiting (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

// The process is gone: ask a new one the same, once.
static void
died (CzPredictor *self)
{
  g_autofree char *complaint = g_steal_pointer (&self->last_complaint);

  end_process (self);
  if (self->in_flight == 0)
    return;
  if (!self->retried)
    {
      self->retried = TRUE;
      if (self->waiting == NULL)
        {
          self->waiting = g_steal_pointer (&self->sent);
          self->waiting_id = self->in_flight;
          self->predicted = self->sent_predicted;
          self->data = self->sent_data;
        }
      self->in_flight = 0;
      g_signal_emit (self, restarted_signal, 0);
      send_waiting (self);
      return;
    }
  self->retried = FALSE;
  answer (self, NULL,
          complaint != NULL ? complaint
                            : _ ("The process that predicts ended twice on this text; the "
                                 "graphics driver may have failed."));
}

static void
take_answer (CzPredictor *self, const char *line)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object;

  if (!json_parser_load_from_data (parser, line, -1, NULL)
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return;
  object = json_node_get_object (json_parser_get_root (parser));
  if (self->in_flight == 0
      || json_object_get_int_member_with_default (object, "id", 0) != self->in_flight)
    return;
  self->retried = FALSE;
  if (json_object_has_member (object, "result"))
    answer (self, json_object_get_member (object, "result"), NULL);
  else
    answer (self, NULL,
            json_object_get_string_member_with_default (
                object, "error", _ ("The process that predicts gave no answer.")));
}

static void
answer_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzPredictor) self = data;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL,
                                                    &error);
  if (G_DATA_INPUT_STREAM (source) != self->answers)
    return;
  if (line == NULL)
    {
      died (self);
      return;
    }
  take_answer (self, line);
  read_answer (self);
}

static void
read_answer (CzPredictor *self)
{
  if (self->answers != NULL)
    g_data_input_stream_read_line_async (self->answers, G_PRIORITY_DEFAULT, self->cancellable,
                                         answer_read, g_object_ref (self));
}

static void
complaint_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzPredictor) self = data;
  g_autofree char *line = NULL;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (G_DATA_INPUT_STREAM (source) != self->complaints || line == NULL)
    return;
  if (line[0] != '\0')
    {
      g_free (self->last_complaint);
      self->last_complaint
          = g_utf8_make_valid (g_str_has_prefix (line, "cloze: ") ? line + 7 : line, -1);
    }
  g_data_input_stream_read_line_async (self->complaints, G_PRIORITY_DEFAULT, self->cancellable,
                                       complaint_read, g_object_ref (self));
}

static gboolean
start (CzPredictor *self, GError **error)
{
  self->process = cz_cloze_serve (self->library, error);
  if (self->process == NULL)
    return FALSE;
  self->cancellable = g_cancellable_new ();
  self->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  self->complaints = g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->process));
  g_clear_pointer (&self->last_complaint, g_free);
  read_answer (self);
  g_data_input_stream_read_line_async (self->complaints, G_PRIORITY_DEFAULT, self->cancellable,
                                       complaint_read, g_object_ref (self));
  return TRUE;
}

static void
written (GObject *source, GAsyncResult *result, gpointer data)
{
  // A process that cannot be written to has died; its answers' end tells so.
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  g_free (data);
}

static void
send_waiting (CzPredictor *self)
{
  g_autoptr (GError) error = NULL;
  char *copy;

  if (self->in_flight != 0 || self->waiting == NULL)
    return;
  self->sent = g_steal_pointer (&self->waiting);
  self->in_flight = self->waiting_id;
  self->sent_predicted = self->predicted;
  self->sent_data = self->data;
  if (self->process == NULL && !start (self, &error))
    {
      answer (self, NULL, error->message);
      return;
    }
  copy = g_strdup (self->sent);
  g_output_stream_write_all_async (g_subprocess_get_stdin_pipe (self->process), copy, strlen (copy),
                                   G_PRIORITY_DEFAULT, self->cancellable, written, copy);
}

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
  CzPredictor *self = CZ_PREDICTOR (object);

  g_free (self->library);
  g_free (self->last_complaint);
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
}

CzPredictor *
cz_predictor_new (const char *library)
{
  CzPredictor *self = g_object_new (CZ_TYPE_PREDICTOR, NULL);

  self->library = g_strdup (library);
  return self;
}

void
cz_predictor_fill (CzPredictor *self,
                   const char *const *models,
                   const char *text,
                   guint top_k,
                   CzPredicted predicted,
                   gpointer data)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *line = NULL;

  self->waiting_id = ++self->last_id;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  json_builder_add_int_value (builder, self->waiting_id);
  json_builder_set_member_name (builder, "request");
  json_builder_add_string_value (builder, "fill");
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  for (guint i = 0; models[i] != NULL; i++)
    json_builder_add_string_value (builder, models[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "text");
  json_builder_add_string_value (builder, text);
  json_builder_set_member_name (builder, "top_k");
  json_builder_add_int_value (builder, top_k);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  line = json_to_string (node, FALSE);

  g_free (self->waiting);
  self->waiting = g_strconcat (line, "\n", NULL);
  self->predicted = predicted;
  self->data = data;
  // What is being worked on is overtaken.
  self->sent_predicted = NULL;
  send_waiting (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

gboolean
cz_predictor_get_busy (CzPredictor *self)
{
  return self->in_flight != 0;
}

void
cz_predictor_stop (CzPredictor *self)
{
  self->in_flight = 0;
  self->sent_predicted = NULL;
  self->predicted = NULL;
  self->retried = FALSE;
  g_clear_pointer (&self->sent, g_free);
  g_clear_pointer (&self->waiting, g_free);
  end_process (self);
}
