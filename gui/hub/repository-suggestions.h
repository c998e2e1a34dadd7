// Repositories of the Hub that are worth a first look, as a list to choose from. Emits "chosen"
// (its name).
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_REPOSITORY_SUGGESTIONS (cz_repository_suggestions_get_type ())
G_DECLARE_FINAL_TYPE (
    CzRepositorySuggestions, cz_repository_suggestions, CZ, REPOSITORY_SUGGESTIONS, AdwBin)

void cz_repository_suggestions_set_dataset (CzRepositorySuggestions *self, gboolean dataset);

// Shows those whose names hold what was typed, "" all of them. FALSE: there are none, or what was
// typed is the whole name of one.
gboolean cz_repository_suggestions_narrow (CzRepositorySuggestions *self, const char *typed);

G_END_DECLS
