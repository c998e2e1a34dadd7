// How what a model said is told: the words of an answer as rows of lists. `base` is the title of
// the model compared with, NULL where nothing is compared; a bar as wide as there is room stands
// for the probability `full`.
#pragma once

#include "gui/playground/prediction-answer.h"
#include "gui/playground/prediction-list.h"

G_BEGIN_DECLS

// mask may be NULL: nothing is shown. active: a word can be put into the text by a click.
void cz_prediction_words_show_top (CzPredictionList *list,
                                   CzPredictionMask *mask,
                                   guint top,
                                   double full,
                                   const char *base,
                                   gboolean active);
void cz_prediction_words_show_moved (CzPredictionList *list,
                                     CzPredictionMask *mask,
                                     double full,
                                     const char *base);
// phrases: of CzPredictionPhrase, NULL: none. ordered: how their pieces were filled in is told.
void cz_prediction_words_show_phrases (
    CzPredictionList *list, GPtrArray *phrases, double full, const char *base, gboolean ordered);

// "gu ##ilty" of a phrase, freed by the caller.
char *cz_prediction_words_join_pieces (const CzPredictionPhrase *phrase);
// In what order the pieces were filled in, in words.
const char *cz_prediction_words_name_order (const CzPredictionPhrase *phrase);

G_END_DECLS
