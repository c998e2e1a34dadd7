// What a person does to one or several runs at once. All of it happens in a thread with a
// connection of its own; afterwards the lists are brought up to date, and what went wrong is told.
#pragma once

#include <gtk/gtk.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_RUN_DEED_STAR,
  CZ_RUN_DEED_UNSTAR,
  CZ_RUN_DEED_COLOR, // to a place in the palette
  CZ_RUN_DEED_QUEUE, // at the queue's end, in the order given
  CZ_RUN_DEED_UNQUEUE,
  CZ_RUN_DEED_TRASH, // a toast offers to undo it
  CZ_RUN_DEED_RESTORE,
} CzRunDeed;

// from: the widget in whose window failures are told. runs: CzRunItem. color: for
// CZ_RUN_DEED_COLOR, -1 for the automatic one.
void cz_run_deed_do (
    CzRunDeed deed, GtkWidget *from, CzWorkbench *workbench, GPtrArray *runs, int color);
// The same by ids, separated by commas.
void cz_run_deed_restore (GtkWidget *from, CzWorkbench *workbench, const char *ids);

// Removes runs for good, after asking: the question tells what goes and how big it is.
void cz_run_deed_remove (GtkWidget *from, CzWorkbench *workbench, GPtrArray *runs);

// Dialogs. Of several runs the tags that all of them have are edited; each keeps its others.
void cz_run_deed_edit_tags (GtkWidget *from, CzWorkbench *workbench, GPtrArray *runs);
void cz_run_deed_rename (GtkWidget *from, CzWorkbench *workbench, CzRunItem *run);
void cz_run_deed_edit_notes (GtkWidget *from, CzWorkbench *workbench, CzRunItem *run);

// The tags that all of the runs have, ", " between them; freed by the caller.
char *cz_run_deed_get_common_tags (GPtrArray *runs);
// The tags of a run after those that all have were edited; freed by the caller.
char *cz_run_deed_change_tags (const char *tags, const char *common, const char *edited);

// What was measured of them, as one file; ending: "csv" or "json".
void cz_run_deed_export (GtkWidget *from,
                         CzWorkbench *workbench,
                         GPtrArray *items,
                         const char *ending);

G_END_DECLS
