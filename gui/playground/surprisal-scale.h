// The legend of a tinted text: the tints in a row with the bits they stand for.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/surprisal-tint.h"

G_BEGIN_DECLS

#define CZ_TYPE_SURPRISAL_SCALE (cz_surprisal_scale_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalScale, cz_surprisal_scale, CZ, SURPRISAL_SCALE, GtkWidget)

GtkWidget *cz_surprisal_scale_new (CzTintKind kind);

// The number below the scale's mark i: "0", "4" … "16+"; "−8 or less" … "+8". NULL after the last;
// `ret_share`: where the mark is, from 0 to 1. Freed by the caller.
char *cz_surprisal_scale_get_mark (CzTintKind kind, guint i, double *ret_share);

G_END_DECLS
