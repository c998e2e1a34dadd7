#include "engine/model/attention.h"
#include "engine/model/embedding.h"
#include "engine/model/layer-end.h"
#include "engine/model/layer-norm.h"
#include "engine/model/linear.h"
#include "engine/model/pass-private.h"

CzDropout
cz_pass_get_dropout (CzPass *pass, double p, guint site)
{
  return (CzDropout){
    .p = pass->options.kind == CZ_PASS_TRAIN ? p : 0,
    .site = site,
    .step = pass->activations->step,
  };
}

// One of q, k, v over all tokens: y = x Wᵀ + b.
static void
project (CzPass *pass, CzTape *tape, CzSpan weight, CzSpan bias, CzSpan y)
{
  guint dim = pass->config.dim;

  cz_linear_forward (tape, &(CzLinear){
                               .rows = pass->activations->tokens,
                               .in = dim,
                               .out = dim,
                               .x = pass->activations->x,
                               .weight = weight,
                               .bias = bias,
                               .y = y,
                               .label = "qkv gemm",
                           });
}

static CzAttention
attention (CzPass *pass, guint i)
{
  CzActivations *a = pass->activations;
  CzLayerActivations *l = &a->layers[i];

  return (CzAttention){
    .blocks = pass->options.micro_blocks,
    .block_size = pass->options.block_size,
    .heads = pass->config.n_heads,
    .head_size = pass->config.dim / pass->config.n_heads,
    .q = l->q,
    .k = l->k,
    .v = l->v,
    .attended = a->attended,
    .stats = l->attention_stats,
    .p = l->p,
    .dropped = a->dropped,
    .context = l->context,
    .dropout
    = cz_pass_get_dropout (pass, pass->options.attention_dropout, CZ_DROPOUT_ATTENTION (i)),
  };
}

static void
attention_forward (CzPass *pass, CzTape *tape, guint i)
{
  CzLayerActivations *l = &pass->activations->layers[i];
  const CzLayerTensors *w = &pass->parameters->layers[i];
  CzAttention op = attention (pass, i);

  project (pass, tape, w->q_weight, w->q_bias, l->q);
  project (pass, tape, w->k_weight, w->k_bias, l->k);
  project (pass, tape, w->v_weight, w->v_bias, l->v);
  cz_attention_forward (tape, &op);
}

// All tokens behind layer i's attention. Of the last layer only scored positions are wanted, and
// they are the head's concern.
static CzLayerEnd
layer_end (CzPass *pass, guint i)
{
  CzActivations *a = pass->activations;
  CzLayerActivations *l = &a->layers[i];

  return (CzLayerEnd){
    .rows = a->tokens,
    .dim = pass->config.dim,
    .hidden_dim = pass->config.hidden_dim,
    .block_size = pass->options.block_size,
    .activation = pass->config.activation,
    .weights = &pass->parameters->layers[i],
    .dropout = cz_pass_get_dropout (pass, pass->options.dropout, CZ_DROPOUT_FFN (i)),
    .context = l->context,
    .x = a->x,
    .sum1 = l->sum1,
    .stats1 = l->stats1,
    .y1 = a->y1,
    .hidden = l->hidden,
    .active = a->active,
    .sum2 = l->sum2,
    .stats2 = l->stats2,
    .y = a->x,
    .labels = { "out gemm", "ffn gemm" },
  };
}

static void
embed (CzPass *pass, CzTape *tape)
{
  CzActivations *a = pass->activations;

  cz_embedding_forward (
      tape, &(CzEmbedding){
                .blocks = pass->options.micro_blocks,
                .block_size = pass->options.block_size,
                .dim = pass->config.dim,
                .vocabulary = pass->config.vocab_size,
                .tokens = a->token_ids,
                .word = pass->parameters->word,
                .position = pass->parameters->position,
                .gamma = pass->parameters->norm_gamma,
                .beta = pass->parameters->norm_beta,
                .sum = a->embed_sum,
                .stats = a->embed_stats,
                .y = a->x,
                .dropout = cz_pass_get_dropout (pass, pass->options.dropout, CZ_DROPOUT_EMBEDDINGS),
            });
}

void
cz_encoder_forward (CzPass *pass, CzTape *tape)
{
  embed (pass, tape);
  for (guint i = 0; i < pass->config.n_layers; i++)
    {
      CzLayerEnd end = layer_end (pass, i);

      attention_forward (pass, tape, i);
      if (i + 1 < pass->config.n_layers)
        cz_layer_end_forward (tape, &end);
    }
}

