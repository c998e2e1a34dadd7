#include "gui/experiments/queue-view.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "gui/experiments/queue.h"
#include "gui/experiments/run-item.h"
#include "gui/numbers.h"
#include "gui/window.h"

// The list scrolls when it is higher, in pixels.
#define HIGHEST 260
// Of the list, in pixels.
#define WIDTH 420

struct _CzQueueView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzQueue *queue;         // the workbench's
  GtkWidget *whole;
  GtkLabel *total;
  GtkWidget *pause_button;
  GtkListBox *list;
  GtkScrolledWindow *scrolled;
  char *shown; // which runs, in their order
};

G_DEFINE_FINAL_TYPE (CzQueueView, cz_queue_view, ADW_TYPE_BIN)

static guint go_to_signal;

static gint64
get_run (gpointer row)
{
  return *(gint64 *)g_object_get_data (G_OBJECT (row), "run");
}

static GtkWidget *
get_row (gpointer widget)
{
  return GTK_IS_LIST_BOX_ROW (widget) ? GTK_WIDGET (widget)
                                      : gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_BOX_ROW);
}

static void
tell (CzQueueView *self, gboolean done, const char *heading, const GError *error)
{
  if (!done)
    cz_window_tell_error (GTK_WIDGET (self), heading, error->message);
}

// ---- What a person does ----

static void
move (CzQueueView *self, gint64 run, gint64 position)
{
  g_autoptr (GError) error = NULL;

  tell (self, cz_queue_move (self->queue, run, position, &error), _ ("The run could not be moved"),
        error);
}

static void
move_up (GtkWidget *widget, CzQueueView *self)
{
  GtkWidget *row = get_row (widget);

  move (self, get_run (row), gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)));
}

static void
move_down (GtkWidget *widget, CzQueueView *self)
{
  GtkWidget *row = get_row (widget);

  move (self, get_run (row), gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) + 2);
}

static void
remove_run (GtkWidget *widget, CzQueueView *self)
{
  gint64 run = get_run (get_row (widget));
  CzRunItem *item = cz_workbench_find_run (self->workbench, run);
  g_autofree char *told = g_strdup_printf (_ ("“%s” was taken out of the queue."),
                                           item != NULL ? cz_run_item_get (item)->name : "");
  g_autofree char *id = g_strdup_printf ("%" PRId64, run);
  g_autoptr (GError) error = NULL;

  if (cz_queue_remove (self->queue, run, &error))
    cz_window_toast_with_action (GTK_WIDGET (self), told, _ ("_Undo"), "win.queue-run", id);
  else
    tell (self, FALSE, _ ("The run could not be taken out of the queue"), error);
}

static gboolean
key_pressed (
    GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, CzQueueView *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *row = focus != NULL ? get_row (focus) : NULL;

  if (row == NULL || gtk_widget_get_parent (row) != GTK_WIDGET (self->list))
    return FALSE;
  if ((state & GDK_ALT_MASK) != 0 && (key == GDK_KEY_Up || key == GDK_KEY_KP_Up))
    move_up (row, self);
  else if ((state & GDK_ALT_MASK) != 0 && (key == GDK_KEY_Down || key == GDK_KEY_KP_Down))
    move_down (row, self);
  else if (key == GDK_KEY_Delete && state == 0)
    remove_run (row, self);
  else
    return FALSE;
  return TRUE;
}

static void
pause_clicked (CzQueueView *self)
{
  g_autoptr (GError) error = NULL;

  tell (self, cz_queue_set_paused (self->queue, !cz_queue_is_paused (self->queue), &error),
        _ ("The queue could not be paused"), error);
}

static void
activated (CzQueueView *self, GtkListBoxRow *row)
{
  g_signal_emit (self, go_to_signal, 0, get_run (row));
}

// ---- Dragging ----

static GdkContentProvider *
drag_prepared (GtkDragSource *source, double x, double y, GtkWidget *row)
{
  return gdk_content_provider_new_typed (G_TYPE_INT64, get_run (row));
}

