#pragma once

#include "data/run.h"
#include "jobs/job.h"

// A run as one HTML page that needs nothing else: what it came to, its curves, its examples, and
// everything that repeats it.

// Writes it in the person's language. Errors: CZ_DATA_ERROR_* (record, library, file).
gboolean cz_run_report_write (CzLibrary *library, gint64 run, const char *path, GError **error);
