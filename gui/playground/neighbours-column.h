// A model's neighbours of a word as a column: each a button that asks for it (signal "asked", const
// char *word), with its cosine as a bar and a number, and what changed from the first model.
#pragma once

#include <adwaita.h>

#include "gui/playground/neighbours-answer.h"

G_BEGIN_DECLS

#define CZ_TYPE_NEIGHBOURS_COLUMN (cz_neighbours_column_get_type ())
G_DECLARE_FINAL_TYPE (CzNeighboursColumn, cz_neighbours_column, CZ, NEIGHBOURS_COLUMN, AdwBin)

GtkWidget *cz_neighbours_column_new (guint color);
void cz_neighbours_column_show (CzNeighboursColumn *self,
                                const CzNeighboursAnswer *answer,
                                guint model);

G_END_DECLS
