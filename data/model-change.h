#pragma once

#include "data/model.h"

// What a person may do with a model of the library.

// Gives it another name; its folder stays, and runs keep the name in their records. Errors: EXISTS,
// INVALID, NOT_FOUND, STATE (the starter keeps its own).
gboolean cz_model_rename (CzLibrary *library, gint64 id, const char *name, GError **error);

// Makes a folder of the library's own that holds what `folder` does, and enters it: weights as a
// hard link where the file system can, else as a copy. Either all of it is there afterwards or
// nothing. details as of cz_model_add (). Errors: as of cz_model_add (), IO, FULL,
// G_IO_ERROR_CANCELLED.
CzModel *cz_model_duplicate (CzLibrary *library,
                             const char *folder,
                             const char *name,
                             const CzModelDetails *details,
                             GCancellable *cancellable,
                             GError **error);

// A run that started from a model, or a model made from it.
typedef struct
{
  gboolean is_run;
  gint64 id;
  char *name;
  char *state;         // a run's, as cz_run_state_get_name (); NULL: a model
  gboolean at_work;    // a run that is carried out now
  gboolean waiting;    // a run that waits in the queue
  gboolean unfinished; // a run that can go on only with the model's files
} CzModelDependent;

void cz_model_dependent_free (CzModelDependent *dependent);
// Runs first, the oldest first: elements CzModelDependent.
GPtrArray *cz_model_list_dependents (CzLibrary *library, gint64 id, GError **error);
// Forgets it; its files are removed only where they lie in the library's own folder (models made
// here) and no other model has them. What depends on it keeps its record. Errors: NOT_FOUND, STATE
// (a run that is at work or waits in the queue uses it).
gboolean cz_model_remove (CzLibrary *library, gint64 id, GError **error);
