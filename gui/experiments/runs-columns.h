// The columns of the table of runs as widgets: what stands in their cells, and which header was
// clicked.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-layout.h"
#include "gui/experiments/run-order.h"

G_BEGIN_DECLS

typedef struct
{
  GtkColumnView *table;                           // not owned
  CzRunOrder *order;                              // not owned
  GtkColumnViewColumn *columns[CZ_N_RUN_COLUMNS]; // the table's
  guint clicked;                                  // while the table is asked what was clicked
} CzRunsColumns;

// Puts all columns into the table, in the layout's order and widths; the order numbers the masks.
// `columns` has to stay as long as the table. A click on a star activates "runs.toggle-star" with
// the run's id (x).
void cz_runs_columns_add (CzRunsColumns *columns,
                          GtkColumnView *table,
                          CzRunOrder *order,
                          const CzRunLayout *layout);

// Shows a column or not, with a width.
void cz_runs_columns_show (CzRunsColumns *columns, guint column, gboolean shown, int width);
// Which column it is; CZ_N_RUN_COLUMNS for none of these.
guint cz_runs_columns_find (const CzRunsColumns *columns, GtkColumnViewColumn *column);

// The column whose header was clicked last, and whether for a descending order; FALSE: none was.
gboolean cz_runs_columns_get_sort (CzRunsColumns *columns,
                                   guint *ret_column,
                                   gboolean *ret_descending);

G_END_DECLS
