// Asks the Hub what a repository is, after a short rest while somebody types. A newer question
// overtakes an older one. Emits "slow" when the answer takes long, then "found" (const CzRepository
// *, the look's) or "failed" (a sentence).
#pragma once

#include "gui/hub/repository.h"

G_BEGIN_DECLS

#define CZ_TYPE_REPOSITORY_LOOK (cz_repository_look_get_type ())
G_DECLARE_FINAL_TYPE (CzRepositoryLook, cz_repository_look, CZ, REPOSITORY_LOOK, GObject)

CzRepositoryLook *cz_repository_look_new (gboolean dataset);

// revision: NULL: main. rest: milliseconds before it asks.
void cz_repository_look_at (CzRepositoryLook *self,
                            const char *repo,
                            const char *revision,
                            guint rest);
// Asks now what waits for a rest.
void cz_repository_look_hurry (CzRepositoryLook *self);
// Waits no longer for what was asked; what was found is forgotten.
void cz_repository_look_stop (CzRepositoryLook *self);

// NULL: nothing found (yet).
const CzRepository *cz_repository_look_get (CzRepositoryLook *self);

G_END_DECLS
