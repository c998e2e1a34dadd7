// The dot in a run's colour that stands before its name. Tells nothing to assistive technology: the
// name does.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_RUN_DOT (cz_run_dot_get_type ())
G_DECLARE_FINAL_TYPE (CzRunDot, cz_run_dot, CZ, RUN_DOT, GtkWidget)

GtkWidget *cz_run_dot_new (void);
// color: its index in the palette.
void cz_run_dot_set_color (CzRunDot *self, guint color);

G_END_DECLS
