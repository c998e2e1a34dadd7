#pragma once

#include "data/model.h"

// Whether a model's files still are what was noted when it was added.

typedef enum
{
  CZ_MODEL_FILE_OK,
  CZ_MODEL_FILE_CHANGED, // another whole file
  CZ_MODEL_FILE_DAMAGED, // cut short, or not what such a file is
  CZ_MODEL_FILE_MISSING, // not there, or not readable
} CzModelFileState;

typedef struct
{
  char *path;     // within the folder: "model.safetensors"
  char *sha256;   // hex, as it is now; NULL: missing
  char *expected; // as it was noted; NULL: nothing was
  CzModelFileState state;
  char *problem; // one sentence that says what to do; NULL: ok
} CzModelFile;

void cz_model_file_free (CzModelFile *file);

typedef void (*CzModelVerifyProgress) (double fraction, const char *text, gpointer data);

// Reads weights and vocabulary whole. Elements CzModelFile, all OK: the model is what it was.
// Errors: NOT_FOUND, G_IO_ERROR_CANCELLED.
GPtrArray *cz_model_verify (CzLibrary *library,
                            gint64 id,
                            CzModelVerifyProgress progress,
                            gpointer data,
                            GCancellable *cancellable,
                            GError **error);
