// How far a cloze command is that makes a model: a bar, what it does at the moment, the time left.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_NEW_MODEL_PROGRESS (cz_new_model_progress_get_type ())
G_DECLARE_FINAL_TYPE (CzNewModelProgress, cz_new_model_progress, CZ, NEW_MODEL_PROGRESS, GtkBox)

// Begins anew under a heading.
void cz_new_model_progress_begin (CzNewModelProgress *self, const char *heading);
// A line that the command told: "34 %  Joining word pieces  20 s left".
void cz_new_model_progress_tell (CzNewModelProgress *self, const char *line);
// The bar no longer moves.
void cz_new_model_progress_end (CzNewModelProgress *self);

G_END_DECLS
