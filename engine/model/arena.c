#include "engine/model/arena.h"

#define ROUND_UP(n, to) (((n) + (to)-1) / (to) * (to))
#define VOCABULARY_STEP 64 // rows of the word embeddings that a tile of logits may read

struct _CzArena
{
  CzParameterTable *table;
  int n_layers;
  guint padded_vocabulary;
  gsize decayed_size;
  gsize *offsets; // of each parameter, and the arena's size behind the last
};

CzArena *
cz_arena_new (const CzModelConfig *config)
{
  CzArena *arena = g_atomic_rc_box_new0 (CzArena);
  guint n;
  int words, bias;

  arena->table = cz_parameter_table_new (config);
  arena->n_layers = (int)config->n_layers;
  arena->padded_vocabulary = ROUND_UP (config->vocab_size, VOCABULARY_STEP);
  n = cz_parameter_table_get_size (arena->table);
  words = cz_parameter_table_find (arena->table, "embeddings.word_embeddings.weight");
  bias = cz_parameter_table_find (arena->table, "vocab_projector.bias");
  g_assert (words >= 0 && bias >= 0);
  arena->offsets = g_new0 (gsize, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (arena->table, i);
      gsize elements = parameter->n_elements;

      if ((int)i == words)
        elements = (gsize)arena->padded_vocabulary * parameter->columns;
      if ((int)i == bias)
        elements = arena->padded_vocabulary;
      arena->offsets[i + 1]
          = arena->offsets[i] + ROUND_UP (elements * sizeof (float), CZ_ARENA_ALIGNMENT);
    }
  arena->decayed_size = arena->offsets[cz_parameter_table_get_n_decayed (arena->table)];
  return arena;
}

CzArena *
cz_arena_ref (CzArena *arena)
{
  return g_atomic_rc_box_acquire (arena);
}

static void
clear_arena (gpointer data)
{
  CzArena *arena = data;

  g_free (arena->offsets);
  cz_parameter_table_unref (arena->table);
}

void
cz_arena_unref (CzArena *arena)
{
  g_atomic_rc_box_release_full (arena, clear_arena);
}

CzParameterTable *
cz_arena_get_table (const CzArena *arena)
{
  return arena->table;
}

gsize
cz_arena_get_size (const CzArena *arena)
{
  return arena->offsets[cz_parameter_table_get_size (arena->table)];
}

gsize
cz_arena_get_decayed_size (const CzArena *arena)
{
  return arena->decayed_size;
}

guint
cz_arena_get_padded_vocabulary (const CzArena *arena)
{
  return arena->padded_vocabulary;
}

gsize
cz_arena_get_offset (const CzArena *arena, guint parameter)
{
  g_assert (parameter < cz_parameter_table_get_size (arena->table));
  return arena->offsets[parameter];
}

gsize
cz_arena_get_region (const CzArena *arena, guint parameter)
{
  return arena->offsets[parameter + 1] - cz_arena_get_offset (arena, parameter);
}

guint
cz_arena_get_trained (const CzArena *arena,
                      guint frozen,
                      CzArenaRange ret_ranges[CZ_ARENA_MAX_RANGES])
{
  guint n = 0;

  for (guint i = 0; i < cz_parameter_table_get_size (arena->table); i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (arena->table, i);
      CzArenaRange *last = n > 0 ? &ret_ranges[n - 1] : NULL;

      if (!parameter->trained || parameter->layer + 1 < (int)frozen)
        continue;
      if (last && last->decay == parameter->decay && last->offset + last->size == arena->offsets[i])
        {
          last->size += cz_arena_get_region (arena, i);
          continue;
        }
      g_assert (n < CZ_ARENA_MAX_RANGES);
      ret_ranges[n++] = (CzArenaRange){
        .offset = arena->offsets[i],
        .size = cz_arena_get_region (arena, i),
        .decay = parameter->decay,
      };
    }
  return n;
}
