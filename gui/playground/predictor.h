// One `cloze serve` process that answers the playground's questions. The latest question wins: one
// that was not sent yet is forgotten when another comes. A process that dies is started again and
// asked once more; "restarted" tells so.
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_PREDICTOR (cz_predictor_get_type ())
G_DECLARE_FINAL_TYPE (CzPredictor, cz_predictor, CZ, PREDICTOR, GObject)

// library: the library's path; the process starts with the first question.
CzPredictor *cz_predictor_new (const char *library);

// result: what `cloze fill --json` gives, NULL on failure; sentence: what went wrong, else NULL.
typedef void (*CzPredicted) (JsonNode *result, const char *sentence, gpointer data);

// Fills the masks of text with each of the models. The answer of a question that was overtaken
// never comes; nor does one after cz_predictor_stop ().
void cz_predictor_fill (CzPredictor *self,
                        const char *const *models,
                        const char *text,
                        guint top_k,
                        CzPredicted predicted,
                        gpointer data);

// Whether a question is being worked on: property "busy".
gboolean cz_predictor_get_busy (CzPredictor *self);

// Ends the process and forgets every question.
void cz_predictor_stop (CzPredictor *self);

G_END_DECLS
