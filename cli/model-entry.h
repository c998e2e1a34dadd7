#pragma once

#include "cli/invocation.h"
#include "data/model.h"

// Enters the model folder `path` into the library (name NULL: the folder's) and prints it as
// “model show” does. Errors: as cz_model_add ().
gboolean cz_model_enter (CzInvocation *invocation,
                         CzLibrary *library,
                         const char *path,
                         const char *name,
                         const char *origin,
                         GError **error);

// Prints a model as “model show” does: one of the library, or what cz_model_look () gave. Errors:
// CZ_FORMAT_ERROR_* (its folder is opened).
gboolean cz_model_print (CzInvocation *invocation, const CzModel *model, GError **error);
