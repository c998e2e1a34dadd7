// How many things fall into each of some classes, as upright bars with the class's name below and,
// under the pointer, the exact number. To a screen reader an image whose description lists all.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CZ_TYPE_HISTOGRAM (cz_histogram_get_type ())
G_DECLARE_FINAL_TYPE (CzHistogram, cz_histogram, CZ, HISTOGRAM, GtkWidget)

GtkWidget *cz_histogram_new (void);

// label: what is counted, for screen readers. names and counts: n of each; copied.
void cz_histogram_set (
    CzHistogram *self, const char *label, const char *const *names, const gint64 *counts, guint n);

G_END_DECLS
