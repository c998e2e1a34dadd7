#pragma once

#include "data/library.h"

// What was measured along runs, as one file.

typedef enum
{
  // A row for every step of every run: run, run_name, step, epoch, seconds (at work up to then),
  // and a column for every metric, empty where it was not measured.
  CZ_METRIC_EXPORT_CSV,
  // {"runs": [{"run", "name", "model", "model_sha256", "corpus", "corpus_sha256", "parameters",
  // "eval_fingerprint", "before", "best", "best_step", "after" (nats), "metrics": {NAME: {"step":
  // […], "epoch": […], "seconds": […], "value": […]}}}]}
  CZ_METRIC_EXPORT_JSON
} CzMetricExport;

// Writes the runs' metrics in the order given. The file is written beside and renamed: what fails
// leaves none, or the one that was there. Errors: NOT_FOUND, IO, FULL, and the library's.
gboolean cz_metric_export (CzLibrary *library,
                           const gint64 *runs,
                           guint n,
                           CzMetricExport format,
                           const char *path,
                           GError **error);
// The metric of this name alone.
gboolean cz_metric_export_one (CzLibrary *library,
                               const gint64 *runs,
                               guint n,
                               const char *name,
                               CzMetricExport format,
                               const char *path,
                               GError **error);
// By the ending of a file's name, .csv or .json. FALSE with INVALID: neither.
gboolean cz_metric_export_guess (const char *path, CzMetricExport *ret_format, GError **error);
