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

// encoder.c: embeddings and layers.
void cz_encoder_forward (CzPass *pass, CzTape *tape);
// From activations->da, the gradient of the last layer's y2, down to what is trained.
void cz_encoder_backward (CzPass *pass, CzTape *tape);
// What the layer's input is: the embeddings' y or the y2 below.
CzSpan cz_encoder_get_input (CzPass *pass, guint layer);

// head.c: vocab_transform, activation, LayerNorm, output matrix, loss, slice by slice over the
// scored positions; in training with backward, down to activations->da.
void cz_head_record (CzPass *pass, CzTape *tape);
