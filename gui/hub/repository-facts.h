// What a repository of the Hub is, before anything of it is fetched: its name now, its licence and
// what follows from it, its size and how much is here already, what stands in its way.
#pragma once

#include <adwaita.h>

#include "gui/hub/repository.h"

G_BEGIN_DECLS

#define CZ_TYPE_REPOSITORY_FACTS (cz_repository_facts_get_type ())
G_DECLARE_FINAL_TYPE (CzRepositoryFacts, cz_repository_facts, CZ, REPOSITORY_FACTS, AdwBin)

// Emits "account" when a person wants to sign in.
void cz_repository_facts_show (CzRepositoryFacts *self, const CzRepository *repository);

G_END_DECLS
