// What is shown of scores: the tinted texts with their legend, or the table, and the card of the
// word that is pointed at.
#pragma once

#include <adwaita.h>

#include "gui/playground/surprisal-scores.h"
#include "gui/playground/surprisal-tint.h"

G_BEGIN_DECLS

#define CZ_TYPE_SURPRISAL_RESULT (cz_surprisal_result_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalResult, cz_surprisal_result, CZ, SURPRISAL_RESULT, AdwBin)

void cz_surprisal_result_show (CzSurprisalResult *self, CzSurprisalScores *scores);

// What the models after the first are tinted by.
void cz_surprisal_result_set_kind (CzSurprisalResult *self, CzTintKind kind);
void cz_surprisal_result_set_side_by_side (CzSurprisalResult *self, gboolean side_by_side);
void cz_surprisal_result_set_table (CzSurprisalResult *self, gboolean table);

G_END_DECLS
