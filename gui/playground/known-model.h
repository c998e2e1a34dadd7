// A model that cloze can be asked by name: a model of the library, or one a run has kept.
#pragma once

#include "gui/workbench.h"

G_BEGIN_DECLS

typedef struct
{
  char *model; // as cloze names it: "starter", "run:3@best", "run:3@epoch:2"
  char *title; // as people do: "film, token · After epoch 2"
  char *folder;
  char *stamp; // another one: its weights were written anew
  guint color; // in the palette
} CzKnownModel;

void cz_known_model_free (CzKnownModel *known);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzKnownModel, cz_known_model_free)

// NULL: the library has none of this name (any more), or its run lies in the trash.
CzKnownModel *cz_known_model_find (CzWorkbench *workbench, const char *model);

// What a run has kept, as people call it: "best", "last" or "epoch:N" → "After epoch 2". Freed by
// the caller.
char *cz_known_model_name_kept (const char *which);

// The names ("best", "last", "epoch:N") of what a run has kept, NULL-terminated; g_strfreev ().
char **cz_known_model_list_kept (CzWorkbench *workbench, CzRunItem *item);

G_END_DECLS
