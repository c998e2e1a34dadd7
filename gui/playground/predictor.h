// One `cloze serve` process that answers the playground's questions. Of each kind the latest
// question wins: one that was overtaken is cancelled and never answered. One is worked on at a
// time; a more urgent kind goes before, and what it interrupts is asked again afterwards. A process
// that dies, hangs or talks nonsense is started again and asked once more ("restarted" tells so);
// when that fails too, the question is answered with a sentence. Nothing here waits for the
// process.
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_PREDICTOR (cz_predictor_get_type ())
G_DECLARE_FINAL_TYPE (CzPredictor, cz_predictor, CZ, PREDICTOR, GObject)

// In order of urgency.
typedef enum
{
  CZ_QUESTION_FILL,
  CZ_QUESTION_EPOCH,
  CZ_QUESTION_SURPRISAL,
  CZ_QUESTION_ATTENTION,
  CZ_QUESTION_NEIGHBOURS,
  CZ_QUESTION_SET,
} CzQuestionKind;
#define CZ_N_QUESTION_KINDS (CZ_QUESTION_SET + 1)

// result: what `cloze … --json` gives, NULL on failure, immutable; sentence: what went wrong, else
// NULL. Called from the main loop, once for a question, never from within cz_predictor_ask ().
typedef void (*CzPredicted) (JsonNode *result, const char *sentence, gpointer data);
// How far a long question has come, from 0 to 1. After an interruption it begins anew.
typedef void (*CzPredictorTold) (double share, gpointer data);

// library: the library's path; the process starts with the first question.
CzPredictor *cz_predictor_new (const char *library);

// question: the members of the request without "id", "request" among them; not taken, and not
// looked at again. told: may be NULL.
void cz_predictor_ask (CzPredictor *self,
                       CzQuestionKind kind,
                       JsonObject *question,
                       CzPredicted predicted,
                       CzPredictorTold told,
                       gpointer data);
// The answer never comes.
void cz_predictor_forget (CzPredictor *self, CzQuestionKind kind);
gboolean cz_predictor_is_asked (CzPredictor *self, CzQuestionKind kind);

// A question to add members to: {"request", "models", "text"}; text: NULL for none. Owned by the
// caller.
JsonObject *cz_question_new (const char *request, const char *const *models, const char *text);

// Asks CZ_QUESTION_FILL for the top_k words at each mask.
void cz_predictor_fill (CzPredictor *self,
                        const char *const *models,
                        const char *text,
                        guint top_k,
                        CzPredicted predicted,
                        gpointer data);

// Whether any question is asked and not answered yet: property "busy".
gboolean cz_predictor_get_busy (CzPredictor *self);

// How long a process may say nothing while it is asked something before it counts as hung.
void cz_predictor_set_patience (CzPredictor *self, guint milliseconds);

// Ends the process and forgets every question.
void cz_predictor_stop (CzPredictor *self);

G_END_DECLS
