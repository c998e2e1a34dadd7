// How well one model did with a set of sentences: its accuracy, large, what it is made of, and how
// it differs from the first model's.
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_SENTENCES_SCORE (cz_sentences_score_get_type ())
G_DECLARE_FINAL_TYPE (CzSentencesScore, cz_sentences_score, CZ, SENTENCES_SCORE, AdwBin)

// result: an element of the answer to the request "set"; first: the first model's, NULL: it is the
// first. color: the model's, in the palette.
GtkWidget *cz_sentences_score_new (const char *title,
                                   guint color,
                                   JsonObject *result,
                                   JsonObject *first);

G_END_DECLS
