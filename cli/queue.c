// cloze run queue …: runs that wait for their turn, one after the other.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/run-show.h"
#include "cli/run.h"
#include "engine/format/format-error.h"
#include "engine/gpu/device.h"

// How often a library that is busy is asked again, a second apart.
#define PATIENCE 30
// How often a run is taken up again whose process was gone every time without a step forward: a
// driver may crash, and whoever watches the queue starts it again.
#define ATTEMPTS        3
#define ATTEMPT_SETTING "queue-attempt" // "RUN STEP TIMES"

// ---- list ----

static void
print_json (CzLibrary *library, GPtrArray *runs)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < runs->len; i++)
    {
      const CzRun *run = runs->pdata[i];
      json_builder_begin_object (builder);
      cz_run_show_build_members (library, run, builder);
      cz_json_set_int (builder, "position", (gint64)i + 1);
      cz_json_set_number (builder, "expected_seconds", cz_run_expect_seconds (library, run));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cz_print_json (builder);
}

static void
print_table (CzLibrary *library, GPtrArray *runs)
{
  CzListing *table = cz_listing_new (">", _ (">run"), _ ("name"), _ ("state"), _ (">time"), NULL);
  double total = 0;

  for (guint i = 0; i < runs->len; i++)
    {
      const CzRun *run = runs->pdata[i];
      double seconds = cz_run_expect_seconds (library, run);
      total += seconds; // NAN stays NAN
      cz_listing_add_take (table, g_strdup_printf ("%u.", i + 1));
      cz_listing_add_take (table, g_strdup_printf ("%" PRId64, run->id));
      cz_listing_add (table, run->name);
      cz_listing_add (table, cz_run_get_state_label (run));
      cz_listing_add_take (table, cz_format_duration (seconds));
    }
  cz_listing_print (table);
  if (isfinite (total))
    {
      g_autofree char *time = cz_format_duration (total);
      cz_print (_ ("About %s in all.\n"), time);
    }
}

static gboolean
list (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) runs = library != NULL ? cz_run_list_queue (library, error) : NULL;

  if (runs == NULL)
    return FALSE;
  if (invocation->json)
    {
      print_json (library, runs);
      return TRUE;
    }
  if (runs->len == 0)
    cz_print (_ ("The queue is empty; “cloze run queue add ID” adds a run.\n"));
  else
    print_table (library, runs);
  if (cz_run_queue_is_paused (library))
    cz_print (_ ("The queue is paused; “cloze run queue resume” lets it go on.\n"));
  return TRUE;
}

// ---- add, remove, move, pause, resume ----

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

static gboolean
move (CzInvocation *invocation, GError **error)
{
  guint64 position;
  gint64 id;

  if (!cz_run_show_parse_id (invocation->arguments[0], &id, error)
      || !cz_invocation_parse_number (invocation->arguments[1], _ ("The position"), 1, G_MAXINT32,
                                      &position, error))
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  return library != NULL && cz_run_move_in_queue (library, id, (gint64)position, error);
}

static gboolean
set_paused (CzInvocation *invocation, gboolean paused, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);

  return library != NULL && cz_run_queue_set_paused (library, paused, error);
}

static gboolean
pause_queue (CzInvocation *invocation, GError **error)
{
  return set_paused (invocation, TRUE, error);
}

static gboolean
resume_queue (CzInvocation *invocation, GError **error)
{
  return set_paused (invocation, FALSE, error);
}

// ---- start ----

// Whether what stopped a run would stop every other one too, until a person does something.
static gboolean
concerns_all (const GError *reason)
{
  return g_error_matches (reason, CZ_DATA_ERROR, CZ_DATA_ERROR_FULL)
         || g_error_matches (reason, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE)
         || g_error_matches (reason, CZ_GPU_ERROR, CZ_GPU_ERROR_NO_DEVICE);
}

// Tells of a run that could not be carried out, and sees to it that it doesn't come up again at
// once. FALSE: the queue is to rest.
static gboolean
take_failure (CzLibrary *library, gint64 id, const GError *reason, GError **error)
{
  cz_complain (_ ("Run %" PRId64 ": %s"), id, reason->message);
  if (concerns_all (reason))
    {
      // It failed and left the queue, but it is not its fault.
      if (!cz_run_set_queued (library, id, TRUE, error)
          || !cz_run_move_in_queue (library, id, 1, error)
          || !cz_run_queue_set_paused (library, TRUE, error))
        return FALSE;
      cz_complain (_ ("The queue is paused, for the others would fail as well; “cloze run queue "
                      "resume” and “cloze run queue start” let it go on."));
      return FALSE;
    }
  // One that could not even begin is still there.
  return cz_run_set_queued (library, id, FALSE, error);
}

// Counts how often the run was found interrupted at the same step. That it could not be remembered
// harms nothing.
static guint
count_attempts (CzLibrary *library, const CzRun *run)
{
  g_autofree char *known = cz_library_get_setting (library, ATTEMPT_SETTING);
  gint64 id = 0, step = 0;
  guint times = 0;

  if (run->state != CZ_RUN_INTERRUPTED)
    return 0;
  if (known == NULL || sscanf (known, "%" SCNd64 " %" SCNd64 " %u", &id, &step, &times) != 3
      || id != run->id || step != run->step)
    times = 0;
  times++;
  g_autofree char *now = g_strdup_printf ("%" PRId64 " %" PRId64 " %u", run->id, run->step, times);
  cz_library_set_setting (library, ATTEMPT_SETTING, now, NULL);
  return times;
}

