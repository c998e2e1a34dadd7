#include "jobs/parity-reference.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/json-text.h"
#include "jobs/job.h"

#define REPORT ".*_report\\.json$"
#define SUFFIX ".safetensors"

void
cz_parity_reference_free (CzParityReference *reference)
{
  g_free (reference->folder);
  g_free (reference->letter);
  g_clear_pointer (&reference->report, json_object_unref);
  g_strfreev (reference->batches);
  g_free (reference);
}

JsonObject *
cz_parity_member (JsonObject *object, const char *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
cz_parity_array (JsonObject *object, const char *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

const char *
cz_parity_string (JsonObject *object, const char *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

JsonObject *
cz_parity_element (JsonArray *array, guint index)
{
  JsonNode *node = array && index < json_array_get_length (array)
                       ? json_array_get_element (array, index)
                       : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

double
cz_parity_number (JsonObject *object, double missing, ...)
{
  JsonNode *node = NULL;
  va_list path;

  va_start (path, missing);
  for (const char *name = va_arg (path, const char *); name; name = va_arg (path, const char *))
    {
      node = object ? json_object_get_member (object, name) : NULL;
      object = node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    }
  va_end (path);
  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : missing;
}

// Whether the name is RUN_stepK of one of the report's runs.
static gboolean
is_step (JsonObject *report, const char *name)
{
  JsonObject *runs = cz_parity_member (report, "runs");
  g_autoptr (GList) names = runs ? json_object_get_members (runs) : NULL;

  for (GList *i = names; i; i = i->next)
    {
      g_autofree char *prefix = g_strconcat (i->data, "_step", NULL);

      if (g_str_has_prefix (name, prefix))
        return TRUE;
    }
  return FALSE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GStrv
list_batches (CzParityReference *reference, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (reference->folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *prefix = g_strconcat (reference->letter, "_", NULL);
  const char *file;

  if (!dir)
    return NULL;
  while ((file = g_dir_read_name (dir)))
    if (g_str_has_prefix (file, prefix) && g_str_has_suffix (file, SUFFIX))
      {
        g_autofree char *name
            = g_strndup (file + strlen (prefix), strlen (file) - strlen (prefix) - strlen (SUFFIX));

        if (!is_step (reference->report, name))
          g_ptr_array_add (names, g_steal_pointer (&name));
      }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

static CzParityReference *
load_report (const char *folder, const char *file, GError **error)
{
  CzParityReference *reference = g_new0 (CzParityReference, 1);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  reference->folder = g_strdup (folder);
  reference->letter = g_strndup (file, strlen (file) - strlen ("_report.json"));
  reference->report = cz_json_load_object (path, error);
  if (reference->report)
    reference->batches = list_batches (reference, error);
  if (!reference->batches)
    g_clear_pointer (&reference, cz_parity_reference_free);
  return reference;
}

GPtrArray *
cz_parity_reference_load (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) references
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_parity_reference_free);
  const char *file;

  if (!dir)
    return NULL;
  while ((file = g_dir_read_name (dir)))
    if (g_regex_match_simple (REPORT, file, 0, 0))
      g_ptr_array_add (files, g_strdup (file));
  g_ptr_array_sort (files, compare_names);
  for (guint i = 0; i < files->len; i++)
    {
      CzParityReference *reference = load_report (folder, g_ptr_array_index (files, i), error);

      if (!reference)
        return NULL;
      g_ptr_array_add (references, reference);
    }
  if (references->len == 0)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                   _ ("%s has no reference: no file ends in _report.json. Name the folder that the "
                      "reference was written into."),
                   folder);
      return NULL;
    }
  return g_steal_pointer (&references);
}

void
cz_parity_batch_free (CzParityBatch *batch)
{
  g_free (batch->file);
  g_clear_pointer (&batch->tensors, cz_safetensors_free);
  g_free (batch->ids);
  g_free (batch->attention);
  g_free (batch->labels);
  g_free (batch);
}

static gint64 *
read_integers (CzParityBatch *batch, const char *name, GError **error)
{
  const CzTensor *tensor = cz_safetensors_lookup (batch->tensors, name);
  guint64 n = (guint64)batch->blocks * batch->block_size;
  g_autofree gint64 *integers = NULL;

  if (!tensor || tensor->n_elements != n)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("%s lacks %s, or not in the shape of input_ids; it is no recorded batch."),
                   batch->file, name);
      return NULL;
    }
  integers = g_new (gint64, n);
  return cz_tensor_read_integers (tensor, 0, n, integers, error) ? g_steal_pointer (&integers)
                                                                 : NULL;
}

CzParityBatch *
cz_parity_reference_load_batch (CzParityReference *reference, const char *name, GError **error)
{
  g_autoptr (CzParityBatch) batch = g_new0 (CzParityBatch, 1);
  g_autofree char *path = NULL;
  const CzTensor *ids;

  batch->file = g_strdup_printf ("%s_%s" SUFFIX, reference->letter, name);
  path = g_build_filename (reference->folder, batch->file, NULL);
  batch->tensors = cz_safetensors_open (path, error);
  if (!batch->tensors)
    return NULL;
  ids = cz_safetensors_lookup (batch->tensors, "input_ids");
  if (!ids || ids->n_dims != 2 || ids->n_elements == 0 || ids->n_elements > G_MAXINT32)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("%s has no input_ids of two dimensions; it is no recorded batch."), path);
      return NULL;
    }
  batch->blocks = (guint)ids->dims[0];
  batch->block_size = (guint)ids->dims[1];
  batch->ids = read_integers (batch, "input_ids", error);
  if (!batch->ids)
    return NULL;
  batch->attention = read_integers (batch, "attention_mask", error);
  if (!batch->attention)
    return NULL;
  batch->labels = read_integers (batch, "labels", error);
  return batch->labels ? g_steal_pointer (&batch) : NULL;
}

CzSafetensors *
cz_parity_reference_load_step (
    CzParityReference *reference, const char *run, gint64 step, char **ret_file, GError **error)
{
  g_autofree char *file
      = g_strdup_printf ("%s_%s_step%" G_GINT64_FORMAT SUFFIX, reference->letter, run, step);
  g_autofree char *path = g_build_filename (reference->folder, file, NULL);
  CzSafetensors *tensors;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  tensors = cz_safetensors_open (path, error);
  if (tensors)
    *ret_file = g_steal_pointer (&file);
  return tensors;
}

JsonNode *
cz_parity_reference_load_fill (CzParityReference *reference, char **ret_file, GError **error)
{
  g_autofree char *file = g_strdup_printf ("%s_fillmask.json", reference->letter);
  g_autofree char *path = g_build_filename (reference->folder, file, NULL);
  g_autofree char *text = NULL;
  gsize length;
  JsonNode *node;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  node = cz_json_parse (text, (gssize)length, path, error);
  if (node)
    *ret_file = g_steal_pointer (&file);
  return node;
}

float *
cz_parity_read_floats (const CzTensor *tensor, GError **error)
{
  g_autofree float *floats = g_new (float, tensor->n_elements);

  return cz_tensor_read_floats (tensor, 0, tensor->n_elements, floats, error)
             ? g_steal_pointer (&floats)
             : NULL;
}
