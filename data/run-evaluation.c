// Blobs are little endian: float64 losses, uint32 counts.
#include "data/run-evaluation.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "data/library-private.h"
#include "engine/text/philox.h"

// The bootstrap's own; any would do, it must only stay the same.
#define BOOTSTRAP_SEED 42

void
cz_run_evaluation_free (CzRunEvaluation *evaluation)
{
  if (evaluation == NULL)
    return;
  g_free (evaluation->fingerprint);
  g_free (evaluation->losses);
  g_free (evaluation->scored);
  g_free (evaluation);
}

static guint64
swap_double (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return GUINT64_TO_LE (bits);
}

gboolean
cz_run_evaluation_write (CzLibrary *library,
                         gint64 run,
                         const char *kind,
                         const CzRunEvaluation *evaluation,
                         GError **error)
{
  gsize n = evaluation->n;
  g_autofree guint64 *losses = g_new (guint64, n);
  g_autofree guint32 *scored = g_new (guint32, n);
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "INSERT OR REPLACE INTO run_evaluation"
                      " (run, kind, step, fingerprint, losses, scored)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      error);

  if (statement == NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      losses[i] = swap_double (evaluation->losses[i]);
      scored[i] = GUINT32_TO_LE (evaluation->scored[i]);
    }
  cz_bind_int (statement, 1, run);
  cz_bind_text (statement, 2, kind);
  cz_bind_int (statement, 3, evaluation->step);
  cz_bind_text (statement, 4, evaluation->fingerprint);
  cz_bind_blob (statement, 5, (const guint8 *)losses, n * sizeof *losses);
  cz_bind_blob (statement, 6, (const guint8 *)scored, n * sizeof *scored);
  return cz_statement_run (statement, error);
}

// The row the statement stands at; NULL: its blobs don't fit together.
static CzRunEvaluation *
read_row (CzStatement *statement)
{
  g_autoptr (CzRunEvaluation) evaluation = g_new0 (CzRunEvaluation, 1);
  gsize losses_size = 0, scored_size = 0;
  const guint8 *losses = cz_column_blob (statement, 2, &losses_size);
  const guint8 *scored = cz_column_blob (statement, 3, &scored_size);
  gsize n = scored_size / sizeof (guint32);

  if (n == 0 || scored_size != n * sizeof (guint32) || losses_size != n * sizeof (double))
    return NULL;
  evaluation->step = cz_column_int (statement, 0);
  evaluation->fingerprint = cz_column_text (statement, 1);
  evaluation->n = (guint)n;
  evaluation->losses = g_new (double, n);
  evaluation->scored = g_new (guint32, n);
  memcpy (evaluation->losses, losses, losses_size);
  memcpy (evaluation->scored, scored, scored_size);
  for (gsize i = 0; i < n; i++)
    {
      guint64 bits = swap_double (evaluation->losses[i]);
      memcpy (&evaluation->losses[i], &bits, sizeof bits);
      evaluation->scored[i] = GUINT32_FROM_LE (evaluation->scored[i]);
    }
  return g_steal_pointer (&evaluation);
}

CzRunEvaluation *
cz_run_evaluation_read (CzLibrary *library, gint64 run, const char *kind, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT step, fingerprint, losses, scored FROM run_evaluation"
                      " WHERE run = ?1 AND kind = ?2",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, run);
  cz_bind_text (statement, 2, kind);
  if (!cz_statement_step (statement, &failed))
    {
      if (failed != NULL)
        g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  CzRunEvaluation *evaluation = read_row (statement);
  if (evaluation == NULL)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED,
                 _ ("What the library %s holds of run %" PRId64
                    "'s evaluation “%s” is damaged; evaluate its model anew."),
                 library->path, run, kind);
  return evaluation;
}

// ---- The paired bootstrap ----

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

// The difference over as many blocks as there are, drawn with replacement.
static double
resample (const double *differences, const guint32 *scored, guint n, guint number)
{
  double sum = 0;
  guint64 tokens = 0;
  guint32 draw[4];

  for (guint i = 0; i < n; i++)
    {
      if (i % 4 == 0)
        cz_random (BOOTSTRAP_SEED, CZ_RANDOM_BOOTSTRAP, number, 0 /* slot */, i / 4, draw);
      guint block = (guint)((guint64)draw[i % 4] * n >> 32);
      sum += differences[block];
      tokens += scored[block];
    }
  return tokens > 0 ? sum / (double)tokens : 0; // blocks may have no scored token
}

// The q-quantile of sorted values, between neighbours by their distance.
static double
get_quantile (const double *sorted, guint n, double q)
{
  double at = q * (n - 1);
  guint below = (guint)at, above = MIN (below + 1, n - 1);

  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

gboolean
cz_run_evaluation_compare (const CzRunEvaluation *a,
                           const CzRunEvaluation *b,
                           guint resamples,
                           CzPairedComparison *ret_comparison)
{
  CzPairedComparison comparison = { .blocks = a->n };
  double sum = 0;

  if (a->fingerprint[0] == '\0' || g_strcmp0 (a->fingerprint, b->fingerprint) != 0 || a->n != b->n
      || memcmp (a->scored, b->scored, a->n * sizeof *a->scored) != 0)
    return FALSE;
  if (resamples == 0)
    resamples = CZ_BOOTSTRAP_RESAMPLES;
  g_autofree double *differences = g_new (double, a->n);
  g_autofree double *results = g_new (double, resamples);
  for (guint i = 0; i < a->n; i++)
    {
      differences[i] = b->losses[i] - a->losses[i];
      sum += differences[i];
      comparison.scored += a->scored[i];
    }
  comparison.difference = comparison.scored > 0 ? sum / (double)comparison.scored : 0;
  for (guint i = 0; i < resamples; i++)
    {
      results[i] = resample (differences, a->scored, a->n, i);
      comparison.share += results[i] < 0 ? 1 : results[i] == 0 ? 0.5 : 0;
    }
  comparison.share /= resamples;
  qsort (results, resamples, sizeof *results, compare_doubles);
  comparison.low = get_quantile (results, resamples, 0.025);
  comparison.high = get_quantile (results, resamples, 0.975);
  *ret_comparison = comparison;
  return TRUE;
}
