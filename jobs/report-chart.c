// Of many values the lowest and highest of each column of the picture are drawn, so that nothing
// that stands out is lost.
#include "jobs/report-chart.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/metric.h"

#define WIDTH   720
#define HEIGHT  220
#define LEFT    64
#define RIGHT   16
#define TOP     12
#define BOTTOM  30
#define COLUMNS 640 // of the part that is drawn on

typedef struct
{
  const CzReportChart *chart;
  double x_low, x_high, y_low, y_high;
} Frame;

static double
get_value (const CzReportChart *chart, guint i)
{
  double value = g_array_index (chart->values, CzMetric, i).value;

  return chart->exponential ? exp (value) : value;
}

static double
get_step (const CzReportChart *chart, guint i)
{
  return (double)g_array_index (chart->values, CzMetric, i).step;
}

// A place in the picture, with a point whatever the language: numbers that people read have its
// own mark, these are no such numbers.
typedef struct
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
} Place;

static Place
make_place (double at)
{
  Place place;

  g_ascii_formatd (place.text, sizeof place.text, "%.1f", at);
  return place;
}

static double
to_x (const Frame *frame, double step)
{
  return LEFT + (step - frame->x_low) / (frame->x_high - frame->x_low) * (WIDTH - LEFT - RIGHT);
}

static double
to_y (const Frame *frame, double value)
{
  return TOP + (frame->y_high - value) / (frame->y_high - frame->y_low) * (HEIGHT - TOP - BOTTOM);
}

// 1, 2 or 5 times a power of ten, so that about `n` of them fill the range.
static double
choose_tick (double range, guint n)
{
  double raw = range / n, power = pow (10, floor (log10 (raw)));

  return power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
}

// FALSE: there is nothing to draw.
static gboolean
find_frame (const CzReportChart *chart, Frame *ret_frame)
{
  Frame frame = { chart, INFINITY, -INFINITY, INFINITY, -INFINITY };

  for (guint i = 0; i < chart->values->len; i++)
    {
      double value = get_value (chart, i), step = get_step (chart, i);
      if (!isfinite (value))
        continue;
      frame.x_low = MIN (frame.x_low, step);
      frame.x_high = MAX (frame.x_high, step);
      frame.y_low = MIN (frame.y_low, value);
      frame.y_high = MAX (frame.y_high, value);
    }
  if (frame.x_high < frame.x_low)
    return FALSE;
  if (frame.x_high - frame.x_low < 1)
    frame.x_high = frame.x_low + 1;
  double room = frame.y_high > frame.y_low ? 0.06 * (frame.y_high - frame.y_low)
                                           : MAX (fabs (frame.y_high) * 0.1, 1e-9);
  frame.y_low -= room;
  frame.y_high += room;
  *ret_frame = frame;
  return TRUE;
}

static void
append_axes (GString *html, const Frame *frame)
{
  double x_tick = MAX (choose_tick (frame->x_high - frame->x_low, 7), 1);
  double y_tick = choose_tick (frame->y_high - frame->y_low, 4);

  g_string_append (html, "<g class=\"axes\">");
  for (double y = ceil (frame->y_low / y_tick) * y_tick; y <= frame->y_high; y += y_tick)
    {
      Place at = make_place (to_y (frame, y)), below = make_place (to_y (frame, y) + 4);
      // What is left of rounding is no tick at 1e-17.
      g_string_append_printf (html,
                              "<line x1=\"%d\" y1=\"%s\" x2=\"%d\" y2=\"%s\"/>"
                              "<text x=\"%d\" y=\"%s\" text-anchor=\"end\">%.6g</text>",
                              LEFT, at.text, WIDTH - RIGHT, at.text, LEFT - 8, below.text,
                              fabs (y) < y_tick / 1e6 ? 0 : y);
    }
  for (double x = ceil (frame->x_low / x_tick) * x_tick; x <= frame->x_high; x += x_tick)
    g_string_append_printf (html, "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%.6g</text>",
                            make_place (to_x (frame, x)).text, HEIGHT - 10, x);
  g_string_append (html, "</g>");
}

static void
append_point (GString *html, const Frame *frame, guint i)
{
  g_string_append_printf (html, "%s,%s ",
                          make_place (to_x (frame, get_step (frame->chart, i))).text,
                          make_place (to_y (frame, get_value (frame->chart, i))).text);
}

// The values first … last of one column: the lowest and the highest, in their order.
static void
append_column (GString *html, const Frame *frame, guint first, guint last)
{
  guint low = first, high = first;

  for (guint i = first; i <= last; i++)
    {
      double value = get_value (frame->chart, i);
      if (!isfinite (value))
        continue;
      double lowest = get_value (frame->chart, low), highest = get_value (frame->chart, high);
      if (!isfinite (lowest) || value < lowest)
        low = i;
      if (!isfinite (highest) || value > highest)
        high = i;
    }
  if (!isfinite (get_value (frame->chart, low)))
    return;
  append_point (html, frame, MIN (low, high));
  if (low != high)
    append_point (html, frame, MAX (low, high));
}

static void
append_line (GString *html, const Frame *frame)
{
  guint n = frame->chart->values->len;
  double width = (frame->x_high - frame->x_low) / COLUMNS;

  g_string_append (html, "<polyline points=\"");
  for (guint first = 0; first < n;)
    {
      guint last = first;
      double column = floor ((get_step (frame->chart, first) - frame->x_low) / width);
      while (last + 1 < n
             && floor ((get_step (frame->chart, last + 1) - frame->x_low) / width) == column)
        last++;
      append_column (html, frame, first, last);
      first = last + 1;
    }
  g_string_append (html, "\"/>");
}

static void
append_dots (GString *html, const Frame *frame)
{
  for (guint i = 0; i < frame->chart->values->len; i++)
    {
      double value = get_value (frame->chart, i), step = get_step (frame->chart, i);
      gboolean marked = frame->chart->mark_step == (gint64)step;
      if (isfinite (value))
        g_string_append_printf (html,
                                "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%d\">"
                                "<title>%.6g: %.6g</title></circle>",
                                marked ? "mark" : "dot", make_place (to_x (frame, step)).text,
                                make_place (to_y (frame, value)).text, marked ? 5 : 3, step, value);
    }
}

void
cz_report_chart_append (GString *html, const CzReportChart *chart)
{
  Frame frame;

  if (!find_frame (chart, &frame))
    return;
  g_autofree char *title = g_markup_escape_text (chart->title, -1);
  g_autofree char *steps = g_markup_escape_text (_ ("step"), -1);
  g_string_append_printf (html,
                          "<figure><figcaption>%s</figcaption>"
                          "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                          title, WIDTH, HEIGHT, title);
  append_axes (html, &frame);
  append_line (html, &frame);
  if (chart->marked)
    append_dots (html, &frame);
  g_string_append_printf (html,
                          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                          "</svg></figure>\n",
                          LEFT - 16, HEIGHT - 10, steps);
}
