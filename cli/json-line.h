#pragma once

#include <glib.h>

// JSON by hand, for texts that may hold NULs and for streams with many numbers.

// Appends a quoted string. NULs are kept (\u0000), invalid UTF-8 becomes U+FFFD.
void cz_json_append_text (GString *line, const char *text, gsize length);
// The same of a string that ends with its NUL; NULL becomes null.
void cz_json_append_string (GString *line, const char *text);
void cz_json_append_int (GString *line, gint64 value);

// Finds the string `member` of the JSON object that `line` is, and puts its bytes in place of those
// of `ret_text`. Escapes are resolved (a lone surrogate is U+FFFD); other bytes are taken as they
// are. FALSE if the line is no such object; `ret_text` may be changed then.
gboolean cz_json_read_text (const char *line, gsize length, const char *member, GString *ret_text);
