// The numbers of a tinted text as a table, the most surprising words first; a header's click sorts
// otherwise.
#pragma once

#include <adwaita.h>

#include "gui/playground/surprisal-scores.h"

G_BEGIN_DECLS

#define CZ_TYPE_SURPRISAL_TABLE (cz_surprisal_table_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalTable, cz_surprisal_table, CZ, SURPRISAL_TABLE, AdwBin)

GtkWidget *cz_surprisal_table_new (void);
void cz_surprisal_table_show (CzSurprisalTable *self, CzSurprisalScores *scores);

G_END_DECLS
