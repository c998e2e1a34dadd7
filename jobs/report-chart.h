#pragma once

#include <glib.h>

// A curve as an SVG element within an HTML page; colours are the page's (--line, --axis).

typedef struct
{
  const char *title;    // in the person's language
  const GArray *values; // CzMetric, by step; those that are no numbers are left out
  gboolean exponential; // shows exp (value)
  gboolean marked;      // a dot at each value: few of them
  gint64 mark_step;     // this one stands out, -1: none
} CzReportChart;

// Appends it; nothing where there is no value.
void cz_report_chart_append (GString *html, const CzReportChart *chart);
