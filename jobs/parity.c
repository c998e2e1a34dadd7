#include "jobs/parity.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/model/pass.h"
#include "engine/predict/fill.h"
#include "engine/text/tokenizer.h"
#include "engine/train/optimizer.h"
#include "jobs/job.h"
#include "jobs/parity-reference.h"

#define LOSS_TOLERANCE      1e-5
#define LOGITS_TOLERANCE    1e-4
#define GRADIENT_TOLERANCE  1e-4 // of the tensor's largest
#define PARAMETER_TOLERANCE 1e-5
#define SCORE_TOLERANCE     1e-4
#define NOISE_FACTOR        10
#define SAME_SCORE          1e-6 // scores so close may come in either order

typedef struct {
  CzDevice *device;
  CzModelFolder *folder;
  CzModelConfig config;
  CzParityReference *reference;
  CzParityReport report;
  gpointer data;
  guint n, n_off; // tensors compared, and off by too much
  char *worst;    // of those, the first
} Parity;

static void
tell (Parity *parity, const char *file, const char *tensor, double off, double tolerance)
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
static double
difference (const float *a, const float *b, guint64 n)
{
  double largest = 0;

  for (guint64 i = 0; i < n; i++)
    {
      double off = fabs ((double) a[i] - b[i]);

      largest = isnan (off) ? INFINITY : MAX (largest, off);
    }
  return largest;
}

static gboolean
is_key_bias (const char *name)
{
  return g_str_has_suffix (name, "k_lin.bias");
}

// The output matrix is the word embeddings.
static int
find_parameter (CzDistilbert *model, const char *name)
{
  if (g_str_equal (name, "vocab_projector.weight"))
    name = "embeddings.word_embeddings.weight";
  return cz_parameter_table_find (cz_arena_get_table (cz_distilbert_get_arena (model)), name);
}

static CzDistilbert *
load_model (Parity *parity, GError **error)
{
  g_autoptr (CzDistilbert) model
      = cz_distilbert_new (parity->device, &parity->config, TRUE /* gradients */, error);

  if (!model || !cz_distilbert_load (model, parity->folder, error))
    return NULL;
  return g_steal_pointer (&model);
}

// A pass over one recorded batch. With `all` every position is asked for, not only those with labels.
static CzPass *
new_pass (CzDistilbert *model, const CzParityBatch *batch, CzPassKind kind, gboolean all, GError **error)
{
  CzPassOptions options = { .kind = kind,
                            .block_size = batch->block_size,
                            .micro_blocks = batch->blocks };
  CzPass *pass = cz_pass_new (model, &options, error);
  guint n = batch->blocks * batch->block_size;

  if (!pass)
    return NULL;
  *cz_pass_get_step (pass)
      = (CzStep){ .valid_blocks = batch->blocks, .mask_strategy = CZ_STEP_MASK_GIVEN };
  for (guint i = 0; i < n; i++)
    {
      cz_pass_get_words (pass)[i]
          = ((guint32) batch->ids[i] & CZ_TOKEN_ID_MASK)
            | (batch->attention[i] ? 0 : CZ_TOKEN_PADDING | CZ_TOKEN_SPECIAL);
      cz_pass_get_labels (pass)[i] = all ? 0 : (gint32) batch->labels[i];
    }
  return pass;
}

static CzTape *
record (Parity *parity, CzPass *pass, GError **error)
{
  g_autoptr (CzTape) tape = cz_tape_new (parity->device, "parity", CZ_TAPE_PLAIN);

  cz_pass_record_masks (pass, tape);
  cz_pass_record_micro (pass, tape);
  return cz_tape_finish (tape, error) ? g_steal_pointer (&tape) : NULL;
}

static double
get_loss (CzPass *pass)
{
  const CzPassResult *result = cz_pass_get_result (pass);

  return result->batch_scored > 0 ? (double) result->loss_sum / result->batch_scored : 0;
}

static gboolean
compare_loss (Parity *parity, const char *name, const CzParityBatch *batch, CzPass *pass, GError **error)
{
  const CzTensor *tensor = cz_safetensors_lookup (batch->tensors, "loss");
  JsonObject *recorded = cz_parity_member (cz_parity_member (parity->reference->report, "batches"),
                                           name);
  float loss;
  double exact;

  if (!tensor)
    return TRUE;
  if (!cz_tensor_read_floats (tensor, 0, 1, &loss, error))
    return FALSE;
  exact = cz_parity_number (recorded, loss, "loss_f64", NULL);
  tell (parity, batch->file, "loss", fabs (get_loss (pass) - loss),
        MAX (LOSS_TOLERANCE, NOISE_FACTOR * fabs (loss - exact)));
  return TRUE;
}

