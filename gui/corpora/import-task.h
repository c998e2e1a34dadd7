// Inspecting and importing in threads with their own connection to the library, told of in the main
// thread.
#pragma once

#include "data/import.h"

G_BEGIN_DECLS

// What is to be read and how: plain data, copied by those who take it.
typedef struct
{
  char **files;
  CzFormat format;
  char *encoding;    // NULL: find out
  char *text_column; // NULL: find out
  char *label_column;
  char *split_column;
} CzImportChoice;

CzImportChoice *cz_import_choice_copy (const CzImportChoice *choice);
void cz_import_choice_free (CzImportChoice *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzImportChoice, cz_import_choice_free)

void cz_import_task_inspect (GObject *owner,
                             const CzImportChoice *choice,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback);
CzImportFindings *cz_import_task_inspect_finish (GAsyncResult *result, GError **error);

// progress is called in the main thread with owner as data, as long as the owner lives.
void cz_import_task_run (GObject *owner,
                         const char *library,
                         const char *name,
                         const CzImportChoice *choice,
                         CzImportProgressFunc progress,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback);
// The caller frees the report with cz_import_report_clear () and g_free ().
CzImportReport *cz_import_task_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
