#include "jobs/parity.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/model/pass.h"
#include "engine/predict/fill.h"
#include "engine/text/masking.h"
#include "engine/text/tokenizer.h"
#include "jobs/job.h"
#include "jobs/parity-private.h"

#define SCORE_TOLERANCE 1e-4
#define SAME_SCORE      1e-6 // scores so close may come in either order
#define MORE_WORDS      8 // asked for beyond the recorded ones, for those that came in other order
#define FP16_TOLERANCE  2e-2 // of the tensor's largest
#define BF16_TOLERANCE  1e-1
#define MOST_LOSS_NOISE 1e-5 // of the loss; fp32 was never found farther from fp64

void
cz_parity_tell (
    CzParity *parity, const char *file, const char *tensor, double off, double tolerance)
{
  CzParityLine line = { file, tensor, off, tolerance };

  parity->n++;
  if (!(off <= tolerance))
    {
      parity->n_off++;
      if (!parity->worst)
        parity->worst = g_strdup_printf ("%s: %s", file, tensor);
    }
  parity->report (&line, parity->data);
}

// The largest difference; a NaN counts as infinite.
double
cz_parity_difference (const float *a, const float *b, guint64 n)
{
  double largest = 0;

  for (guint64 i = 0; i < n; i++)
    {
      double off = fabs ((double)a[i] - b[i]);

      largest = isnan (off) ? INFINITY : MAX (largest, off);
    }
  return largest;
}

gboolean
cz_parity_is_key_bias (const char *name)
{
  return g_str_has_suffix (name, "k_lin.bias");
}

// The output matrix is the word embeddings.
int
cz_parity_find_parameter (CzDistilbert *model, const char *name)
{
  if (g_str_equal (name, "vocab_projector.weight"))
    name = "embeddings.word_embeddings.weight";
  return cz_parameter_table_find (cz_arena_get_table (cz_distilbert_get_arena (model)), name);
}

CzDistilbert *
cz_parity_load_model (CzParity *parity, GError **error)
{
  g_autoptr (CzDistilbert) model
      = cz_distilbert_new (parity->device, &parity->config, TRUE /* gradients */, error);

  if (!model || !cz_distilbert_load (model, parity->folder, error))
    return NULL;
  return g_steal_pointer (&model);
}

gboolean
cz_parity_is_half (const CzParity *parity)
{
  return cz_precision_get_rounding (parity->precision) != CZ_ROUNDING_NONE;
}

double
cz_parity_half_tolerance (const CzParity *parity)
{
  return parity->precision == CZ_PRECISION_FP16 ? FP16_TOLERANCE : BF16_TOLERANCE;
}

CzPass *
cz_parity_new_pass (CzParity *parity,
                    CzDistilbert *model,
                    const CzParityBatch *batch,
                    CzPassKind kind,
                    gboolean all,
                    CzSpan loss_scale,
                    GError **error)
{
  CzPassOptions options = { .kind = kind,
                            .block_size = batch->block_size,
                            .micro_blocks = batch->blocks,
                            .rounding = cz_precision_get_rounding (parity->precision),
                            .loss_scale = loss_scale };
  CzPass *pass = cz_pass_new (model, &options, error);
  guint n = batch->blocks * batch->block_size;

  if (!pass)
    return NULL;
  *cz_pass_get_step (pass)
      = (CzStep){ .valid_blocks = batch->blocks, .mask_strategy = CZ_STEP_MASK_GIVEN };
  for (guint i = 0; i < n; i++)
    {
      cz_pass_get_words (pass)[i]
          = ((guint32)batch->ids[i] & CZ_TOKEN_ID_MASK)
            | (batch->attention[i] ? 0 : CZ_TOKEN_PADDING | CZ_TOKEN_SPECIAL);
      cz_pass_get_labels (pass)[i] = all ? 0 : (gint32)batch->labels[i];
    }
  return pass;
}

