#pragma once

#include "engine/gpu/tape.h"
#include "engine/model/distilbert.h"

// One shape in which a model runs: `micro_blocks` blocks of `block_size` tokens go through it at a
// time, and a batch of `batch_blocks` blocks goes through in several such micro-batches. A pass
// owns the activations and the small mapped buffers through which the host says what a step is
// about.
//
// Training, once a step:
//   wait for the previous fence; fill words, hashes and step (first_block = 0);
//   run the tape of cz_pass_record_masks ()     masks for the whole batch, result->batch_scored
//   for each micro-batch: step->first_block = i × micro_blocks;
//     run the tape of cz_pass_record_micro ()   forward, loss, backward: gradients are added to
//     loss += result->loss_sum                  nats; divide by batch_scored (0: the loss is 0)
//   run the optimizer's tape, which also zeroes the gradients.
// The gradients are those of loss_sum / batch_scored. Micro-batches that begin at or behind
// valid_blocks may be left out. Where batch_blocks = micro_blocks both may be recorded in one tape.
// Evaluation: the same without an optimizer; result->loss_sum and the losses of single positions.
// Prediction: the same with labels given; the logits of the positions whose label is not -100.
//
// Everything may be recorded once and replayed; only the mapped buffers change between replays.
// Write them, and read results, only while no tape of this pass is under way.
typedef struct _CzPass CzPass;

typedef enum
{
  CZ_PASS_TRAIN,    // dropout, loss, gradients
  CZ_PASS_EVALUATE, // no dropout, loss
  CZ_PASS_PREDICT,  // no dropout, logits, attention probabilities
} CzPassKind;

typedef struct
{
  CzPassKind kind;
  guint block_size;   // tokens, 1 … max_position_embeddings
  guint micro_blocks; // at least 1
  guint batch_blocks; // at least 1; 0: micro_blocks. No multiple of micro_blocks is fine
  double dropout, attention_dropout; // 0 ≤ p < 1, TRAIN only
  guint frozen;     // TRAIN: as in cz_arena_get_trained (); their gradients stay untouched
  guint max_scored; // PREDICT, EVALUATE: how many positions of a micro-batch are scored at most;
                    // 0: all. Those past it are left out, result->micro_scored tells how many there
                    // were
  gboolean keep_attention; // PREDICT: cz_pass_read_attention () will be called
  CzRounding rounding;     // of the inputs of every matrix product, forward and backward
  // TRAIN: one float on the device that the loss's gradient is multiplied by, and with it all
  // gradients; empty: 1. It has to live until the pass is recorded.
  CzSpan loss_scale;
} CzPassOptions;

// Where the masks come from.
typedef enum
{
  CZ_STEP_MASK_TOKEN = 0, // CZ_MASKING strategies of engine/text/masking.h, bit for bit
  CZ_STEP_MASK_WORD = 1,
  CZ_STEP_MASK_GIVEN = 2, // words hold what the model sees, labels what it should say
} CzStepMask;

// The mapped step buffer; shaders/step.glsl is its twin. The learning rate and bias corrections are
// no concern of the model: the optimizer has a buffer of its own.
typedef struct
{
  guint32 valid_blocks;  // of the whole batch; blocks from there on count as padding without labels
  guint32 first_block;   // of this micro-batch within the whole batch
  guint32 mask_strategy; // CzStepMask
  guint32 mask_threshold; // cz_random_threshold (probability)
  guint32 mask_id;        // the [MASK] token
  guint32 mask_purpose;   // CZ_RANDOM_MASK or CZ_RANDOM_EVAL_MASK
  guint32 mask_seed[2];   // low, high
  guint32 mask_step;      // the epoch; 0 in evaluation. The slot of a block is its hash
  guint32 dropout_step;   // the run's step, from 0. The slot is the block's index in the batch
  guint32 dropout_seed[2];
} CzStep;

// Written by the device.
typedef struct
{
  guint32 batch_scored; // by the masks: scored positions of the whole batch
  guint32 micro_scored; // by the micro: those of this micro-batch
  float loss_sum;       // nats, over the micro-batch's scored positions (TRAIN, EVALUATE)
  guint32 reserved;
} CzPassResult;

// Errors: CZ_MODEL_ERROR_INVALID (shape), CZ_GPU_ERROR_*. The pass holds a reference on the model.
CzPass *cz_pass_new (CzDistilbert *model, const CzPassOptions *options, GError **error);
// A pass of the same model that works in the memory of `lender`, as far as that is large enough:
// the two take turns, a whole step or evaluation each. Either may be freed first.
CzPass *cz_pass_new_beside (CzPass *lender, const CzPassOptions *options, GError **error);
void cz_pass_free (CzPass *pass);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPass, cz_pass_free)

// Device bytes that cz_pass_new () takes, from the same table that it allocates by; with the
// options of a `lender`: that cz_pass_new_beside () takes besides.
guint64 cz_pass_plan (CzDevice *device,
                      const CzModelConfig *config,
                      const CzPassOptions *options,
                      const CzPassOptions *lender);

// What decides on the bits that training gives on a device, besides the device and its driver: what
// the pass computes in which order, the table of products (gemm-table.h) and the way of attention,
// as "pass-2, gemm-3 wide-8" or "pass-2, gemm-4 block, attention-1 fused". Recorded in runs; a run
// resumed with another is not bit-exact. To be freed.
char *cz_pass_get_arithmetic (CzDevice *device, const CzModelConfig *config, CzRounding rounding);

const CzPassOptions *cz_pass_get_options (CzPass *pass); // batch_blocks and max_scored filled in

// The mapped buffers; they stay the pass's.
CzStep *cz_pass_get_step (CzPass *pass);
guint32 *cz_pass_get_words (CzPass *pass);  // (batch_blocks, block_size) token words; what a block
                                            // lacks to its full length is CZ_TOKEN_PADDING |
                                            // CZ_TOKEN_SPECIAL | the [PAD] id
guint32 *cz_pass_get_hashes (CzPass *pass); // (batch_blocks) cz_block_hash () of each block
gint32 *cz_pass_get_labels (
    CzPass *pass); // (batch_blocks, block_size), MASK_GIVEN only, -100: none
const CzPassResult *cz_pass_get_result (CzPass *pass);
// Of the micro-batch's scored positions, in their order: the index block × block_size + position
// within the micro-batch, and the loss in nats (TRAIN, EVALUATE).
const guint32 *cz_pass_get_positions (CzPass *pass);
const float *cz_pass_get_losses (CzPass *pass);

// Records, see above; what goes wrong sticks in the tape and comes out of cz_tape_finish ().
void cz_pass_record_masks (CzPass *pass, CzTape *tape);
void cz_pass_record_micro (CzPass *pass, CzTape *tape);

// What the masks drew for the whole batch: (batch_blocks, block_size) each; either may be NULL. Ids
// carry CZ_TOKEN_PADDING where the word did; labels are -100 where nothing is scored.
gboolean cz_pass_read_masks (CzPass *pass, guint32 *ret_ids, gint32 *ret_labels, GError **error);
// PREDICT: (n, vocab_size) logits of the micro-batch's scored positions from `first` on.
gboolean cz_pass_read_logits (
    CzPass *pass, guint first, guint n, float *ret_logits, GError **error);
// PREDICT with keep_attention: (n_heads, block_size, block_size) probabilities, query × key.
gboolean cz_pass_read_attention (
    CzPass *pass, guint layer, guint block, float *ret_probabilities, GError **error);
