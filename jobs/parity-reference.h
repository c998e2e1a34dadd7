#pragma once

#include <json-glib/json-glib.h>

#include "engine/format/safetensors.h"

// What a reference folder for `cloze parity` holds (see parity.h), and reading it.

typedef struct
{
  char *folder;
  char *letter; // "A" of A_report.json
  JsonObject *report;
  GStrv batches; // names between letter and ".safetensors", sorted; runs' files are not among them
} CzParityReference;

// A recorded batch: (blocks, block_size) each; labels are -100 where nothing is scored.
typedef struct
{
  char *file;
  CzSafetensors *tensors;
  guint blocks, block_size;
  gint64 *ids, *attention, *labels;
} CzParityBatch;

// All reports of a folder, an array of CzParityReference. Errors: CZ_JOB_ERROR_NOT_FOUND (none),
// CZ_FORMAT_ERROR_*.
GPtrArray *cz_parity_reference_load (const char *folder, GError **error);
void cz_parity_reference_free (CzParityReference *reference);

// Errors: CZ_FORMAT_ERROR_*, CZ_JOB_ERROR_INVALID.
CzParityBatch *cz_parity_reference_load_batch (CzParityReference *reference,
                                               const char *name,
                                               GError **error);
void cz_parity_batch_free (CzParityBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzParityBatch, cz_parity_batch_free)

// X_RUN_stepK.safetensors, or NULL without error where there is no such file.
CzSafetensors *cz_parity_reference_load_step (
    CzParityReference *reference, const char *run, gint64 step, char **ret_file, GError **error);
// X_fillmask.json's array, or NULL without error where there is no such file.
JsonNode *cz_parity_reference_load_fill (CzParityReference *reference,
                                         char **ret_file,
                                         GError **error);

// The number at the end of a path of members (NULL-terminated), or `missing`.
double cz_parity_number (JsonObject *object, double missing, ...) G_GNUC_NULL_TERMINATED;
// A member object, a member array, a member string, an element that is an object; NULL where there
// is none.
JsonObject *cz_parity_member (JsonObject *object, const char *name);
JsonArray *cz_parity_array (JsonObject *object, const char *name);
const char *cz_parity_string (JsonObject *object, const char *name);
JsonObject *cz_parity_element (JsonArray *array, guint index);

// All floats of a tensor; freed by the caller.
float *cz_parity_read_floats (const CzTensor *tensor, GError **error);
