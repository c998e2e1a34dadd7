#include "engine/model/distilbert.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/text/philox.h"

G_DEFINE_QUARK (cz - model - error - quark, cz_model_error)

#define CHUNK ((guint64)1 << 20) // floats on their way between file, host and device

struct _CzDistilbert
{
  CzDevice *device;
  CzModelConfig config;
  CzArena *arena;
  CzBuffer *parameters;
  CzBuffer *gradients; // or NULL
};

CzDistilbert *
cz_distilbert_new (CzDevice *device,
                   const CzModelConfig *config,
                   gboolean with_gradients,
                   GError **error)
{
  g_autoptr (CzDistilbert) model = g_atomic_rc_box_new0 (CzDistilbert);
  gsize size;

  model->device = cz_device_ref (device);
  model->config = *config;
  model->arena = cz_arena_new (config);
  size = cz_arena_get_size (model->arena);
  model->parameters = cz_buffer_new (device, size, CZ_MEMORY_DEVICE, "parameters", error);
  if (!model->parameters)
    return NULL;
  if (with_gradients)
    {
      model->gradients = cz_buffer_new (device, size, CZ_MEMORY_DEVICE, "gradients", error);
      if (!model->gradients)
        return NULL;
    }
  return g_steal_pointer (&model);
}

CzDistilbert *
cz_distilbert_ref (CzDistilbert *model)
{
  return g_atomic_rc_box_acquire (model);
}

static void
clear_model (gpointer data)
{
  CzDistilbert *model = data;

  g_clear_pointer (&model->parameters, cz_buffer_unref);
  g_clear_pointer (&model->gradients, cz_buffer_unref);
  g_clear_pointer (&model->arena, cz_arena_unref);
  cz_device_unref (model->device);
}

void
cz_distilbert_unref (CzDistilbert *model)
{
  g_atomic_rc_box_release_full (model, clear_model);
}

guint64
cz_distilbert_plan (const CzModelConfig *config, gboolean with_gradients)
{
  g_autoptr (CzArena) arena = cz_arena_new (config);

  return (guint64)cz_arena_get_size (arena) * (with_gradients ? 2 : 1);
}

CzDevice *
cz_distilbert_get_device (CzDistilbert *model)
{
  return model->device;
}

const CzModelConfig *
cz_distilbert_get_config (CzDistilbert *model)
{
  return &model->config;
}

CzArena *
cz_distilbert_get_arena (CzDistilbert *model)
{
  return model->arena;
}

CzSpan
cz_distilbert_get_parameters (CzDistilbert *model)
{
  return cz_span_all (model->parameters);
}

CzSpan
cz_distilbert_get_gradients (CzDistilbert *model)
{
  return model->gradients ? cz_span_all (model->gradients) : (CzSpan){ 0 };
}

static const CzParameter *
get_parameter (CzDistilbert *model, guint parameter)
{
  return cz_parameter_table_get (cz_arena_get_table (model->arena), parameter);
}

static CzSpan
tensor_span (CzDistilbert *model, CzBuffer *buffer, guint parameter)
{
  return cz_span (buffer, cz_arena_get_offset (model->arena, parameter),
                  get_parameter (model, parameter)->n_elements * sizeof (float));
}

CzSpan
cz_distilbert_get_parameter (CzDistilbert *model, guint parameter)
{
  return tensor_span (model, model->parameters, parameter);
}

CzSpan
cz_distilbert_get_gradient (CzDistilbert *model, guint parameter)
{
  g_assert (model->gradients);
  return tensor_span (model, model->gradients, parameter);
}

static gboolean
check_range (CzDistilbert *model, guint parameter, guint64 first, guint64 n, GError **error)
{
  const CzParameter *p = get_parameter (model, parameter);

  if (first <= p->n_elements && n <= p->n_elements - first)
    return TRUE;
  g_set_error (
      error, CZ_MODEL_ERROR, CZ_MODEL_ERROR_INVALID,
      _ ("%s has %" PRIu64 " numbers; %" PRIu64 " from number %" PRIu64 " on are outside of it."),
      p->name, p->n_elements, n, first);
  return FALSE;
}

static gboolean
read_tensor (CzDistilbert *model,
             CzBuffer *buffer,
             guint parameter,
             guint64 first,
             guint64 n,
             float *ret_floats,
             GError **error)
{
  return check_range (model, parameter, first, n, error)
         && (n == 0
             || cz_buffer_read (
                 buffer, cz_arena_get_offset (model->arena, parameter) + first * sizeof (float),
                 ret_floats, n * sizeof (float), error));
}

gboolean
cz_distilbert_read (CzDistilbert *model,
                    guint parameter,
                    guint64 first,
                    guint64 n,
                    float *ret_floats,
                    GError **error)
{
  return read_tensor (model, model->parameters, parameter, first, n, ret_floats, error);
}

