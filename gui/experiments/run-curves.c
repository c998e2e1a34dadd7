#include "gui/experiments/run-curves.h"

#include <glib/gi18n.h>
#include <math.h>

enum
{
  TRAIN_LOSS,
  EVAL_LOSS,
  LEARNING_RATE,
  SPEED,
  N_METRICS
};

static const char *const metric_names[N_METRICS]
    = { "train_loss", "eval_loss", "learning_rate", "tokens_per_second" };

struct _CzRunCurves
{
  CzChart *chart;
  gint64 run;
  guint color;
  CzCurvesKind kind;
  CzCurvesAxis axis;
  GArray *metrics[N_METRICS];  // of CzMetric, by step
  CzSeries *series[N_METRICS]; // those in the chart, else NULL
};

CzRunCurves *
cz_run_curves_new (CzChart *chart, gint64 run, guint color)
{
  CzRunCurves *curves = g_new0 (CzRunCurves, 1);

  curves->chart = chart;
  curves->run = run;
  curves->color = color;
  for (guint i = 0; i < N_METRICS; i++)
    curves->metrics[i] = g_array_new (FALSE, FALSE, sizeof (CzMetric));
  return curves;
}

void
cz_run_curves_free (CzRunCurves *curves)
{
  if (curves == NULL)
    return;
  for (guint i = 0; i < N_METRICS; i++)
    {
      g_array_unref (curves->metrics[i]);
      g_clear_object (&curves->series[i]);
    }
  g_free (curves);
}

static void
append (CzRunCurves *curves, guint metric, guint from)
{
  for (guint i = from; i < curves->metrics[metric]->len; i++)
    {
      const CzMetric *value = &g_array_index (curves->metrics[metric], CzMetric, i);
      double x = curves->axis == CZ_CURVES_BY_STEP    ? (double)value->step
                 : curves->axis == CZ_CURVES_BY_EPOCH ? value->epoch
                                                      : value->seconds;

      cz_series_append (curves->series[metric], x,
                        curves->kind == CZ_CURVES_PERPLEXITY ? exp (value->value) : value->value);
    }
}

static void
add (CzRunCurves *curves, guint metric, const char *name, CzSeriesShape shape)
{
  curves->series[metric] = cz_series_new (name, curves->color, shape);
  append (curves, metric, 0);
  cz_chart_add_series (curves->chart, curves->series[metric]);
}

void
cz_run_curves_choose (CzRunCurves *curves, CzCurvesKind kind, CzCurvesAxis axis)
{
  curves->kind = kind;
  curves->axis = axis;
  cz_chart_remove_all (curves->chart);
  for (guint i = 0; i < N_METRICS; i++)
    g_clear_object (&curves->series[i]);
  switch (axis)
    {
    case CZ_CURVES_BY_EPOCH:
      cz_chart_set_x (curves->chart, _ ("epoch"), CZ_AXIS_NUMBER, 2);
      break;
    case CZ_CURVES_BY_TIME:
      cz_chart_set_x (curves->chart, _ ("time"), CZ_AXIS_DURATION, 0);
      break;
    case CZ_CURVES_BY_STEP:
    default:
      cz_chart_set_x (curves->chart, _ ("step"), CZ_AXIS_COUNT, 0);
      break;
    }
  switch (kind)
    {
    case CZ_CURVES_LOSS:
      cz_chart_set_label (curves->chart, _ ("Chart of the loss"));
      cz_chart_set_y (curves->chart, CZ_AXIS_NUMBER, 3);
      add (curves, TRAIN_LOSS, _ ("training"), CZ_SERIES_FAINT);
      add (curves, EVAL_LOSS, _ ("evaluation"), CZ_SERIES_POINTS);
      break;
    case CZ_CURVES_LEARNING_RATE:
      cz_chart_set_label (curves->chart, _ ("Chart of the learning rate"));
      cz_chart_set_y (curves->chart, CZ_AXIS_SCIENTIFIC, 3);
      add (curves, LEARNING_RATE, _ ("learning rate"), CZ_SERIES_LINE);
      break;
    case CZ_CURVES_SPEED:
      cz_chart_set_label (curves->chart, _ ("Chart of the speed"));
      cz_chart_set_y (curves->chart, CZ_AXIS_COUNT, 0);
      add (curves, SPEED, _ ("tokens per second"), CZ_SERIES_LINE);
      break;
    case CZ_CURVES_PERPLEXITY:
    default:
      cz_chart_set_label (curves->chart, _ ("Chart of the perplexity"));
      cz_chart_set_y (curves->chart, CZ_AXIS_NUMBER, 2);
      add (curves, TRAIN_LOSS, _ ("training"), CZ_SERIES_FAINT);
      add (curves, EVAL_LOSS, _ ("evaluation"), CZ_SERIES_POINTS);
      break;
    }
}

void
cz_run_curves_read (CzRunCurves *curves, CzLibrary *library, gboolean anew)
{
  for (guint m = 0; m < N_METRICS; m++)
    {
      GArray *values = curves->metrics[m];
      g_autoptr (GArray) more = NULL;
      guint before;
      gint64 after;

      if (anew)
        {
          g_array_set_size (values, 0);
          if (curves->series[m] != NULL)
            cz_series_clear (curves->series[m]);
        }
      before = values->len;
      after = before > 0 ? g_array_index (values, CzMetric, before - 1).step : -1;
      more = cz_metric_read (library, curves->run, metric_names[m], after, NULL);
      if (more == NULL || more->len == 0)
        continue;
      g_array_append_vals (values, more->data, more->len);
      if (curves->series[m] != NULL)
        append (curves, m, before);
    }
}

gboolean
cz_run_curves_is_empty (CzRunCurves *curves)
{
  return cz_chart_get_n_points (curves->chart) == 0;
}
