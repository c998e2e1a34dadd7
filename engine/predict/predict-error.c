#include "engine/predict/predict-error.h"

G_DEFINE_QUARK (cz - predict - error - quark, cz_predict_error)
