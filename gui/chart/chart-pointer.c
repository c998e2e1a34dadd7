#include "gui/chart/chart-private.h"

#include <math.h>

#include "gui/chart/read-out.h"

#define REACH     10.0 // units from which a curve is under the pointer
#define THRESHOLD 6.0  // units that a drag takes to be one
#define FLAT      0.25 // a rectangle with sides further apart than this zooms one axis
#define THIN      12.0 // as does one thinner than this
#define STEP      1.25 // of one click of the wheel or key
#define PAN       0.15 // part of the picture that a key moves

// ---- Hovering ----

static void
set_pointer_shape (CzChart *self, const char *shape)
{
  if (self->pointer_shape == shape)
    return;
  self->pointer_shape = shape;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), shape);
}

static void
hover (CzChart *self, double x, double y)
{
  const cairo_rectangle_t *area = &self->layout.area;
  gboolean within;
  double at = NAN;
  int picked;

  cz_chart_prepare (self);
  within = x >= area->x - 8 && x <= area->x + area->width + 8 && y >= area->y - 8;
  picked = cz_plot_pick (&self->plot, &self->layout, x, y, REACH);
  if (within)
    at = cz_plot_snap (&self->plot, cz_axis_value (&self->plot.x, (x - area->x) / area->width));
  set_pointer_shape (
      self,
      picked >= 0 && cz_series_get_key (g_ptr_array_index (self->plot.series, (guint)picked)) != 0
          ? "pointer"
      : within ? "crosshair"
               : NULL);
  cz_chart_set_cursor (self, at, picked);
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, CzChart *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
  if (self->drag == CZ_CHART_RESTS)
    hover (self, x, y);
}

static void
pointer_left (GtkEventControllerMotion *motion, CzChart *self)
{
  self->pointer_x = self->pointer_y = NAN;
  set_pointer_shape (self, NULL);
  cz_chart_set_cursor (self, NAN, -1);
}

// ---- Zooming and moving ----

static void
reset (CzChart *self)
{
  if (cz_plot_is_zoomed (&self->plot))
    cz_chart_reset_zoom (self);
}

// factor < 1 shows less. x, y: positions that stay where they are; NAN: that axis stays.
static void
zoom_around (CzChart *self, double factor, double x, double y)
{
  cz_plot_zoom (&self->plot, x * (1 - factor), x + (1 - x) * factor, y * (1 - factor),
                y + (1 - y) * factor);
  cz_chart_view_changed (self);
}

static gboolean
scrolled (GtkEventControllerScroll *scroll, double dx, double dy, CzChart *self)
{
  GdkModifierType state
      = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));
  const cairo_rectangle_t *area = &self->layout.area;

  if ((state & GDK_CONTROL_MASK) == 0 || isnan (self->pointer_x))
    return GDK_EVENT_PROPAGATE;
  cz_chart_prepare (self);
  zoom_around (self, pow (STEP, dy), CLAMP ((self->pointer_x - area->x) / area->width, 0, 1),
               CLAMP (1 - (self->pointer_y - area->y) / area->height, 0, 1));
  hover (self, self->pointer_x, self->pointer_y);
  return GDK_EVENT_STOP;
}

