#include "jobs/run-ledger.h"

#include "data/metric.h"

#define INTERVAL G_USEC_PER_SEC
// In one transaction; a fast run has more a second.
#define METRICS_AT_ONCE 2000

struct _CzRunLedger
{
  CzLibrary *library;
  CzRun *run;
  GArray *metrics; // CzMetric
  gint64 written;  // when last
};

CzRunLedger *
cz_run_ledger_new (CzLibrary *library, CzRun *run)
{
  CzRunLedger *ledger = g_new0 (CzRunLedger, 1);

  ledger->library = library;
  ledger->run = run;
  ledger->metrics = g_array_new (FALSE, FALSE, sizeof (CzMetric));
  return ledger;
}

void
cz_run_ledger_free (CzRunLedger *ledger)
{
  g_array_free (ledger->metrics, TRUE);
  g_free (ledger);
}

void
cz_run_ledger_add (
    CzRunLedger *ledger, guint64 step, double epoch, double seconds, const char *name, double value)
{
  CzMetric metric = { .name = g_intern_string (name),
                      .step = (gint64)step,
                      .epoch = epoch,
                      .seconds = seconds,
                      .value = value };

  g_array_append_val (ledger->metrics, metric);
}

gboolean
cz_run_ledger_is_due (CzRunLedger *ledger)
{
  return g_get_monotonic_time () - ledger->written >= INTERVAL;
}

gboolean
cz_run_ledger_write (CzRunLedger *ledger, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (!cz_run_ledger_is_due (ledger))
    return TRUE;
  if (cz_run_ledger_flush (ledger, &reason)
      || g_error_matches (reason, CZ_DATA_ERROR, CZ_DATA_ERROR_BUSY))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

gboolean
cz_run_ledger_flush (CzRunLedger *ledger, GError **error)
{
  while (ledger->metrics->len > 0)
    {
      guint n = MIN (ledger->metrics->len, METRICS_AT_ONCE);
      if (!cz_metric_write (ledger->library, ledger->run->id,
                            &g_array_index (ledger->metrics, CzMetric, 0), n, error))
        return FALSE;
      g_array_remove_range (ledger->metrics, 0, n);
    }
  ledger->written = g_get_monotonic_time ();
  return cz_run_report (ledger->library, ledger->run, error);
}
