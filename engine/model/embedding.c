#include "engine/model/embedding.h"

#include "engine/model/layer-norm.h"
#include "engine/model/row-dispatch.h"

#define TABLE_STEP 64 // rows of a table: any of them then begins at a multiple of 256 bytes
// Lavapipe ends the loops of an invocation after 65,535 turns in all, and says nothing.
#define MOST_TURNS 60000

// How many rows of a table of that width a binding can hold.
static guint
rows_of_binding (gsize limit, gsize row, guint rows)
{
  return (guint)MIN (rows, MAX (limit / row / TABLE_STEP, 1) * TABLE_STEP);
}

void
cz_embedding_forward (CzTape *tape, const CzEmbedding *op)
{
  const CzDeviceInfo *info = cz_device_get_info (cz_tape_get_device (tape));
  gsize row = op->dim * sizeof (float);
  guint cut = rows_of_binding (op->dim % 4 != 0 ? info->max_storage_range : info->max_texel_range,
                               row, op->vocabulary);

  for (guint low = 0; low < op->vocabulary; low += cut)
    {
      guint high = MIN (low + cut, op->vocabulary);

      CzRowDispatch dispatch = {
        .kernel = "embed",
        .constants = { FALSE, op->dropout.p > 0, FALSE },
        .rows = op->blocks * op->block_size,
        .bindings = { op->dropout.step, cz_span_part (op->word, low * row, (high - low) * row),
                      cz_span_part (op->position, 0, op->block_size * row), op->gamma, op->beta,
                      op->sum, op->y, op->stats, [9] = op->tokens },
        .row_bytes = { [5] = row, [6] = row, [7] = 4 * sizeof (float) },
        .label = "embedding",
      };

      cz_row_dispatch_set_rows (&dispatch, op->dim, op->block_size, &op->dropout);
      dispatch.push[dispatch.n_push++] = low;
      dispatch.push[dispatch.n_push++] = high;
      cz_row_dispatch (tape, &dispatch);
    }
}

static void
backward_dropout (CzTape *tape, const CzEmbeddingBackward *op)
{
  gsize row = op->dim * sizeof (float);
  CzRowDispatch dispatch = {
    .kernel = "dropout-rows",
    .rows = op->blocks * op->block_size,
    .bindings = { op->dropout.step, op->dy, op->dy },
    .row_bytes = { [1] = row, [2] = row },
    .label = "embedding backward",
  };

  cz_row_dispatch_set_rows (&dispatch, op->dim, op->block_size, &op->dropout);
  dispatch.n_push = 9; // it has no inverse_size
  cz_row_dispatch (tape, &dispatch);
}

// How many tokens at once: as many that no invocation comes near the loops that lavapipe allows it,
// were they all one word.
static guint
tokens_at_once (CzTape *tape, guint n)
{
  guint lanes = cz_device_get_info (cz_tape_get_device (tape))->subgroup_size;
  guint columns = (n + 4 * lanes - 1) / (4 * lanes); // turns for each token of a word
  guint links = (16 + lanes - 1) / lanes; // the same of its 64 / lanes rows, by four tokens

  return MAX (MOST_TURNS / MAX (columns, links) / TABLE_STEP, 1) * TABLE_STEP;
}

// Adds the gradients of the tokens from `first` on to the words' table.
static void
backward_words (CzTape *tape, const CzEmbeddingBackward *op, guint first, guint rows)
{
  const CzDeviceInfo *info = cz_device_get_info (cz_tape_get_device (tape));
  gsize row = op->dim * sizeof (float);
  gboolean scalar = op->dim % 4 != 0;
  guint n = scalar ? op->dim : op->dim / 4;
  guint cut
      = rows_of_binding (MIN (info->max_storage_range, info->max_texel_range), row, op->vocabulary);
  // Ids come by fours.
  CzSpan tokens = cz_span_part (op->tokens, first * sizeof (float),
                                (gsize)(rows + 3) / 4 * 4 * sizeof (float));
  CzSpan links = cz_span_part (op->links, first * sizeof (guint32), rows * sizeof (guint32));
  CzSpan dy = cz_span_part (op->dy, first * row, rows * row);

  cz_row_dispatch (tape, &(CzRowDispatch){
                             .kernel = "embedding-links",
                             .rows = rows,
                             .vectors = 1,
                             .bindings = { tokens, links },
                             .push = { [3] = (rows + 3) / 4 },
                             .n_push = 4,
                             .label = "embedding backward",
                         });
  for (guint low = 0; low < op->vocabulary; low += cut)
    {
      guint high = MIN (low + cut, op->vocabulary);
      CzSpan table = cz_span_part (op->dword, low * row, (high - low) * row);

      cz_row_dispatch (tape, &(CzRowDispatch){
                                 .kernel = "embedding-backward",
                                 .scalar = scalar,
                                 .rows = rows,
                                 .vectors = n,
                                 .bindings = { tokens, links, dy, table, table },
                                 .push = { [3] = n, low, high, op->pad_id },
                                 .n_push = 7,
                                 .label = "embedding backward",
                             });
    }
}

static void
backward_positions (CzTape *tape, const CzEmbeddingBackward *op)
{
  gsize row = op->dim * sizeof (float);
  gboolean scalar = op->dim % 4 != 0;
  guint n = scalar ? op->dim : op->dim / 4;
  CzSpan positions = cz_span_part (op->dposition, 0, op->block_size * row);

  cz_row_dispatch (tape, &(CzRowDispatch){
                             .kernel = "position-backward",
                             .scalar = scalar,
                             .rows = op->block_size,
                             .vectors = n * op->blocks,
                             .bindings = { op->dy, positions, positions },
                             .push = { [3] = n, op->blocks },
                             .n_push = 5,
                             .label = "embedding backward",
                         });
}

void
cz_embedding_backward (CzTape *tape, const CzEmbeddingBackward *op)
{
  guint rows = op->blocks * op->block_size;
  guint at_once = tokens_at_once (tape, op->dim % 4 != 0 ? op->dim : op->dim / 4);

  if (op->dropout.p > 0)
    backward_dropout (tape, op);
  cz_layer_norm_backward (tape, &(CzLayerNormBackward){
                                    .rows = rows,
                                    .dim = op->dim,
                                    .block_size = op->block_size,
                                    .dy = op->dy,
                                    .sum = op->sum,
                                    .stats = op->stats,
                                    .gamma = op->gamma,
                                    .dsum = op->dy,
                                    .dgamma = op->dgamma,
                                    .dbeta = op->dbeta,
                                    .partials = op->partials,
                                });
  for (guint first = 0; first < rows; first += at_once)
    backward_words (tape, op, first, MIN (at_once, rows - first));
  if (op->dposition.buffer)
    backward_positions (tape, op);
}