gboolean
cz_distilbert_read_gradient (CzDistilbert *model,
                             guint parameter,
                             guint64 first,
                             guint64 n,
                             float *ret_floats,
                             GError **error)
{
  g_assert (model->gradients);
  return read_tensor (model, model->gradients, parameter, first, n, ret_floats, error);
}

gboolean
cz_distilbert_reader (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer model, GError **error)
{
  return cz_distilbert_read (model, parameter, first, n, ret_floats, error);
}

gboolean
cz_distilbert_write (CzDistilbert *model,
                     guint parameter,
                     guint64 first,
                     guint64 n,
                     const float *floats,
                     GError **error)
{
  return check_range (model, parameter, first, n, error)
         && (n == 0
             || cz_buffer_write (model->parameters,
                                 cz_arena_get_offset (model->arena, parameter)
                                     + first * sizeof (float),
                                 floats, n * sizeof (float), error));
}

// Gives `n` numbers of a parameter from element `first` on.
typedef gboolean (*Source) (CzDistilbert *model,
                            guint parameter,
                            guint64 first,
                            guint64 n,
                            float *ret_floats,
                            gpointer data,
                            GError **error);

static gboolean
fill (CzDistilbert *model, Source source, gpointer data, GError **error)
{
  g_autofree float *chunk = g_new (float, CHUNK);

  for (guint i = 0; i < cz_parameter_table_get_size (cz_arena_get_table (model->arena)); i++)
    {
      guint64 total = get_parameter (model, i)->n_elements, n;

      for (guint64 first = 0; first < total; first += n)
        {
          n = MIN (CHUNK, total - first);
          if (!source (model, i, first, n, chunk, data, error)
              || !cz_distilbert_write (model, i, first, n, chunk, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
from_folder (CzDistilbert *model,
             guint parameter,
             guint64 first,
             guint64 n,
             float *ret_floats,
             gpointer folder,
             GError **error)
{
  return cz_model_folder_read (folder, parameter, first, n, ret_floats, error);
}

gboolean
cz_distilbert_load (CzDistilbert *model, CzModelFolder *folder, GError **error)
{
  const CzModelConfig *a = &model->config, *b = cz_model_folder_get_config (folder);

  if (a->vocab_size != b->vocab_size || a->dim != b->dim || a->hidden_dim != b->hidden_dim
      || a->n_layers != b->n_layers || a->max_position_embeddings != b->max_position_embeddings)
    {
      g_set_error (error, CZ_MODEL_ERROR, CZ_MODEL_ERROR_INVALID,
                   _ ("%s has another shape than the model its weights are loaded into."),
                   cz_model_folder_get_path (folder));
      return FALSE;
    }
  return fill (model, from_folder, folder, error);
}

// Four standard normal numbers (Box and Muller 1958) of a parameter, from element 4 × quad on.
static void
draw_normal (guint64 seed, guint parameter, guint64 quad, double ret_normal[4])
{
  guint32 r[4];

  cz_random (seed, CZ_RANDOM_INIT, parameter, (guint32)(quad >> 32), (guint32)quad, r);
  for (guint i = 0; i < 4; i += 2)
    {
      double radius = sqrt (-2 * log ((r[i] + 1.0) / 4294967296.0));
      double angle = 2 * G_PI * (r[i + 1] / 4294967296.0);

      ret_normal[i] = radius * cos (angle);
      ret_normal[i + 1] = radius * sin (angle);
    }
}

// Vaswani et al. 2017, as transformers' create_sinusoidal_embeddings ().
static float
sinusoid (guint64 position, guint64 column, guint dim)
{
  double angle = (double)position / pow (10000, 2.0 * (double)(column / 2) / dim);

  return (float)(column % 2 ? cos (angle) : sin (angle));
}

static gboolean
random_numbers (CzDistilbert *model,
                guint parameter,
                guint64 first,
                guint64 n,
                float *ret_floats,
                gpointer data,
                GError **error)
{
  const CzParameter *p = get_parameter (model, parameter);
  gboolean words = g_str_has_suffix (p->name, "word_embeddings.weight");
  guint64 padding = (guint64)model->config.pad_token_id * p->columns, seed = *(guint64 *)data;
  double normal[4];

  for (guint64 i = 0; i < n; i++)
    {
      guint64 at = first + i;

      if (p->n_dims == 1)
        ret_floats[i] = strstr (p->name, "orm.weight") ? 1 : 0;
      else if (!p->trained)
        ret_floats[i] = sinusoid (at / p->columns, at % p->columns, p->columns);
      else
        {
          if (at % 4 == 0 || i == 0)
            draw_normal (seed, parameter, at / 4, normal);
          ret_floats[i] = (float)(normal[at % 4] * model->config.initializer_range);
          if (words && at - padding < p->columns)
            ret_floats[i] = 0;
        }
    }
  return TRUE;
}

gboolean
cz_distilbert_randomize (CzDistilbert *model, guint64 seed, GError **error)
{
  return fill (model, random_numbers, &seed, error);
}
