// What the commands since the last barrier have read and written, to tell whether the next one
// needs a barrier before it. Knows nothing of Vulkan: a buffer is any pointer.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gconstpointer buffer;
  gsize offset, size; // bytes
  gboolean write;     // FALSE: it only reads
} CzAccess;

typedef struct _CzHazards CzHazards;

CzHazards *cz_hazards_new (void);
void cz_hazards_free (CzHazards *hazards);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHazards, cz_hazards_free)

// Enters one command's accesses. TRUE when a barrier must stand before it: one of them overlaps an
// earlier one, and one of the two writes. All that is earlier is then forgotten.
gboolean cz_hazards_enter (CzHazards *hazards, const CzAccess *accesses, guint n_accesses);

// Forgets everything: a barrier was placed.
void cz_hazards_clear (CzHazards *hazards);

G_END_DECLS
