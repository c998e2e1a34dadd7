#pragma once

#include "cli/invocation.h"

// Carries a run out in this process with progress on stderr, then prints what it came to.
gboolean cz_run_carry_out (CzInvocation *invocation, gint64 id, GError **error);
