// The values measured along one run, read from the library in a thread as they come: only the
// metrics that are wanted, only what is new since. Emits "read" (guint metric, guint from) when
// values from the index `from` on are new (0: all of them), and "rested" when all was read that was
// asked for. Main thread only.
#pragma once

#include <glib-object.h>

#include "gui/experiments/value-row.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_RUN_TRAIN_LOSS,
  CZ_RUN_EVAL_LOSS,
  CZ_RUN_LEARNING_RATE,
  CZ_RUN_GRADIENT_NORM,
  CZ_RUN_SPEED,
  CZ_N_RUN_METRICS
} CzRunMetric;

#define CZ_TYPE_RUN_VALUES (cz_run_values_get_type ())
G_DECLARE_FINAL_TYPE (CzRunValues, cz_run_values, CZ, RUN_VALUES, GObject)

CzRunValues *cz_run_values_new (gint64 run);

// What is to be read from now on: a set of bits 1 << CzRunMetric. What is not wanted any more is
// forgotten.
void cz_run_values_want (CzRunValues *self, guint metrics);

// Reads what is new; everything with anew (after a resume from an earlier checkpoint). While a read
// is under way the next one waits. library: its path.
void cz_run_values_read (CzRunValues *self, const char *library, gboolean anew);

// Nobody waits any more for what is being read: before the last reference is given back, since a
// read under way holds one.
void cz_run_values_give_up (CzRunValues *self);

// Whether a read is under way.
gboolean cz_run_values_is_reading (CzRunValues *self);

// By step; the object's, valid until it reads again.
const CzValueRow *cz_run_values_get (CzRunValues *self, CzRunMetric metric);

G_END_DECLS
