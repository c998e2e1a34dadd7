// The encodings that texts commonly come in, as people call them.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// As iconv calls the one at a place of the list; NULL behind its end.
const char *cz_encoding_name_at (guint index);

// "Windows-1252 (Western European)"; what is not in the list is its own title.
const char *cz_encoding_name_get_title (const char *encoding);

G_END_DECLS