static void
drag_begun (GtkGestureDrag *gesture, double x, double y, CzChart *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (button != GDK_BUTTON_PRIMARY && button != GDK_BUTTON_MIDDLE)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

// The rectangle between where the drag began and where it is, within the area; a flat one has the
// area's height, a narrow one its width.
static void
set_frame (CzChart *self, double x, double y, double dx, double dy)
{
  const cairo_rectangle_t *area = &self->layout.area;
  double left = CLAMP (MIN (x, x + dx), area->x, area->x + area->width);
  double right = CLAMP (MAX (x, x + dx), area->x, area->x + area->width);
  double top = CLAMP (MIN (y, y + dy), area->y, area->y + area->height);
  double bottom = CLAMP (MAX (y, y + dy), area->y, area->y + area->height);

  if (fabs (dy) < THIN || fabs (dy) < FLAT * fabs (dx))
    {
      top = area->y;
      bottom = area->y + area->height;
    }
  else if (fabs (dx) < THIN || fabs (dx) < FLAT * fabs (dy))
    {
      left = area->x;
      right = area->x + area->width;
    }
  self->frame = (cairo_rectangle_t){ left, top, right - left, bottom - top };
}

static void
dragged (GtkGestureDrag *gesture, double dx, double dy, CzChart *self)
{
  const cairo_rectangle_t *area = &self->layout.area;
  double x, y;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  if (self->drag == CZ_CHART_RESTS)
    {
      GdkModifierType state
          = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
      guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

      if (hypot (dx, dy) < THRESHOLD)
        return;
      cz_chart_prepare (self);
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      self->drag = button == GDK_BUTTON_MIDDLE || (state & GDK_SHIFT_MASK) != 0 ? CZ_CHART_MOVES
                                                                                : CZ_CHART_FRAMES;
      self->drag_view = self->plot.view;
      set_pointer_shape (self, self->drag == CZ_CHART_MOVES ? "grabbing" : "crosshair");
      cz_chart_set_cursor (self, NAN, -1);
    }
  if (self->drag == CZ_CHART_FRAMES)
    {
      set_frame (self, x, y, dx, dy);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  // From where the drag began, so that the picture stays under the pointer.
  self->plot.view = self->drag_view;
  cz_plot_fit (&self->plot);
  x = dx / area->width;
  y = isnan (self->drag_view.y_low) ? NAN : dy / area->height;
  cz_plot_zoom (&self->plot, -x, 1 - x, y, 1 + y);
  cz_chart_view_changed (self);
}

static void
end_drag (CzChart *self)
{
  self->drag = CZ_CHART_RESTS;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!isnan (self->pointer_x))
    hover (self, self->pointer_x, self->pointer_y);
}

static void
drag_ended (GtkGestureDrag *gesture, double dx, double dy, CzChart *self)
{
  const cairo_rectangle_t *area = &self->layout.area, *frame = &self->frame;

  if (self->drag == CZ_CHART_FRAMES && frame->width >= 2 && frame->height >= 2)
    {
      gboolean wide = frame->width >= area->width, high = frame->height >= area->height;

      cz_plot_zoom (&self->plot, wide ? NAN : (frame->x - area->x) / area->width,
                    wide ? NAN : (frame->x + frame->width - area->x) / area->width,
                    high ? NAN : 1 - (frame->y + frame->height - area->y) / area->height,
                    high ? NAN : 1 - (frame->y - area->y) / area->height);
      cz_chart_view_changed (self);
    }
  if (self->drag != CZ_CHART_RESTS)
    end_drag (self);
}

static void
drag_cancelled (GtkGesture *gesture, GdkEventSequence *sequence, CzChart *self)
{
  if (self->drag != CZ_CHART_RESTS)
    end_drag (self);
}

static void
clicked (GtkGestureClick *click, int n, double x, double y, CzChart *self)
{
  cz_chart_prepare (self);
  if (n == 2)
    reset (self);
  else if (n == 1)
    cz_chart_select (self, cz_plot_pick (&self->plot, &self->layout, x, y, REACH));
}

void
cz_chart_listen (CzChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll
      = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->pointer_x = self->pointer_y = NAN;
  g_signal_connect (motion, "enter", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
  g_signal_connect (click, "released", G_CALLBACK (clicked), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0); // any
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begun), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (dragged), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_ended), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (drag_cancelled), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

// ---- Keys ----

// Brings a place on the horizontal axis into view.
static void
move_to (CzChart *self, double x)
{
  double at = cz_axis_position (&self->plot.x, x);
  double by = at < 0 ? at - PAN : at > 1 ? at - 1 + PAN : 0;

  if (isnan (at) || by == 0)
    return;
  cz_plot_zoom (&self->plot, by, 1 + by, NAN, NAN);
  cz_chart_view_changed (self);
}

// Moves the cursor to the next point of any series; args: -1 or 1 for one point, -2 or 2 for the
// first or last in view.
static gboolean
step_cursor (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzChart *self = CZ_CHART (widget);
  int direction = g_variant_get_int32 (args);
  double best = NAN;

  cz_chart_prepare (self);
  if (isnan (self->cursor) || ABS (direction) == 2)
    {
      best = cz_plot_snap (&self->plot, direction == -2 ? self->plot.x.low : self->plot.x.high);
      cz_chart_set_cursor (self, best, self->highlighted);
      return TRUE;
    }
  for (guint s = 0; s < self->plot.series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (self->plot.series, s);
      int at = cz_series_nearest (series, self->cursor);
      double x;

      if (at < 0)
        continue;
      x = cz_series_get_point (series, (guint)at).x;
      if (direction > 0 && x <= self->cursor)
        at++;
      else if (direction < 0 && x >= self->cursor)
        at--;
      if (at < 0 || at >= (int)cz_series_get_n_points (series))
        continue;
      x = cz_series_get_point (series, (guint)at).x;
      if (isnan (cz_axis_position (&self->plot.x, x)))
        continue;
      if (isnan (best) || fabs (x - self->cursor) < fabs (best - self->cursor))
        best = x;
    }
  if (isnan (best))
    return TRUE;
  move_to (self, best);
  cz_chart_set_cursor (self, best, self->highlighted);
  return TRUE;
}

// Goes to the curve above (−1) or below (1) at the cursor.
static gboolean
step_curve (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzChart *self = CZ_CHART (widget);
  int by = g_variant_get_int32 (args), at = -1;
  g_autoptr (GArray) readings = NULL;

  cz_chart_prepare (self);
  if (isnan (self->cursor))
    cz_chart_set_cursor (self, cz_plot_snap (&self->plot, self->plot.x.high), -1);
  if (isnan (self->cursor))
    return TRUE;
  readings = cz_read_out_take (&self->plot, self->cursor);
  for (guint i = 0; i < readings->len; i++)
    {
      if ((int)g_array_index (readings, CzReading, i).series == self->highlighted)
        at = (int)i;
    }
  at = at < 0 ? (by > 0 ? 0 : (int)readings->len - 1) : CLAMP (at + by, 0, (int)readings->len - 1);
  cz_chart_set_cursor (self, self->cursor,
                       (int)g_array_index (readings, CzReading, (guint)at).series);
  return TRUE;
}

static gboolean
choose_curve (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzChart *self = CZ_CHART (widget);

  if (self->highlighted < 0)
    return FALSE;
  cz_chart_select (self, self->highlighted);
  return TRUE;
}

// Shows less (1) or more (−1), around the cursor.
static gboolean
zoom_by_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzChart *self = CZ_CHART (widget);
  double factor = g_variant_get_int32 (args) > 0 ? 1 / STEP : STEP, at = 0.5;

  cz_chart_prepare (self);
  if (!isnan (self->cursor))
    at = CLAMP (cz_axis_position (&self->plot.x, self->cursor), 0, 1);
  zoom_around (self, factor, at, isnan (self->plot.view.y_low) ? NAN : 0.5);
  return TRUE;
}

