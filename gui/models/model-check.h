// Whether a model can be used as it lies on the disk, looked at in threads.
#pragma once

#include "gui/workbench.h"

G_BEGIN_DECLS

// Looks which models' folders are there, and tells the items (CzModelItem).
void cz_model_check_all (CzWorkbench *workbench);

// What a folder holds.
typedef struct
{
  char *folder;
  char *trouble; // what is wrong with it and what to do, a sentence; NULL: nothing is
  guint layers, width, heads, positions; // 0: not known
  gboolean lowercase;
  char **notes; // what opening it had to say
} CzModelCheck;

void cz_model_check_free (CzModelCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzModelCheck, cz_model_check_free)

// Opens a folder; cancelling gives up waiting for it. owner: as of g_task_new ().
void cz_model_check_async (gpointer owner,
                           const char *folder,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback);
// The caller's; NULL only with G_IO_ERROR_CANCELLED.
CzModelCheck *cz_model_check_finish (GAsyncResult *result, GError **error);

G_END_DECLS
