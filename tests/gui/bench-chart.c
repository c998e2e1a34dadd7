// Measures the chart with 20 curves of 100,000 points: its frames, hovering, zooming, memory. The
// real widget in a real window; events reach its own controllers. Prints a JSON line per figure;
// "own" is this thread's computing time, the same on a busy machine, too.
#include <adwaita.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "gui/chart/chart.h"
#include "gui/experiments/value-row.h"

#define CURVES 20
#define POINTS 100000
#define WIDTH  1100
#define HEIGHT 640

// What is done before each frame of a phase, and what it may take.
typedef struct _Bench Bench;
typedef struct
{
  const char *name;
  void (*prepare) (Bench *bench, guint frame);
  guint frames;
  double goal; // milliseconds
} Phase;

struct _Bench
{
  GMainLoop *loop;
  GtkWidget *window, *chart;
  GtkEventController *motion;
  guint phase, frame;
  gint64 begun;
  double begun_own;
  gboolean measuring;
  GArray *took, *own;       // double: milliseconds
  CzValueRow *rows[CURVES]; // what the window keeps beside the chart
};

static double
get_own_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

// Memory of this process that is its own, in MB.
static double
get_memory (void)
{
  g_autofree char *text = NULL;
  long long whole = 0, resident = 0, shared = 0;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL)
      || sscanf (text, "%lld %lld %lld", &whole, &resident, &shared) != 3)
    return NAN;
  return (double)(resident - shared) * (double)sysconf (_SC_PAGESIZE) / 1e6;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
get_share (GArray *times, guint percent)
{
  return g_array_index (times, double, MIN (times->len * percent / 100, times->len - 1));
}

// ---- What happens before a frame ----

// A loss that falls, noisily, another way for each run.
static void
fill (Bench *bench, guint frame)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  CzPoint *points = g_new (CzPoint, POINTS);

  for (guint c = 0; c < CURVES; c++)
    {
      CzValueRow *row = bench->rows[c] = cz_value_row_new ();
      g_autofree char *name = g_strdup_printf ("film reviews, token masking, rate %de-5", c + 1);
      CzSeries *series = cz_series_new (name, c, CZ_SERIES_LINE);

      for (guint i = 0; i < POINTS; i++)
        {
          double noise = g_rand_double_range (random, -1, 1) + g_rand_double_range (random, -1, 1);

          points[i].x = i;
          points[i].y = 2.2 + 0.05 * c + 1.4 * exp (-(double)i / (4000 + 1000 * c)) + 0.15 * noise;
          cz_value_row_append (row, &(CzRunValue){ points[i].y, i * 0.37, (float)i / 2000, i });
        }
      cz_series_append_many (series, points, POINTS);
      cz_series_set_key (series, c + 1);
      cz_chart_add_series (CZ_CHART (bench->chart), series);
      g_object_unref (series);
    }
  g_free (points);
}

static void
draw_again (Bench *bench, guint frame)
{
  gtk_widget_queue_draw (bench->chart);
}

// Over the whole width, at heights where curves are.
static void
hover (Bench *bench, guint frame)
{
  g_signal_emit_by_name (bench->motion, "motion", 60.0 + (frame * 37) % (WIDTH - 100),
                         150.0 + (frame * 53) % (HEIGHT - 200));
}

static void
zoom (Bench *bench, guint frame)
{
  double width = POINTS * pow (0.93, frame % 100), from = (POINTS - width) * 0.37;

  cz_chart_zoom (CZ_CHART (bench->chart), from, from + width, NAN, NAN);
}

static void
zoom_logarithmic (Bench *bench, guint frame)
{
  cz_chart_set_logarithmic_x (CZ_CHART (bench->chart), TRUE);
  cz_chart_set_logarithmic (CZ_CHART (bench->chart), TRUE);
  zoom (bench, frame);
}

static void
show_smoothed (Bench *bench, guint frame)
{
  cz_chart_set_logarithmic_x (CZ_CHART (bench->chart), FALSE);
  cz_chart_set_logarithmic (CZ_CHART (bench->chart), FALSE);
  cz_chart_reset_zoom (CZ_CHART (bench->chart));
  cz_chart_set_smoothing (CZ_CHART (bench->chart), 0.99);
}

