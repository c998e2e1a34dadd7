#include "engine/format/parameter-table.h"

#include <string.h>

#define PREFIX "distilbert."

struct _CzParameterTable
{
  GArray *parameters;  // of CzParameter
  GHashTable *by_name; // name, with its prefix → index + 1
  guint n_decayed;
  guint64 n_elements;
};

static void
add (CzParameterTable *table, char *name, guint rows, guint columns, gboolean decay, int layer)
{
  CzParameter parameter = {
    .name = name,
    .rows = rows == 0 ? 1 : rows,
    .columns = columns,
    .n_dims = rows == 0 ? 1 : 2,
    .decay = decay,
    .trained = TRUE,
    .layer = layer,
  };

  parameter.n_elements = (guint64)parameter.rows * columns;
  g_array_append_val (table->parameters, parameter);
  g_hash_table_insert (table->by_name, name, GUINT_TO_POINTER (table->parameters->len));
  table->n_elements += parameter.n_elements;
}

static void
add_matrix (CzParameterTable *table, char *name, guint rows, guint columns, int layer)
{
  add (table, name, rows, columns, TRUE /* decay */, layer);
}

static void
add_vector (CzParameterTable *table, char *name, guint n, int layer)
{
  add (table, name, 0 /* a vector */, n, FALSE /* decay */, layer);
}

#define LAYER_NAME(i, rest) g_strdup_printf (PREFIX "transformer.layer.%u.%s", i, rest)

static void
add_matrices (CzParameterTable *table, const CzModelConfig *config)
{
  guint d = config->dim, f = config->hidden_dim;

  add_matrix (table, g_strdup (PREFIX "embeddings.word_embeddings.weight"), config->vocab_size, d,
              -1);
  add_matrix (table, g_strdup (PREFIX "embeddings.position_embeddings.weight"),
              config->max_position_embeddings, d, -1);
  for (guint i = 0; i < config->n_layers; i++)
    {
      add_matrix (table, LAYER_NAME (i, "attention.q_lin.weight"), d, d, (int)i);
      add_matrix (table, LAYER_NAME (i, "attention.k_lin.weight"), d, d, (int)i);
      add_matrix (table, LAYER_NAME (i, "attention.v_lin.weight"), d, d, (int)i);
      add_matrix (table, LAYER_NAME (i, "attention.out_lin.weight"), d, d, (int)i);
      add_matrix (table, LAYER_NAME (i, "ffn.lin1.weight"), f, d, (int)i);
      add_matrix (table, LAYER_NAME (i, "ffn.lin2.weight"), d, f, (int)i);
    }
  add_matrix (table, g_strdup ("vocab_transform.weight"), d, d, (int)config->n_layers);
}

static void
add_vectors (CzParameterTable *table, const CzModelConfig *config)
{
  guint d = config->dim, f = config->hidden_dim;

  add_vector (table, g_strdup (PREFIX "embeddings.LayerNorm.weight"), d, -1);
  add_vector (table, g_strdup (PREFIX "embeddings.LayerNorm.bias"), d, -1);
  for (guint i = 0; i < config->n_layers; i++)
    {
      add_vector (table, LAYER_NAME (i, "attention.q_lin.bias"), d, (int)i);
      add_vector (table, LAYER_NAME (i, "attention.k_lin.bias"), d, (int)i);
      add_vector (table, LAYER_NAME (i, "attention.v_lin.bias"), d, (int)i);
      add_vector (table, LAYER_NAME (i, "attention.out_lin.bias"), d, (int)i);
      add_vector (table, LAYER_NAME (i, "sa_layer_norm.weight"), d, (int)i);
      add_vector (table, LAYER_NAME (i, "sa_layer_norm.bias"), d, (int)i);
      add_vector (table, LAYER_NAME (i, "ffn.lin1.bias"), f, (int)i);
      add_vector (table, LAYER_NAME (i, "ffn.lin2.bias"), d, (int)i);
      add_vector (table, LAYER_NAME (i, "output_layer_norm.weight"), d, (int)i);
      add_vector (table, LAYER_NAME (i, "output_layer_norm.bias"), d, (int)i);
    }
  add_vector (table, g_strdup ("vocab_transform.bias"), d, (int)config->n_layers);
  add_vector (table, g_strdup ("vocab_layer_norm.weight"), d, (int)config->n_layers);
  add_vector (table, g_strdup ("vocab_layer_norm.bias"), d, (int)config->n_layers);
  add_vector (table, g_strdup ("vocab_projector.bias"), config->vocab_size, (int)config->n_layers);
}

static void
clear_parameter (gpointer data)
{
  g_free (((CzParameter *)data)->name);
}

CzParameterTable *
cz_parameter_table_new (const CzModelConfig *config)
{
  CzParameterTable *table = g_atomic_rc_box_new0 (CzParameterTable);

  table->parameters = g_array_new (FALSE, FALSE, sizeof (CzParameter));
  g_array_set_clear_func (table->parameters, clear_parameter);
  table->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  add_matrices (table, config);
  table->n_decayed = table->parameters->len;
  add_vectors (table, config);
  if (config->sinusoidal_pos_embds)
    g_array_index (table->parameters, CzParameter, 1).trained = FALSE;
  return table;
}

CzParameterTable *
cz_parameter_table_ref (CzParameterTable *table)
{
  return g_atomic_rc_box_acquire (table);
}

static void
clear_table (gpointer data)
{
  CzParameterTable *table = data;

  g_hash_table_unref (table->by_name);
  g_array_unref (table->parameters);
}

void
cz_parameter_table_unref (CzParameterTable *table)
{
  g_atomic_rc_box_release_full (table, clear_table);
}

guint
cz_parameter_table_get_size (const CzParameterTable *table)
{
  return table->parameters->len;
}

const CzParameter *
cz_parameter_table_get (const CzParameterTable *table, guint index)
{
  g_assert (index < table->parameters->len);
  return &g_array_index (table->parameters, CzParameter, index);
}

int
cz_parameter_table_find (const CzParameterTable *table, const char *name)
{
  gpointer found = g_hash_table_lookup (table->by_name, name);

  if (found == NULL)
    {
      g_autofree char *prefixed = g_strconcat (PREFIX, name, NULL);
      found = g_hash_table_lookup (table->by_name, prefixed);
    }
  return (int)GPOINTER_TO_UINT (found) - 1;
}

guint
cz_parameter_table_get_n_decayed (const CzParameterTable *table)
{
  return table->n_decayed;
}

guint64
cz_parameter_table_get_n_elements (const CzParameterTable *table)
{
  return table->n_elements;
}
