// Which of a run's example sentences shows best what it learned.
#pragma once

#include "data/library.h"

G_BEGIN_DECLS

// The run's sentences, those first whose answers moved most: by the probability that words gained
// from before the run to its best evaluation, those with another word in front before the others.
// NULL-terminated, g_strfreev (); empty where nothing was predicted. best_step: of that evaluation.
char **cz_sample_sentence_rank (CzLibrary *library, gint64 run, gint64 best_step, GError **error);

G_END_DECLS
