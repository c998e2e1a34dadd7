// A running `cloze serve`: lines go in, parsed answers come out. A thread of its own reads and
// parses what it says, so that an answer of many megabytes holds up nobody; another line is read
// only when the last was taken. Writing waits for nobody either.
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _CzPredictorProcess CzPredictorProcess;

// Both are called from the main context that was the thread's default at the start.
typedef void (*CzPredictorProcessSaid) (JsonObject *answer, gpointer data);
// It is gone, or what it says is no answer; complaint: what it said last of itself, or what is
// wrong with it, NULL when unknown. Nothing more is told after this.
typedef void (*CzPredictorProcessGone) (const char *complaint, gpointer data);

// Errors: those of cz_cloze_serve ().
CzPredictorProcess *cz_predictor_process_start (const char *library,
                                                CzPredictorProcessSaid said,
                                                CzPredictorProcessGone gone,
                                                gpointer data,
                                                GError **error);

// line: with its end, taken.
void cz_predictor_process_send (CzPredictorProcess *self, char *line);

// Kills it and frees all; nothing is told any more. May be called from within both callbacks.
void cz_predictor_process_end (CzPredictorProcess *self);

G_END_DECLS