static gboolean
compare_gradients (Parity *parity, const char *name, const CzParityBatch *batch, CzDistilbert *model,
                   GError **error)
{
  JsonObject *recorded = cz_parity_member (
      cz_parity_member (cz_parity_member (parity->reference->report, "batches"), name), "grads");

  for (guint i = 0; i < cz_safetensors_get_n_tensors (batch->tensors); i++)
    {
      const CzTensor *tensor = cz_safetensors_get_tensor (batch->tensors, i);
      const char *parameter = tensor->name + strlen ("grad.");
      g_autofree float *expected = NULL, *got = NULL;
      double largest = 0, noise;
      int index;

      if (!g_str_has_prefix (tensor->name, "grad."))
        continue;
      index = find_parameter (model, parameter);
      if (index < 0)
        {
          tell (parity, batch->file, tensor->name, INFINITY, 0);
          continue;
        }
      expected = cz_parity_read_floats (tensor, error);
      got = g_new (float, tensor->n_elements);
      if (!expected
          || !cz_distilbert_read_gradient (model, (guint) index, 0, tensor->n_elements, got, error))
        return FALSE;
      for (guint64 j = 0; j < tensor->n_elements; j++)
        largest = MAX (largest, fabs (expected[j]));
      noise = NOISE_FACTOR
              * cz_parity_number (recorded, 0, parameter, "max_abs_err_fp32_vs_f64", NULL);
      tell (parity, batch->file, tensor->name, difference (expected, got, tensor->n_elements),
            is_key_bias (parameter) ? noise : MAX (GRADIENT_TOLERANCE * largest, noise));
    }
  return TRUE;
}

// `logits`: of every position (blocks, block_size, vocabulary); `logits_masked`: of those with labels.
static gboolean
compare_logits (Parity *parity, const char *name, const CzParityBatch *batch, CzDistilbert *model,
                const char *tensor_name, GError **error)
{
  const CzTensor *tensor = cz_safetensors_lookup (batch->tensors, tensor_name);
  gboolean all = g_str_equal (tensor_name, "logits");
  double noise = NOISE_FACTOR
                 * cz_parity_number (parity->reference->report, 0, "batches", name,
                                     "logits_maxdiff_fp32_vs_f64", NULL);
  g_autoptr (CzPass) pass = NULL;
  g_autoptr (CzTape) tape = NULL;
  g_autofree float *expected = NULL, *got = NULL;
  guint rows;

  if (!tensor)
    return TRUE;
  pass = new_pass (model, batch, CZ_PASS_PREDICT, all, error);
  tape = pass ? record (parity, pass, error) : NULL;
  expected = tape ? cz_parity_read_floats (tensor, error) : NULL;
  if (!expected || !cz_tape_run (tape, error))
    return FALSE;
  rows = cz_pass_get_result (pass)->micro_scored;
  if ((guint64) rows * parity->config.vocab_size != tensor->n_elements)
    {
      tell (parity, batch->file, tensor_name, INFINITY, LOGITS_TOLERANCE);
      return TRUE;
    }
  got = g_new (float, tensor->n_elements);
  if (!cz_pass_read_logits (pass, 0, rows, got, error))
    return FALSE;
  tell (parity, batch->file, tensor_name, difference (expected, got, tensor->n_elements),
        MAX (LOGITS_TOLERANCE, noise));
  return TRUE;
}

static gboolean
check_fit (Parity *parity, const CzParityBatch *batch, GError **error)
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

static gboolean
replay_batch (Parity *parity, const char *name, GError **error)
{
  g_autoptr (CzParityBatch) batch = cz_parity_reference_load_batch (parity->reference, name, error);
  g_autoptr (CzDistilbert) model = NULL;
  g_autoptr (CzPass) pass = NULL;
  g_autoptr (CzTape) tape = NULL;

  if (!batch || !check_fit (parity, batch, error) || !(model = load_model (parity, error)))
    return FALSE;
  pass = new_pass (model, batch, CZ_PASS_TRAIN, FALSE, error);
  tape = pass ? record (parity, pass, error) : NULL;
  return tape && cz_tape_run (tape, error) && compare_loss (parity, name, batch, pass, error)
         && compare_gradients (parity, name, batch, model, error)
         && compare_logits (parity, name, batch, model, "logits", error)
         && compare_logits (parity, name, batch, model, "logits_masked", error);
}

// ---- runs

// What a run goes through again and again.
typedef struct {
  char *name;
  CzPass *pass;
  CzTape *tape;
} RunBatch;

static void
run_batch_free (RunBatch *batch)
{
  g_clear_pointer (&batch->tape, cz_tape_free);
  g_clear_pointer (&batch->pass, cz_pass_free);
  g_free (batch->name);
  g_free (batch);
}

