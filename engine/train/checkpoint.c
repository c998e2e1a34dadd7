#include "engine/train/checkpoint.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/json-text.h"
#include "engine/format/safetensors.h"
#include "engine/train/train-error.h"

#define VERSION       1
#define POSITION_FILE "position.json"
#define CHUNK         ((gsize)1 << 18) // floats copied at a time

// The three arenas of numbers that make up a checkpoint.
typedef enum
{
  PART_WEIGHTS,
  PART_FIRST,
  PART_SECOND,
  N_PARTS
} Part;

static const char *const part_files[N_PARTS]
    = { "weights.safetensors", "first.safetensors", "second.safetensors" };

typedef struct
{
  CzArena *arena;
  CzSpan span;
} ArenaReader;

static CzSpan
get_part_span (Part part, CzDistilbert *model, CzOptimizer *optimizer)
{
  switch (part)
    {
    case PART_WEIGHTS:
      return cz_distilbert_get_parameters (model);
    case PART_FIRST:
      return cz_optimizer_get_first (optimizer);
    default:
      return cz_optimizer_get_second (optimizer);
    }
}

static gboolean
read_arena (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer data, GError **error)
{
  const ArenaReader *reader = data;

  return cz_buffer_read (reader->span.buffer,
                         reader->span.offset + cz_arena_get_offset (reader->arena, parameter)
                             + first * sizeof (float),
                         ret_floats, n * sizeof (float), error);
}

static gboolean
save_part (
    const char *folder, Part part, CzDistilbert *model, CzOptimizer *optimizer, GError **error)
{
  CzArena *arena = cz_distilbert_get_arena (model);
  CzParameterTable *table = cz_arena_get_table (arena);
  guint n = cz_parameter_table_get_size (table);
  g_autofree CzTensorSource *sources = g_new0 (CzTensorSource, n);
  g_autofree char *path = g_build_filename (folder, part_files[part], NULL);
  ArenaReader reader = { arena, get_part_span (part, model, optimizer) };

  for (guint i = 0; i < n; i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (table, i);
      sources[i].name = parameter->name;
      sources[i].n_dims = 1;
      sources[i].dims[0] = parameter->n_elements;
    }
  return cz_safetensors_write (path, sources, n, CZ_DTYPE_F32, NULL /* metadata */, read_arena,
                               &reader, error);
}

static void
set_real (JsonObject *object, const char *key, double value)
{
  if (isfinite (value))
    json_object_set_double_member (object, key, value);
  else
    json_object_set_null_member (object, key);
}

static gboolean
save_position (const char *folder,
               const CzPosition *position,
               const CzCheckpointIdentity *identity,
               CzOptimizer *optimizer,
               GError **error)
{
  g_autofree char *path = g_build_filename (folder, POSITION_FILE, NULL);
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "version", VERSION);
  json_object_set_string_member (object, "run", identity->run);
  json_object_set_string_member (object, "device", identity->device);
  json_object_set_int_member (object, "step", (gint64)position->step);
  set_real (object, "seconds", position->seconds);
  json_object_set_int_member (object, "evaluated_step", position->evaluated_step);
  json_object_set_int_member (object, "epoch_step", position->epoch_step);
  set_real (object, "before", position->before);
  set_real (object, "last", position->last);
  json_object_set_int_member (object, "best_step", position->best_step);
  set_real (object, "best", position->best);
  json_object_set_int_member (object, "worse", position->worse);
  if (cz_optimizer_scales_loss (optimizer))
    {
      CzLossScale loss_scale = cz_optimizer_get_loss_scale (optimizer);
      json_object_set_double_member (object, "loss_scale", loss_scale.scale);
      json_object_set_int_member (object, "good_steps", loss_scale.good_steps);
      json_object_set_int_member (object, "skipped_steps", loss_scale.skipped_steps);
    }
  json_node_take_object (root, object);
  g_autofree char *text = cz_json_to_text (root);
  return cz_atomic_file_save (path, text, strlen (text), error);
}

gboolean
cz_checkpoint_save (const char *path,
                    const CzPosition *position,
                    const CzCheckpointIdentity *identity,
                    CzDistilbert *model,
                    CzOptimizer *optimizer,
                    GError **error)
{
  g_autofree char *beside = cz_atomic_folder_new (path, error);
  gboolean saved = beside != NULL;

  for (Part part = 0; saved && part < N_PARTS; part++)
    saved = save_part (beside, part, model, optimizer, error);
  saved = saved && save_position (beside, position, identity, optimizer, error)
          && cz_atomic_folder_finish (beside, path, error);
  if (!saved && beside != NULL)
    cz_folder_remove (beside);
  return saved;
}

