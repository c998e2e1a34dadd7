#pragma once

#include "data/library.h"
#include "jobs/job.h"

// What the person calls MODEL: a name in the library, a folder, run:ID (its best model, else its
// last), run:ID@best, run:ID@last, run:ID@epoch:N.

typedef struct
{
  char *label;     // as it was written
  char *name;      // to be shown and recorded: the library's name, the folder, "run:3@best"
  char *folder;    // absolute path
  gint64 model_id; // in the library, 0: not there
  gint64 run;      // 0: of no run
} CzModelSource;

void cz_model_source_free (CzModelSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzModelSource, cz_model_source_free)

// A name in the library goes before a folder of that name ("./NAME" is always a folder). The folder
// is not opened. Errors: CZ_JOB_ERROR_NOT_FOUND, CZ_JOB_ERROR_INVALID, CZ_DATA_ERROR_*.
CzModelSource *cz_model_source_find (CzLibrary *library, const char *label, GError **error);
