#pragma once

#include "data/library.h"
#include "engine/gpu/device.h"
#include "jobs/job.h"

// Answers questions as JSON Lines:
//   {"id": N, "request": "fill", "models": ["starter", …], "text": "…", "top_k": 5, "targets":
//   ["…"]}
//   {"id": N, "request": "surprisal" | "attention", "models": […], "text": "…"}
//   {"id": N, "request": "neighbours", "models": […], "word": "…", "count": 10}
//   {"id": N, "request": "set", "models": […], "sentences": [{"text", "answers": ["…"]}], "top_k":
//   5}
// with {"id": N, "result": [one for each model]} or {"id": N, "error": "a sentence"}, in the order
// asked. A line that is not understood is answered with an error (its id null where it has none).
// Ends when the questions do. Errors: CZ_JOB_ERROR_INVALID (reading or writing failed).
gboolean cz_server_run (CzLibrary *library,
                        CzDevice *device,
                        GInputStream *questions,
                        GOutputStream *answers,
                        GError **error);
