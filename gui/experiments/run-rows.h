// The rows of a list or table of runs: a list model of places, each with the run that stands there
// now. Where runs come, go or change their order, places get other runs and stay what they are, and
// the list itself only grows or shrinks at its end. GTK 4.8 makes the widgets of a row anew for
// every object that it did not show before; like this it keeps them.
#pragma once

#include <gtk/gtk.h>

#include "gui/experiments/run-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_ROW (cz_run_row_get_type ())
G_DECLARE_FINAL_TYPE (CzRunRow, cz_run_row, CZ, RUN_ROW, GObject)

// The run that stands there; the row's.
CzRunItem *cz_run_row_get (CzRunRow *self);

// Who shows a row says so: only then "changed" is emitted, whenever another run stands there, or
// the run itself changed or was checked.
void cz_run_row_watch (CzRunRow *self);
void cz_run_row_unwatch (CzRunRow *self);

#define CZ_TYPE_RUN_ROWS (cz_run_rows_get_type ())
G_DECLARE_FINAL_TYPE (CzRunRows, cz_run_rows, CZ, RUN_ROWS, GObject)

// A GListModel of CzRunRow.
CzRunRows *cz_run_rows_new (void);

// runs: of CzRunItem, in the order of the rows. While there are none, or with NULL, the rows stay
// as they were, unselected, for whoever hides them meanwhile: making them anew takes long.
void cz_run_rows_set_runs (CzRunRows *self, GListModel *runs);

// A selection of these rows, of one or several, which goes on to hold the same runs wherever they
// get to. Not owned.
void cz_run_rows_carry (CzRunRows *self, GtkSelectionModel *selection);
// Whether that is why the selection changes just now, and nobody's choice.
gboolean cz_run_rows_is_carrying (CzRunRows *self);

G_END_DECLS
