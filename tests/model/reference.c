#include "tests/model/reference.h"

#include <math.h>

#include "engine/model/dropout.h"
#include "engine/text/tokenizer.h"

// The factor of number `at` of a block, whose rows are `stride` fours long.
static double
factor (const RefDropout *dropout, guint block, guint row, guint column, guint stride)
{
  guint32 draw[4];

  if (!dropout || dropout->p == 0)
    return 1;
  cz_random (dropout->step->dropout_seed[0] | (guint64)dropout->step->dropout_seed[1] << 32,
             CZ_RANDOM_DROPOUT + dropout->site, dropout->step->dropout_step,
             dropout->step->first_block + block, row * stride + column / 4, draw);
  return draw[column % 4] < cz_random_threshold (dropout->p) ? 0 : 1 / (1 - dropout->p);
}

void
ref_linear (const double *x,
            const double *weight,
            const double *bias,
            guint rows,
            guint in,
            guint out,
            double *ret)
{
  for (guint r = 0; r < rows; r++)
    for (guint o = 0; o < out; o++)
      {
        double sum = bias[o];

        for (guint i = 0; i < in; i++)
          sum += x[r * in + i] * weight[o * in + i];
        ret[r * out + o] = sum;
      }
}

void
ref_norm (const double *x,
          const double *residual,
          const double *gamma,
          const double *beta,
          guint rows,
          guint dim,
          guint block_size,
          const RefDropout *dropout,
          double *ret)
{
  g_autofree double *sum = g_new (double, dim);

  for (guint r = 0; r < rows; r++)
    {
      double mean = 0, variance = 0;

      for (guint i = 0; i < dim; i++)
        {
          sum[i]
              = x[r * dim + i] * factor (dropout, r / block_size, r % block_size, i, (dim + 3) / 4);
          if (residual)
            sum[i] += residual[r * dim + i];
          mean += sum[i] / dim;
        }
      for (guint i = 0; i < dim; i++)
        variance += (sum[i] - mean) * (sum[i] - mean) / dim;
      for (guint i = 0; i < dim; i++)
        ret[r * dim + i] = (sum[i] - mean) / sqrt (variance + 1e-12) * gamma[i] + beta[i];
    }
}

void
ref_activation (const double *x, gsize n, CzActivation activation, double *ret)
{
  for (gsize i = 0; i < n; i++)
    ret[i] = activation == CZ_ACTIVATION_RELU ? MAX (x[i], 0)
                                              : x[i] * 0.5 * (1 + erf (x[i] / G_SQRT2));
}

void
ref_attention (const double *q,
               const double *k,
               const double *v,
               const gboolean *attended,
               guint blocks,
               guint block_size,
               guint heads,
               guint head_size,
               const RefDropout *dropout,
               double *ret)
{
  guint dim = heads * head_size, stride = (block_size + 3) / 4;
  g_autofree double *p = g_new (double, block_size);

  for (guint b = 0; b < blocks; b++)
    for (guint h = 0; h < heads; h++)
      for (guint i = 0; i < block_size; i++)
        {
          const double *row = q + (b * block_size + i) * dim + h * head_size;
          double *to = ret + (b * block_size + i) * dim + h * head_size;
          double top = -G_MAXDOUBLE, sum = 0;

          for (guint j = 0; j < block_size; j++)
            {
              p[j] = 0;
              for (guint c = 0; c < head_size; c++)
                p[j] += row[c] * k[(b * block_size + j) * dim + h * head_size + c];
              p[j] /= sqrt (head_size);
              if (attended && !attended[b * block_size + j])
                p[j] = -G_MAXFLOAT;
              top = MAX (top, p[j]);
            }
          for (guint j = 0; j < block_size; j++)
            sum += p[j] = exp (p[j] - top);
          for (guint c = 0; c < head_size; c++)
            to[c] = 0;
          for (guint j = 0; j < block_size; j++)
            for (guint c = 0; c < head_size; c++)
              to[c] += p[j] / sum * factor (dropout, b, h * block_size + i, j, stride)
                       * v[(b * block_size + j) * dim + h * head_size + c];
        }
}

void
ref_embedding (const guint32 *ids,
               const double *word,
               const double *position,
               const double *gamma,
               const double *beta,
               guint blocks,
               guint block_size,
               guint dim,
               const RefDropout *dropout,
               double *ret)
{
  guint rows = blocks * block_size;
  g_autofree double *sum = g_new (double, (gsize)rows *dim);

  for (guint r = 0; r < rows; r++)
    for (guint i = 0; i < dim; i++)
      sum[r * dim + i]
          = word[(ids[r] & CZ_TOKEN_ID_MASK) * dim + i] + position[(r % block_size) * dim + i];
  ref_norm (sum, NULL, gamma, beta, rows, dim, block_size, NULL, ret);
  for (guint r = 0; r < rows; r++)
    for (guint i = 0; i < dim; i++)
      ret[r * dim + i] *= factor (dropout, r / block_size, r % block_size, i, (dim + 3) / 4);
}

double
ref_cross_entropy (const double *logits, guint vocabulary, guint label)
{
  double top = -G_MAXDOUBLE, sum = 0;

  for (guint i = 0; i < vocabulary; i++)
    top = MAX (top, logits[i]);
  for (guint i = 0; i < vocabulary; i++)
    sum += exp (logits[i] - top);
  return log (sum) + top - logits[label];
}

// A model's parameters by name.
typedef struct
{
  CzParameterTable *table;
  double *const *parameters;
} Names;

