// What a person takes away from runs: files and what goes onto the clipboard. Each asks for a file
// where it needs one, works without holding the window up, and tells in a toast or a dialog.
#pragma once

#include "gui/chart/chart.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

// from: a widget of the window. name: what the file is called at first, without its ending.
// ending: "csv" or "json".
void cz_run_export_metrics (GtkWidget *from,
                            CzWorkbench *workbench,
                            const gint64 *runs,
                            guint n,
                            const char *name,
                            const char *ending);

// ending: "png", "svg" or "pdf". The chart as it is when the file was chosen.
void cz_run_export_chart (GtkWidget *from, CzChart *chart, const char *name, const char *ending);

// One HTML file that holds all that repeats the run.
void cz_run_export_report (GtkWidget *from, CzWorkbench *workbench, gint64 run, const char *name);

// The command line that makes the run again, onto the clipboard.
void cz_run_export_copy_command (GtkWidget *from, CzWorkbench *workbench, gint64 run);

// A text onto the clipboard; told: the toast.
void cz_run_export_copy_text (GtkWidget *from, const char *text, const char *told);

G_END_DECLS
