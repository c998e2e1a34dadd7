#include "engine/predict/predict-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (cz - predict - error - quark, cz_predict_error)

gboolean
cz_predict_set_cancelled (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                       _ ("The computation was cancelled."));
  return FALSE;
}

gboolean
cz_predict_set_not_a_number (GError **error)
{
  g_set_error_literal (
      error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_NUMBER,
      _ ("The model answers with something that is no number: its weights are spoilt; "
         "choose another checkpoint."));
  return FALSE;
}
