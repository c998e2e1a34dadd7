#include "engine/model/tensors.h"

static CzSpan
find (const CzArena *arena, CzSpan base, const char *name)
{
  int index = cz_parameter_table_find (cz_arena_get_table (arena), name);

  g_assert (index >= 0);
  return cz_span_part (base, cz_arena_get_offset (arena, (guint)index),
                       cz_arena_get_region (arena, (guint)index));
}

static CzSpan
find_in_layer (const CzArena *arena, CzSpan base, guint layer, const char *name)
{
  g_autofree char *full = g_strdup_printf ("transformer.layer.%u.%s", layer, name);

  return find (arena, base, full);
}

CzTensors *
cz_tensors_new (const CzArena *arena, guint n_layers, CzSpan base)
{
  CzTensors *tensors = g_new0 (CzTensors, 1);
  gsize decayed = cz_arena_get_decayed_size (arena);

  tensors->layers = g_new0 (CzLayerTensors, n_layers);
  tensors->word = find (arena, base, "embeddings.word_embeddings.weight");
  tensors->position = find (arena, base, "embeddings.position_embeddings.weight");
  tensors->norm_gamma = find (arena, base, "embeddings.LayerNorm.weight");
  tensors->norm_beta = find (arena, base, "embeddings.LayerNorm.bias");
  for (guint i = 0; i < n_layers; i++)
    tensors->layers[i] = (CzLayerTensors){
      .q_weight = find_in_layer (arena, base, i, "attention.q_lin.weight"),
      .q_bias = find_in_layer (arena, base, i, "attention.q_lin.bias"),
      .k_weight = find_in_layer (arena, base, i, "attention.k_lin.weight"),
      .k_bias = find_in_layer (arena, base, i, "attention.k_lin.bias"),
      .v_weight = find_in_layer (arena, base, i, "attention.v_lin.weight"),
      .v_bias = find_in_layer (arena, base, i, "attention.v_lin.bias"),
      .out_weight = find_in_layer (arena, base, i, "attention.out_lin.weight"),
      .out_bias = find_in_layer (arena, base, i, "attention.out_lin.bias"),
      .norm1_gamma = find_in_layer (arena, base, i, "sa_layer_norm.weight"),
      .norm1_beta = find_in_layer (arena, base, i, "sa_layer_norm.bias"),
      .lin1_weight = find_in_layer (arena, base, i, "ffn.lin1.weight"),
      .lin1_bias = find_in_layer (arena, base, i, "ffn.lin1.bias"),
      .lin2_weight = find_in_layer (arena, base, i, "ffn.lin2.weight"),
      .lin2_bias = find_in_layer (arena, base, i, "ffn.lin2.bias"),
      .norm2_gamma = find_in_layer (arena, base, i, "output_layer_norm.weight"),
      .norm2_beta = find_in_layer (arena, base, i, "output_layer_norm.bias"),
    };
  tensors->transform_weight = find (arena, base, "vocab_transform.weight");
  tensors->transform_bias = find (arena, base, "vocab_transform.bias");
  tensors->head_gamma = find (arena, base, "vocab_layer_norm.weight");
  tensors->head_beta = find (arena, base, "vocab_layer_norm.bias");
  tensors->output_bias = find (arena, base, "vocab_projector.bias");
  tensors->undecayed = cz_span_part (base, decayed, cz_arena_get_size (arena) - decayed);
  return tensors;
}

void
cz_tensors_free (CzTensors *tensors)
{
  g_free (tensors->layers);
  g_free (tensors);
}
