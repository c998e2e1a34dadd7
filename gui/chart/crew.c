#include "gui/chart/crew.h"

#define MOST 3 // threads beside the one that asks: a picture is no work for more

// Outlives what it is for: a thread that comes late finds no piece left in it.
typedef struct
{
  gatomicrefcount references;
  CzCrewFunc func;
  gpointer data;
  guint n;
  gint next; // piece
  guint done;
  GMutex lock; // of done
  GCond ended; // when done is n
} Work;

static void
unref (Work *work)
{
  if (!g_atomic_ref_count_dec (&work->references))
    return;
  g_mutex_clear (&work->lock);
  g_cond_clear (&work->ended);
  g_free (work);
}

static void
take_part (Work *work)
{
  guint done = 0;

  for (;;)
    {
      guint piece = (guint)g_atomic_int_add (&work->next, 1);

      if (piece >= work->n)
        break;
      work->func (piece, work->data);
      done++;
    }
  g_mutex_lock (&work->lock);
  work->done += done;
  if (done > 0 && work->done == work->n)
    g_cond_signal (&work->ended);
  g_mutex_unlock (&work->lock);
}

static void
help (gpointer data, gpointer user_data)
{
  take_part (data);
  unref (data);
}

// NULL: there is one processor only.
static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool;
  static gsize made;

  if (g_once_init_enter (&made))
    {
      gint spare = (gint)g_get_num_processors () - 1;

      if (spare > 0)
        pool = g_thread_pool_new (help, NULL, MIN (spare, MOST), FALSE, NULL);
      g_once_init_leave (&made, 1);
    }
  return pool;
}

void
cz_crew_run (CzCrewFunc func, gpointer data, guint n)
{
  GThreadPool *pool = n > 1 ? get_pool () : NULL;
  guint helpers = pool != NULL ? MIN (n - 1, (guint)g_thread_pool_get_max_threads (pool)) : 0;
  Work *work;

  if (helpers == 0)
    {
      for (guint piece = 0; piece < n; piece++)
        func (piece, data);
      return;
    }
  work = g_new0 (Work, 1);
  g_atomic_ref_count_init (&work->references);
  work->func = func;
  work->data = data;
  work->n = n;
  g_mutex_init (&work->lock);
  g_cond_init (&work->ended);
  for (guint i = 0; i < helpers; i++)
    {
      g_atomic_ref_count_inc (&work->references);
      // Where no thread can be made now, the work waits in the pool's queue, and is done here.
      g_thread_pool_push (pool, work, NULL);
    }
  take_part (work);
  g_mutex_lock (&work->lock);
  while (work->done < n)
    g_cond_wait (&work->ended, &work->lock);
  g_mutex_unlock (&work->lock);
  unref (work);
}
