#pragma once

#include <glib.h>

typedef enum
{
  CZ_PREDICT_ERROR_TEXT,   // the text has no mask, no word, or a target is empty
  CZ_PREDICT_ERROR_NUMBER, // the model gives something that is no number
} CzPredictError;

#define CZ_PREDICT_ERROR (cz_predict_error_quark ())
GQuark cz_predict_error_quark (void);

// Sets G_IO_ERROR_CANCELLED; CZ_PREDICT_ERROR_NUMBER. Both return FALSE.
gboolean cz_predict_set_cancelled (GError **error);
gboolean cz_predict_set_not_a_number (GError **error);
