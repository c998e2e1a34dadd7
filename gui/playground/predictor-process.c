#include "gui/playground/predictor-process.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "engine/format/json-text.h"
#include "gui/cloze.h"

// A longer answer is none: attention over a window of 512 words stays below it.
#define MOST_LINE (256 * 1024 * 1024)
// A driver may print a line on stdout, but no more than this, in bytes.
#define MOST_NOISE (1024 * 1024)
// Of stderr only the end is kept, in bytes.
#define KEPT_COMPLAINT 4096
// How long stderr is read after stdout has ended, in milliseconds.
#define LAST_WORDS 300
// Progress is not told more often than this, in microseconds.
#define BETWEEN_PROGRESS 50000
#define CHUNK            65536

struct _CzPredictorProcess
{
  gatomicrefcount references; // the owner, the thread, each message under way, a write under way
  GSubprocess *process;
  GCancellable *cancellable;
  GMainContext *context;
  GMutex mutex;
  GCond taken_or_ended;
  gboolean taken, ended; // under the mutex
  // The main thread's:
  CzPredictorProcessSaid said; // NULL once it was ended
  CzPredictorProcessGone gone;
  gpointer data;
  GString *unwritten;
  char *writing; // what is under way, NULL: nothing
};

// One thing that the thread tells the main thread.
typedef struct
{
  CzPredictorProcess *process;
  JsonNode *answer; // NULL: it is gone
  char *complaint;
} Message;

// What the thread has read so far.
typedef struct
{
  CzPredictorProcess *process;
  GByteArray *line;  // begins with a brace
  gboolean skipping; // the line is no answer
  gsize noise;
  GString *complaint;
  gint64 progress_told;
} Reading;

static CzPredictorProcess *
process_ref (CzPredictorProcess *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
process_unref (gpointer data)
{
  CzPredictorProcess *self = data;

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_object_unref (self->process);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  g_string_free (self->unwritten, TRUE);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->taken_or_ended);
  g_free (self);
}

// ---- From the thread to the main thread ----

static void
message_free (gpointer data)
{
  Message *message = data;

  g_mutex_lock (&message->process->mutex);
  message->process->taken = TRUE;
  g_cond_signal (&message->process->taken_or_ended);
  g_mutex_unlock (&message->process->mutex);
  g_clear_pointer (&message->answer, json_node_unref);
  g_free (message->complaint);
  process_unref (message->process);
  g_free (message);
}

static gboolean
hear (gpointer data)
{
  Message *message = data;
  CzPredictorProcess *self = message->process;

  if (self->said == NULL)
    return G_SOURCE_REMOVE;
  if (message->answer != NULL)
    self->said (json_node_get_object (message->answer), self->data);
  else
    {
      CzPredictorProcessGone gone = self->gone;

      self->said = NULL;
      gone (message->complaint, self->data);
    }
  return G_SOURCE_REMOVE;
}

// Waits until the message was heard, so that a process that talks without end fills no memory, and
// the answer is most often freed here. answer: stays the caller's; complaint: taken.
static void
tell (CzPredictorProcess *self, JsonNode *answer, char *complaint)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Message *message = g_new (Message, 1);

  message->process = process_ref (self);
  message->answer = answer != NULL ? json_node_ref (answer) : NULL;
  message->complaint = complaint;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, hear, message, message_free);
  g_mutex_lock (&self->mutex);
  self->taken = FALSE; // no other message is under way
  g_source_attach (source, self->context);
  while (!self->taken && !self->ended)
    g_cond_wait (&self->taken_or_ended, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

// ---- The thread ----

static char *
complain_of_nonsense (void)
{
  return g_strdup (_ ("The process that predicts gave an answer that can't be read."));
}

// FALSE when the line is no answer.
static gboolean
take_line (Reading *reading)
{
  g_autoptr (JsonNode) answer
      = cz_json_parse ((const char *)reading->line->data, reading->line->len, "", NULL);
  gboolean is_answer = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer);
  gboolean told = FALSE;

  if (is_answer && json_object_has_member (json_node_get_object (answer), "progress"))
    {
      gint64 now = g_get_monotonic_time ();

      told = now - reading->progress_told < BETWEEN_PROGRESS;
      if (!told)
        reading->progress_told = now;
    }
  if (is_answer && !told)
    tell (reading->process, answer, NULL);
  // A large line's memory is not kept.
  if (reading->line->len > CHUNK)
    {
      g_byte_array_unref (reading->line);
      reading->line = g_byte_array_new ();
    }
  g_byte_array_set_size (reading->line, 0);
  return is_answer;
}

// Cuts what was read into lines. FALSE when it is nonsense.
static gboolean
take_bytes (Reading *reading, const char *bytes, gsize length)
{
  while (length > 0)
    {
      const char *end = memchr (bytes, '\n', length);
      gsize piece = end != NULL ? (gsize)(end - bytes) : length;

      if (reading->line->len == 0 && piece > 0 && bytes[0] != '{')
        reading->skipping = TRUE;
      if (!reading->skipping && reading->line->len + piece > MOST_LINE)
        return FALSE;
      if (!reading->skipping)
        g_byte_array_append (reading->line, (const guint8 *)bytes, (guint)piece);
      else if ((reading->noise += piece + 1) > MOST_NOISE)
        return FALSE;
      if (end == NULL)
        return TRUE;
      if (!reading->skipping && reading->line->len > 0 && !take_line (reading))
        return FALSE;
      reading->skipping = FALSE;
      bytes = end + 1;
      length -= piece + 1;
    }
  return TRUE;
}