// Adds to da unless that is not wanted any more.
static void
project_backward (CzPass *pass,
                  CzTape *tape,
                  CzSpan weight,
                  CzSpan dy,
                  gboolean input_wanted,
                  CzSpan dweight,
                  CzSpan dbias)
{
  guint dim = pass->config.dim;

  cz_linear_backward (tape, &(CzLinearBackward){
                                .rows = pass->activations->tokens,
                                .in = dim,
                                .out = dim,
                                .x = pass->activations->x,
                                .weight = weight,
                                .dy = dy,
                                .dx = input_wanted ? pass->activations->da : (CzSpan){ 0 },
                                .accumulate_dx = TRUE,
                                .dweight = dweight,
                                .dbias = dbias,
                                .partials = &pass->partials,
                                .label = "qkv gemm backward",
                            });
}

// What went into layer i, anew.
static void
input_again (CzPass *pass, CzTape *tape, guint i)
{
  CzActivations *a = pass->activations;

  if (i == 0)
    {
      embed (pass, tape);
      return;
    }
  const CzLayerTensors *below = &pass->parameters->layers[i - 1];
  CzLayerActivations *l = &a->layers[i - 1];
  cz_layer_norm_again (tape, a->tokens, pass->config.dim, l->sum2, l->stats2, below->norm2_gamma,
                       below->norm2_beta, a->x);
}

// da: the gradient of what the layer's end added its rows to; dc: of attention's context. On return
// da is the gradient of the layer's input. dq is dc's place (or one of its own where attention is
// fused); the gradients of k and v take k's and v's own places.
static void
attention_backward (CzPass *pass, CzTape *tape, guint i, gboolean input_wanted)
{
  CzActivations *a = pass->activations;
  CzLayerActivations *l = &a->layers[i];
  const CzLayerTensors *w = &pass->parameters->layers[i], *g = &pass->gradients->layers[i];
  CzAttention forward = attention (pass, i);

  cz_attention_backward (tape, &(CzAttentionBackward){
                                   .forward = &forward,
                                   .dscores = a->dscores,
                                   .dcontext = a->dc,
                                   .dq = a->dq,
                                   .dk = l->k,
                                   .dv = l->v,
                               });
  // The head leaves the last one where it is.
  if (i + 1 < pass->config.n_layers)
    input_again (pass, tape, i);
  project_backward (pass, tape, w->q_weight, a->dq, input_wanted, g->q_weight, g->q_bias);
  project_backward (pass, tape, w->k_weight, l->k, input_wanted, g->k_weight, g->k_bias);
  project_backward (pass, tape, w->v_weight, l->v, input_wanted, g->v_weight, g->v_bias);
}

// da: the gradient of what the layer gave on entry. dc holds in turn the gradient of what the
// feed-forward gave (with dropout), y1 anew and, on return, the gradient of attention's context.
static void
layer_end_backward (CzPass *pass, CzTape *tape, guint i)
{
  CzActivations *a = pass->activations;
  CzLayerEnd end = layer_end (pass, i);

  cz_layer_end_backward (tape, &(CzLayerEndBackward){
                                   .end = &end,
                                   .y1_lost = TRUE,
                                   .da = a->da,
                                   .db = a->db,
                                   .dffn = a->dc,
                                   .dcontext = a->dc,
                                   .gradients = &pass->gradients->layers[i],
                                   .partials = &pass->partials,
                                   .labels = { "out gemm backward", "ffn gemm backward" },
                               });
}

void
cz_encoder_backward (CzPass *pass, CzTape *tape)
{
  CzActivations *a = pass->activations;
  guint frozen = pass->options.frozen;

  // Layer i is frozen if i + 1 < frozen; below the lowest that is not nothing is wanted.
  for (guint i = pass->config.n_layers; i > 0 && i >= frozen; i--)
    {
      if (i < pass->config.n_layers)
        layer_end_backward (pass, tape, i - 1);
      attention_backward (pass, tape, i - 1, i > frozen);
    }
  if (frozen > 0)
    return;
  cz_embedding_backward (
      tape, &(CzEmbeddingBackward){
                .blocks = pass->options.micro_blocks,
                .block_size = pass->options.block_size,
                .dim = pass->config.dim,
                .vocabulary = pass->config.vocab_size,
                .pad_id = pass->config.pad_token_id,
                .tokens = a->token_ids,
                .links = a->links,
                .dy = a->da,
                .sum = a->embed_sum,
                .stats = a->embed_stats,
                .gamma = pass->parameters->norm_gamma,
                .dword = pass->gradients->word,
                .dposition
                = pass->config.sinusoidal_pos_embds ? (CzSpan){ 0 } : pass->gradients->position,
                .dgamma = pass->gradients->norm_gamma,
                .dbeta = pass->gradients->norm_beta,
                .partials = &pass->partials,
                .dropout = cz_pass_get_dropout (pass, pass->options.dropout, CZ_DROPOUT_EMBEDDINGS),
            });
}
