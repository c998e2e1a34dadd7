// Surprisal to take along: as a table, as a page for a browser. All results are new strings; what
// is not known is left empty.
#pragma once

#include "gui/playground/surprisal-scores.h"

G_BEGIN_DECLS

// A line a word (RFC 4180): word, start_byte, end_byte, of each model its bits, then of each but
// the first its difference to the first. Numbers with a point in any locale.
char *cz_surprisal_export_csv (const CzSurprisalScores *scores);

// The same, to be pasted into a spreadsheet: tabs, and the pseudo-perplexities before it.
char *cz_surprisal_export_text (const CzSurprisalScores *scores);

// A page that needs nothing else: the text tinted once for each model, bits in the tooltips.
char *cz_surprisal_export_html (const CzSurprisalScores *scores);

G_END_DECLS
