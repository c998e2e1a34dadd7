#pragma once

#include <glib.h>

// Words of running text, as statistics count them: runs of letters and digits (Unicode), with the
// marks that belong to them. Not the tokenizer's words: those cut at accents and scripts, too.

// The next word at or behind `*at` (bytes up to `end`, valid UTF-8, NULs allowed); moves `*at`
// behind it. NULL: none.
const char *cz_word_next (const char **at, const char *end, gsize *ret_length);
gint64 cz_word_count (const char *text, gsize length);
