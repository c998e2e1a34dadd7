#pragma once

#include "cli/invocation.h"

// Carries a run out in this process with progress on stderr, then prints what it came to.
// `micro_batch`: what it is to be from now on, as --set says it; NULL: as it was. from_queue: see
// cz_run_begin ().
gboolean cz_run_carry_out (CzInvocation *invocation,
                           gint64 id,
                           const char *micro_batch,
                           gboolean from_queue,
                           GError **error);
