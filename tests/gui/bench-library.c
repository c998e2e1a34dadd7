// Measures the window over a large library: from the program's start to a list of runs that can be
// used, and how long the table takes to sort, filter and show only what differs. Usage:
// bench-library LIBRARY. Prints a JSON line per figure: milliseconds until what was asked for is
// painted, and (own) what the main thread computed for it.
#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gui/experiments/run-item.h"
#include "gui/window.h"

#define OPEN_GOAL 1000 // milliseconds
#define GOAL      100

typedef struct
{
  CzWorkbench *workbench;
  GtkWindow *window;
  GtkWidget *list, *entry, *differing; // of the sidebar; of the table
  GtkColumnView *table;
  GMainLoop *loop;
  gint64 begun;
  double begun_own;
  const char *what; // being measured; NULL: nothing
  int goal;
  guint step;
  guint frames; // since it was asked for
} Bench;

static gint64 started;

// What this thread has computed: on a busy machine, too, the same.
static double
get_own_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static GtkWidget *
find (GtkWidget *widget, GType type, const char *css_class)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type)
      && (css_class == NULL || gtk_widget_has_css_class (widget, css_class)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, css_class);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
begin (Bench *bench, const char *what, int goal)
{
  bench->what = what;
  bench->goal = goal;
  bench->frames = 0;
  bench->begun = g_get_monotonic_time ();
  bench->begun_own = get_own_time ();
}

static void
report (Bench *bench)
{
  g_print ("{\"bench\":\"%s\",\"unit\":\"ms\",\"value\":%.1f,\"own\":%.1f,\"goal\":%d}\n",
           bench->what, (double)(g_get_monotonic_time () - bench->begun) / 1000,
           get_own_time () - bench->begun_own, bench->goal);
  bench->what = NULL;
}

static void
sort_by (Bench *bench, const char *title, GtkSortType direction)
{
  GListModel *columns = gtk_column_view_get_columns (bench->table);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_str_equal (gtk_column_view_column_get_title (column), title))
        gtk_column_view_sort_by_column (bench->table, column, direction);
    }
}

// The entry waits for a pause in typing, which is no work: its text is given at once.
static void
filter (Bench *bench, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (bench->entry), text);
  g_signal_emit_by_name (bench->entry, "search-changed");
}

static void
print_memory (void)
{
  g_autofree char *status = NULL;
  const char *at;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return;
  at = strstr (status, "VmRSS:");
  if (at != NULL)
    g_print ("{\"bench\":\"library memory\",\"unit\":\"MB\",\"value\":%.0f}\n",
             g_ascii_strtod (at + strlen ("VmRSS:"), NULL) / 1024);
}

// One thing after another, each when the last is painted and the window has come to rest.
static gboolean
next (gpointer data)
{
  Bench *bench = data;
  static const char *const words[] = { "film", "film thesis", "nothing at all", "" };

  switch (bench->step++)
    {
    case 0:
      begin (bench, "library open the table", GOAL);
      gtk_widget_activate_action (GTK_WIDGET (bench->window), "win.runs-table", NULL);
      break;
    case 1:
      begin (bench, "library sort by name", GOAL);
      sort_by (bench, "Name", GTK_SORT_ASCENDING);
      break;
    case 2:
      begin (bench, "library sort by best", GOAL);
      sort_by (bench, "Best", GTK_SORT_ASCENDING);
      break;
    case 3:
      begin (bench, "library sort the other way", GOAL);
      sort_by (bench, "Best", GTK_SORT_DESCENDING);
      break;
    case 4:
      begin (bench, "library sort by a parameter", GOAL);
      sort_by (bench, "Learning rate", GTK_SORT_ASCENDING);
      break;
    case 5:
    case 6:
    case 7:
    case 8:
      begin (bench,
             bench->step == 6   ? "library filter by a word"
             : bench->step == 7 ? "library filter by a second word"
             : bench->step == 8 ? "library filter to nothing"
                                : "library filter cleared",
             GOAL);
      filter (bench, words[bench->step - 6]);
      break;
    case 9:
      begin (bench, "library only what differs", GOAL);
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (bench->differing), TRUE);
      break;
    case 10:
      begin (bench, "library one run changed", GOAL);
      cz_run_set_starred (cz_workbench_get_library (bench->workbench), 77, TRUE, NULL);
      cz_workbench_refresh (bench->workbench);
      break;
    default:
      malloc_trim (0);
      print_memory ();
      g_main_loop_quit (bench->loop);
      break;
    }
  gtk_widget_queue_draw (GTK_WIDGET (bench->window));
  return G_SOURCE_REMOVE;
}

