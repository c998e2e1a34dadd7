#pragma once

#include "cli/invocation.h"

// `corpus blocks`: the blocks of a corpus as a run cuts and masks them.
extern const GOptionEntry cz_corpus_blocks_options[];
gboolean cz_corpus_blocks (CzInvocation *invocation, GError **error);
