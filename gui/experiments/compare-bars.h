// Perplexity before and after of several runs, as bars. Runs whose evaluations were not made on the
// same masked tokens stand apart, each group on its own scale: they are not ranked against each
// other. Emits "select-run" (gint64: its id) when a run's name is clicked.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_COMPARE_BARS (cz_compare_bars_get_type ())
G_DECLARE_FINAL_TYPE (CzCompareBars, cz_compare_bars, CZ, COMPARE_BARS, AdwBin)

// names: what each is called.
void cz_compare_bars_show (CzCompareBars *self,
                           CzRunItem *const *items,
                           const char *const *names,
                           guint n);

// Whether runs among these were evaluated on different masked tokens.
gboolean cz_compare_bars_have_groups (CzRunItem *const *items, guint n);

// The best cross-entropy of a run, in nats; NAN: not known.
double cz_compare_bars_get_best (const CzRun *run);

// The same as text, with tabs between the cells. Freed by the caller.
char *cz_compare_bars_get_table (CzRunItem *const *items, const char *const *names, guint n);

G_END_DECLS
