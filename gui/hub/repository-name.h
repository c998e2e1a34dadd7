// What the window adds to the names of the Hub's repositories.
#pragma once

#include "data/hub-address.h"

G_BEGIN_DECLS

// Takes apart what was typed or pasted so far, as cz_hub_address_parse () does. Nothing typed:
// FALSE without an error.
gboolean cz_repository_name_parse (const char *typed, CzHubAddress *ret_name, GError **error);

// A name for what is made of it: the part behind the owner. Freed by the caller.
char *cz_repository_name_get_short (const char *repo);

G_END_DECLS
