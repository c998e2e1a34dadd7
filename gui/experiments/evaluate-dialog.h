// Evaluate on another corpus…: which corpus, how, on how many blocks, and whether the base model is
// measured too, so that what was forgotten shows.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

typedef struct
{
  char *corpus;
  gboolean pseudo; // each token hidden in turn, else fixed masks
  guint blocks;
  gboolean base; // the base model too
} CzEvaluateChoice;

#define CZ_TYPE_EVALUATE_DIALOG (cz_evaluate_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzEvaluateDialog, cz_evaluate_dialog, CZ, EVALUATE_DIALOG, AdwMessageDialog)

// from: a widget of the window. what: the model's name for people. Emits "chosen" (a pointer to a
// CzEvaluateChoice, valid until the handlers return).
CzEvaluateDialog *cz_evaluate_dialog_new (GtkWidget *from,
                                          CzWorkbench *workbench,
                                          const char *what);

G_END_DECLS