CzTape *
cz_parity_record (CzParity *parity, CzPass *pass, GError **error)
{
  g_autoptr (CzTape) tape = cz_tape_new (parity->device, "parity", CZ_TAPE_PLAIN);

  cz_pass_record_masks (pass, tape);
  cz_pass_record_micro (pass, tape);
  return cz_tape_finish (tape, error) ? g_steal_pointer (&tape) : NULL;
}

double
cz_parity_get_loss (CzPass *pass)
{
  const CzPassResult *result = cz_pass_get_result (pass);

  return result->batch_scored > 0 ? (double)result->loss_sum / result->batch_scored : 0;
}

double
cz_parity_loss_tolerance (const CzParity *parity, double loss, double exact)
{
  double noise = MIN (fabs (loss - exact), MOST_LOSS_NOISE * MAX (1, fabs (exact)));

  if (cz_parity_is_half (parity))
    return CZ_PARITY_HALF_LOSS * fabs (loss);
  return MAX (CZ_PARITY_LOSS_TOLERANCE, CZ_PARITY_NOISE_FACTOR * noise);
}

gboolean
cz_parity_check_fit (CzParity *parity, const CzParityBatch *batch, GError **error)
{
  gboolean fits = batch->block_size <= parity->config.max_position_embeddings;

  for (guint i = 0; i < batch->blocks * batch->block_size; i++)
    fits = fits && batch->ids[i] >= 0 && batch->ids[i] < parity->config.vocab_size
           && batch->labels[i] < parity->config.vocab_size
           && (batch->labels[i] >= 0 || batch->labels[i] == CZ_MASKING_IGNORED);
  if (!fits)
    g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                 _ ("%s was recorded with another model: its tokens or its length don't fit %s."),
                 batch->file, cz_model_folder_get_path (parity->folder));
  return fits;
}

// ---- fill-mask

// The place of a word among ours, or -1.
static int
find_word (const CzFillMask *mask, double id)
{
  for (guint i = 0; i < mask->n_top; i++)
    if (mask->top[i].id == id)
      return (int)i;
  return -1;
}

// How far a mask's words are off: their scores; infinite if they are other words or stand in
// another order, but for scores that are as good as equal.
static double
compare_mask (JsonArray *expected, const CzFillMask *mask)
{
  double off = 0;

  for (guint i = 0; i < json_array_get_length (expected); i++)
    {
      JsonObject *top = cz_parity_element (expected, i);
      int place = find_word (mask, cz_parity_number (top, -1, "id", NULL));

      if (place < 0 || !(fabs (mask->top[place].score - mask->top[i].score) < SAME_SCORE))
        return INFINITY;
      off = MAX (off, fabs (mask->top[place].score - cz_parity_number (top, NAN, "score", NULL)));
    }
  return off;
}

// How many words were recorded for a mask at most. FALSE if the text is not as a reference has it.
static gboolean
check_text (JsonObject *text, guint *ret_most)
{
  JsonArray *masks = cz_parity_array (text, "masks");

  *ret_most = 0;
  if (!masks || !cz_parity_string (text, "text"))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (masks); i++)
    {
      JsonArray *top = cz_parity_array (cz_parity_element (masks, i), "top5");

      if (!top || json_array_get_length (top) == 0)
        return FALSE;
      *ret_most = MAX (*ret_most, json_array_get_length (top));
    }
  return TRUE;
}

static gboolean
replay_text (
    CzParity *parity, CzPredictor *predictor, const char *file, JsonObject *text, GError **error)
{
  const char *words = cz_parity_string (text, "text");
  JsonArray *expected = cz_parity_array (text, "masks");
  g_autoptr (CzFill) fill = NULL;
  guint most, n;

  if (!check_text (text, &most))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("%s is not a list of texts with their masks and top words; write the "
                      "reference again."),
                   file);
      return FALSE;
    }
  n = json_array_get_length (expected);
  if (n == 0)
    return TRUE;
  fill = cz_predictor_fill (predictor, words, -1 /* length */,
                            &(CzFillOptions){ .top_k = most + MORE_WORDS }, error);
  if (!fill)
    return FALSE;
  for (guint i = 0; i < MAX (n, fill->n_masks); i++)
    {
      JsonObject *mask = cz_parity_element (expected, i);
      g_autofree char *what = g_strdup_printf ("“%s”, mask %u", words, i + 1);
      gboolean there = mask && i < fill->n_masks
                       && fill->masks[i].position == cz_parity_number (mask, -1, "pos", NULL);

      cz_parity_tell (parity, file, what,
                      there ? compare_mask (cz_parity_array (mask, "top5"), &fill->masks[i])
                            : INFINITY,
                      SCORE_TOLERANCE);
    }
  return TRUE;
}

