#pragma once

#include "jobs/bench.h"

// How figures are shown: JSON Lines, or a line each for people, kernels and comparisons in tables.
typedef struct _CzBenchOutput CzBenchOutput;

CzBenchOutput *cz_bench_output_new (gboolean json, gboolean quiet);
// Prints the tables that are not printed yet.
void cz_bench_output_free (CzBenchOutput *output);

// A CzBenchFunc, a CzBenchNoteFunc and a CzJobProgress; `data` is a CzBenchOutput.
void cz_bench_output_tell (const CzBenchFigure *figure, gpointer data);
void cz_bench_output_note (const char *sentence, gpointer data);
void cz_bench_output_progress (double fraction, const char *text, gpointer data);
