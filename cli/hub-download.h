#pragma once

#include "cli/invocation.h"
#include "data/hub.h"

// What every command that fetches from the Hub does alike.

// Fetches and says how far it is: "34 %  Downloading model.safetensors (91 of 268 MB)  20 s left".
// Interrupted: an error that says that the same command goes on. Parameters as cz_hub_fetch ().
gboolean cz_hub_download_files (CzInvocation *invocation,
                                const CzHubInfo *info,
                                const char *const *paths,
                                const char *folder,
                                GError **error);

// Says on stderr how large a repository is and under which licence, before anything is fetched.
void cz_hub_announce (CzInvocation *invocation, const CzHubInfo *info, gint64 bytes);
