#pragma once

#include "engine/model/dropout.h"
#include "engine/model/partials.h"

// DistilBERT's embeddings: sum = word[id] + position[t], y = dropout (norm (sum) gamma + beta).
// tokens: (blocks × block_size, rounded up to four) ids as floats, as cz_selection_micro () leaves
// them. Rows are (blocks, block_size).

typedef struct
{
  guint blocks, block_size, dim, vocabulary;
  CzSpan tokens;
  CzSpan word;          // (vocabulary at least, dim); may be larger than a device's binding
  CzSpan position;      // (block_size at least, dim)
  CzSpan gamma, beta;   // (dim)
  CzSpan sum, stats, y; // (rows, dim), (rows, 4), (rows, dim)
  CzDropout dropout;
} CzEmbedding;

void cz_embedding_forward (CzTape *tape, const CzEmbedding *op);

typedef struct
{
  guint blocks, block_size, dim, vocabulary;
  guint pad_id; // this word gets no gradient
  CzSpan tokens;
  CzSpan links; // (rows) words of scratch
  CzSpan dy;    // (rows, dim); overwritten: by the gradient of the sum
  CzSpan sum, stats, gamma;
  CzSpan dword;         // added to
  CzSpan dposition;     // added to; or empty: not trained
  CzSpan dgamma, dbeta; // within the partials' gradients
  const CzPartials *partials;
  CzDropout dropout;
} CzEmbeddingBackward;

void cz_embedding_backward (CzTape *tape, const CzEmbeddingBackward *op);
