#include "jobs/server.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/json-text.h"
#include "engine/predict/predict-error.h"
#include "jobs/answers.h"
#include "jobs/question.h"

#define MOST_TOP_K     1000
#define MOST_PIECES    4       // of a word that is sought for a mask
#define MOST_SENTENCES 10000   // of a set
#define MOST_WAITING   256     // questions; whoever asks more is not read until some are answered
#define NONE           1000000 // what an index is that is not given
#define TELL_EVERY     100000  // microseconds between two words on how far an answer is

typedef struct
{
  CzPredictors *predictors;
  GOutputStream *answers;
  GError *unwritten; // why an answer could not be written; NULL: all could

  // Of the thread that reads; under the lock.
  GInputStream *questions;
  GCancellable *stop; // reading
  GMutex lock;
  GCond changed;
  GQueue waiting;      // of CzQuestion
  CzQuestion *running; // or NULL
  gboolean ended;      // nothing more will come
  GError *unread;      // why reading ended; NULL: its end was reached
} Server;

typedef struct
{
  Server *server;
  const CzQuestion *question;
  JsonBuilder *builder; // stands in the array of results
  gint64 told;          // when
} Asked;

static gboolean
complain (GError **error, const char *sentence)
{
  g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID, sentence);
  return FALSE;
}

// ---- Writing ----

static gboolean
write_line (Server *server, GString *line)
{
  g_string_append_c (line, '\n');
  return server->unwritten == NULL
         && g_output_stream_write_all (server->answers, line->str, line->len, NULL, NULL,
                                       &server->unwritten)
         && g_output_stream_flush (server->answers, NULL, &server->unwritten);
}

// `id` is JSON already; a double is written with the fewest digits that tell it.
static gboolean
tell_progress (double share, gpointer data)
{
  Asked *asked = data;
  gint64 now = g_get_monotonic_time ();

  if (now - asked->told < TELL_EVERY)
    return TRUE;
  asked->told = now;
  g_autoptr (GString) line = g_string_new (NULL);
  g_string_append_printf (line, "{\"id\":%s,\"progress\":", asked->question->id);
  cz_json_text_append_number (line, share);
  g_string_append_c (line, '}');
  return write_line (asked->server, line);
}

static gboolean
write_error (Server *server, const CzQuestion *question, const GError *reason)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "{\"id\":%s,\"error\":", question->id);
  cz_json_text_append_string (line, reason->message);
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_string_append (line, ",\"cancelled\":true");
  // Who asked may start another process and ask again.
  if (g_error_matches (reason, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST))
    g_string_append (line, ",\"device_lost\":true");
  g_string_append_c (line, '}');
  return write_line (server, line);
}

static gboolean
write_result (Server *server, const CzQuestion *question, JsonNode *result)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *text = cz_json_to_line (result);

  g_string_append_printf (line, "{\"id\":%s,\"result\":%s}", question->id, text);
  return write_line (server, line);
}

// ---- Answering ----

static gboolean
answer_fill (Asked *asked, const char *const *models, const char *text, GError **error)
{
  g_auto (GStrv) targets = cz_question_get_strings (asked->question->members, "targets");
  CzFillQuestion fill = { .targets = (const char *const *)targets };
  gboolean sequences = TRUE;

  if (targets == NULL)
    return complain (error, _ ("“targets” must be an array of strings."));
  if (!cz_question_read_number (asked->question->members, "top_k", 1, MOST_TOP_K, 5, &fill.top_k,
                                error)
      || !cz_question_read_boolean (asked->question->members, "compare", FALSE, &fill.compare,
                                    error)
      || !cz_question_read_boolean (asked->question->members, "sequences", TRUE, &sequences, error)
      || !cz_question_read_boolean (asked->question->members, "joint", FALSE, &fill.joint, error)
      || !cz_question_read_number (asked->question->members, "words", 1, MOST_PIECES, 1,
                                   &fill.words, error))
    return FALSE;
  fill.no_sequences = !sequences;
  return cz_answer_fill (asked->server->predictors, models, text, &fill, asked->builder, error);
}

static gboolean
answer_surprisal (Asked *asked, const char *const *models, const char *text, GError **error)
{
  return cz_answer_surprisal (asked->server->predictors, models, text, tell_progress, asked,
                              asked->builder, error);
}