static gboolean
replay_fill (CzParity *parity, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *file = NULL;
  g_autoptr (JsonNode) node = cz_parity_reference_load_fill (parity->reference, &file, &problem);
  g_autoptr (CzPredictor) predictor = NULL;
  JsonArray *texts;

  if (problem)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!node)
    return TRUE;
  predictor = cz_predictor_new (parity->device, parity->folder, error);
  if (!predictor)
    return FALSE;
  texts = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  for (guint i = 0; !texts || i < json_array_get_length (texts); i++)
    if (!replay_text (parity, predictor, file, cz_parity_element (texts, i), error))
      return FALSE;
  return TRUE;
}

// ---- all of it

static gboolean
replay (CzParity *parity, GError **error)
{
  JsonObject *runs = cz_parity_member (parity->reference->report, "runs");
  g_autoptr (GList) names = runs ? json_object_get_members (runs) : NULL;

  for (guint i = 0; parity->reference->batches[i]; i++)
    if (!cz_parity_replay_batch (parity, parity->reference->batches[i], error))
      return FALSE;
  for (GList *i = names; i; i = i->next)
    if (cz_parity_member (runs, i->data)
        && !cz_parity_replay_run (parity, i->data, cz_parity_member (runs, i->data), error))
      return FALSE;
  return cz_parity_is_half (parity) || replay_fill (parity, error);
}

// A folder may hold references of several models: those of another shape are passed over.
static gboolean
is_of_model (const CzParityReference *reference, const CzModelConfig *config)
{
  JsonObject *recorded = cz_parity_member (reference->report, "config");

  return cz_parity_number (recorded, config->vocab_size, "vocab_size", NULL) == config->vocab_size
         && cz_parity_number (recorded, config->dim, "dim", NULL) == config->dim
         && cz_parity_number (recorded, config->hidden_dim, "hidden_dim", NULL)
                == config->hidden_dim
         && cz_parity_number (recorded, config->n_layers, "n_layers", NULL) == config->n_layers
         && cz_parity_number (recorded, config->n_heads, "n_heads", NULL) == config->n_heads;
}

gboolean
cz_parity_run (CzDevice *device,
               const char *model_folder,
               const char *reference_folder,
               CzPrecision precision,
               CzParityReport report,
               gpointer data,
               GError **error)
{
  CzParity parity = { .device = device, .precision = precision, .report = report, .data = data };
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (model_folder, error);
  g_autoptr (GPtrArray) references = NULL;
  g_autofree char *worst = NULL;
  guint n_replayed = 0;

  if (!folder || !(references = cz_parity_reference_load (reference_folder, error)))
    return FALSE;
  parity.folder = folder;
  parity.config = *cz_model_folder_get_config (folder);
  for (guint i = 0; i < references->len; i++)
    {
      parity.reference = g_ptr_array_index (references, i);
      if (!is_of_model (parity.reference, &parity.config))
        continue;
      n_replayed++;
      if (!replay (&parity, error))
        {
          g_free (parity.worst);
          return FALSE;
        }
    }
  worst = parity.worst;
  if (n_replayed == 0)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("What %s holds was recorded with a model of another shape than %s."),
                   reference_folder, model_folder);
      return FALSE;
    }
  if (parity.n == 0)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("%s holds a report, but nothing that was recorded; copy all its files."),
                   reference_folder);
      return FALSE;
    }
  if (parity.n_off == 0)
    return TRUE;
  g_set_error (
      error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
      _ ("%u of %u tensors differ from %s by more than their tolerance, the first being %s."),
      parity.n_off, parity.n, reference_folder, worst);
  return FALSE;
}