static void
drag_begun (GtkDragSource *source, GdkDrag *drag, GtkWidget *row)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (row);

  gtk_drag_source_set_icon (source, picture, 12, 12);
}

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, CzQueueView *self)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));
  int index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row));
  gint64 run = g_value_get_int64 (value);

  if (run == get_run (row))
    return FALSE;
  move (self, run, index + 1);
  return TRUE;
}

// ---- Rows ----

static GtkWidget *
make_button (const char *icon, const char *label, GCallback clicked, CzQueueView *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static void
make_draggable (CzQueueView *self, GtkWidget *row)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INT64, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (drag_prepared), row);
  g_signal_connect (source, "drag-begin", G_CALLBACK (drag_begun), row);
  g_signal_connect (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (target));
}

static GtkWidget *
make_row (CzQueueView *self, CzRunItem *item, guint index, guint n)
{
  const CzRun *run = cz_run_item_get (item);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *handle = gtk_image_new_from_icon_name ("list-drag-handle-symbolic");
  GtkWidget *up
      = make_button ("go-up-symbolic", _ ("Earlier (Alt+Up)"), G_CALLBACK (move_up), self);
  GtkWidget *down
      = make_button ("go-down-symbolic", _ ("Later (Alt+Down)"), G_CALLBACK (move_down), self);

  gtk_widget_add_css_class (handle, "dim-label");
  gtk_widget_set_sensitive (up, index > 0);
  gtk_widget_set_sensitive (down, index + 1 < n);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2); // what differs stands at its end
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), handle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), up);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), down);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             make_button ("list-remove-symbolic",
                                          _ ("Take out of the queue (Delete)"),
                                          G_CALLBACK (remove_run), self));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "run", g_memdup2 (&run->id, sizeof run->id), g_free);
  make_draggable (self, row);
  return row;
}

// "14:05", with its day where that is not today. Freed by the caller.
static char *
format_clock (double seconds)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, seconds);

  return g_date_time_format (
      then, g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (then) ? "%H:%M"
                                                                                    : "%a %H:%M");
}

// start: when the run will begin, in seconds from now; NAN: not known, or the queue is paused.
static void
tell_row (GtkWidget *row, CzRunItem *item, guint index, double start)
{
  const CzRun *run = cz_run_item_get (item);
  double seconds = cz_queue_expect (run);
  g_autofree char *takes = isnan (seconds) ? NULL : cz_numbers_duration (seconds);
  g_autofree char *clock = isnan (start + seconds) ? NULL : format_clock (start + seconds);
  g_autofree char *title = g_strdup_printf ("%u. %s", index + 1, run->name);
  g_autofree char *text = NULL;

  if (takes != NULL && clock != NULL)
    // Translators: how long a run takes, and when it will be done: "14 min · done about 15:40".
    text = g_strdup_printf (_ ("%s · done about %s"), takes, clock);
  else
    text = takes != NULL ? g_strdup_printf (_ ("about %s"), takes)
                         : g_strdup (_ ("time not known yet"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
}

static char *
name_runs (GPtrArray *runs)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < runs->len; i++)
    g_string_append_printf (text, "%" PRId64 " ", cz_run_item_get (runs->pdata[i])->id);
  return g_strdup (text->str);
}

// Makes the rows anew, the focus staying with its run.
static void
fill (CzQueueView *self, GPtrArray *runs)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *focused = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list))
                           ? get_row (focus)
                           : NULL;
  gint64 kept = focused != NULL ? get_run (focused) : 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  for (guint i = 0; i < runs->len; i++)
    {
      GtkWidget *row = make_row (self, runs->pdata[i], i, runs->len);

      gtk_list_box_append (self->list, row);
      if (get_run (row) == kept)
        gtk_widget_grab_focus (row);
    }
}

static void
tell_total (CzQueueView *self, GPtrArray *runs, gboolean paused)
{
  double total = 0;
  g_autofree char *takes = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < runs->len; i++)
    total += cz_queue_expect (cz_run_item_get (runs->pdata[i])); // NAN stays NAN
  takes = isnan (total) || runs->len == 0 ? NULL : cz_numbers_duration (total);
  if (runs->len == 0)
    text = g_strdup (_ ("No other run waits."));
  else if (paused)
    text = g_strdup_printf (ngettext ("Paused: %u run waits", "Paused: %u runs wait", runs->len),
                            runs->len);
  else if (takes != NULL)
    // Translators: runs that wait, and what they take together.
    text = g_strdup_printf (ngettext ("%u run waits, %s", "%u runs wait, %s", runs->len), runs->len,
                            takes);
  else
    text = g_strdup_printf (ngettext ("%u run waits", "%u runs wait", runs->len), runs->len);
  gtk_label_set_label (self->total, text);
}

