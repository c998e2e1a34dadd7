#pragma once

#include "data/run.h"

// Values measured along a run: train_loss, eval_loss, learning_rate, gradient_norm,
// tokens_per_second, loss_scale. Unique by (run, name, step); what is written again after a resume
// takes the old one's place.
typedef struct
{
  const char *name;
  gint64 step;
  double epoch;
  double seconds;
  double value;
} CzMetric;

// Writes n values in one transaction.
gboolean cz_metric_write (
    CzLibrary *library, gint64 run, const CzMetric *metrics, gsize n, GError **error);
// Values of one name with step > after, in order of step: a GArray of CzMetric whose name is the
// caller's. after = -1: all. For charts that grow.
GArray *cz_metric_read (
    CzLibrary *library, gint64 run, const char *name, gint64 after, GError **error);
// The names a run has, NULL-terminated, freed with g_strfreev.
char **cz_metric_get_names (CzLibrary *library, gint64 run, GError **error);
// Removes what lies behind `step` (a resume from an earlier checkpoint).
gboolean cz_metric_cut (CzLibrary *library, gint64 run, gint64 step, GError **error);
