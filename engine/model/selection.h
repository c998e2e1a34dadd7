#pragma once

#include "engine/gpu/tape.h"

// What a model sees and what it is asked: the masks of a batch, and the part of a micro-batch.
// counts is a buffer of words: [0] scored positions of the batch, [1] of the micro-batch; and how
// many of these slice s holds, at byte CZ_SELECTION_SLICE_AT (s), where it can be bound by itself.
#define CZ_SELECTION_SLICE_AT(slice)     ((gsize)(slice)*256 + 512)
#define CZ_SELECTION_COUNT_BYTES(slices) CZ_SELECTION_SLICE_AT (slices)

typedef struct
{
  guint batch_blocks, block_size, vocabulary, pad_id;
  CzSpan step;   // CzStep
  CzSpan words;  // (batch_blocks, block_size) token words
  CzSpan hashes; // (batch_blocks)
  CzSpan given;  // (batch_blocks, block_size) labels for CZ_STEP_MASK_GIVEN
  CzSpan ids;    // (batch_blocks, block_size) out: what the model sees, with CZ_TOKEN_PADDING
  CzSpan labels; // (batch_blocks, block_size) out: what it should say, or -100
  CzSpan counts; // out: [0]
} CzSelectionMasks;

// Draws the masks exactly as cz_mask_block (), or takes labels as given; counts what is scored.
// Ids past the vocabulary become its last, labels past it don't count: nothing reads outside
// tables.
void cz_selection_masks (CzTape *tape, const CzSelectionMasks *op);

typedef struct
{
  guint batch_blocks, micro_blocks, block_size, pad_id;
  guint slices, slice_rows;
  guint capacity; // of positions and scored_labels; what is past it is counted, not listed
  CzSpan step;    // first_block is read
  CzSpan ids, labels;
  CzSpan counts;                   // out: [1] and the slices'
  CzSpan positions, scored_labels; // (capacity) out, in order
  CzSpan tokens;   // (micro_blocks × block_size, rounded up to four) out: ids as floats
  CzSpan attended; // (micro_blocks, padded block) out
} CzSelectionMicro;

void cz_selection_micro (CzTape *tape, const CzSelectionMicro *op);
