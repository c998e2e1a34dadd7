// A row that tells a fact: its title at the start, the value at the end, to be selected and copied.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

// A value too long for the row is cut in its middle; the tooltip has all of it.
GtkWidget *cz_fact_row_new (const char *title, const char *value);

// One that stands out, with a word before the value; mark: NULL for none.
GtkWidget *cz_fact_row_new_marked (const char *title, const char *value, const char *mark);

G_END_DECLS
