#pragma once

#include "data/library.h"
#include "engine/gpu/device.h"
#include "jobs/job.h"

// Answers questions as JSON Lines:
//   {"id": N, "request": "fill", "models": ["starter", …], "text": "…", "top_k": 5, "targets":
//   ["…"], "compare": true, "words": 3, "joint": true, "sequences": false}
//   {"id": N, "request": "surprisal", "models": […], "text": "…"}
//   {"id": N, "request": "attention", "models": […], "text": "…", "mask": I} from the text's I-th
//   mask (0 is the first), "token": I from a token (0 is [CLS]); neither: from each to each
//   {"id": N, "request": "neighbours", "models": […], "word": "…", "count": 10}
//   {"id": N, "request": "set", "models": […], "sentences": [{"text": "…", "answers": ["…"]}],
//   "top_k": 5}
//   {"id": N, "request": "cancel", "cancel": M}
// with {"id": N, "result": [one for each model]} or {"id": N, "error": "a sentence"}, in the order
// asked; results are those of answers.h. What takes long writes {"id": N, "progress": 0 … 1}
// before. A request "cancel" has no answer: question M, if it waits or runs, is answered with an
// error that has "cancelled": true. A line that is not understood is answered with an error (its id
// null where it has none). Ends when the questions do. Errors: CZ_JOB_ERROR_INVALID (reading or
// writing failed), CZ_GPU_ERROR_DEVICE_LOST.
gboolean cz_server_run (CzLibrary *library,
                        CzDevice *device,
                        GInputStream *questions,
                        GOutputStream *answers,
                        GError **error);
