#pragma once

#include <glib.h>

typedef enum
{
  CZ_PREDICT_ERROR_TEXT,   // the text has no mask, no word, or a target is empty
  CZ_PREDICT_ERROR_NUMBER, // the model gives something that is no number
} CzPredictError;

#define CZ_PREDICT_ERROR (cz_predict_error_quark ())
GQuark cz_predict_error_quark (void);
