#include "gui/watchdog.h"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// What takes longer than this is a stall, in microseconds; it is looked for so often.
#define STALL      50000
#define LOOK       5000
#define STACK_MAX  48
#define NO_TURN    0
#define TO_SECONDS 1e-6

static FILE *file;
static GPollFunc poll_before;
static pthread_t main_thread;
static _Atomic gint64 turn_began; // NO_TURN: the main thread waits
static double turn_cpu;           // seconds it had run at the turn's begin
static void *stack[STACK_MAX];
static int stack_depth; // 0: none was taken in this turn

// ---- The main thread ----

static double
get_cpu_seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void
take_stack (int number)
{
  if (stack_depth == 0)
    stack_depth = backtrace (stack, STACK_MAX);
}

static void
tell_turn (gint64 began, gint64 now)
{
  fprintf (file, "{\"at\":%.6f,\"ms\":%.3f,\"cpu_ms\":%.3f", (double)began * TO_SECONDS,
           (double)(now - began) / 1000, (get_cpu_seconds () - turn_cpu) * 1000);
  if (stack_depth > 0)
    {
      char **names = backtrace_symbols (stack, stack_depth);

      for (int i = 0; names != NULL && i < stack_depth; i++)
        fprintf (file, "%s\"%s\"", i == 0 ? ",\"stack\":[" : ",", names[i]);
      if (names != NULL)
        fputc (']', file);
      free (names);
      stack_depth = 0;
    }
  fputs ("}\n", file);
}

static int
poll_watched (GPollFD *fds, guint n, int timeout)
{
  int ready;

  if (turn_began != NO_TURN)
    {
      gint64 began = turn_began, now = g_get_monotonic_time ();

      turn_began = NO_TURN;
      tell_turn (began, now);
    }
  ready = poll_before (fds, n, timeout);
  stack_depth = 0; // what was asked for late
  turn_cpu = get_cpu_seconds ();
  turn_began = g_get_monotonic_time ();
  return ready;
}

// ---- The other thread ----

static void *
watch (void *data)
{
  gint64 seen = NO_TURN;

  for (;;)
    {
      gint64 began = turn_began;

      // One stack for each turn: that it was taken twice where the turn just ended does no harm.
      if (began != NO_TURN && began != seen && g_get_monotonic_time () - began > STALL)
        {
          pthread_kill (main_thread, SIGUSR2);
          seen = began;
        }
      g_usleep (LOOK);
    }
  return NULL;
}

void
cz_watchdog_begin (void)
{
  const char *path = g_getenv ("CZ_WATCHDOG");
  struct sigaction action = { .sa_handler = take_stack, .sa_flags = SA_RESTART };
  pthread_t thread;

  if (path == NULL || path[0] == '\0')
    return;
  file = fopen (path, "we");
  if (file == NULL)
    {
      g_warning ("%s can't be written: nothing is watched.", path);
      return;
    }
  // It may be killed.
  setvbuf (file, NULL, _IOLBF, BUFSIZ);
  // The first call loads a library, which no signal handler may do.
  backtrace (stack, STACK_MAX);
  sigaction (SIGUSR2, &action, NULL);
  main_thread = pthread_self ();
  poll_before = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, poll_watched);
  if (pthread_create (&thread, NULL, watch, NULL) == 0)
    pthread_detach (thread);
}
