#pragma once

#include <gio/gio.h>

#include "engine/format/model-folder.h"
#include "engine/gpu/device.h"
#include "engine/model/pass.h"

// A model on a device, ready to guess words. Tapes are kept for the lengths of text it met last, so
// a second call is quick. One thread at a time. A text that is longer than the model's window is
// seen through a window around what is guessed; results say so in their `note`.
typedef struct _CzPredictor CzPredictor;

// Errors: CZ_FORMAT_ERROR_*, CZ_GPU_ERROR_*. `folder` may be freed afterwards.
CzPredictor *cz_predictor_new (CzDevice *device, CzModelFolder *folder, GError **error);
// Of a model that is at work already: it speaks with the weights as they are at each call, and
// works in the memory of `lender`, a pass of that model, between its steps. Holds references on
// model and tokenizer; `lender` has to live as long as the predictor is asked.
CzPredictor *cz_predictor_new_beside (CzPass *lender, CzDistilbert *model, CzTokenizer *tokenizer);
void cz_predictor_free (CzPredictor *predictor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPredictor, cz_predictor_free)

// What is asked from now on ends with G_IO_ERROR_CANCELLED, between two submissions, once
// `cancellable` is cancelled; NULL: never.
void cz_predictor_set_cancellable (CzPredictor *predictor, GCancellable *cancellable);
// Where the device refuses memory, and the predictor has given back what it can spare, `make_room`
// is asked: TRUE, something else was given back, it is tried again.
typedef gboolean (*CzPredictorMakeRoom) (gpointer data);
void cz_predictor_set_make_room (CzPredictor *predictor,
                                 CzPredictorMakeRoom make_room,
                                 gpointer data);
// Whether what is scored (surprisal.h) goes through one by one, for measuring.
void cz_predictor_set_one_by_one (CzPredictor *predictor, gboolean one_by_one);
CzTokenizer *cz_predictor_get_tokenizer (CzPredictor *predictor); // the predictor's
const CzModelConfig *cz_predictor_get_config (CzPredictor *predictor);
