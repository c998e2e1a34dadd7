#include "gui/experiments/queue.h"

#include <glib/gi18n.h>
#include <math.h>

#include "data/run.h"
#include "gui/cloze.h"
#include "gui/experiments/run-item.h"

// How long a process that was started is given to take the queue's lock, in microseconds. One too
// many ends at once.
#define PATIENCE (4 * G_USEC_PER_SEC)
// How soon the queue is looked at again while something keeps a process from being started, in
// milliseconds: that a process has let go of a lock changes nothing in the library.
#define AGAIN 1000

struct _CzQueue
{
  GObject parent_instance;
  CzWorkbench *workbench; // owns the queue
  gint64 started;         // when a process was started last, monotonic; 0: it has ended
  guint again;            // timeout source
  char *refused;          // the runs that waited when a process failed: not tried again at once
};

G_DEFINE_FINAL_TYPE (CzQueue, cz_queue, G_TYPE_OBJECT)

enum
{
  CHANGED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

// ---- Looking ----

GPtrArray *
cz_queue_list (CzQueue *self)
{
  return cz_workbench_list_waiting (self->workbench);
}

CzRunItem *
cz_queue_get_current (CzQueue *self)
{
  g_autoptr (GPtrArray) active = cz_workbench_list_active (self->workbench);

  for (guint i = 0; i < active->len; i++)
    {
      if (cz_run_item_get (active->pdata[i])->queue_position > 0)
        return active->pdata[i];
    }
  return NULL;
}

gboolean
cz_queue_is_paused (CzQueue *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);

  return library != NULL && cz_run_queue_is_paused (library);
}

double
cz_queue_expect (const CzRun *run)
{
  if (run->state == CZ_RUN_RUNNING)
    return run->seconds_left;
  if (run->step > 0 && run->seconds > 0)
    return run->seconds / (double)run->step * (double)MAX (run->steps - run->step, 0);
  return run->seconds_left;
}

// ---- The process ----

static char *
name_waiting (GPtrArray *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (text, "%" G_GINT64_FORMAT " ", cz_run_item_get (list->pdata[i])->id);
  return g_strdup (text->str);
}

static void
process_failed (GObject *owner, const char *sentence, gpointer data)
{
  CzQueue *self = CZ_QUEUE (owner);
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autoptr (GPtrArray) list = NULL;

  self->started = 0;
  cz_workbench_refresh (self->workbench);
  list = cz_queue_list (self);
  // Another window's process may have been quicker, and a run's own failure stands with the run.
  if (library == NULL || list->len == 0 || cz_run_queue_is_worked_on (library))
    return;
  g_free (self->refused);
  self->refused = name_waiting (list);
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

static void
start_process (CzQueue *self, CzLibrary *library, GPtrArray *list)
{
  static const char *const arguments[] = { "run", "queue", "start", NULL };
  g_autofree char *log = g_build_filename (cz_library_get_folder (library), "queue-log.txt", NULL);
  g_autoptr (GError) error = NULL;

  if (cz_cloze_start (cz_workbench_get_path (self->workbench), arguments, log, G_OBJECT (self),
                      process_failed, NULL, &error))
    {
      self->started = g_get_monotonic_time ();
      return;
    }
  g_free (self->refused);
  self->refused = name_waiting (list);
  g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void look (CzQueue *self);

static gboolean
look_again (gpointer data)
{
  CZ_QUEUE (data)->again = 0;
  look (data);
  return G_SOURCE_REMOVE;
}

// Who works on the queue holds its lock, so that two windows start one process between them.
static void
look (CzQueue *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autoptr (GPtrArray) list = cz_queue_list (self);
  g_autoptr (GPtrArray) active = cz_workbench_list_active (self->workbench);
  g_autofree char *waiting = name_waiting (list);

  if (g_strcmp0 (waiting, self->refused) != 0)
    g_clear_pointer (&self->refused, g_free);
  if (library != NULL && list->len > 0 && self->refused == NULL
      && !cz_run_queue_is_paused (library))
    {
      if ((self->started == 0 || g_get_monotonic_time () - self->started > PATIENCE)
          && active->len == 0 && !cz_run_queue_is_worked_on (library))
        start_process (self, library, list);
      if (self->again == 0)
        self->again = g_timeout_add (AGAIN, look_again, self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

// ---- Changing ----

static gboolean
done (CzQueue *self, gboolean good)
{
  if (good)
    g_clear_pointer (&self->refused, g_free);
  cz_workbench_refresh (self->workbench);
  return good;
}

gboolean
cz_queue_set_paused (CzQueue *self, gboolean paused, GError **error)
{
  self->started = 0;
  return done (self,
               cz_run_queue_set_paused (cz_workbench_get_library (self->workbench), paused, error));
}

gboolean
cz_queue_move (CzQueue *self, gint64 run, gint64 position, GError **error)
{
  return done (self, cz_run_move_in_queue (cz_workbench_get_library (self->workbench), run,
                                           position, error));
}

gboolean
cz_queue_remove (CzQueue *self, gint64 run, GError **error)
{
  return done (self,
               cz_run_set_queued (cz_workbench_get_library (self->workbench), run, FALSE, error));
}

gboolean
cz_queue_add (CzQueue *self, gint64 run, GError **error)
{
  return done (self,
               cz_run_set_queued (cz_workbench_get_library (self->workbench), run, TRUE, error));
}

// ---- Life ----

static void
cz_queue_finalize (GObject *object)
{
  g_clear_handle_id (&CZ_QUEUE (object)->again, g_source_remove);
  g_free (CZ_QUEUE (object)->refused);
  G_OBJECT_CLASS (cz_queue_parent_class)->finalize (object);
}

static void
cz_queue_class_init (CzQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_queue_finalize;
  signals[CHANGED] = g_signal_new ("changed", CZ_TYPE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", CZ_TYPE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cz_queue_init (CzQueue *self)
{
}

CzQueue *
cz_queue_get (CzWorkbench *workbench)
{
  CzQueue *self = g_object_get_data (G_OBJECT (workbench), "cz-queue");

  if (self != NULL)
    return self;
  self = g_object_new (CZ_TYPE_QUEUE, NULL);
  self->workbench = workbench;
  g_object_set_data_full (G_OBJECT (workbench), "cz-queue", self, g_object_unref);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  return self;
}
