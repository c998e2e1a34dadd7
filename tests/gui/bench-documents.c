// Measures the list of documents: how long until it stands, and how long frames take while it is
// scrolled. Usage: bench-documents LIBRARY CORPUS. Prints a JSON line per figure.
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gui/corpora/documents-view.h"

#define FRAMES 300
#define BAR    200 // milliseconds that opening may take

typedef struct
{
  CzWorkbench *workbench;
  const char *corpus;
  GMainLoop *loop;
  GtkWidget *window;
  CzDocumentsView *view;
  GtkAdjustment *adjustment;
  gint64 begun;     // microseconds; when the list was asked for
  double begun_own; // this thread's time then, milliseconds
  double opened;    // milliseconds
  gint64 painting;  // since when this frame is worked on
  double cpu;       // this thread's time then, milliseconds
  GArray *frames;   // double: milliseconds of work in a frame
  GArray *distance; // double: milliseconds between frames
  GArray *own;      // double: milliseconds of this thread's own time in a frame
  gint64 last;
} Bench;

// What this thread has computed: on a busy machine, too, the same.
static double
get_own_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

// Whether a row says anything yet.
static gboolean
has_text (GtkWidget *widget)
{
  if (GTK_IS_INSCRIPTION (widget) && gtk_inscription_get_text (GTK_INSCRIPTION (widget)) != NULL
      && strlen (gtk_inscription_get_text (GTK_INSCRIPTION (widget))) > 30)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (has_text (child))
        return TRUE;
    }
  return FALSE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static void
print_times (const char *name, GArray *times)
{
  g_array_sort (times, compare);
  g_print ("{\"bench\":\"%s\",\"unit\":\"ms\",\"median\":%.1f,\"p95\":%.1f,\"max\":%.1f}\n", name,
           g_array_index (times, double, times->len / 2),
           g_array_index (times, double, times->len * 95 / 100),
           g_array_index (times, double, times->len - 1));
}

static void
before_paint (GdkFrameClock *clock, Bench *bench)
{
  bench->painting = g_get_monotonic_time ();
  bench->cpu = get_own_time ();
}

static void
after_paint (GdkFrameClock *clock, Bench *bench)
{
  gint64 now = g_get_monotonic_time ();
  double work = (double)(now - bench->painting) / 1000;
  double own = get_own_time () - bench->cpu;
  double since = (double)(now - bench->last) / 1000;

  if (bench->opened <= 0
      && has_text (GTK_WIDGET (find (GTK_WIDGET (bench->view), GTK_TYPE_COLUMN_VIEW))))
    {
      bench->opened = (double)(now - bench->begun) / 1000;
      g_print ("{\"bench\":\"documents "
               "open\",\"unit\":\"ms\",\"value\":%.1f,\"own\":%.1f,\"goal\":%d}\n",
               bench->opened, get_own_time () - bench->begun_own, BAR);
    }
  else if (bench->opened > 0 && bench->adjustment != NULL)
    {
      g_array_append_val (bench->frames, work);
      g_array_append_val (bench->own, own);
      if (bench->last > 0)
        g_array_append_val (bench->distance, since);
    }
  bench->last = now;
}

// A third of a page a frame, and every 60 frames a leap.
static gboolean
scroll (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Bench *bench = data;
  double page, upper, value;

  if (bench->opened <= 0)
    {
      gtk_widget_queue_draw (widget);
      return G_SOURCE_CONTINUE;
    }
  if (bench->adjustment == NULL)
    {
      GtkWidget *table = find (GTK_WIDGET (bench->view), GTK_TYPE_COLUMN_VIEW);

      bench->adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (table));
    }
  page = gtk_adjustment_get_page_size (bench->adjustment);
  upper = gtk_adjustment_get_upper (bench->adjustment);
  value = gtk_adjustment_get_value (bench->adjustment);
  if (bench->frames->len % 60 == 59)
    value = upper * (double)((bench->frames->len / 60 * 37) % 100) / 100;
  else
    value += page / 3;
  gtk_adjustment_set_value (bench->adjustment, MIN (value, upper - page));
  gtk_widget_queue_draw (widget);
  if (bench->frames->len >= FRAMES)
    {
      g_main_loop_quit (bench->loop);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
opened (CzWorkbench *workbench, Bench *bench)
{
  g_autoptr (GError) error = NULL;
  CzCorpus *corpus = cz_corpus_find (cz_workbench_get_library (workbench), bench->corpus, &error);
  g_autoptr (CzCorpusItem) item = NULL;
  GdkFrameClock *clock;

  if (corpus == NULL)
    g_error ("%s", error->message);
  g_print ("{\"bench\":\"documents\",\"value\":%" G_GINT64_FORMAT "}\n", corpus->documents);
  item = cz_corpus_item_new (corpus);
  bench->window = adw_window_new ();
  bench->view = g_object_new (CZ_TYPE_DOCUMENTS_VIEW, NULL);
  adw_window_set_content (ADW_WINDOW (bench->window), GTK_WIDGET (bench->view));
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 900, 700);
  gtk_window_present (GTK_WINDOW (bench->window));
  clock = gtk_widget_get_frame_clock (bench->window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint), bench);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint), bench);
  bench->begun = g_get_monotonic_time ();
  bench->begun_own = get_own_time ();
  cz_documents_view_show (bench->view, workbench, item);
  gtk_widget_add_tick_callback (bench->window, scroll, bench, NULL);
}

int
main (int argc, char **argv)
{
  Bench bench = { .frames = g_array_new (FALSE, FALSE, sizeof (double)),
                  .own = g_array_new (FALSE, FALSE, sizeof (double)),
                  .distance = g_array_new (FALSE, FALSE, sizeof (double)) };

  if (argc != 3)
    {
      g_printerr ("usage: bench-documents LIBRARY CORPUS\n");
      return 2;
    }
  setlocale (LC_ALL, "");
  adw_init ();
  bench.corpus = argv[2];
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.workbench = cz_workbench_new (argv[1]);
  g_signal_connect (bench.workbench, "opened", G_CALLBACK (opened), &bench);
  cz_workbench_open (bench.workbench);
  g_main_loop_run (bench.loop);
  print_times ("frame work", bench.frames);
  print_times ("frame work, own time", bench.own);
  print_times ("frame to frame", bench.distance);
  return EXIT_SUCCESS;
}
