// cloze run queue …: runs that wait for their turn, one after the other.
#include <inttypes.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/run-show.h"
#include "cli/run.h"

static gboolean
list (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) runs = library != NULL ? cz_run_list_queue (library, error) : NULL;

  if (runs == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      json_builder_begin_array (builder);
      for (guint i = 0; i < runs->len; i++)
        cz_run_show_build (library, runs->pdata[i], builder);
      json_builder_end_array (builder);
      cz_print_json (builder);
      return TRUE;
    }
  if (runs->len == 0)
    cz_print (_ ("The queue is empty; “cloze run queue add ID” adds a run.\n"));
  for (guint i = 0; i < runs->len; i++)
    {
      const CzRun *run = runs->pdata[i];
      cz_print ("%u. %" PRId64 "  %s\n", i + 1, run->id, run->name);
    }
  return TRUE;
}

static gboolean
set_queued (CzInvocation *invocation, gboolean queued, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);

  for (guint i = 0; library != NULL && i < invocation->n_arguments; i++)
    {
      gint64 id;
      if (!cz_run_show_parse_id (invocation->arguments[i], &id, error)
          || !cz_run_set_queued (library, id, queued, error))
        return FALSE;
    }
  return library != NULL;
}

static gboolean
add (CzInvocation *invocation, GError **error)
{
  return set_queued (invocation, TRUE, error);
}

static gboolean
remove_run (CzInvocation *invocation, GError **error)
{
  return set_queued (invocation, FALSE, error);
}

// One process works on a library's queue; the lock goes with it.
static int
lock_queue (CzLibrary *library, GError **error)
{
  g_autofree char *path = g_build_filename (cz_library_get_folder (library), "queue.lock", NULL);
  int lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

  if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) == 0)
    return lock;
  if (lock >= 0 && errno == EWOULDBLOCK)
    g_set_error_literal (
        error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
        _ ("Another process is working on the queue; its runs will come up there."));
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, _ ("“%s” could not be locked: %s"), path,
                 g_strerror (errno));
  if (lock >= 0)
    close (lock);
  return -1;
}

// The next run, 0: none.
static gint64
get_first (CzLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) runs = cz_run_list_queue (library, error);

  return runs != NULL && runs->len > 0 ? ((CzRun *)runs->pdata[0])->id : 0;
}

// A run that fails is told of and does not hold up the others; a pause ends the queue's work.
static gboolean
work_on_queue (CzInvocation *invocation, CzLibrary *library, GError **error)
{
  guint failed = 0;

  while (!g_cancellable_is_cancelled (cz_interruption_get ()))
    {
      g_autoptr (GError) reason = NULL;
      gint64 id = get_first (library, &reason);

      if (reason != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      if (id == 0)
        break;
      if (cz_run_carry_out (invocation, id, NULL /* micro_batch */, &reason))
        continue;
      cz_complain (_ ("Run %" PRId64 ": %s"), id, reason->message);
      failed++;
      // One that could not even begin would come up again.
      g_autoptr (CzRun) run = cz_run_get (library, id, NULL);
      if (run != NULL && run->queue_position > 0 && !cz_run_set_queued (library, id, FALSE, error))
        return FALSE;
    }
  if (failed == 0)
    return TRUE;
  g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_SAID, "");
  return FALSE;
}

static gboolean
start (CzInvocation *invocation, GError **error)
{
  cz_interruption_get ();
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  int lock = library != NULL ? lock_queue (library, error) : -1;

  if (lock < 0)
    return FALSE;
  gboolean done = work_on_queue (invocation, library, error);
  close (lock);
  return done;
}

const CzCommand cz_queue_commands[] = {
  { "run queue", NULL, N_ ("List the runs that wait for their turn."), NULL, 0, 0, list },
  { "run queue list", NULL, N_ ("List the runs that wait for their turn."), NULL, 0, 0, list },
  { "run queue add", "ID…", N_ ("Put runs at the queue's end."), NULL, 1, G_MAXUINT, add },
  { "run queue remove", "ID…", N_ ("Take runs out of the queue."), NULL, 1, G_MAXUINT, remove_run },
  { "run queue start", NULL, N_ ("Carry the queue's runs out one after the other."), NULL, 0, 0,
    start },
  { NULL },
};
