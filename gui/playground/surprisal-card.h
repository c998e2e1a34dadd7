// What is known of one word: bits and probability under each model, its pieces, the difference.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/surprisal-scores.h"

G_BEGIN_DECLS

#define CZ_TYPE_SURPRISAL_CARD (cz_surprisal_card_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalCard, cz_surprisal_card, CZ, SURPRISAL_CARD, GtkWidget)

GtkWidget *cz_surprisal_card_new (void);
void cz_surprisal_card_show (CzSurprisalCard *self, const CzSurprisalScores *scores, guint word);

// The same in lines of plain text, one a model; freed by the caller.
char *cz_surprisal_card_describe (const CzSurprisalScores *scores, guint word);

// "5.2 bits"; "–" for NAN. Freed by the caller.
char *cz_surprisal_card_format_bits (double bits);
// "+2.1" or "−2.1"; "–" for NAN.
char *cz_surprisal_card_format_difference (double bits);

G_END_DECLS
