#pragma once

#include <glib.h>

// A sweep: parameters with several values each, every combination of which is a run. The last
// parameter given changes fastest.
typedef struct _CzRunSweep CzRunSweep;

// More runs than anybody can want at once.
#define CZ_RUN_SWEEP_MAX 1000

// `axes`: KEY=VALUE,VALUE…, NULL-terminated; NULL or empty: a single run without a change. Error:
// CZ_TRAIN_ERROR_PARAMETER (no such parameter or value, one given twice, too many runs).
CzRunSweep *cz_run_sweep_new (const char *const *axes, GError **error);
void cz_run_sweep_free (CzRunSweep *sweep);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRunSweep, cz_run_sweep_free)

guint cz_run_sweep_get_size (CzRunSweep *sweep); // runs
// The run's parameters KEY=VALUE behind `sets` (NULL: none), over which they go. g_strfreev ().
char **cz_run_sweep_make_sets (CzRunSweep *sweep, guint run, const char *const *sets);
// What tells the run from the others, "lr 2e-5, batch 16"; "" where there is one run without a
// change. Freed by the caller.
char *cz_run_sweep_describe (CzRunSweep *sweep, guint run);