static const double *
find (const Names *names, int layer, const char *name)
{
  g_autofree char *full
      = layer < 0 ? g_strdup (name) : g_strdup_printf ("transformer.layer.%d.%s", layer, name);
  int index = cz_parameter_table_find (names->table, full);

  g_assert_cmpint (index, >=, 0);
  return names->parameters[index];
}

typedef struct
{
  const CzModelConfig *config;
  guint blocks, block_size, rows;
  const gboolean *attended;
  const CzStep *step;
  double dropout, attention_dropout;
} Shape;

// x: the layer's input, and its output on return.
static void
layer (const Names *names, int i, const Shape *shape, double *x)
{
  guint dim = shape->config->dim, hidden = shape->config->hidden_dim, rows = shape->rows;
  gsize n = (gsize)rows * dim;
  g_autofree double *q = g_new (double, n), *k = g_new (double, n), *v = g_new (double, n);
  g_autofree double *context = g_new (double, n), *y1 = g_new (double, n), *out = g_new (double, n);
  g_autofree double *wide = g_new (double, (gsize)rows *hidden);
  RefDropout attention = { shape->attention_dropout, CZ_DROPOUT_ATTENTION (i), shape->step };
  RefDropout ffn = { shape->dropout, CZ_DROPOUT_FFN (i), shape->step };

  ref_linear (x, find (names, i, "attention.q_lin.weight"), find (names, i, "attention.q_lin.bias"),
              rows, dim, dim, q);
  ref_linear (x, find (names, i, "attention.k_lin.weight"), find (names, i, "attention.k_lin.bias"),
              rows, dim, dim, k);
  ref_linear (x, find (names, i, "attention.v_lin.weight"), find (names, i, "attention.v_lin.bias"),
              rows, dim, dim, v);
  ref_attention (q, k, v, shape->attended, shape->blocks, shape->block_size, shape->config->n_heads,
                 dim / shape->config->n_heads, &attention, context);
  ref_linear (context, find (names, i, "attention.out_lin.weight"),
              find (names, i, "attention.out_lin.bias"), rows, dim, dim, out);
  ref_norm (out, x, find (names, i, "sa_layer_norm.weight"), find (names, i, "sa_layer_norm.bias"),
            rows, dim, shape->block_size, NULL, y1);
  ref_linear (y1, find (names, i, "ffn.lin1.weight"), find (names, i, "ffn.lin1.bias"), rows, dim,
              hidden, wide);
  ref_activation (wide, (gsize)rows * hidden, shape->config->activation, wide);
  ref_linear (wide, find (names, i, "ffn.lin2.weight"), find (names, i, "ffn.lin2.bias"), rows,
              hidden, dim, out);
  ref_norm (out, y1, find (names, i, "output_layer_norm.weight"),
            find (names, i, "output_layer_norm.bias"), rows, dim, shape->block_size, &ffn, x);
}

// The loss of one row of the last layer.
static double
head (const Names *names, const CzModelConfig *config, const double *x, guint label)
{
  guint dim = config->dim;
  g_autofree double *t = g_new (double, dim), *z = g_new (double, dim);
  g_autofree double *logits = g_new (double, config->vocab_size);

  ref_linear (x, find (names, -1, "vocab_transform.weight"),
              find (names, -1, "vocab_transform.bias"), 1, dim, dim, t);
  ref_activation (t, dim, config->activation, t);
  ref_norm (t, NULL, find (names, -1, "vocab_layer_norm.weight"),
            find (names, -1, "vocab_layer_norm.bias"), 1, dim, 1, NULL, z);
  ref_linear (z, find (names, -1, "embeddings.word_embeddings.weight"),
              find (names, -1, "vocab_projector.bias"), 1, dim, config->vocab_size, logits);
  return ref_cross_entropy (logits, config->vocab_size, label);
}

double
ref_model_loss (const CzModelConfig *config,
                double *const *parameters,
                const guint32 *ids,
                const gint32 *labels,
                guint blocks,
                guint block_size,
                const CzStep *step,
                double dropout,
                double attention_dropout)
{
  g_autoptr (CzParameterTable) table = cz_parameter_table_new (config);
  Names names = { table, parameters };
  guint rows = blocks * block_size, scored = 0;
  g_autofree double *x = g_new (double, (gsize)rows * config->dim);
  g_autofree gboolean *attended = g_new (gboolean, rows);
  Shape shape = { config, blocks, block_size, rows, attended, step, dropout, attention_dropout };
  RefDropout at_embeddings = { dropout, CZ_DROPOUT_EMBEDDINGS, step };
  double loss = 0;

  for (guint r = 0; r < rows; r++)
    attended[r] = !(ids[r] & CZ_TOKEN_PADDING);
  ref_embedding (ids, find (&names, -1, "embeddings.word_embeddings.weight"),
                 find (&names, -1, "embeddings.position_embeddings.weight"),
                 find (&names, -1, "embeddings.LayerNorm.weight"),
                 find (&names, -1, "embeddings.LayerNorm.bias"), blocks, block_size, config->dim,
                 &at_embeddings, x);
  for (guint i = 0; i < config->n_layers; i++)
    layer (&names, (int)i, &shape, x);
  for (guint r = 0; r < rows; r++)
    if (labels[r] >= 0)
      {
        loss += head (&names, config, x + (gsize)r * config->dim, (guint)labels[r]);
        scored++;
      }
  return scored > 0 ? loss / scored : 0;
}
