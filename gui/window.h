// The window: four pages under one header, toasts, what is running.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_WINDOW (cz_window_get_type ())
G_DECLARE_FINAL_TYPE (CzWindow, cz_window, CZ, WINDOW, AdwApplicationWindow)

CzWindow *cz_window_new (GtkApplication *application, CzWorkbench *workbench);

// For any widget inside the window (or a dialog of it):
// shows a toast for a moment;
void cz_window_toast (GtkWidget *from, const char *text);
// a toast with a button; the action's target is a string;
void cz_window_toast_with_action (
    GtkWidget *from, const char *text, const char *button, const char *action, const char *target);
// tells a failure in a dialog: what did not work, and why;
void cz_window_tell_error (GtkWidget *from, const char *heading, const char *body);
// goes to a page ("corpora", "models", "experiments", "playground") and there to one item
// (a corpus's, model's or run's id; 0: none in particular).
void cz_window_go_to (GtkWidget *from, const char *page, gint64 item);
// begins to import what was dropped; FALSE: it is none of this computer's files.
gboolean cz_window_import (GtkWidget *from, const char *const *paths);

// The paths in what was dropped (a GDK_TYPE_FILE_LIST), NULL-terminated; freed with g_strfreev ().
char **cz_window_get_dropped_paths (const GValue *value);

G_END_DECLS