static void
take_complaint (Reading *reading, const char *bytes, gsize length)
{
  g_string_append_len (reading->complaint, bytes, (gssize)length);
  if (reading->complaint->len > KEPT_COMPLAINT)
    g_string_erase (reading->complaint, 0, (gssize)(reading->complaint->len - KEPT_COMPLAINT));
}

// Number of bytes read; 0 at the end, also when the pipe broke.
static gsize
read_some (struct pollfd *from, char *bytes)
{
  gssize n;

  do
    n = read (from->fd, bytes, CHUNK);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    return (gsize)n;
  if (n < 0 && errno == EAGAIN)
    return 0;
  from->fd = -1; // poll () passes over it
  return 0;
}

static gpointer
read_on (gpointer data)
{
  CzPredictorProcess *self = data;
  Reading reading = { .process = self };
  g_autofree char *bytes = g_malloc (CHUNK);
  gboolean nonsense = FALSE;
  struct pollfd fds[] = {
    { g_unix_input_stream_get_fd (
          G_UNIX_INPUT_STREAM (g_subprocess_get_stdout_pipe (self->process))),
      POLLIN, 0 },
    { g_unix_input_stream_get_fd (
          G_UNIX_INPUT_STREAM (g_subprocess_get_stderr_pipe (self->process))),
      POLLIN, 0 },
    { g_cancellable_get_fd (self->cancellable), POLLIN, 0 },
  };

  reading.line = g_byte_array_new ();
  reading.complaint = g_string_new (NULL);
  while (!g_cancellable_is_cancelled (self->cancellable) && !nonsense
         && (fds[0].fd >= 0 || fds[1].fd >= 0))
    {
      int ready = poll (fds, G_N_ELEMENTS (fds), fds[0].fd >= 0 ? -1 : LAST_WORDS);

      if (ready < 0 && errno == EINTR)
        continue;
      if (ready <= 0)
        break;
      if (fds[1].fd >= 0 && fds[1].revents != 0)
        take_complaint (&reading, bytes, read_some (&fds[1], bytes));
      if (fds[0].fd >= 0 && fds[0].revents != 0)
        nonsense = !take_bytes (&reading, bytes, read_some (&fds[0], bytes));
    }
  g_cancellable_release_fd (self->cancellable);
  tell (self, NULL,
        nonsense ? complain_of_nonsense () : cz_cloze_get_sentence (reading.complaint->str));
  g_byte_array_unref (reading.line);
  g_string_free (reading.complaint, TRUE);
  process_unref (self);
  return NULL;
}

// ---- The main thread ----

static void write_on (CzPredictorProcess *self);

static void
written (GObject *source, GAsyncResult *result, gpointer data)
{
  CzPredictorProcess *self = data;

  g_clear_pointer (&self->writing, g_free);
  // A process that cannot be written to has died: the end of its answers tells so.
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    write_on (self);
  process_unref (self);
}

static void
write_on (CzPredictorProcess *self)
{
  gsize length = self->unwritten->len;

  if (self->writing != NULL || length == 0 || self->said == NULL)
    return;
  self->writing = g_string_free (self->unwritten, FALSE);
  self->unwritten = g_string_new (NULL);
  g_output_stream_write_all_async (g_subprocess_get_stdin_pipe (self->process), self->writing,
                                   length, G_PRIORITY_DEFAULT, self->cancellable, written,
                                   process_ref (self));
}

CzPredictorProcess *
cz_predictor_process_start (const char *library,
                            CzPredictorProcessSaid said,
                            CzPredictorProcessGone gone,
                            gpointer data,
                            GError **error)
{
  GSubprocess *process = cz_cloze_serve (library, error);
  CzPredictorProcess *self;

  if (process == NULL)
    return NULL;
  // Writing to a process that died is to fail, not to end this one.
  signal (SIGPIPE, SIG_IGN);
  self = g_new0 (CzPredictorProcess, 1);
  g_atomic_ref_count_init (&self->references);
  self->process = process;
  self->cancellable = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->taken_or_ended);
  self->said = said;
  self->gone = gone;
  self->data = data;
  self->unwritten = g_string_new (NULL);
  g_thread_unref (g_thread_new ("cloze serve", read_on, process_ref (self)));
  return self;
}

void
cz_predictor_process_send (CzPredictorProcess *self, char *line)
{
  g_string_append (self->unwritten, line);
  g_free (line);
  write_on (self);
}

void
cz_predictor_process_end (CzPredictorProcess *self)
{
  self->said = NULL;
  g_cancellable_cancel (self->cancellable);
  g_subprocess_force_exit (self->process);
  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  g_cond_signal (&self->taken_or_ended);
  g_mutex_unlock (&self->mutex);
  process_unref (self);
}
