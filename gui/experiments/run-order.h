// The order of a table of runs: by one column, up or down; what is not known comes last either way.
// Perplexities are ordered within runs that were evaluated on the same masks, group after group.
#pragma once

#include <gtk/gtk.h>

#include "gui/experiments/run-column.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_ORDER (cz_run_order_get_type ())
G_DECLARE_FINAL_TYPE (CzRunOrder, cz_run_order, CZ, RUN_ORDER, GtkSorter)

// By when runs were created, the newest first.
CzRunOrder *cz_run_order_new (void);

void cz_run_order_set (CzRunOrder *self, guint column, gboolean descending);
guint cz_run_order_get_column (CzRunOrder *self);
gboolean cz_run_order_is_descending (CzRunOrder *self);

// Numbers the groups of runs that were evaluated on the same masks, from 1, the one with the oldest
// run first. To be called when runs came, went or were evaluated; orders anew where that matters.
void cz_run_order_number_groups (CzRunOrder *self, GListModel *runs);
// The number of a run's group; 0: it was not evaluated.
guint cz_run_order_get_group (CzRunOrder *self, CzRunItem *item);
// How many groups the runs of a list belong to.
guint cz_run_order_count_groups (CzRunOrder *self, GListModel *runs);

G_END_DECLS
