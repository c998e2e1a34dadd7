// Licences as the Hub names them ("apache-2.0", "cc-by-nc-4.0"), for people: what they are called,
// and what follows from them for whoever uses or passes on a model or texts. id: NULL or "": the
// repository says nothing.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// "Apache 2.0"; of one that is not known the id itself. Freed by the caller.
char *cz_licence_get_name (const char *id);

// A sentence; NULL: not known.
const char *cz_licence_get_consequence (const char *id);

G_END_DECLS