// The scrolled window of GTK 4.8 asks what rows take while nothing in them is wrapped.
static void
fit_height (CzQueueView *self)
{
  int height;

  gtk_widget_measure (GTK_WIDGET (self->list), GTK_ORIENTATION_VERTICAL, WIDTH, NULL, &height, NULL,
                      NULL);
  gtk_scrolled_window_set_min_content_height (self->scrolled, MIN (height, HIGHEST));
}

static void
update (CzQueueView *self)
{
  g_autoptr (GPtrArray) runs = cz_queue_list (self->queue);
  g_autofree char *names = name_runs (runs);
  CzRunItem *current = cz_queue_get_current (self->queue);
  gboolean paused = cz_queue_is_paused (self->queue);
  double start = paused ? NAN : current != NULL ? cz_queue_expect (cz_run_item_get (current)) : 0;

  gtk_widget_set_visible (self->whole, runs->len > 0 || current != NULL);
  if (g_strcmp0 (names, self->shown) != 0)
    {
      fill (self, runs);
      g_free (self->shown);
      self->shown = g_steal_pointer (&names);
    }
  for (guint i = 0; i < runs->len; i++)
    {
      tell_row (GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, (int)i)), runs->pdata[i], i,
                start);
      start += cz_queue_expect (cz_run_item_get (runs->pdata[i]));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->scrolled), runs->len > 0);
  fit_height (self);
  gtk_button_set_label (GTK_BUTTON (self->pause_button),
                        paused ? _ ("_Go on") : _ ("_Pause queue"));
  gtk_widget_set_tooltip_text (
      self->pause_button, paused ? _ ("The queue goes on, with the run that was paused first")
                                 : _ ("The queue's run at work pauses, and nothing new starts"));
  tell_total (self, runs, paused);
}

// ---- Life ----

static void
cz_queue_view_finalize (GObject *object)
{
  g_free (CZ_QUEUE_VIEW (object)->shown);
  G_OBJECT_CLASS (cz_queue_view_parent_class)->finalize (object);
}

static void
cz_queue_view_class_init (CzQueueViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_queue_view_finalize;
  go_to_signal = g_signal_new ("go-to", CZ_TYPE_QUEUE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
cz_queue_view_init (CzQueueView *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = gtk_label_new (_ ("Queue"));
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->whole = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->total = GTK_LABEL (gtk_label_new (NULL));
  self->pause_button = gtk_button_new ();
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (title, "caption-heading");
  gtk_widget_add_css_class (GTK_WIDGET (self->total), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->total), "dim-label");
  gtk_label_set_xalign (self->total, 0);
  gtk_label_set_ellipsize (self->total, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->total), TRUE);
  gtk_button_set_use_underline (GTK_BUTTON (self->pause_button), TRUE);
  gtk_widget_add_css_class (self->pause_button, "flat");
  g_signal_connect_swapped (self->pause_button, "clicked", G_CALLBACK (pause_clicked), self);
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->total));
  gtk_box_append (GTK_BOX (head), self->pause_button);
  gtk_widget_set_margin_start (head, 9);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Runs that wait"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (activated), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), HIGHEST);
  self->scrolled = GTK_SCROLLED_WINDOW (scrolled);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (self->whole), head);
  gtk_box_append (GTK_BOX (self->whole), scrolled);
  gtk_widget_set_size_request (self->whole, WIDTH, -1);
  gtk_widget_set_visible (self->whole, FALSE);
  adw_bin_set_child (ADW_BIN (self), self->whole);
}

void
cz_queue_view_set_workbench (CzQueueView *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  self->queue = cz_queue_get (workbench);
  g_signal_connect_object (self->queue, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