static gboolean
answer_attention (Asked *asked, const char *const *models, const char *text, GError **error)
{
  CzAttentionFrom from = { CZ_ATTENTION_FROM_ALL, NONE };
  guint token;

  if (!cz_question_read_number (asked->question->members, "mask", 0, NONE - 1, NONE, &from.index,
                                error)
      || !cz_question_read_number (asked->question->members, "token", 0, NONE - 1, NONE, &token,
                                   error))
    return FALSE;
  if (from.index != NONE)
    from.kind = CZ_ATTENTION_FROM_MASK;
  else if (token != NONE)
    from = (CzAttentionFrom){ CZ_ATTENTION_FROM_TOKEN, token };
  for (guint i = 0; models[i] != NULL; i++)
    if (!cz_answer_attention (asked->server->predictors, models[i], text, from, asked->builder,
                              error))
      return FALSE;
  return TRUE;
}

static gboolean
answer_neighbours (Asked *asked, const char *const *models, const char *word, GError **error)
{
  guint count;

  if (!cz_question_read_number (asked->question->members, "count", 1, MOST_TOP_K, 10, &count,
                                error))
    return FALSE;
  for (guint i = 0; models[i] != NULL; i++)
    if (!cz_answer_neighbours (asked->server->predictors, models[i], word, count, asked->builder,
                               error))
      return FALSE;
  return TRUE;
}

static void
clear_sentence (gpointer data)
{
  g_strfreev ((char **)((CzSetSentence *)data)->answers);
}

static gboolean
read_sentence (JsonNode *node, CzSetSentence *ret_sentence)
{
  JsonObject *members = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (members == NULL || cz_question_get_string (members, "text") == NULL)
    return FALSE;
  *ret_sentence = (CzSetSentence){
    cz_question_get_string (members, "text"),
    (const char *const *)cz_question_get_strings (members, "answers"),
  };
  return ret_sentence->answers != NULL;
}

static gboolean
answer_set (Asked *asked, const char *const *models, const char *about, GError **error)
{
  JsonNode *node = json_object_get_member (asked->question->members, "sentences");
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  g_autoptr (GArray) sentences = g_array_new (FALSE, TRUE, sizeof (CzSetSentence));
  guint n = array != NULL ? json_array_get_length (array) : 0, top_k;

  g_array_set_clear_func (sentences, clear_sentence);
  if (n == 0 || n > MOST_SENTENCES)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("“sentences” must be an array of 1 to %d objects."), MOST_SENTENCES);
      return FALSE;
    }
  g_array_set_size (sentences, n);
  for (guint i = 0; i < n; i++)
    if (!read_sentence (json_array_get_element (array, i),
                        &g_array_index (sentences, CzSetSentence, i)))
      {
        g_set_error (
            error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
            _ ("Sentence %u must have a “text”, a string, and may have “answers”, an array "
               "of strings."),
            i + 1);
        return FALSE;
      }
  return cz_question_read_number (asked->question->members, "top_k", 1, MOST_TOP_K, 5, &top_k,
                                  error)
         && cz_answer_set (asked->server->predictors, models,
                           (const CzSetSentence *)(gpointer)sentences->data, n, top_k,
                           tell_progress, asked, asked->builder, error);
}

static const struct
{
  const char *request, *about; // the string that says what it is about; NULL: it is no string
  gboolean (*answer) (Asked *asked, const char *const *models, const char *about, GError **error);
} kinds[] = {
  { "fill", "text", answer_fill },
  { "surprisal", "text", answer_surprisal },
  { "attention", "text", answer_attention },
  { "neighbours", "word", answer_neighbours },
  { "set", NULL, answer_set },
};

static gboolean
answer_question (Asked *asked, GError **error)
{
  const CzQuestion *question = asked->question;

  if (question->members == NULL)
    return complain (error, _ ("The request is no JSON object; write {\"id\": 1, \"request\": …} "
                               "on one line."));
  const char *request = cz_question_get_string (question->members, "request");
  gboolean several = json_object_has_member (question->members, "models");
  g_auto (GStrv) models = cz_question_get_strings (question->members, several ? "models" : "model");

  if (request == NULL)
    return complain (error, _ ("The request has no “request”, which must be a string."));
  if (question->cancels != NULL)
    return complain (error, _ ("The request has no “cancel”, which must be the id of another."));
  if (models == NULL || models[0] == NULL)
    return complain (error, _ ("The request has no “models”, which must be an array of strings."));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *about = kinds[i].about != NULL
                              ? cz_question_get_string (question->members, kinds[i].about)
                              : NULL;
      if (strcmp (request, kinds[i].request) != 0)
        continue;
      if (about != NULL || kinds[i].about == NULL)
        return kinds[i].answer (asked, (const char *const *)models, about, error);
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("The request has no “%s”, which must be a string."), kinds[i].about);
      return FALSE;
    }
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
               _ ("There is no request “%.40s”; there are fill, surprisal, attention, "
                  "neighbours and set."),
               request);
  return FALSE;
}

