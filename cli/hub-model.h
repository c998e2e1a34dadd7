#pragma once

#include "cli/invocation.h"

// Fetches the model that “hub:REPO[@REVISION]” names into the library's folder, enters it (name
// NULL: the repository's, without its owner) and prints it as “model show” does. Errors: as
// cz_hub_look (), cz_hub_fetch () and cz_model_add (); CZ_JOB_ERROR_INVALID where it can't be used.
gboolean cz_hub_enter_model (CzInvocation *invocation,
                             const char *address,
                             const char *name,
                             GError **error);