G_GNUC_PRINTF (3, 4)
static gboolean
set_damaged (GError **error, const char *path, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (
      error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_CHECKPOINT,
      _ ("The checkpoint “%s” can't be used (%s); resume from an earlier one, or start the "
         "run anew."),
      path, reason);
  return FALSE;
}

static gboolean
get_integer (JsonObject *object, const char *key, gint64 low, gint64 *ret_value)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < low
      || json_node_get_int (node) > G_MAXINT32)
    return FALSE;
  *ret_value = json_node_get_int (node);
  return TRUE;
}

// null, or a number.
static gboolean
get_real (JsonObject *object, const char *key, double *ret_value)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL)
    return FALSE;
  if (JSON_NODE_HOLDS_NULL (node))
    {
      *ret_value = NAN;
      return TRUE;
    }
  if (!JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_DOUBLE
          && json_node_get_value_type (node) != G_TYPE_INT64))
    return FALSE;
  *ret_value = json_node_get_double (node);
  return TRUE;
}

static const char *
get_text (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

static JsonObject *
load_position (const char *folder, CzPosition *ret_position, GError **error)
{
  g_autofree char *path = g_build_filename (folder, POSITION_FILE, NULL);
  g_autoptr (JsonObject) object = cz_json_load_object (path, NULL);
  gint64 version = 0, step = 0, worse = 0;
  CzPosition position = { 0 };

  if (object == NULL)
    {
      set_damaged (error, folder, _ ("its %s is missing or damaged"), POSITION_FILE);
      return NULL;
    }
  if (!get_integer (object, "version", 1, &version) || version != VERSION)
    {
      set_damaged (error, folder, _ ("another version of this program wrote it"));
      return NULL;
    }
  if (!get_integer (object, "step", 0, &step) || !get_real (object, "seconds", &position.seconds)
      || !get_integer (object, "evaluated_step", -1, &position.evaluated_step)
      || !get_integer (object, "epoch_step", 0, &position.epoch_step)
      || !get_real (object, "before", &position.before)
      || !get_real (object, "last", &position.last)
      || !get_integer (object, "best_step", -1, &position.best_step)
      || !get_real (object, "best", &position.best) || !get_integer (object, "worse", 0, &worse)
      || !isfinite (position.seconds))
    {
      set_damaged (error, folder, _ ("its %s is missing or damaged"), POSITION_FILE);
      return NULL;
    }
  position.step = (guint64)step;
  position.worse = (guint)worse;
  *ret_position = position;
  return g_steal_pointer (&object);
}

gboolean
cz_checkpoint_peek (const char *path, CzPosition *ret_position, GError **error)
{
  g_autoptr (JsonObject) object = load_position (path, ret_position, error);

  return object != NULL;
}

static CzSafetensors *
open_part (const char *folder, Part part, CzParameterTable *table, GError **error)
{
  g_autofree char *path = g_build_filename (folder, part_files[part], NULL);
  g_autoptr (CzSafetensors) file = cz_safetensors_open (path, NULL);

  if (file == NULL)
    {
      set_damaged (error, folder, _ ("its %s is missing or damaged"), part_files[part]);
      return NULL;
    }
  for (guint i = 0; i < cz_parameter_table_get_size (table); i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (table, i);
      const CzTensor *tensor = cz_safetensors_lookup (file, parameter->name);
      if (tensor == NULL || tensor->dtype != CZ_DTYPE_F32
          || tensor->n_elements != parameter->n_elements)
        {
          set_damaged (error, folder, _ ("its %s doesn't hold the model's “%s”"), part_files[part],
                       parameter->name);
          return NULL;
        }
    }
  return g_steal_pointer (&file);
}

static gboolean
restore_part (CzSafetensors *file, CzArena *arena, CzSpan span, GError **error)
{
  CzParameterTable *table = cz_arena_get_table (arena);
  g_autofree float *floats = g_new (float, CHUNK);

  for (guint i = 0; i < cz_parameter_table_get_size (table); i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (table, i);
      const CzTensor *tensor = cz_safetensors_lookup (file, parameter->name);
      gsize offset = span.offset + cz_arena_get_offset (arena, i);

      for (guint64 first = 0; first < parameter->n_elements; first += CHUNK)
        {
          gsize n = (gsize)MIN (CHUNK, parameter->n_elements - first);
          if (!cz_tensor_read_floats (tensor, first, n, floats, error)
              || !cz_buffer_write (span.buffer, offset + first * sizeof (float), floats,
                                   n * sizeof (float), error))
            return FALSE;
          cz_safetensors_let_go (file);
        }
    }
  return TRUE;
}

// Checkpoints without a loss scale were written before there was any: it begins anew.
static gboolean
read_loss_scale (JsonObject *object, CzLossScale *ret_loss_scale)
{
  CzLossScale loss_scale = { .scale = CZ_LOSS_SCALE_START };
  gint64 good = 0, skipped = 0;
  double scale;

  if (json_object_has_member (object, "loss_scale"))
    {
      if (!get_real (object, "loss_scale", &scale) || !(scale > 0 && scale <= G_MAXFLOAT)
          || !get_integer (object, "good_steps", 0, &good)
          || !get_integer (object, "skipped_steps", 0, &skipped))
        return FALSE;
      loss_scale.scale = (float)scale;
      loss_scale.good_steps = (guint32)good;
      loss_scale.skipped_steps = (guint32)skipped;
    }
  *ret_loss_scale = loss_scale;
  return TRUE;
}

gboolean
cz_checkpoint_load (const char *path,
                    const CzCheckpointIdentity *identity,
                    CzDistilbert *model,
                    CzOptimizer *optimizer,
                    CzPosition *ret_position,
                    char **ret_note,
                    GError **error)
{
  CzArena *arena = cz_distilbert_get_arena (model);
  CzSafetensors *files[N_PARTS] = { NULL };
  CzPosition position;
  g_autoptr (JsonObject) object = load_position (path, &position, error);
  gboolean restored = object != NULL;
  CzLossScale loss_scale = { 0 };

  if (restored && strcmp (get_text (object, "run"), identity->run) != 0)
    restored = set_damaged (error, path,
                            _ ("it belongs to a run with other parameters, model or corpus"));
  if (restored && !read_loss_scale (object, &loss_scale))
    restored = set_damaged (error, path, _ ("its %s is missing or damaged"), POSITION_FILE);
  for (Part part = 0; restored && part < N_PARTS; part++)
    {
      files[part] = open_part (path, part, cz_arena_get_table (arena), error);
      restored = files[part] != NULL;
    }
  for (Part part = 0; restored && part < N_PARTS; part++)
    restored = restore_part (files[part], arena, get_part_span (part, model, optimizer), error);
  for (Part part = 0; part < N_PARTS; part++)
    g_clear_pointer (&files[part], cz_safetensors_free);
  if (!restored)
    return FALSE;

  if (cz_optimizer_scales_loss (optimizer))
    cz_optimizer_set_loss_scale (optimizer, &loss_scale);
  *ret_note = NULL;
  if (strcmp (get_text (object, "device"), identity->device) != 0)
    *ret_note = g_strdup_printf (_ ("The run began on another device or driver (%s); it goes on, "
                                    "but not to the same last bit."),
                                 get_text (object, "device"));
  *ret_position = position;
  return TRUE;
}

typedef struct
{
  CzSafetensors *file;
  CzParameterTable *table;
} FileReader;

static gboolean
read_file (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer data, GError **error)
{
  const FileReader *reader = data;
  const char *name = cz_parameter_table_get (reader->table, parameter)->name;

  return cz_tensor_read_floats (cz_safetensors_lookup (reader->file, name), first, n, ret_floats,
                                error);
}

gboolean
cz_checkpoint_export (const char *checkpoint,
                      CzModelFolder *base,
                      const char *path,
                      const CzFolderFile *files,
                      guint n_files,
                      GError **error)
{
  CzParameterTable *table = cz_model_folder_get_table (base);
  g_autoptr (CzSafetensors) file = open_part (checkpoint, PART_WEIGHTS, table, error);
  FileReader reader = { file, table };

  return file != NULL
         && cz_model_folder_save (path, cz_model_folder_get_config (base),
                                  cz_model_folder_get_tokenizer (base), CZ_DTYPE_F32, read_file,
                                  &reader, files, n_files, error);
}
