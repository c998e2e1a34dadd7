#pragma once

#include "engine/gpu/buffer.h"
#include "engine/model/arena.h"

// The spans of a model's tensors by their part in it, for one arena (parameters or gradients).
// Matrices are (out, in) as torch.nn.Linear stores them.

typedef struct
{
  CzSpan q_weight, q_bias, k_weight, k_bias, v_weight, v_bias; // (dim, dim), (dim)
  CzSpan out_weight, out_bias;                                 // (dim, dim), (dim)
  CzSpan norm1_gamma, norm1_beta;                              // sa_layer_norm (dim)
  CzSpan lin1_weight, lin1_bias;                               // (hidden, dim), (hidden)
  CzSpan lin2_weight, lin2_bias;                               // (dim, hidden), (dim)
  CzSpan norm2_gamma, norm2_beta;                              // output_layer_norm (dim)
} CzLayerTensors;

typedef struct
{
  CzSpan word;                  // (padded vocabulary, dim), the output matrix too
  CzSpan position;              // (max positions, dim)
  CzSpan norm_gamma, norm_beta; // embeddings' (dim)
  CzLayerTensors *layers;
  CzSpan transform_weight, transform_bias; // vocab_transform (dim, dim), (dim)
  CzSpan head_gamma, head_beta;            // vocab_layer_norm (dim)
  CzSpan output_bias;                      // vocab_projector (padded vocabulary)
  CzSpan undecayed;                        // all biases and LayerNorms, contiguous
} CzTensors;

// `base` is the whole arena's span.
CzTensors *cz_tensors_new (const CzArena *arena, guint n_layers, CzSpan base);
void cz_tensors_free (CzTensors *tensors);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTensors, cz_tensors_free)