static void
answer (Server *server, const CzQuestion *question)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) reason = NULL;
  Asked asked = { server, question, builder, g_get_monotonic_time () };

  cz_predictors_set_cancellable (server->predictors, question->cancellable);
  json_builder_begin_array (builder);
  if (g_cancellable_is_cancelled (question->cancellable))
    cz_predict_set_cancelled (&reason);
  else if (answer_question (&asked, &reason))
    {
      json_builder_end_array (builder);
      g_autoptr (JsonNode) result = json_builder_get_root (builder);
      write_result (server, question, result);
    }
  if (reason != NULL)
    write_error (server, question, reason);
  cz_predictors_set_cancellable (server->predictors, NULL);
}

// ---- Reading, in a thread of its own ----

static void
cancel (Server *server, const char *id)
{
  if (server->running != NULL && strcmp (server->running->id, id) == 0)
    g_cancellable_cancel (server->running->cancellable);
  for (GList *link = server->waiting.head; link != NULL; link = link->next)
    {
      CzQuestion *question = link->data;
      if (strcmp (question->id, id) == 0)
        g_cancellable_cancel (question->cancellable);
    }
}

static void
take_line (Server *server, const char *line, gsize length)
{
  g_autoptr (CzQuestion) question = NULL;

  if (line[strspn (line, " \t\r")] == '\0' && strlen (line) == length)
    return;
  question = cz_question_new (line, length);
  g_mutex_lock (&server->lock);
  // One that names nothing is answered with what is wrong with it.
  if (question->cancels != NULL && strcmp (question->cancels, "null") != 0)
    cancel (server, question->cancels);
  else
    {
      while (server->waiting.length >= MOST_WAITING && !g_cancellable_is_cancelled (server->stop))
        g_cond_wait (&server->changed, &server->lock);
      g_queue_push_tail (&server->waiting, g_steal_pointer (&question));
      g_cond_broadcast (&server->changed);
    }
  g_mutex_unlock (&server->lock);
}

static gpointer
read_lines (gpointer data)
{
  Server *server = data;
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (server->questions);
  g_autoptr (GError) reason = NULL;
  char *line;
  gsize length = 0;

  g_data_input_stream_set_newline_type (lines, G_DATA_STREAM_NEWLINE_TYPE_LF);
  while ((line = g_data_input_stream_read_line (lines, &length, server->stop, &reason)) != NULL)
    {
      take_line (server, line, length);
      g_free (line);
    }
  g_mutex_lock (&server->lock);
  server->unread = g_steal_pointer (&reason);
  server->ended = TRUE;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);
  return NULL;
}

// The next question, which is then the one that runs; NULL: there are no more.
static CzQuestion *
get_next (Server *server)
{
  g_mutex_lock (&server->lock);
  while (server->waiting.length == 0 && !server->ended)
    g_cond_wait (&server->changed, &server->lock);
  server->running = g_queue_pop_head (&server->waiting);
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);
  return server->running;
}

static void
end_running (Server *server)
{
  g_mutex_lock (&server->lock);
  g_clear_pointer (&server->running, cz_question_free);
  g_mutex_unlock (&server->lock);
}

static void
stop_reading (Server *server, GThread *reader)
{
  g_mutex_lock (&server->lock);
  g_cancellable_cancel (server->stop);
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);
  g_thread_join (reader);
  g_queue_clear_full (&server->waiting, (GDestroyNotify)cz_question_free);
}

gboolean
cz_server_run (CzLibrary *library,
               CzDevice *device,
               GInputStream *questions,
               GOutputStream *answers,
               GError **error)
{
  Server server = { .predictors = cz_predictors_new (library, device),
                    .answers = answers,
                    .questions = questions,
                    .stop = g_cancellable_new () };
  g_autoptr (GError) reason = NULL;

  g_mutex_init (&server.lock);
  g_cond_init (&server.changed);
  GThread *reader = g_thread_new ("questions", read_lines, &server);
  while (reason == NULL && get_next (&server) != NULL)
    {
      answer (&server, server.running);
      end_running (&server);
      if (server.unwritten != NULL)
        g_set_error (&reason, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                     _ ("The answer could not be written: %s"), server.unwritten->message);
      else if (cz_device_is_failed (device))
        g_set_error_literal (&reason, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST,
                             _ ("The device was lost; start again, perhaps with another one."));
    }
  stop_reading (&server, reader);
  if (reason == NULL && server.unread != NULL)
    g_set_error (&reason, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                 _ ("The requests could not be read: %s"), server.unread->message);
  g_clear_error (&server.unread);
  g_clear_error (&server.unwritten);
  g_clear_pointer (&server.predictors, cz_predictors_free);
  g_clear_object (&server.stop);
  g_cond_clear (&server.changed);
  g_mutex_clear (&server.lock);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}
