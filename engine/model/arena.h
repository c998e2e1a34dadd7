#pragma once

#include "engine/format/parameter-table.h"

// Where each tensor of a model lies in an arena: one run of bytes that parameters, gradients and
// the optimizer's moments share the layout of, the same on every device. Tensors lie in the
// parameter table's order, so those that decay come first and are contiguous; the rest follows.
// Each starts at a multiple of CZ_ARENA_ALIGNMENT bytes and is followed by zeros up to the next;
// the word embeddings have `padded_vocabulary` rows and the output bias as many numbers, the rows
// past the vocabulary zero. Padding is zero in parameters and in gradients and an update keeps it
// so (0 decays to 0, and a zero gradient with zero moments moves nothing), hence an optimizer need
// not know of it.
#define CZ_ARENA_ALIGNMENT 256

typedef struct _CzArena CzArena;

// A run of bytes of the arena; every offset and size is a multiple of CZ_ARENA_ALIGNMENT.
typedef struct
{
  gsize offset;
  gsize size;
  gboolean decay;
} CzArenaRange;

#define CZ_ARENA_MAX_RANGES 4

CzArena *cz_arena_new (const CzModelConfig *config);
CzArena *cz_arena_ref (CzArena *arena);
void cz_arena_unref (CzArena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzArena, cz_arena_unref)

CzParameterTable *cz_arena_get_table (const CzArena *arena); // stays the arena's
gsize cz_arena_get_size (const CzArena *arena);              // bytes
gsize cz_arena_get_decayed_size (const CzArena *arena);      // bytes of the first part
guint cz_arena_get_padded_vocabulary (const CzArena *arena); // a multiple of 64
// Bytes from the arena's start to the parameter, and those of its region, padding included.
gsize cz_arena_get_offset (const CzArena *arena, guint parameter);
gsize cz_arena_get_region (const CzArena *arena, guint parameter);

// What is trained: with `frozen` 0 all but sinusoidal positions, 1 all but the embeddings, 1 + N
// all but the embeddings and the first N layers. Adjacent tensors are merged, decayed ranges come
// first. Returns how many of `ret_ranges` were set. A range may exceed a device's
// maxStorageBufferRange.
guint cz_arena_get_trained (const CzArena *arena,
                            guint frozen,
                            CzArenaRange ret_ranges[CZ_ARENA_MAX_RANGES]);
