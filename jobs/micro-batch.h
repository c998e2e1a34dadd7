#pragma once

#include <json-glib/json-glib.h>

#include "data/run.h"
#include "engine/train/train-options.h"

// How many blocks a run goes through at a time: the one parameter that may be another when a run is
// resumed, since it changes memory and roundings and nothing else. What a run rests for that was
// refused memory, and what it then goes on with.

// Reads `--set` pairs (NULL-terminated, may be NULL): what micro_batch is to be, as --set says it
// (the last one counts); NULL: as it was. Error: CZ_TRAIN_ERROR_PARAMETER (another parameter, or no
// such value).
gboolean cz_micro_batch_parse (const char *const *sets, char **ret_text, GError **error);
// Sets it in a run's options. Error: CZ_TRAIN_ERROR_PARAMETER (more than the batch has).
gboolean cz_micro_batch_set (CzTrainOptions *options, const char *text, GError **error);

// Enters into run->changes that the run goes on with `to` from run->step on.
void cz_micro_batch_enter_change (CzRun *run, guint from, guint to);
// Adds what run->changes holds as an array of {"step", "parameter", "from", "to"}.
void cz_micro_batch_build_changes (JsonBuilder *builder, const char *changes);
// The same for people; NULL: nothing was changed.
char *cz_micro_batch_format_changes (const char *changes);

// Whether a run ended for want of memory.
gboolean cz_micro_batch_was_refused (const GError *reason);
// Sets run->offered_micro_batch to what needs less memory than `micro_batch` (0, where that is 1)
// and returns the sentence that tells so.
char *cz_micro_batch_make_offer (CzRun *run, guint micro_batch, const GError *reason);
