#pragma once

#include "engine/model/activations.h"
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

// encoder.c: embeddings and layers; what the last one gives is then activations->x.
void cz_encoder_forward (CzPass *pass, CzTape *tape);
// From activations->da, the gradient of what the last layer gave, down to what is trained.
void cz_encoder_backward (CzPass *pass, CzTape *tape);

// head.c: vocab_transform, activation, LayerNorm, output matrix, loss, slice by slice over the
// scored positions; in training with backward, down to activations->da.
void cz_head_record (CzPass *pass, CzTape *tape);
