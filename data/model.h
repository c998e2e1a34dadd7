#pragma once

#include "data/library.h"

// A model the library knows: a Hugging Face folder anywhere on the disk.
typedef struct
{
  gint64 id;
  char *name;
  char *origin;      // "shipped", "folder", "random" or "run:ID"
  char *folder;      // absolute path
  gint64 parameters; // how many numbers
  gint64 vocabulary; // entries
  char *hash;        // sha256 (hex) of model.safetensors
  gint64 created;
} CzModel;

void cz_model_free (CzModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzModel, cz_model_free)

// All by name, the starter first: elements CzModel.
GPtrArray *cz_model_list (CzLibrary *library, GError **error);
CzModel *cz_model_find (CzLibrary *library, const char *name, GError **error); // NOT_FOUND
CzModel *cz_model_get (CzLibrary *library, gint64 id, GError **error);

// Enters a folder after checking it through engine/format (all of its errors come through).
// name NULL: the folder's. Errors: EXISTS, INVALID and CZ_FORMAT_ERROR_*.
CzModel *cz_model_add (
    CzLibrary *library, const char *folder, const char *name, const char *origin, GError **error);
// Forgets it; its files are removed only where they lie in the library's own folder (models made
// here). Error: NOT_FOUND, STATE (a run that is under way uses it).
gboolean cz_model_remove (CzLibrary *library, gint64 id, GError **error);

// Enters the shipped model `folder` as "starter", or brings its entry up to date. A folder that is
// not there is no error.
gboolean cz_models_ensure_starter (CzLibrary *library, const char *folder, GError **error);

// The sha256 (hex) of a folder's weights; freed by the caller.
char *cz_model_hash_folder (const char *folder, GError **error);
