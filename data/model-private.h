#pragma once

#include <sys/stat.h>

#include "data/model.h"

// For the files of a model's record only.

#define CZ_MODEL_WEIGHTS "model.safetensors"

// What a folder says of itself; no weights are read for it.
typedef struct
{
  gint64 parameters, vocabulary, bytes;
  gint64 modified; // when its weights were changed last, ns since 1970
  gboolean lowercase;
  char *vocabulary_hash;
  char *licence, *trained_on;      // NULL: not said
  char *parent_name, *parent_hash; // from training.json, else the card's base_model; NULL: not said
} CzModelFacts;

// Opens and checks the folder. Errors: CZ_FORMAT_ERROR_*, as of reading files.
gboolean cz_model_facts_read (const char *folder, CzModelFacts *ret_facts, GError **error);
void cz_model_facts_clear (CzModelFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzModelFacts, cz_model_facts_clear)

// The file of a folder that holds its vocabulary; freed by the caller.
char *cz_model_get_vocabulary_file (const char *folder);
// ns since 1970.
gint64 cz_model_get_modified (const struct stat *status);

// The size and time of change that a folder's weights have now. FALSE: they are not there.
gboolean cz_model_look_at_weights (const char *folder, gint64 *ret_bytes, gint64 *ret_modified);
// Notes size and time of weights that are what was hashed when they were added.
void cz_model_note_unchanged (CzLibrary *library, gint64 id, gint64 bytes, gint64 modified);
