#pragma once

#include <json-glib/json-glib.h>

#include "data/hub.h"

// From what the Hub's API says to a CzHubInfo.

// Of a repository's information; without files yet. Error: CZ_HTTP_ERROR_INVALID.
CzHubInfo *cz_hub_info_from_json (CzHubKind kind,
                                  const char *asked,
                                  JsonNode *root,
                                  GError **error);
// Adds a page of its tree. What is no file, or whose name leads elsewhere, is passed over. Error:
// CZ_HTTP_ERROR_INVALID.
gboolean cz_hub_info_add_files (CzHubInfo *info, JsonNode *root, GError **error);
// All files are there: says whether it can be used, keeps of a model what is needed, adds up.
void cz_hub_info_finish (CzHubInfo *info);