// The batch of that name, recorded when it is first asked for.
static RunBatch *
get_run_batch (Parity *parity, GPtrArray *batches, CzDistilbert *model, const char *name, GError **error)
{
  g_autoptr (CzParityBatch) recorded = NULL;
  RunBatch *batch;

  for (guint i = 0; i < batches->len; i++)
    {
      batch = g_ptr_array_index (batches, i);
      if (g_str_equal (batch->name, name))
        return batch;
    }
  recorded = cz_parity_reference_load_batch (parity->reference, name, error);
  if (!recorded || !check_fit (parity, recorded, error))
    return NULL;
  batch = g_new0 (RunBatch, 1);
  batch->name = g_strdup (name);
  g_ptr_array_add (batches, batch);
  batch->pass = new_pass (model, recorded, CZ_PASS_TRAIN, FALSE, error);
  batch->tape = batch->pass ? record (parity, batch->pass, error) : NULL;
  return batch->tape ? batch : NULL;
}

static CzOptimizer *
new_optimizer (Parity *parity, CzDistilbert *model, JsonObject *run, GError **error)
{
  JsonArray *betas = json_object_has_member (run, "betas")
                         ? json_object_get_array_member (run, "betas")
                         : NULL;
  gboolean two = betas && json_array_get_length (betas) == 2;
  CzAdamOptions options = {
    .beta1 = two ? json_array_get_double_element (betas, 0) : 0.9,
    .beta2 = two ? json_array_get_double_element (betas, 1) : 0.999,
    .epsilon = cz_parity_number (run, 1e-8, "eps", NULL),
    .weight_decay = cz_parity_number (run, 0, "weight_decay", NULL),
    .clip_norm = cz_parity_number (run, 0, "clip", NULL),
  };
  CzArenaRange ranges[CZ_ARENA_MAX_RANGES];
  CzAdamRange adam[CZ_ARENA_MAX_RANGES];
  guint n = cz_arena_get_trained (cz_distilbert_get_arena (model), 0 /* frozen */, ranges);

  for (guint i = 0; i < n; i++)
    adam[i] = (CzAdamRange){ ranges[i].offset / sizeof (float), ranges[i].size / sizeof (float),
                             ranges[i].decay };
  return cz_optimizer_new (parity->device, cz_distilbert_get_parameters (model),
                           cz_distilbert_get_gradients (model), adam, n, &options, error);
}

static gboolean
compare_parameters (Parity *parity, CzDistilbert *model, JsonObject *run, const char *file,
                    CzSafetensors *expected, const char *step, GError **error)
{
  for (guint i = 0; i < cz_safetensors_get_n_tensors (expected); i++)
    {
      const CzTensor *tensor = cz_safetensors_get_tensor (expected, i);
      int index = find_parameter (model, tensor->name);
      g_autofree float *floats = NULL, *got = NULL;
      double noise = NOISE_FACTOR
                     * cz_parity_number (run, 0, "maxdiff_fp32_vs_f64", step, tensor->name, NULL);

      if (is_key_bias (tensor->name))
        continue;
      if (index < 0)
        {
          tell (parity, file, tensor->name, INFINITY, PARAMETER_TOLERANCE);
          continue;
        }
      floats = cz_parity_read_floats (tensor, error);
      got = g_new (float, tensor->n_elements);
      if (!floats || !cz_distilbert_read (model, (guint) index, 0, tensor->n_elements, got, error))
        return FALSE;
      tell (parity, file, tensor->name, difference (floats, got, tensor->n_elements),
            MAX (PARAMETER_TOLERANCE, noise));
    }
  return TRUE;
}

// One step of a run's log. The learning rate is as recorded, so the schedule has no say here.
static gboolean
replay_step (Parity *parity, const char *name, JsonObject *run, guint index, CzDistilbert *model,
             GPtrArray *batches, CzOptimizer *optimizer, CzTape *update, GError **error)
{
  JsonObject *log
      = json_array_get_object_element (json_object_get_array_member (run, "log"), index);
  JsonArray *exact = json_object_has_member (run, "loss_f64")
                         ? json_object_get_array_member (run, "loss_f64")
                         : NULL;
  gint64 number = (gint64) cz_parity_number (log, index + 1, "step", NULL);
  g_autofree char *step = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autofree char *what = g_strdup_printf ("loss of step %s", step), *file = NULL;
  g_autofree char *run_file = g_strdup_printf ("%s_%s", parity->reference->letter, name);
  double loss = cz_parity_number (log, NAN, "loss", NULL), noise = 0;
  g_autoptr (CzSafetensors) expected = NULL;
  g_autoptr (GError) problem = NULL;
  const char *batch_name = json_object_get_string_member_with_default (log, "batch", "");
  RunBatch *batch = get_run_batch (parity, batches, model, batch_name, error);

  if (!batch || !cz_tape_run (batch->tape, error))
    return FALSE;
  if (exact && index < json_array_get_length (exact))
    noise = NOISE_FACTOR * fabs (loss - json_array_get_double_element (exact, index));
  tell (parity, run_file, what, fabs (get_loss (batch->pass) - loss), MAX (LOSS_TOLERANCE, noise));
  cz_optimizer_set_step (optimizer, index + 1, cz_parity_number (log, 0, "lr", NULL));
  if (!cz_tape_run (update, error))
    return FALSE;
  expected = cz_parity_reference_load_step (parity->reference, name, number, &file, &problem);
  if (problem)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return !expected || compare_parameters (parity, model, run, file, expected, step, error);
}

