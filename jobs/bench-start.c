#include <glib/gi18n-lib.h>

#include "jobs/bench-runs.h"

static gboolean
run_process (double *ret_value, gpointer data, GError **error)
{
  const char *const *line = data;
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      line, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, error);

  if (process == NULL)
    return FALSE;
  g_autoptr (GDataInputStream) stream
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *answer = g_data_input_stream_read_line (stream, NULL, NULL, NULL);
  *ret_value = cz_bench_get_seconds (began) * 1000;
  if (!g_subprocess_wait (process, NULL, error))
    return FALSE;
  if (answer != NULL && g_subprocess_get_successful (process))
    return TRUE;
  g_autofree char *said = g_strjoinv (" ", (char **)line);
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
               _ ("“%s” gave no answer; run it by itself to see why."), said);
  return FALSE;
}

gboolean
cz_bench_start (CzDevice *device,
                const char *const *line,
                const CzBenchOptions *options,
                GError **error)
{
  const CzBenchFigure figure = { .bench = "fill.start",
                                 .device = cz_device_get_info (device)->name,
                                 .unit = "ms",
                                 .threads = cz_bench_get_threads (device) };
  const CzBenchTurns alone = { NULL };
  CzBenchMedians medians;

  // The run that does not count warms the driver's cache of shaders: the others are second starts.
  if (!cz_bench_take_turns (options, &alone, run_process, (gpointer)line, &medians, error))
    return FALSE;
  cz_bench_tell_medians (options, &figure, &medians);
  return TRUE;
}
