#pragma once

#include "engine/predict/fill.h"

// How a model fills the masks of a text, beside another one that filled them first.

#define CZ_COMPARISON_MOVED 10 // tokens of a mask

typedef struct
{
  guint32 id;
  const char *token;    // the vocabulary's
  double before, after; // probabilities
  double bits;          // what the token adds to the divergence
} CzMovedToken;

typedef struct
{
  double probability; // under the first model; NAN where its vocabulary lacks the token
  guint rank;         // there, 1 is the likeliest; 0 where it lacks the token
} CzBefore;

typedef struct
{
  double divergence;   // Jensen and Shannon's, in bits: 0 where both say the same, 1 at most. NAN
                       // where the vocabularies differ
  CzMovedToken *moved; // the tokens that make up most of it, largest first; those that add nothing
                       // are left out
  guint n_moved;
  CzBefore *top;   // of the mask's top, in its order
  double *targets; // log-probabilities (nats) under the first model, in the targets' order
  guint n_targets;
} CzMaskComparison;

typedef struct
{
  CzMaskComparison *masks; // the first of the text
  guint n_masks;
  char *note; // or NULL: what could not be compared
} CzComparison;

// Both are answers to the same text with the same targets, their logits kept. The tokens that moved
// most are those whose part ½ p log₂ (p/m) + ½ q log₂ (q/m), m = (p + q)/2, of the divergence is
// largest: a word that falls from 2 % to 1 % counts for more than one from 2e-6 to 1e-6.
CzComparison *cz_comparison_new (const CzFill *first,
                                 CzTokenizer *first_tokenizer,
                                 const CzFill *other,
                                 CzTokenizer *other_tokenizer);
void cz_comparison_free (CzComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzComparison, cz_comparison_free)