// Ends a run whose process is gone every time, unless another process has just taken it up.
static gboolean
give_up (CzLibrary *library, const CzRun *run, GError **error)
{
  int lock = cz_run_lock (library, run->id, NULL);

  if (lock < 0)
    return TRUE;
  gboolean ended
      = cz_run_end (library, run->id, CZ_RUN_FAILED, FALSE /* keep_place */,
                    _ ("The run's process ended without a word again and again at the same step; "
                       "look into its log, update the device's driver or choose another device, "
                       "and resume it."),
                    error);
  close (lock);
  return ended;
}

// The next run, 0: none. One that gets nowhere fails and leaves the queue: ret_failed counts.
static gint64
take_first (CzLibrary *library, guint *ret_failed, GError **error)
{
  for (;;)
    {
      g_autoptr (GPtrArray) runs = cz_run_list_queue (library, error);
      const CzRun *run = runs != NULL && runs->len > 0 ? runs->pdata[0] : NULL;

      if (run == NULL || count_attempts (library, run) <= ATTEMPTS)
        return run != NULL ? run->id : 0;
      if (!give_up (library, run, error))
        return 0;
      cz_complain (_ ("Run %" PRId64 ": %s"), run->id,
                   _ ("its process ended without a word again and again; it has failed."));
      (*ret_failed)++;
    }
}

static gboolean
has_waiting (CzLibrary *library)
{
  g_autoptr (GPtrArray) runs = cz_run_list_queue (library, NULL);

  return runs != NULL && runs->len > 0;
}

static gboolean
is_to_rest (CzLibrary *library)
{
  return g_cancellable_is_cancelled (cz_interruption_get ()) || cz_run_queue_is_paused (library);
}

// A run that fails does not hold up the others; those that are added meanwhile are taken, too.
// ret_failed counts.
static gboolean
work_on_queue (CzInvocation *invocation, CzLibrary *library, guint *ret_failed, GError **error)
{
  guint busy = 0;

  while (!is_to_rest (library))
    {
      g_autoptr (GError) reason = NULL;
      gint64 id = take_first (library, ret_failed, &reason);

      if (id == 0 && reason == NULL)
        return TRUE;
      if (id > 0
          && cz_run_carry_out (invocation, id, NULL /* micro_batch */, TRUE /* from_queue */,
                               &reason))
        {
          busy = 0;
          continue;
        }
      if (g_error_matches (reason, CZ_DATA_ERROR, CZ_DATA_ERROR_BUSY) && busy++ < PATIENCE)
        {
          g_usleep (G_USEC_PER_SEC);
          continue;
        }
      if (id == 0)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      (*ret_failed)++;
      g_autoptr (GError) second = NULL;
      if (!take_failure (library, id, reason, &second))
        {
          if (second != NULL)
            g_propagate_error (error, g_steal_pointer (&second));
          return second == NULL;
        }
    }
  return TRUE;
}

static gboolean
start (CzInvocation *invocation, GError **error)
{
  cz_interruption_get ();
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  guint failed = 0;

  if (library == NULL)
    return FALSE;
  if (cz_run_queue_is_paused (library))
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                           _ ("The queue is paused; “cloze run queue resume” lets it go on."));
      return FALSE;
    }
  int lock = cz_run_queue_lock (library, error);
  if (lock < 0)
    return FALSE;
  while (lock >= 0)
    {
      gboolean done = work_on_queue (invocation, library, &failed, error);
      close (lock);
      if (!done)
        return FALSE;
      // Who added one just now saw that somebody was working on the queue.
      lock
          = !is_to_rest (library) && has_waiting (library) ? cz_run_queue_lock (library, NULL) : -1;
    }
  if (failed == 0)
    return TRUE;
  g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_SAID, "");
  return FALSE;
}

const CzCommand cz_queue_commands[] = {
  { "run queue", NULL, N_ ("List the runs that wait for their turn."), NULL, 0, 0, list },
  { "run queue list", NULL, N_ ("List the runs that wait for their turn."), NULL, 0, 0, list },
  { "run queue add", "ID…", N_ ("Put runs at the queue's end."), NULL, 1, G_MAXUINT, add },
  { "run queue remove", "ID…", N_ ("Take runs out of the queue."), NULL, 1, G_MAXUINT, remove_run },
  { "run queue move", N_ ("ID POSITION"), N_ ("Give a run another place in the queue, from 1."),
    NULL, 2, 2, move },
  { "run queue start", NULL, N_ ("Carry the queue's runs out one after the other."), NULL, 0, 0,
    start },
  { "run queue pause", NULL,
    N_ ("Pause the queue: its run at work pauses and comes first when the queue goes on."), NULL, 0,
    0, pause_queue },
  { "run queue resume", NULL,
    N_ ("Let a paused queue go on; “run queue start” then carries its runs out."), NULL, 0, 0,
    resume_queue },
  { NULL },
};
