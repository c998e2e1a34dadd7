#include "engine/model/attention.h"
#include "engine/model/embedding.h"
#include "engine/model/layer-norm.h"
#include "engine/model/linear.h"
#include "engine/model/pass-private.h"

static CzDropout
dropout_at (CzPass *pass, double p, guint site)
{
  return (CzDropout){
    .p = pass->options.kind == CZ_PASS_TRAIN ? p : 0,
    .site = site,
    .step = pass->activations->step,
  };
}

// q, k, v and the feed-forward's matrices: y = x Wᵀ + b over all tokens.
static CzLinear
projection (CzPass *pass,
            CzSpan x,
            guint in,
            CzSpan weight,
            CzSpan bias,
            guint out,
            CzSpan y,
            const char *label)
{
  return (CzLinear){
    .rows = pass->activations->tokens,
    .in = in,
    .out = out,
    .x = x,
    .weight = weight,
    .bias = bias,
    .y = y,
    .activation = pass->config.activation,
    .label = label,
  };
}

static void
project_qkv (CzPass *pass, CzTape *tape, CzSpan weight, CzSpan bias, CzSpan y)
{
  guint dim = pass->config.dim;
  CzLinear op = projection (pass, pass->activations->x, dim, weight, bias, dim, y, "qkv gemm");

  cz_linear_forward (tape, &op);
}

// What goes into a LayerNorm, by a projection onto the residual. The dropout, which is the norm's,
// comes before the residual. Gives what is left for the norm to add.
static CzSpan
project_onto (CzTape *tape, const CzLinear *op, const CzDropout *dropout, CzSpan residual)
{
  CzSpan none = { 0 };

  if (dropout->p == 0)
    return cz_linear_forward_onto (tape, op, residual) ? none : residual;
  cz_linear_forward (tape, op);
  return residual;
}

static void
layer_forward (CzPass *pass, CzTape *tape, guint i)
{
  CzActivations *a = pass->activations;
  CzLayerActivations *l = &a->layers[i];
  const CzLayerTensors *w = &pass->parameters->layers[i];
  guint dim = pass->config.dim, hidden = pass->config.hidden_dim;
  CzDropout none = { 0 }, drop = dropout_at (pass, pass->options.dropout, CZ_DROPOUT_FFN (i));
  CzLinear out
      = projection (pass, l->context, dim, w->out_weight, w->out_bias, dim, l->sum1, "out gemm");
  CzLinear lin1
      = projection (pass, a->y1, dim, w->lin1_weight, w->lin1_bias, hidden, l->hidden, "ffn gemm");
  CzLinear lin2 = projection (pass, a->active, hidden, w->lin2_weight, w->lin2_bias, dim, l->sum2,
                              "ffn gemm");

  project_qkv (pass, tape, w->q_weight, w->q_bias, l->q);
  project_qkv (pass, tape, w->k_weight, w->k_bias, l->k);
  project_qkv (pass, tape, w->v_weight, w->v_bias, l->v);
  cz_attention_forward (tape, &(CzAttention){
                                  .blocks = pass->options.micro_blocks,
                                  .block_size = pass->options.block_size,
                                  .heads = pass->config.n_heads,
                                  .head_size = dim / pass->config.n_heads,
                                  .q = l->q,
                                  .k = l->k,
                                  .v = l->v,
                                  .attended = a->attended,
                                  .p = l->p,
                                  .dropped = a->dropped,
                                  .context = l->context,
                                  .dropout = dropout_at (pass, pass->options.attention_dropout,
                                                         CZ_DROPOUT_ATTENTION (i)),
                              });
  CzSpan residual = project_onto (tape, &out, &none, a->x);
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = a->tokens,
                                   .dim = dim,
                                   .block_size = pass->options.block_size,
                                   .x = l->sum1,
                                   .residual = residual,
                                   .gamma = w->norm1_gamma,
                                   .beta = w->norm1_beta,
                                   .sum = l->sum1,
                                   .stats = l->stats1,
                                   .y = a->y1,
                               });
  lin1.active = a->active;
  cz_linear_forward (tape, &lin1);
  residual = project_onto (tape, &lin2, &drop, a->y1);
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = a->tokens,
                                   .dim = dim,
                                   .block_size = pass->options.block_size,
                                   .x = l->sum2,
                                   .residual = residual,
                                   .gamma = w->norm2_gamma,
                                   .beta = w->norm2_beta,
                                   .sum = l->sum2,
                                   .stats = l->stats2,
                                   .y = a->x,
                                   .dropout = drop,
                               });
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
                .dropout = dropout_at (pass, pass->options.dropout, CZ_DROPOUT_EMBEDDINGS),
            });
}

void
cz_encoder_forward (CzPass *pass, CzTape *tape)
{
  embed (pass, tape);
  for (guint i = 0; i < pass->config.n_layers; i++)
    layer_forward (pass, tape, i);
}

// dx may be empty (not wanted); with `weights` empty only dx is computed.
static void
project_backward (CzPass *pass,
                  CzTape *tape,
                  CzSpan x,
                  guint in,
                  CzSpan weight,
                  guint out,
                  CzSpan dy,
                  CzSpan dx,
                  gboolean accumulate,
                  CzSpan dweight,
                  CzSpan dbias,
                  const char *label)
{
  cz_linear_backward (tape, &(CzLinearBackward){
                                .rows = pass->activations->tokens,
                                .in = in,
                                .out = out,
                                .x = x,
                                .weight = weight,
                                .dy = dy,
                                .dx = dx,
                                .accumulate_dx = accumulate,
                                .dweight = dweight,
                                .dbias = dbias,
                                .partials = &pass->partials,
                                .label = label,
                            });
}

