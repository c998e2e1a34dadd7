#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

// JSON from the outside: json-glib's parser recurses on what it reads, so text is looked over first
// (valid UTF-8, at most 64 levels deep) and only then parsed.

// Parses `length` bytes (-1: up to the NUL). `where` (a file name) opens the error's message.
// Returns the root, to be freed with json_node_unref (); errors: CZ_FORMAT_ERROR_INVALID.
JsonNode *cz_json_parse (const char *text, gssize length, const char *where, GError **error);

// Reads and parses a file whose root must be an object, at most 256 MiB. The returned object is the
// caller's (json_object_unref ()). Errors: MISSING (no such file), IO, INVALID.
JsonObject *cz_json_load_object (const char *path, GError **error);

// The node as indented text with a final newline, members in their order; freed by the caller.
char *cz_json_to_text (JsonNode *node);
