#include "jobs/model-comparison.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define CHUNK (1u << 18) // numbers read at once of each
#define LANES 8          // sums side by side, so that no addition waits for the one before it

// Sums over pairs of numbers.
typedef struct
{
  guint64 n;
  double aa, bb, ab, dd, largest;
} Sums;

typedef struct
{
  CzModelFolder *folders[2];
  CzModelComparison *result;
  gint32 *shared; // (pieces of a) the piece's id in b, −1: b has it not; NULL: equal vocabularies
  float *a, *b;   // (CHUNK)
  GArray *layers; // Sums, by layer + 1
  Sums total;
  guint64 done, all;
  CzJobProgress progress;
  gpointer data;
  GCancellable *cancellable;
} Work;

static void
tensor_free (gpointer data)
{
  CzTensorDistance *tensor = data;

  g_free (tensor->name);
  g_free (tensor->note);
  g_free (tensor);
}

static void
uncompared_free (gpointer data)
{
  CzTensorUncompared *tensor = data;

  g_free (tensor->name);
  g_free (tensor->reason);
  g_free (tensor);
}

void
cz_model_comparison_free (CzModelComparison *comparison)
{
  g_ptr_array_unref (comparison->tensors);
  g_ptr_array_unref (comparison->layers);
  g_ptr_array_unref (comparison->uncompared);
  g_free (comparison);
}

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->result, cz_model_comparison_free);
  g_clear_pointer (&work->layers, g_array_unref);
  g_clear_pointer (&work->shared, g_free);
  g_clear_pointer (&work->a, g_free);
  g_clear_pointer (&work->b, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

// ---- Sums ----

static void
sum_pairs (const float *a, const float *b, gsize n, Sums *sums)
{
  double aa[LANES] = { 0 }, bb[LANES] = { 0 }, ab[LANES] = { 0 }, dd[LANES] = { 0 };
  double largest[LANES] = { 0 };

  for (gsize i = 0; i < n; i += LANES)
    for (gsize k = 0; k < LANES && i + k < n; k++)
      {
        double x = a[i + k], y = b[i + k], d = y - x;
        aa[k] += x * x;
        bb[k] += y * y;
        ab[k] += x * y;
        dd[k] += d * d;
        d = fabs (d);
        largest[k] = d > largest[k] ? d : largest[k];
      }
  for (guint k = 0; k < LANES; k++)
    {
      sums->aa += aa[k];
      sums->bb += bb[k];
      sums->ab += ab[k];
      sums->dd += dd[k];
      sums->largest = fmax (sums->largest, largest[k]);
    }
  sums->n += n;
}

static void
add_sums (Sums *sums, const Sums *more)
{
  sums->n += more->n;
  sums->aa += more->aa;
  sums->bb += more->bb;
  sums->ab += more->ab;
  sums->dd += more->dd;
  sums->largest = fmax (sums->largest, more->largest);
}

static CzDistance
measure (const Sums *sums)
{
  CzDistance distance = { .n = sums->n,
                          .distance = sqrt (sums->dd),
                          .relative = sums->dd == 0  ? 0
                                      : sums->aa > 0 ? sqrt (sums->dd / sums->aa)
                                                     : NAN,
                          .cosine = NAN,
                          .largest = sums->largest };

  if (sums->aa > 0 && sums->bb > 0)
    // Equal ones are 1 to the last bit; rounding leads nowhere beyond.
    distance.cosine
        = sums->dd == 0 ? 1 : CLAMP (sums->ab / (sqrt (sums->aa) * sqrt (sums->bb)), -1.0, 1.0);
  return distance;
}

// ---- Tensors ----

static void
leave_out (Work *work, const CzParameter *parameter, char *reason)
{
  CzTensorUncompared *tensor = g_new0 (CzTensorUncompared, 1);

  tensor->name = g_strdup (parameter->name);
  tensor->layer = parameter->layer;
  tensor->reason = reason;
  g_ptr_array_add (work->result->uncompared, tensor);
}

static gboolean
tell (Work *work, guint64 n, GError **error)
{
  work->done += n;
  if (work->progress != NULL)
    work->progress (MIN ((double)work->done / (double)MAX (work->all, 1), 1),
                    _ ("Comparing the weights"), work->data);
  return !g_cancellable_set_error_if_cancelled (work->cancellable, error);
}

static gboolean
sum_whole (Work *work, guint in_a, guint in_b, guint64 n, Sums *sums, GError **error)
{
  for (guint64 first = 0; first < n; first += CHUNK)
    {
      guint64 count = MIN (n - first, CHUNK);
      if (!cz_model_folder_read (work->folders[0], in_a, first, count, work->a, error)
          || !cz_model_folder_read (work->folders[1], in_b, first, count, work->b, error)
          || !tell (work, count, error))
        return FALSE;
      sum_pairs (work->a, work->b, count, sums);
    }
  return TRUE;
}

// Row by row, those of pieces that both have. Rows without a piece have no counterpart.
static gboolean
sum_shared (
    Work *work, guint in_a, guint in_b, guint rows, guint columns, Sums *sums, GError **error)
{
  const CzTensor *a = cz_model_folder_get_tensor (work->folders[0], in_a);
  const CzTensor *b = cz_model_folder_get_tensor (work->folders[1], in_b);

  for (guint row = 0; row < MIN (rows, work->result->n_words[0]); row++)
    {
      gint32 other = work->shared[row];
      if (other < 0 || (guint64)(other + 1) * columns > b->n_elements)
        continue;
      if (!cz_tensor_read_floats (a, (guint64)row * columns, columns, work->a, error)
          || !cz_tensor_read_floats (b, (guint64)other * columns, columns, work->b, error))
        return FALSE;
      sum_pairs (work->a, work->b, columns, sums);
    }
  return tell (work, (guint64)rows * columns, error);
}

static void
enter (Work *work, const CzParameter *parameter, const Sums *sums, gboolean partly)
{
  CzTensorDistance *tensor = g_new0 (CzTensorDistance, 1);

  tensor->name = g_strdup (parameter->name);
  tensor->layer = parameter->layer;
  tensor->n_dims = parameter->n_dims;
  tensor->dims[0] = parameter->n_dims == 2 ? parameter->rows : parameter->columns;
  tensor->dims[1] = parameter->n_dims == 2 ? parameter->columns : 0;
  tensor->distance = measure (sums);
  if (partly)
    tensor->note = g_strdup_printf (_ ("Compared are the %u word pieces that both models have."),
                                    work->result->n_shared_words);
  g_ptr_array_add (work->result->tensors, tensor);
  add_sums (&g_array_index (work->layers, Sums, parameter->layer + 1), sums);
  add_sums (&work->total, sums);
}

static char *
describe_shape (const CzParameter *parameter)
{
  return parameter->n_dims == 2 ? g_strdup_printf ("%u × %u", parameter->rows, parameter->columns)
                                : g_strdup_printf ("%u", parameter->columns);
}

// The tables of word pieces and the output's bias have a number or a row for each piece.
static gboolean
is_by_word (const CzParameter *parameter)
{
  return g_str_has_suffix (parameter->name, "word_embeddings.weight")
         || g_str_equal (parameter->name, "vocab_projector.bias");
}

static gboolean
compare_tensor (Work *work, guint in_a, const CzParameter *a, GError **error)
{
  CzParameterTable *other = cz_model_folder_get_table (work->folders[1]);
  // The head's names have no number, but layers beyond the shallower model's have no counterpart.
  int in_b = cz_parameter_table_find (other, a->name);
  const CzParameter *b = in_b >= 0 ? cz_parameter_table_get (other, (guint)in_b) : NULL;
  gboolean by_word = is_by_word (a) && work->shared != NULL;
  guint columns = a->n_dims == 2 ? a->columns : 1;
  Sums sums = { 0 };

  if (b == NULL)
    {
      leave_out (work, a,
                 g_strdup (_ ("Only the first model has it: the second has fewer layers.")));
      return TRUE;
    }
  if (by_word ? (a->n_dims == 2 && a->columns != b->columns) || columns > CHUNK
              : a->rows != b->rows || a->columns != b->columns)
    {
      g_autofree char *first = describe_shape (a);
      g_autofree char *second = describe_shape (b);
      leave_out (work, a, g_strdup_printf (_ ("The shapes differ: %s and %s."), first, second));
      return TRUE;
    }
  if (by_word ? !sum_shared (work, in_a, (guint)in_b, a->n_dims == 2 ? a->rows : a->columns,
                             columns, &sums, error)
              : !sum_whole (work, in_a, (guint)in_b, a->n_elements, &sums, error))
    return FALSE;
  if (sums.n == 0)
    leave_out (work, a, g_strdup (_ ("The two vocabularies have no word piece in common.")));
  else if (!isfinite (sums.aa) || !isfinite (sums.bb))
    leave_out (work, a,
               g_strdup (isfinite (sums.aa)
                             ? _ ("The second model has values here that are no numbers.")
                             : _ ("The first model has values here that are no numbers.")));
  else
    enter (work, a, &sums, by_word);
  return TRUE;
}

// ---- Vocabularies ----

static gboolean
is_equal_vocabulary (CzVocabulary *a, CzVocabulary *b)
{
  guint32 n = cz_vocabulary_get_size (a);

  if (n != cz_vocabulary_get_size (b))
    return FALSE;
  for (guint32 id = 0; id < n; id++)
    if (strcmp (cz_vocabulary_get_token (a, id), cz_vocabulary_get_token (b, id)) != 0)
      return FALSE;
  return TRUE;
}

static void
match_words (Work *work)
{
  CzVocabulary *a = cz_tokenizer_get_vocabulary (cz_model_folder_get_tokenizer (work->folders[0]));
  CzVocabulary *b = cz_tokenizer_get_vocabulary (cz_model_folder_get_tokenizer (work->folders[1]));
  CzModelComparison *result = work->result;
  // Rows that no piece names compare only as a whole.
  gboolean equal = is_equal_vocabulary (a, b)
                   && cz_model_folder_get_config (work->folders[0])->vocab_size
                          == cz_model_folder_get_config (work->folders[1])->vocab_size;

  result->n_words[0] = cz_vocabulary_get_size (a);
  result->n_words[1] = cz_vocabulary_get_size (b);
  result->n_shared_words = equal ? result->n_words[0] : 0;
  if (equal)
    return;
  work->shared = g_new (gint32, MAX (result->n_words[0], 1));
  for (guint32 id = 0; id < result->n_words[0]; id++)
    {
      const char *token = cz_vocabulary_get_token (a, id);
      work->shared[id] = token[0] != '\0' ? cz_vocabulary_find (b, token, -1) : -1;
      result->n_shared_words += work->shared[id] >= 0;
    }
}

// ---- All of it ----

static gboolean
compare_all (Work *work, GError **error)
{
  CzParameterTable *tables[2];

  for (guint i = 0; i < 2; i++)
    tables[i] = cz_model_folder_get_table (work->folders[i]);
  work->all = cz_parameter_table_get_n_elements (tables[0]);
  for (guint i = 0; i < cz_parameter_table_get_size (tables[0]); i++)
    if (!compare_tensor (work, i, cz_parameter_table_get (tables[0], i), error))
      return FALSE;
  for (guint i = 0; i < cz_parameter_table_get_size (tables[1]); i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (tables[1], i);
      if (cz_parameter_table_find (tables[0], parameter->name) < 0)
        leave_out (work, parameter,
                   g_strdup (_ ("Only the second model has it: the first has fewer layers.")));
    }
  return TRUE;
}

static void
measure_layers (Work *work)
{
  for (guint i = 0; i < work->layers->len; i++)
    {
      const Sums *sums = &g_array_index (work->layers, Sums, i);
      if (sums->n == 0)
        continue;
      CzLayerDistance *layer = g_new0 (CzLayerDistance, 1);
      layer->layer = (int)i - 1;
      layer->distance = measure (sums);
      g_ptr_array_add (work->result->layers, layer);
    }
  work->result->total = measure (&work->total);
}

CzModelComparison *
cz_model_comparison_new (CzModelFolder *a,
                         CzModelFolder *b,
                         CzJobProgress progress,
                         gpointer data,
                         GCancellable *cancellable,
                         GError **error)
{
  g_auto (Work) work
      = { .folders = { a, b }, .progress = progress, .data = data, .cancellable = cancellable };

  const guint dims[2]
      = { cz_model_folder_get_config (a)->dim, cz_model_folder_get_config (b)->dim };

  if (dims[0] != dims[1])
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("“%s” is %u wide and “%s” %u: their weights do not compare. Choose models of "
                      "the same width."),
                   cz_model_folder_get_path (a), dims[0], cz_model_folder_get_path (b), dims[1]);
      return NULL;
    }
  work.result = g_new0 (CzModelComparison, 1);
  work.result->tensors = g_ptr_array_new_with_free_func (tensor_free);
  work.result->layers = g_ptr_array_new_with_free_func (g_free);
  work.result->uncompared = g_ptr_array_new_with_free_func (uncompared_free);
  for (guint i = 0; i < 2; i++)
    work.result->n_layers[i] = cz_model_folder_get_config (work.folders[i])->n_layers;
  work.a = g_new (float, CHUNK);
  work.b = g_new (float, CHUNK);
  work.layers = g_array_new (FALSE, TRUE, sizeof (Sums));
  g_array_set_size (work.layers, work.result->n_layers[0] + 2);
  match_words (&work);
  if (!compare_all (&work, error))
    return NULL;
  if (work.total.n == 0)
    {
      g_set_error (
          error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
          _ ("“%s” and “%s” have nothing that compares: every tensor differs in shape, or has "
             "values that are no numbers."),
          cz_model_folder_get_path (a), cz_model_folder_get_path (b));
      return NULL;
    }
  measure_layers (&work);
  return g_steal_pointer (&work.result);
}
