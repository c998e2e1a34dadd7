#pragma once

#include "cli/invocation.h"

// What “corpus import” is given, with data sets of the Hub (“hub:REPO[@REVISION][:FILE]”, FILE also
// a folder) fetched.
typedef struct
{
  char **paths; // as given, those of the Hub replaced by where they are
  char *source; // "hub:REPO@COMMIT[:FILE] …", to be kept with the corpus; NULL: none of the Hub
  GPtrArray *made; // private: folders that go with cz_hub_import_free ()
} CzHubImport;

// Without a file all that can be imported is; of the same data in Parquet and in another form only
// the former. Errors: as cz_hub_look () and cz_hub_fetch (); CZ_JOB_ERROR_INVALID where there is
// nothing to be imported, or a choice to be made.
CzHubImport *cz_hub_import_fetch (CzInvocation *invocation,
                                  const char *const *given,
                                  GError **error);
void cz_hub_import_free (CzHubImport *import);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHubImport, cz_hub_import_free)
