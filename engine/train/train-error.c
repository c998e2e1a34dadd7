#include "engine/train/train-error.h"

G_DEFINE_QUARK (cz - train - error - quark, cz_train_error)
