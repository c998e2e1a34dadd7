#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

// JSON from the outside: json-glib's parser recurses on what it reads, so text is looked over first
// (valid UTF-8, at most 64 levels deep, nothing that JSON does not have) and only then parsed.

// Parses `length` bytes (-1: up to the NUL), an object or an array. `where` (a file name) opens the
// error message. Returns the root, to be freed with json_node_unref (); errors:
// CZ_FORMAT_ERROR_INVALID.
JsonNode *cz_json_parse (const char *text, gssize length, const char *where, GError **error);

// Reads and parses a file whose root must be an object, at most 256 MiB. The returned object is the
// caller's (json_object_unref ()). Errors: MISSING (no such file), IO, INVALID.
JsonObject *cz_json_load_object (const char *path, GError **error);

// The node as text, members in their order, numbers with the fewest digits that give the same
// number again (what is no number is null); freed by the caller. Indented, with a final newline:
char *cz_json_to_text (JsonNode *node);
// On one line, without its end:
char *cz_json_to_line (JsonNode *node);

// Pieces of such text, for what is too much to be held as nodes. What is not UTF-8 is made so.
void cz_json_text_append_string (GString *text, const char *string);
// The fewest digits that give the same number again; what is no number is null.
void cz_json_text_append_number (GString *text, double value);
