#include "jobs/parity.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/model/pass.h"
#include "engine/predict/fill.h"
#include "engine/text/tokenizer.h"
#include "jobs/job.h"
#include "jobs/parity-private.h"

#define SCORE_TOLERANCE 1e-4
#define SAME_SCORE      1e-6 // scores so close may come in either order

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

// A pass over one recorded batch. With `all` every position is asked for, not only those with
// labels.
CzPass *
cz_parity_new_pass (
    CzDistilbert *model, const CzParityBatch *batch, CzPassKind kind, gboolean all, GError **error)
{
  CzPassOptions options
      = { .kind = kind, .block_size = batch->block_size, .micro_blocks = batch->blocks };
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

gboolean
cz_parity_check_fit (CzParity *parity, const CzParityBatch *batch, GError **error)
{
  gboolean fits = batch->block_size <= parity->config.max_position_embeddings;

  for (guint i = 0; i < batch->blocks * batch->block_size; i++)
    fits = fits && batch->ids[i] >= 0 && batch->ids[i] < parity->config.vocab_size;
  if (!fits)
    g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                 _ ("%s was recorded with another model: its tokens or its length don't fit %s."),
                 batch->file, cz_model_folder_get_path (parity->folder));
  return fits;
}

// ---- fill-mask

// How far a mask's words are off: their scores; infinite if they are other words.
static double
compare_mask (JsonArray *expected, const CzFillMask *mask)
{
  double off = 0;

  for (guint i = 0; i < json_array_get_length (expected); i++)
    {
      JsonObject *top = json_array_get_object_element (expected, i);
      double score = cz_parity_number (top, NAN, "score", NULL);

      if (i >= mask->n_top)
        return INFINITY;
      if (mask->top[i].id != (guint32)cz_parity_number (top, -1, "id", NULL)
          && !(fabs (mask->top[i].score - score) < SAME_SCORE))
        return INFINITY;
      off = MAX (off, fabs (mask->top[i].score - score));
    }
  return off;
}

static gboolean
replay_text (
    CzParity *parity, CzPredictor *predictor, const char *file, JsonObject *text, GError **error)
{
  const char *words = json_object_get_string_member_with_default (text, "text", "");
  JsonNode *masks = json_object_get_member (text, "masks");
  JsonArray *expected = masks && JSON_NODE_HOLDS_ARRAY (masks) ? json_node_get_array (masks) : NULL;
  g_autoptr (CzFill) fill = NULL;

  for (guint i = 0; expected && i < json_array_get_length (expected); i++)
    {
      JsonObject *mask = json_array_get_object_element (expected, i);
      JsonArray *top = json_object_get_array_member (mask, "top5");
      g_autofree char *what = g_strdup_printf ("“%s”, mask %u", words, i + 1);

      if (!fill
          && !(fill = cz_predictor_fill (predictor, words, -1, json_array_get_length (top), NULL,
                                         error)))
        return FALSE;
      cz_parity_tell (parity, file, what,
                      i < fill->n_masks
                              && fill->masks[i].position
                                     == (guint)cz_parity_number (mask, -1, "pos", NULL)
                          ? compare_mask (top, &fill->masks[i])
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
  if (!node || !JSON_NODE_HOLDS_ARRAY (node))
    return TRUE;
  predictor = cz_predictor_new (parity->device, parity->folder, error);
  if (!predictor)
    return FALSE;
  texts = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (texts); i++)
    if (!replay_text (parity, predictor, file, json_array_get_object_element (texts, i), error))
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
  return replay_fill (parity, error);
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
               CzParityReport report,
               gpointer data,
               GError **error)
{
  CzParity parity = { .device = device, .report = report, .data = data };
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
  if (parity.n_off == 0)
    return TRUE;
  g_set_error (
      error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
      _ ("%u of %u tensors differ from %s by more than their tolerance, the first being %s."),
      parity.n_off, parity.n, reference_folder, worst);
  return FALSE;
}
