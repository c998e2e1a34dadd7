// How sure differences between runs are: each is compared with a reference on the same masked
// tokens, with a bootstrap interval, in words. Worked out in a thread.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_COMPARE_PAIRED (cz_compare_paired_get_type ())
G_DECLARE_FINAL_TYPE (CzComparePaired, cz_compare_paired, CZ, COMPARE_PAIRED, AdwBin)

void cz_compare_paired_set_workbench (CzComparePaired *self, CzWorkbench *workbench);

// names: what each is called. Worked out anew only where a run's evaluation is another one.
void cz_compare_paired_show (CzComparePaired *self,
                             CzRunItem *const *items,
                             const char *const *names,
                             guint n);

G_END_DECLS
