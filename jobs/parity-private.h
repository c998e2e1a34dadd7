#pragma once

#include "engine/model/pass.h"
#include "jobs/parity-reference.h"
#include "jobs/parity.h"

// What parity.c, parity-batch.c and parity-run.c share.

#define CZ_PARITY_LOSS_TOLERANCE 1e-5
#define CZ_PARITY_NOISE_FACTOR   10
#define CZ_PARITY_HALF_LOSS      1e-2 // of the loss

typedef struct
{
  CzDevice *device;
  CzModelFolder *folder;
  CzModelConfig config;
  CzParityReference *reference;
  CzPrecision precision;
  CzParityReport report;
  gpointer data;
  guint n, n_off; // tensors compared, and off by too much
  char *worst;    // of those, the first
} CzParity;

// Tells the caller of one comparison and counts it.
void cz_parity_tell (
    CzParity *parity, const char *file, const char *tensor, double off, double tolerance);
// The largest difference; a NaN counts as infinite.
double cz_parity_difference (const float *a, const float *b, guint64 n);
gboolean cz_parity_is_key_bias (const char *name);
// The index in the model's table, or -1. The output matrix is the word embeddings.
int cz_parity_find_parameter (CzDistilbert *model, const char *name);

CzDistilbert *cz_parity_load_model (CzParity *parity, GError **error);
// Whether the batch's tokens and length fit the model; else CZ_JOB_ERROR_INVALID.
gboolean cz_parity_check_fit (CzParity *parity, const CzParityBatch *batch, GError **error);
// Whether in half precision, with its wider tolerances; that of logits and gradients, of the
// tensor's largest.
gboolean cz_parity_is_half (const CzParity *parity);
double cz_parity_half_tolerance (const CzParity *parity);
// A pass over one recorded batch. With `all` every position is asked for, not only those with
// labels. `loss_scale` as in CzPassOptions.
CzPass *cz_parity_new_pass (CzParity *parity,
                            CzDistilbert *model,
                            const CzParityBatch *batch,
                            CzPassKind kind,
                            gboolean all,
                            CzSpan loss_scale,
                            GError **error);
// A tape with all of it: masks, forward and, in training, backward.
CzTape *cz_parity_record (CzParity *parity, CzPass *pass, GError **error);
double cz_parity_get_loss (CzPass *pass); // nats, averaged
// What a loss may be off by, from what PyTorch found in fp32 and in fp64. The two far apart are no
// noise but a record that contradicts itself: that much is never allowed for.
double cz_parity_loss_tolerance (const CzParity *parity, double loss, double exact);

// One recorded batch: loss, gradients, logits.
gboolean cz_parity_replay_batch (CzParity *parity, const char *name, GError **error);
// One run of the report as far as parameters were recorded; nothing where there are none.
gboolean cz_parity_replay_run (CzParity *parity, const char *name, JsonObject *run, GError **error);
