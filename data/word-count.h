#pragma once

#include <glib.h>

// Words of valid UTF-8: runs of letters and digits, with the marks that belong to them.
gint64 cz_text_count_words (const char *text, gsize length);
