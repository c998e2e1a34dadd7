#pragma once

#include "engine/model/pass.h"

// Every buffer of a pass, from one table: cz_activations_plan () adds it up, cz_activations_new ()
// allocates it. tokens = micro_blocks × block_size. Training keeps what backward needs layer by
// layer; else one layer's spans serve all. What costs little is not kept but computed anew, to the
// bit: what a LayerNorm gives, from its sum; attention's probabilities, from q and k. Spans that
// are never alive together share their place.

typedef struct
{
  CzSpan q, k, v;         // (tokens, dim)
  CzSpan p;               // attention probabilities, see attention.h; one span for all, or kept
  CzSpan attention_stats; // where attention is fused, and then there is no p
  CzSpan context;         // (tokens, dim)
  // The layer's end, see layer-end.h. The last layer's are the slices', below.
  CzSpan sum1, stats1; // (tokens, dim), (tokens, 4)
  CzSpan hidden;       // (tokens, hidden) before the activation
  CzSpan sum2, stats2;
} CzLayerActivations;

typedef struct
{
  guint tokens;
  guint slices, slice_rows; // the head's; slice_rows is a multiple of 64
  guint capacity;           // positions that are listed, at most

  // Mapped.
  CzSpan step, words, hashes, given;
  CzSpan answer_mapped;

  // Written by the device, copied to answer_mapped: the result, then positions, then losses.
  CzSpan answer;
  CzSpan result, positions, losses; // CzPassResult, (capacity), (capacity): parts of answer
  gsize positions_at, losses_at;    // bytes from the answer's start

  CzSpan ids, labels;                // (batch_blocks, block_size)
  CzSpan counts;                     // see selection.h
  CzSpan scored_labels;              // (capacity)
  CzSpan token_ids, attended, links; // see selection.h, embedding.h
  CzSpan embed_sum, embed_stats;     // (tokens, dim), (tokens, 4)
  CzLayerActivations *layers;
  CzSpan x;       // (tokens, dim): what goes into a layer, and what comes out of it but the last
  CzSpan y1;      // (tokens, dim): behind a layer's first LayerNorm
  CzSpan active;  // (tokens, hidden): behind the activation; its gradient
  CzSpan p;       // of a run of blocks; this and the next are empty where attention is fused
  CzSpan dropped; // as p; empty without attention dropout

  // The slice's rows of the last layer's end and of what comes into it.
  CzSpan top_context, top_x, top_sum1, top_stats1, top_y1, top_sum2, top_stats2;
  CzSpan top_hidden, top_active; // (slice_rows, hidden)
  // The head's.
  CzSpan head_x, head_t, head_sum, head_stats, head_z; // (slice_rows, dim), stats (slice_rows, 4)
  CzSpan logits;                                       // (slice_rows, padded vocabulary)

  // Training.
  CzSpan head_dz;    // (slice_rows, dim)
  CzSpan da, db, dc; // (tokens, dim); db is x's place, dc y1's
  CzSpan dq;         // (tokens, dim): dc, or where attention is fused a place of its own
  CzSpan dscores;    // as p; empty where attention is fused
  CzSpan partials;   // see partials.h

  guint n_buffers;
  CzBuffer **buffers;
} CzActivations;

// `options` are complete. `lender` (options, or activations) may be NULL: those of a pass that
// never runs at the same time and lends what lies in it from micro-batch to micro-batch only.
guint64 cz_activations_plan (CzDevice *device,
                             const CzModelConfig *config,
                             const CzPassOptions *options,
                             const CzPassOptions *lender);
CzActivations *cz_activations_new (CzDevice *device,
                                   const CzModelConfig *config,
                                   const CzPassOptions *options,
                                   const CzActivations *lender,
                                   GError **error);
// Whether attention is fused: where the device's is (attention.h), but for maps, which are drawn
// from probabilities.
gboolean cz_activations_fuse_attention (CzDevice *device,
                                        const CzModelConfig *config,
                                        const CzPassOptions *options);
void cz_activations_free (CzActivations *activations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzActivations, cz_activations_free)
