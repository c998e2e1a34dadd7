#pragma once

#include "data/run-evaluation.h"
#include "jobs/json-members.h"

// Paired comparisons, for people and scripts.

// {"difference", "low", "high", "better_share", "blocks", "scored_tokens"}
void cz_paired_build (const CzPairedComparison *comparison, JsonBuilder *builder);
// "−0.0512 nats a token (95 % interval −0.0601 to −0.0423): better"; freed by the caller.
char *cz_paired_format (const CzPairedComparison *comparison);
