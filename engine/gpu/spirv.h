// What a compute shader declares, read from its SPIR-V.
#pragma once

#include <glib.h>

#include "engine/gpu/kernel.h"

G_BEGIN_DECLS

typedef struct
{
  CzBinding bindings[CZ_MAX_BINDINGS];
  gsize push_size;     // bytes to the end of the last member; 0: no push constants
  guint local_size[3]; // with the constants applied
  gboolean subgroups;  // uses subgroup operations
  gboolean float16, storage16, int64, int16, int8, storage8; // capabilities it declares
  gboolean matrices, bf16_matrices, rounds_to_even;          // the same
} CzSpirv;

// Reads n_words of SPIR-V; constants are specialization values by id. Fails with
// CZ_GPU_ERROR_FAILED on what is not SPIR-V of one compute shader, or declares bindings of other
// kinds than kernel.h names.
gboolean cz_spirv_reflect (const guint32 *words,
                           gsize n_words,
                           const guint32 *constants,
                           guint n_constants,
                           const char *name,
                           CzSpirv *ret_spirv,
                           GError **error);

G_END_DECLS
