// The values measured along one run, read from the library as they come, and put into a chart.
#pragma once

#include "data/metric.h"
#include "gui/chart/chart.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_CURVES_PERPLEXITY,
  CZ_CURVES_LOSS,
  CZ_CURVES_LEARNING_RATE,
  CZ_CURVES_SPEED,
} CzCurvesKind;

typedef enum
{
  CZ_CURVES_BY_STEP,
  CZ_CURVES_BY_EPOCH,
  CZ_CURVES_BY_TIME,
} CzCurvesAxis;

typedef struct _CzRunCurves CzRunCurves;

// chart: is filled as long as the curves exist; not owned. color: of the run, in the palette.
CzRunCurves *cz_run_curves_new (CzChart *chart, gint64 run, guint color);
void cz_run_curves_free (CzRunCurves *curves);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRunCurves, cz_run_curves_free)

// What the chart shows, and over what.
void cz_run_curves_choose (CzRunCurves *curves, CzCurvesKind kind, CzCurvesAxis axis);

// Reads what is new since the last call; everything with anew (after a resume from an earlier
// checkpoint).
void cz_run_curves_read (CzRunCurves *curves, CzLibrary *library, gboolean anew);

// Whether what is chosen has no values yet.
gboolean cz_run_curves_is_empty (CzRunCurves *curves);

G_END_DECLS