// How many steps of the log lead to recorded parameters; 0: there are none.
static guint
count_steps (Parity *parity, const char *name, JsonObject *run)
{
  JsonNode *log = json_object_get_member (run, "log");
  guint last = 0, n = log && JSON_NODE_HOLDS_ARRAY (log)
                          ? json_array_get_length (json_node_get_array (log))
                          : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s_%s_step%u.safetensors",
                                               parity->reference->letter, name, i + 1);
      g_autofree char *path = g_build_filename (parity->reference->folder, file, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        last = i + 1;
    }
  return last;
}

static gboolean
replay_run (Parity *parity, const char *name, JsonObject *run, GError **error)
{
  guint steps = count_steps (parity, name, run);
  g_autoptr (CzDistilbert) model = NULL;
  g_autoptr (CzOptimizer) optimizer = NULL;
  g_autoptr (CzTape) update = NULL;
  g_autoptr (GPtrArray) batches
      = g_ptr_array_new_with_free_func ((GDestroyNotify) run_batch_free);

  if (steps == 0)
    return TRUE;
  if (!(model = load_model (parity, error))
      || !(optimizer = new_optimizer (parity, model, run, error)))
    return FALSE;
  update = cz_tape_new (parity->device, "update", CZ_TAPE_PLAIN);
  cz_optimizer_record (optimizer, update);
  if (!cz_tape_finish (update, error))
    return FALSE;
  for (guint i = 0; i < steps; i++)
    if (!replay_step (parity, name, run, i, model, batches, optimizer, update, error))
      return FALSE;
  return TRUE;
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
      if (mask->top[i].id != (guint32) cz_parity_number (top, -1, "id", NULL)
          && !(fabs (mask->top[i].score - score) < SAME_SCORE))
        return INFINITY;
      off = MAX (off, fabs (mask->top[i].score - score));
    }
  return off;
}

static gboolean
replay_text (Parity *parity, CzPredictor *predictor, const char *file, JsonObject *text, GError **error)
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

      if (!fill && !(fill = cz_predictor_fill (predictor, words, -1, json_array_get_length (top),
                                               NULL, error)))
        return FALSE;
      tell (parity, file, what,
            i < fill->n_masks
                    && fill->masks[i].position == (guint) cz_parity_number (mask, -1, "pos", NULL)
                ? compare_mask (top, &fill->masks[i])
                : INFINITY,
            SCORE_TOLERANCE);
    }
  return TRUE;
}

static gboolean
replay_fill (Parity *parity, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *file = NULL;
  g_autoptr (JsonNode) node
      = cz_parity_reference_load_fill (parity->reference, &file, &problem);
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
replay (Parity *parity, GError **error)
{
  JsonObject *runs = cz_parity_member (parity->reference->report, "runs");
  g_autoptr (GList) names = runs ? json_object_get_members (runs) : NULL;

  for (guint i = 0; parity->reference->batches[i]; i++)
    if (!replay_batch (parity, parity->reference->batches[i], error))
      return FALSE;
  for (GList *i = names; i; i = i->next)
    if (cz_parity_member (runs, i->data)
        && !replay_run (parity, i->data, cz_parity_member (runs, i->data), error))
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
         && cz_parity_number (recorded, config->hidden_dim, "hidden_dim", NULL) == config->hidden_dim
         && cz_parity_number (recorded, config->n_layers, "n_layers", NULL) == config->n_layers
         && cz_parity_number (recorded, config->n_heads, "n_heads", NULL) == config->n_heads;
}

gboolean
cz_parity_run (CzDevice *device, const char *model_folder, const char *reference_folder,
               CzParityReport report, gpointer data, GError **error)
{
  Parity parity = { .device = device, .report = report, .data = data };
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
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
               _ ("%u of %u tensors differ from %s by more than their tolerance, the first being %s."),
               parity.n_off, parity.n, reference_folder, worst);
  return FALSE;
}