static const Phase phases[] = {
  { "first frame, reading the points included", fill, 1, 0 },
  { "later frame", draw_again, 100, 16 },
  { "hover", hover, 200, 5 },
  { "zoomed frame", zoom, 100, 16 },
  { "zoomed frame, both axes logarithmic", zoom_logarithmic, 100, 16 },
  { "first smoothed frame", show_smoothed, 1, 0 },
  { "zoomed frame, smoothed", zoom, 100, 16 },
  { "hover, smoothed", hover, 200, 5 },
};

// ---- Measuring ----

static void
print_phase (Bench *bench)
{
  const Phase *phase = &phases[bench->phase];

  g_array_sort (bench->took, compare);
  g_array_sort (bench->own, compare);
  g_print ("{\"bench\":\"chart %s\",\"unit\":\"ms\",\"median\":%.2f,\"p95\":%.2f,"
           "\"own median\":%.2f,\"own p95\":%.2f",
           phase->name, get_share (bench->took, 50), get_share (bench->took, 95),
           get_share (bench->own, 50), get_share (bench->own, 95));
  if (phase->goal > 0)
    g_print (",\"goal\":%g", phase->goal);
  g_print ("}\n");
  g_array_set_size (bench->took, 0);
  g_array_set_size (bench->own, 0);
}

// The work of a frame: what calls for it, and all from before-paint to after-paint.
static gboolean
begin_frame (gpointer data)
{
  Bench *bench = data;

  bench->begun = g_get_monotonic_time ();
  bench->begun_own = get_own_time ();
  phases[bench->phase].prepare (bench, bench->frame);
  bench->begun = g_get_monotonic_time () - bench->begun;
  bench->begun_own = get_own_time () - bench->begun_own;
  bench->measuring = TRUE;
  gtk_widget_queue_draw (bench->chart);
  return G_SOURCE_REMOVE;
}

static void
before_paint (GdkFrameClock *clock, Bench *bench)
{
  if (!bench->measuring)
    return;
  // Counted from here less what calling for it took.
  bench->begun = g_get_monotonic_time () - bench->begun;
  bench->begun_own = get_own_time () - bench->begun_own;
}

static void
after_paint (GdkFrameClock *clock, Bench *bench)
{
  double took, own;

  if (!bench->measuring)
    return;
  bench->measuring = FALSE;
  took = (double)(g_get_monotonic_time () - bench->begun) / 1000;
  own = get_own_time () - bench->begun_own;
  g_array_append_val (bench->took, took);
  g_array_append_val (bench->own, own);
  if (++bench->frame == phases[bench->phase].frames)
    {
      print_phase (bench);
      bench->frame = 0;
      bench->phase++;
    }
  if (bench->phase == G_N_ELEMENTS (phases))
    g_main_loop_quit (bench->loop);
  else
    g_timeout_add (1, begin_frame, bench);
}

static GtkEventController *
find_motion (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_MOTION (controller))
        return controller; // the widget keeps it
    }
  return NULL;
}

static double empty; // memory before the points

static gboolean
start (gpointer data)
{
  Bench *bench = data;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (bench->window);

  empty = get_memory ();
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint), bench);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint), bench);
  return begin_frame (bench);
}

int
main (int argc, char **argv)
{
  Bench bench = { .took = g_array_new (FALSE, FALSE, sizeof (double)),
                  .own = g_array_new (FALSE, FALSE, sizeof (double)) };

  setlocale (LC_ALL, "");
  adw_init ();
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.chart = cz_chart_new ();
  cz_chart_set_x (CZ_CHART (bench.chart), "step", CZ_AXIS_COUNT, 0);
  bench.motion = find_motion (bench.chart);
  bench.window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (bench.window), bench.chart);
  // Without the shadow that some displays draw around a window, which is not the chart's.
  gtk_window_set_decorated (GTK_WINDOW (bench.window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (bench.window), WIDTH, HEIGHT);
  gtk_window_present (GTK_WINDOW (bench.window));
  g_timeout_add (500, start, &bench);
  g_main_loop_run (bench.loop);
  g_print ("{\"bench\":\"chart memory, with the values the window "
           "keeps\",\"unit\":\"MB\",\"value\":%.1f,\"goal\":100}\n",
           get_memory () - empty);
  gtk_window_destroy (GTK_WINDOW (bench.window));
  for (guint c = 0; c < CURVES; c++)
    cz_value_row_free (bench.rows[c]);
  return EXIT_SUCCESS;
}
