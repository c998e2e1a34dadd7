#pragma once

#include "engine/model/pass.h"

// DistilBERT's layers once more, forward only, in double precision and as plainly as can be:
// gradients are checked against differences of these. Rows are (blocks, block_size) where dropout
// matters; its draws are those of the device (step: seed, step, first block), p 0 is none.
typedef struct
{
  double p;
  guint site;
  const CzStep *step;
} RefDropout;

void ref_linear (const double *x,
                 const double *weight,
                 const double *bias,
                 guint rows,
                 guint in,
                 guint out,
                 double *ret);
// y = norm (residual + dropout (x)); residual may be NULL.
void ref_norm (const double *x,
               const double *residual,
               const double *gamma,
               const double *beta,
               guint rows,
               guint dim,
               guint block_size,
               const RefDropout *dropout,
               double *ret);
void ref_activation (const double *x, gsize n, CzActivation activation, double *ret);
// attended: (blocks, block_size), or NULL: all.
void ref_attention (const double *q,
                    const double *k,
                    const double *v,
                    const gboolean *attended,
                    guint blocks,
                    guint block_size,
                    guint heads,
                    guint head_size,
                    const RefDropout *dropout,
                    double *ret);
void ref_embedding (const guint32 *ids,
                    const double *word,
                    const double *position,
                    const double *gamma,
                    const double *beta,
                    guint blocks,
                    guint block_size,
                    guint dim,
                    const RefDropout *dropout,
                    double *ret);
// log sum exp - logit of the label, nats.
double ref_cross_entropy (const double *logits, guint vocabulary, guint label);

// The whole model: parameters[i] as the table lists them. ids with CZ_TOKEN_PADDING, labels -100
// where nothing is scored, (blocks, block_size). The mean loss over the scored positions.
double ref_model_loss (const CzModelConfig *config,
                       double *const *parameters,
                       const guint32 *ids,
                       const gint32 *labels,
                       guint blocks,
                       guint block_size,
                       const CzStep *step,
                       double dropout,
                       double attention_dropout);
