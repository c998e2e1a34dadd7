#pragma once

#include "data/library.h"

// A model the library knows: a Hugging Face folder anywhere on the disk, and what is known of it.
// Strings that are not known are NULL.
typedef struct
{
  gint64 id;
  char *name;
  char *origin;      // "shipped", "folder", "random", "hub", "extended", "copy" or "run:ID"
  char *folder;      // absolute path
  gint64 parameters; // how many numbers
  gint64 vocabulary; // entries
  gboolean lowercase;
  gint64 bytes;          // of model.safetensors
  char *hash;            // sha256 (hex) of model.safetensors
  char *vocabulary_hash; // sha256 (hex) of vocab.txt, where there is none of tokenizer.json
  char *source;          // where from: "hub:REPO@COMMIT", else the folder it was entered from
  char *licence;         // as the Hub writes it: "apache-2.0"
  char *trained_on;      // in words, as its maker put it
  gboolean is_private;   // of a repository that not everybody may read
  gint64 parent;         // the model it was made from, 0: none, or no longer in the library
  char *parent_name;     // what that was called,
  char *parent_hash;     // and its weights' sha256
  gint64 parent_run;     // the run that made it, 0: none, or gone for good
  gint64 created;
} CzModel;

void cz_model_free (CzModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzModel, cz_model_free)

// All by name, the starter first: elements CzModel.
GPtrArray *cz_model_list (CzLibrary *library, GError **error);
CzModel *cz_model_find (CzLibrary *library, const char *name, GError **error); // NOT_FOUND
CzModel *cz_model_get (CzLibrary *library, gint64 id, GError **error);         // NOT_FOUND

// What whoever adds a model knows of it; all may be left out ({ 0 }). Strings stay the caller's.
typedef struct
{
  const char *origin;  // NULL: "run:ID" where `run` is given, else "folder"
  const char *source;  // NULL: the folder
  const char *licence; // NULL: its card's (license), else its parent's
  const char
      *trained_on;     // NULL: its card's (trained_on, datasets), else its training.json's corpus
  gboolean is_private; // a base that must not be named as if everybody could get it
  gint64 parent;       // a model's id; 0: as its training.json says, where it has one
  const char *parent_name; // a parent that is not in the library
  const char *parent_hash;
  gint64 run;       // the run that made it; its base is the parent where none is given
  const char *hash; // sha256 of model.safetensors where the caller has just checked it; NULL: it is
                    // read once for it
} CzModelDetails;

// Enters a folder, which stays where it is, after checking it through engine/format (all of its
// errors come through). name NULL: the folder's; details NULL: a folder of the person's own.
// Errors: EXISTS, INVALID, NOT_FOUND and CZ_FORMAT_ERROR_*.
CzModel *cz_model_add (CzLibrary *library,
                       const char *folder,
                       const char *name,
                       const CzModelDetails *details,
                       GError **error);
// What would be entered, without entering it (id 0). Errors: as of cz_model_add ().
CzModel *cz_model_look (CzLibrary *library,
                        const char *folder,
                        const char *name,
                        const CzModelDetails *details,
                        GError **error);
// Whether a model may be added under that name, before work is spent on it. Errors: EXISTS,
// INVALID.
gboolean cz_model_check_name (CzLibrary *library, const char *name, GError **error);
// What belongs to a model of all that may lie in its folder: names, NULL-terminated, weights first.
const char *const *cz_model_get_files (void);
// A folder in the library's own, not there yet, for a model of that name; freed by the caller. What
// lies there goes when the model is removed.
char *cz_model_make_path (CzLibrary *library, const char *name);

// Enters the shipped model `folder` as "starter", or brings its entry up to date. A folder that is
// not there is no error.
gboolean cz_models_ensure_starter (CzLibrary *library, const char *folder, GError **error);

// sha256 (hex) of a folder's model.safetensors, freed by the caller. Errors: as of reading files.
char *cz_model_hash_folder (const char *folder, GError **error);
// The same, without reading a folder that the library knows and whose weights have the size and the
// time of change that were noted.
char *cz_model_get_hash (CzLibrary *library, const char *folder, GError **error);
