// What the views of the playground share: the text with its masks, the models that are asked about
// it, and who asks them. Without widgets. Signals:
// "text-changed"; "models-changed" (others, another order, or one whose folder was written anew);
// "show-view" (const char *view): turn to another view;
// "targets-changed";
// "told" (const char *sentence): what a person has to know, as a toast;
// "insert" (guint mask, const char *token): the prompt is to put a token in the place of a mask.
#pragma once

#include "gui/playground/predictor.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_PLAYGROUND_MOST_MODELS 4

#define CZ_TYPE_PLAYGROUND (cz_playground_get_type ())
G_DECLARE_FINAL_TYPE (CzPlayground, cz_playground, CZ, PLAYGROUND, GObject)

typedef struct
{
  char *model; // as cloze names it: "starter", "run:3@best"
  char *title; // as people do
  guint color; // in the palette
} CzPlaygroundModel;

// Of a workbench that need not be opened yet: until then there are no models.
CzPlayground *cz_playground_new (CzWorkbench *workbench);

CzWorkbench *cz_playground_get_workbench (CzPlayground *self);
CzPredictor *cz_playground_get_predictor (CzPlayground *self);

// With "[MASK]" in it; the playground's.
const char *cz_playground_get_text (CzPlayground *self);
// The prompt follows.
void cz_playground_set_text (CzPlayground *self, const char *text);
guint cz_playground_get_n_masks (CzPlayground *self);

// Of CzPlaygroundModel, 0 (there is none in the library) to 4; the first is what others are
// compared with. The playground's, until "models-changed".
GPtrArray *cz_playground_get_models (CzPlayground *self);
// Unknown ones are left out, and what is beyond four; nothing changes where none is known.
void cz_playground_set_models (CzPlayground *self, const char *const *models);
// NULL-terminated; g_strfreev ().
char **cz_playground_dup_model_names (CzPlayground *self);
// Adds one beside the others (in place of the last where there are four already), if it is not
// shown and known.
void cz_playground_add_model (CzPlayground *self, const char *model);
void cz_playground_remove_model (CzPlayground *self, const char *model);

// The words whose probability is asked for, NULL-terminated; g_strfreev ().
char **cz_playground_dup_targets (CzPlayground *self);
// The view Predictions follows.
void cz_playground_set_targets (CzPlayground *self, const char *const *targets);

// The view that asks about the text, "predictions" before any other; the playground's.
const char *cz_playground_get_view (CzPlayground *self);
void cz_playground_set_view (CzPlayground *self, const char *view);

void cz_playground_show_view (CzPlayground *self, const char *view);
void cz_playground_tell (CzPlayground *self, const char *sentence);
// mask: from 0; token: a vocabulary's, "##ing" is joined to what stands before.
void cz_playground_insert (CzPlayground *self, guint mask, const char *token);

G_END_DECLS