static gboolean
move_by_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzChart *self = CZ_CHART (widget);
  double x = 0, y = 0;
  int direction = g_variant_get_int32 (args);

  cz_chart_prepare (self);
  if (ABS (direction) == 1)
    x = PAN * direction;
  else
    y = PAN * direction / 2;
  cz_plot_zoom (&self->plot, x, 1 + x, isnan (self->plot.view.y_low) ? NAN : y, 1 + y);
  cz_chart_view_changed (self);
  return TRUE;
}

// Escape gives up a drag, then the zoom; otherwise it is someone else's.
static gboolean
reset_by_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzChart *self = CZ_CHART (widget);

  if (self->drag != CZ_CHART_RESTS)
    {
      if (self->drag == CZ_CHART_MOVES)
        {
          self->plot.view = self->drag_view;
          cz_chart_view_changed (self);
        }
      end_drag (self);
      return TRUE;
    }
  if (!cz_plot_is_zoomed (&self->plot))
    return FALSE;
  reset (self);
  return TRUE;
}

void
cz_chart_add_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    GtkShortcutFunc function;
    int argument;
  } keys[] = {
    { GDK_KEY_Left, 0, step_cursor, -1 },
    { GDK_KEY_Right, 0, step_cursor, 1 },
    { GDK_KEY_Home, 0, step_cursor, -2 },
    { GDK_KEY_End, 0, step_cursor, 2 },
    { GDK_KEY_Up, 0, step_curve, -1 },
    { GDK_KEY_Down, 0, step_curve, 1 },
    { GDK_KEY_Return, 0, choose_curve, 0 },
    { GDK_KEY_KP_Enter, 0, choose_curve, 0 },
    { GDK_KEY_space, 0, choose_curve, 0 },
    { GDK_KEY_plus, 0, zoom_by_key, 1 },
    { GDK_KEY_equal, 0, zoom_by_key, 1 },
    { GDK_KEY_KP_Add, 0, zoom_by_key, 1 },
    { GDK_KEY_minus, 0, zoom_by_key, -1 },
    { GDK_KEY_KP_Subtract, 0, zoom_by_key, -1 },
    { GDK_KEY_0, 0, reset_by_key, 0 },
    { GDK_KEY_KP_0, 0, reset_by_key, 0 },
    { GDK_KEY_Escape, 0, reset_by_key, 0 },
    { GDK_KEY_Left, GDK_SHIFT_MASK, move_by_key, -1 },
    { GDK_KEY_Right, GDK_SHIFT_MASK, move_by_key, 1 },
    { GDK_KEY_Down, GDK_SHIFT_MASK, move_by_key, -2 },
    { GDK_KEY_Up, GDK_SHIFT_MASK, move_by_key, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, keys[i].modifiers, keys[i].function,
                                  "i", keys[i].argument);
}
