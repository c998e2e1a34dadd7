// How much work it is to score a text: each of its tokens is masked in its turn, and each time the
// whole window goes through the model.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// About how many tokens a text has, without a vocabulary: words, signs, Chinese characters, and
// more for long words, which are cut.
guint cz_surprisal_work_count_tokens (const char *text);

// Seconds for each unit of work, as seen of a text that took so long; 0 where it was too short to
// tell: what comes before the first token would count most.
double cz_surprisal_work_get_rate (guint tokens, guint models, double seconds);

// Whether a text is scored without being asked to: it is short, or known to take under a second.
// rate: as last seen, 0: not known.
gboolean cz_surprisal_work_is_light (guint tokens, guint models, gboolean has_gpu, double rate);

// What stands beside the button that begins it; freed by the caller.
char *cz_surprisal_work_describe (guint tokens, guint models, double rate);

G_END_DECLS
