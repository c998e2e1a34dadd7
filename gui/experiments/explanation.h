// Perplexity and cross-entropy explained in the course's words, with a run's own numbers. Without a
// screen.
#pragma once

#include "data/run.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_EXPLANATION_PERPLEXITY,
  CZ_EXPLANATION_CROSS_ENTROPY,
} CzExplanationTopic;

typedef struct
{
  char *heading;
  char *body;
} CzExplanation;

void cz_explanation_free (CzExplanation *explanation);

// A sequence of headings and paragraphs, translated: elements CzExplanation, owned by the caller.
// run: what the numbers are taken from; those not known yet are left out.
GPtrArray *cz_explanation_list (CzExplanationTopic topic, const CzRun *run);

// "exp(2.431) = 11.37": with as many decimals (three or more) as it takes that who computes it
// again gets the same. cross_entropy in nats. Freed by the caller.
char *cz_explanation_compute (double cross_entropy);

G_END_DECLS