// What a LayerNorm gave, computed anew from the sum that was kept of it: the same bits.
static void
norm_again (
    CzPass *pass, CzTape *tape, CzSpan sum, CzSpan stats, CzSpan gamma, CzSpan beta, CzSpan y)
{
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = pass->activations->tokens,
                                   .dim = pass->config.dim,
                                   .block_size = pass->options.block_size,
                                   .x = sum,
                                   .gamma = gamma,
                                   .beta = beta,
                                   .sum = sum,
                                   .stats = stats,
                                   .y = y,
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
  norm_again (pass, tape, l->sum2, l->stats2, below->norm2_gamma, below->norm2_beta, a->x);
}

// da: dy2 on entry, the gradient of the layer's input on return. db: the residual's, until x takes
// its place. dc: what goes into the feed-forward's end, then y1's place, then the gradients of
// attention's context and of q; those of k and v take k's and v's own places.
static void
layer_backward (CzPass *pass, CzTape *tape, guint i, gboolean input_wanted)
{
  CzActivations *a = pass->activations;
  CzLayerActivations *l = &a->layers[i];
  const CzLayerTensors *w = &pass->parameters->layers[i], *g = &pass->gradients->layers[i];
  guint dim = pass->config.dim, hidden = pass->config.hidden_dim;
  CzSpan none = { 0 };
  CzDropout drop = dropout_at (pass, pass->options.dropout, CZ_DROPOUT_FFN (i));
  CzSpan dffn = drop.p > 0 ? a->dc : a->db, dx = input_wanted ? a->da : none;

  cz_layer_norm_backward (tape, &(CzLayerNormBackward){
                                    .rows = a->tokens,
                                    .dim = dim,
                                    .block_size = pass->options.block_size,
                                    .dy = a->da,
                                    .sum = l->sum2,
                                    .stats = l->stats2,
                                    .gamma = w->norm2_gamma,
                                    .dsum = a->db,
                                    .dx = dffn,
                                    .dropout = drop,
                                    .dgamma = g->norm2_gamma,
                                    .dbeta = g->norm2_beta,
                                    .partials = &pass->partials,
                                });
  // What the activation gave is computed anew, where its input was.
  cz_linear_backward (tape, &(CzLinearBackward){
                                .rows = a->tokens,
                                .in = hidden,
                                .out = dim,
                                .x = l->hidden,
                                .weight = w->lin2_weight,
                                .dy = dffn,
                                .dx = a->active,
                                .activation = pass->config.activation,
                                .input = l->hidden,
                                .dweight = g->lin2_weight,
                                .dbias = g->lin2_bias,
                                .partials = &pass->partials,
                                .label = "ffn gemm backward",
                            });
  norm_again (pass, tape, l->sum1, l->stats1, w->norm1_gamma, w->norm1_beta, a->y1);
  project_backward (pass, tape, a->y1, dim, w->lin1_weight, hidden, a->active, a->db, TRUE,
                    g->lin1_weight, g->lin1_bias, "ffn gemm backward");
  cz_layer_norm_backward (tape, &(CzLayerNormBackward){
                                    .rows = a->tokens,
                                    .dim = dim,
                                    .block_size = pass->options.block_size,
                                    .dy = a->db,
                                    .sum = l->sum1,
                                    .stats = l->stats1,
                                    .gamma = w->norm1_gamma,
                                    .dsum = a->da,
                                    .dgamma = g->norm1_gamma,
                                    .dbeta = g->norm1_beta,
                                    .partials = &pass->partials,
                                });
  project_backward (pass, tape, l->context, dim, w->out_weight, dim, a->da, a->dc, FALSE,
                    g->out_weight, g->out_bias, "out gemm backward");
  cz_attention_backward (tape, &(CzAttentionBackward){
                                   .blocks = pass->options.micro_blocks,
                                   .block_size = pass->options.block_size,
                                   .heads = pass->config.n_heads,
                                   .head_size = dim / pass->config.n_heads,
                                   .q = l->q,
                                   .k = l->k,
                                   .v = l->v,
                                   .attended = a->attended,
                                   .p = l->p,
                                   .dropped = a->dropped,
                                   .dscores = a->dscores,
                                   .dcontext = a->dc,
                                   .dq = a->dc,
                                   .dk = l->k,
                                   .dv = l->v,
                                   .dropout = dropout_at (pass, pass->options.attention_dropout,
                                                          CZ_DROPOUT_ATTENTION (i)),
                               });
  input_again (pass, tape, i);
  project_backward (pass, tape, a->x, dim, w->q_weight, dim, a->dc, dx, TRUE, g->q_weight,
                    g->q_bias, "qkv gemm backward");
  project_backward (pass, tape, a->x, dim, w->k_weight, dim, l->k, dx, TRUE, g->k_weight, g->k_bias,
                    "qkv gemm backward");
  project_backward (pass, tape, a->x, dim, w->v_weight, dim, l->v, dx, TRUE, g->v_weight, g->v_bias,
                    "qkv gemm backward");
}

void
cz_encoder_backward (CzPass *pass, CzTape *tape)
{
  CzActivations *a = pass->activations;
  guint frozen = pass->options.frozen;

  // Layer i is frozen if i + 1 < frozen; below the lowest that is not nothing is wanted.
  for (guint i = pass->config.n_layers; i > 0 && i >= frozen; i--)
    layer_backward (pass, tape, i - 1, i > frozen);
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
                .dropout = dropout_at (pass, pass->options.dropout, CZ_DROPOUT_EMBEDDINGS),
            });
}
