#pragma once

#include "data/run.h"

// Evaluations of a run block by block, so that runs can be compared pair by pair: kind "before"
// (step 0), "best", and "after" (the latest there was; of a run that ended with one, its last).

typedef struct
{
  gint64 step;
  char *fingerprint; // only evaluations of the same one may be compared
  guint n;           // blocks
  double *losses;    // (n) nats, the sum over a block's scored tokens
  guint32 *scored;   // (n) tokens
} CzRunEvaluation;

void cz_run_evaluation_free (CzRunEvaluation *evaluation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRunEvaluation, cz_run_evaluation_free)

// Writes it in place of the one there was of that kind.
gboolean cz_run_evaluation_write (CzLibrary *library,
                                  gint64 run,
                                  const char *kind,
                                  const CzRunEvaluation *evaluation,
                                  GError **error);
// NULL without an error: there is none. Error: DAMAGED.
CzRunEvaluation *cz_run_evaluation_read (CzLibrary *library,
                                         gint64 run,
                                         const char *kind,
                                         GError **error);

// How b compares with a on the same masked tokens.
typedef struct
{
  double difference; // b − a, nats per token: below 0, b is better
  double low, high;  // 95 % of the resamples lie between
  guint blocks;
  guint64 scored; // tokens
  double share;   // of the resamples in which b is better; equal ones count half
} CzPairedComparison;

#define CZ_BOOTSTRAP_RESAMPLES 2000

// The bootstrap draws blocks (`resamples` times as many as there are, with replacement; 0:
// CZ_BOOTSTRAP_RESAMPLES) and takes the percentiles; the same evaluations give the same numbers.
// FALSE: they were not made on the same masked tokens.
gboolean cz_run_evaluation_compare (const CzRunEvaluation *a,
                                    const CzRunEvaluation *b,
                                    guint resamples,
                                    CzPairedComparison *ret_comparison);
