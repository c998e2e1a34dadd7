#pragma once

#include "engine/model/activations.h"
#include "engine/model/dropout.h"
#include "engine/model/partials.h"
#include "engine/model/pass.h"
#include "engine/model/tensors.h"

// What pass.c, encoder.c and head.c share.
struct _CzPass
{
  CzDistilbert *model;
  CzModelConfig config;
  CzPassOptions options;
  CzTensors *parameters;
  CzTensors *gradients; // NULL unless TRAIN
  CzActivations *activations;
  CzPartials partials; // TRAIN
};

// encoder.c: embeddings and layers up to the last one's attention: activations->x is then what went
// into it, its layer's context what attention gives. Behind that no token needs another one's rows.
void cz_encoder_forward (CzPass *pass, CzTape *tape);
// Down to what is trained, from activations->da and dc, the gradients of those two.
void cz_encoder_backward (CzPass *pass, CzTape *tape);

// head.c: the last layer's end, vocab_transform, activation, LayerNorm, output matrix, loss, slice
// by slice over the scored positions; in training with backward, down to activations->da and dc.
void cz_head_record (CzPass *pass, CzTape *tape);

// Dropout at a site (dropout.h); none but in training.
CzDropout cz_pass_get_dropout (CzPass *pass, double p, guint site);