static gboolean
rest (gpointer data)
{
  g_timeout_add (300, next, data);
  return G_SOURCE_REMOVE;
}

static gboolean
shows_runs (Bench *bench)
{
  return gtk_widget_get_mapped (bench->list) && gtk_widget_get_first_child (bench->list) != NULL;
}

static void
after_paint (GdkFrameClock *clock, Bench *bench)
{
  if (bench->what == NULL || (bench->step == 0 && !shows_runs (bench)))
    {
      if (bench->what != NULL)
        gtk_widget_queue_draw (GTK_WIDGET (bench->window));
      return;
    }
  // What was put off until the window idles is part of it: a second frame.
  if (bench->step > 0 && ++bench->frames < 2)
    {
      gtk_widget_queue_draw (GTK_WIDGET (bench->window));
      return;
    }
  report (bench);
  g_idle_add_full (G_PRIORITY_LOW, rest, bench, NULL);
}

// What an earlier measurement left in the library: the table in front, its columns and order.
static void
forget_layout (const char *path)
{
  g_autoptr (CzLibrary) library = cz_library_open (path, NULL);

  if (library == NULL)
    return;
  cz_library_set_setting (library, "window-runs", NULL, NULL);
  cz_library_set_setting (library, "window-runs-table", NULL, NULL);
  cz_run_set_starred (library, 77, FALSE, NULL);
}

static void
tell_runs (CzWorkbench *workbench)
{
  g_print ("{\"bench\":\"library\",\"unit\":\"runs\",\"value\":%u}\n",
           g_list_model_get_n_items (cz_workbench_get_runs (workbench)));
  g_print ("{\"bench\":\"library read\",\"unit\":\"ms\",\"value\":%.1f}\n",
           (double)(g_get_monotonic_time () - started) / 1000);
}

static void
activate (GApplication *application, Bench *bench)
{
  bench->window = GTK_WINDOW (cz_window_new (GTK_APPLICATION (application), bench->workbench));
  gtk_widget_activate_action (GTK_WIDGET (bench->window), "win.page", "s", "experiments");
  bench->list = find (GTK_WIDGET (bench->window), GTK_TYPE_LIST_VIEW, "navigation-sidebar");
  bench->table
      = GTK_COLUMN_VIEW (find (GTK_WIDGET (bench->window), GTK_TYPE_COLUMN_VIEW, "runs-table"));
  bench->differing = find (GTK_WIDGET (bench->window), GTK_TYPE_TOGGLE_BUTTON, "differing");
  bench->entry = find (gtk_widget_get_parent (bench->differing), GTK_TYPE_SEARCH_ENTRY, NULL);
  gtk_window_present (bench->window);
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (bench->window)), "after-paint",
                    G_CALLBACK (after_paint), bench);
}

int
main (int argc, char **argv)
{
  Bench bench = { .loop = NULL };
  g_autoptr (AdwApplication) application = NULL;

  if (argc != 2)
    {
      g_printerr ("usage: bench-library LIBRARY\n");
      return 2;
    }
  setlocale (LC_ALL, "");
  forget_layout (argv[1]);
  started = g_get_monotonic_time ();
  begin (&bench, "library usable from the start", OPEN_GOAL);
  application = adw_application_new ("org.clozebench.Bench", G_APPLICATION_NON_UNIQUE);
  g_application_set_resource_base_path (G_APPLICATION (application), "/org/clozebench/Clozebench");
  g_application_register (G_APPLICATION (application), NULL, NULL);
  bench.workbench = cz_workbench_new (argv[1]);
  bench.loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (bench.workbench, "opened", G_CALLBACK (tell_runs), NULL);
  g_signal_connect (application, "activate", G_CALLBACK (activate), &bench);
  g_application_activate (G_APPLICATION (application));
  g_main_loop_run (bench.loop);
  return EXIT_SUCCESS;
}
