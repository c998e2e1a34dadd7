// The parameters of several runs side by side, differences marked, or only those.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_COMPARE_PARAMETERS (cz_compare_parameters_get_type ())
G_DECLARE_FINAL_TYPE (CzCompareParameters, cz_compare_parameters, CZ, COMPARE_PARAMETERS, AdwBin)

// differences: what cz_difference_list () gives; a reference is taken.
void cz_compare_parameters_show (CzCompareParameters *self,
                                 CzRunItem *const *items,
                                 GPtrArray *differences,
                                 guint n);

// What is shown, with tabs between the cells. Freed by the caller.
char *cz_compare_parameters_get_table (CzCompareParameters *self);

G_END_DECLS
