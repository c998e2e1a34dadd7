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
                                     const char *base);
// targets: of CzPredictionPhrase, NULL: none.
void cz_prediction_words_show_targets (CzPredictionList *list,
                                       GPtrArray *targets,
                                       double full,
                                       const char *base);
// What was filled together, and in what order; phrases: of CzPredictionPhrase, NULL: none.
void cz_prediction_words_show_together (CzPredictionList *list, GPtrArray *phrases);

// "gu ##ilty" of a phrase, freed by the caller.
char *cz_prediction_words_join_pieces (const CzPredictionPhrase *phrase);
// In what order the pieces were filled in, in words.
const char *cz_prediction_words_name_order (const CzPredictionPhrase *phrase);

G_END_DECLS
