// What is to be imported and how it is read: plain data, and a look at it in a thread.
#pragma once

#include "data/import.h"

G_BEGIN_DECLS

typedef struct
{
  char **files;
  char *source;       // where they came from, where their paths don't say it; NULL: they do
  CzFormat format;    // AUTO: find out
  char *encoding;     // NULL: find out
  char *text_column;  // NULL: find out
  char *label_column; // NULL: find out; "": none
  char *split_column; // likewise
  CzCleaning cleaning;
  CzDocumentUnit unit;
  gint64 minimum_words;
  gboolean deduplicate;
  gint64 corpus;           // to be brought up to date; 0: a new one
  gboolean remove_missing; // of it what is no longer in the files
} CzImportChoice;

CzImportChoice *cz_import_choice_new (const char *const *files);
CzImportChoice *cz_import_choice_copy (const CzImportChoice *choice);
void cz_import_choice_free (CzImportChoice *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzImportChoice, cz_import_choice_free)

// What the paths of its files begin with, freed by the caller, and a path without it (a part of
// it).
char *cz_import_choice_get_folder (const CzImportChoice *choice);
const char *cz_import_choice_inner_path (const char *folder, const char *path);

// Its strings stay the choice's.
CzImportOptions cz_import_choice_get_options (const CzImportChoice *choice);

// cz_import_inspect () in a thread; owner is the callback's object.
void cz_import_choice_inspect_async (const CzImportChoice *choice,
                                     GObject *owner,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback);
CzImportFindings *cz_import_choice_inspect_finish (GAsyncResult *result, GError **error);

G_END_DECLS
