// Pieces of one piece of work, done on several processors at once.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef void (*CzCrewFunc) (guint piece, gpointer data);

// Calls func for each piece from 0 to n − 1, in this thread and in as many others as there are
// processors to spare, in no order, and returns when all are done. What func changes must be its
// piece's own.
void cz_crew_run (CzCrewFunc func, gpointer data, guint n);

G_END_DECLS
