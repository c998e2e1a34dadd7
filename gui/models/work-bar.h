// A bar that asks the command cloze for what takes long, and shows how far it is, with a button
// Cancel. One question at a time; what is answered in no time shows no bar. Emits "cancelled" when
// the person gives it up.
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_WORK_BAR (cz_work_bar_get_type ())
G_DECLARE_FINAL_TYPE (CzWorkBar, cz_work_bar, CZ, WORK_BAR, AdwBin)

// The answer, or NULL with what went wrong. Not called where it was cancelled or the bar is gone.
typedef void (*CzWorkAnswered) (CzWorkBar *self,
                                JsonNode *answer,
                                const GError *error,
                                gpointer data);

// Runs cloze with `arguments` (NULL-terminated) and calls `answered` with `data`, which is freed
// with `free_data` (may be NULL) in any case. FALSE: another question is under way.
gboolean cz_work_bar_ask (CzWorkBar *self,
                          CzWorkbench *workbench,
                          const char *title,
                          const char *const *arguments,
                          CzWorkAnswered answered,
                          gpointer data,
                          GDestroyNotify free_data);
// Gives up what is under way, if anything is.
void cz_work_bar_cancel (CzWorkBar *self);

G_END_DECLS
