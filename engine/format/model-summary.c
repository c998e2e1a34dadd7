#include "engine/format/model-summary.h"

#include <string.h>

static void
module_free (gpointer data)
{
  g_free (((CzModelModule *)data)->name);
  g_free (data);
}

void
cz_model_summary_free (CzModelSummary *summary)
{
  g_ptr_array_unref (summary->modules);
  g_free (summary);
}

static const char *
find_type (const char *name)
{
  if (g_str_has_suffix (name, "_embeddings"))
    return "Embedding";
  return g_str_has_suffix (name, "LayerNorm") || g_str_has_suffix (name, "layer_norm")
             ? "LayerNormalization"
             : "Dense";
}

// Takes a tensor into its module; the first that belongs to one opens it.
static void
add (CzModelSummary *summary, GHashTable *by_name, const CzParameter *parameter)
{
  const char *end = strrchr (parameter->name, '.');
  g_autofree char *name = g_strndup (parameter->name, (gsize)(end - parameter->name));
  CzModelModule *module = g_hash_table_lookup (by_name, name);

  if (module == NULL)
    {
      module = g_new0 (CzModelModule, 1);
      module->name = g_steal_pointer (&name);
      module->type = find_type (module->name);
      module->layer = parameter->layer;
      module->trainable = parameter->trained;
      g_ptr_array_add (summary->modules, module);
      g_hash_table_insert (by_name, module->name, module);
    }
  module->parameters += parameter->n_elements;
  if (module->n_dims < parameter->n_dims)
    {
      module->n_dims = parameter->n_dims;
      module->dims[0] = parameter->n_dims == 2 ? parameter->rows : parameter->columns;
      module->dims[1] = parameter->n_dims == 2 ? parameter->columns : 0;
    }
}

CzModelSummary *
cz_model_summary_new (CzModelFolder *folder)
{
  CzModelSummary *summary = g_new0 (CzModelSummary, 1);
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  CzParameterTable *table = cz_model_folder_get_table (folder);
  guint n = cz_parameter_table_get_size (table), vectors = cz_parameter_table_get_n_decayed (table);

  summary->modules = g_ptr_array_new_with_free_func (module_free);
  summary->n_layers = cz_model_folder_get_config (folder)->n_layers;
  summary->dtype = cz_dtype_get_name (cz_model_folder_get_tensor (folder, 0)->dtype);
  // The tables of embeddings have no bias; of the rest the vectors are in the order in which data
  // flows, and their matrices follow them.
  for (guint i = 0; i < vectors; i++)
    if (cz_parameter_table_get (table, i)->layer < 0)
      add (summary, by_name, cz_parameter_table_get (table, i));
  for (guint i = vectors; i < n; i++)
    add (summary, by_name, cz_parameter_table_get (table, i));
  for (guint i = 0; i < vectors; i++)
    if (cz_parameter_table_get (table, i)->layer >= 0)
      add (summary, by_name, cz_parameter_table_get (table, i));
  for (guint i = 0; i < n; i++)
    summary->bytes += cz_model_folder_get_tensor (folder, i)->n_bytes;
  for (guint i = 0; i < summary->modules->len; i++)
    {
      const CzModelModule *module = summary->modules->pdata[i];
      summary->parameters += module->parameters;
      summary->trainable += module->trainable ? module->parameters : 0;
    }
  return summary;
}

char *
cz_model_summary_name_layer (int layer, guint n_layers)
{
  if (layer < 0)
    return g_strdup ("embeddings");
  return (guint)layer < n_layers ? g_strdup_printf ("layer.%d", layer) : g_strdup ("head");
}
