#pragma once

#include <json-glib/json-glib.h>

// Members of JSON objects as `cloze` writes them.

// A number, or null where it is none.
void cz_json_add_number (JsonBuilder *builder, double value);
void cz_json_set_number (JsonBuilder *builder, const char *name, double value);
void cz_json_set_int (JsonBuilder *builder, const char *name, gint64 value);
void cz_json_set_boolean (JsonBuilder *builder, const char *name, gboolean value);
// A rank counts from 1; 0 becomes null.
void cz_json_set_rank (JsonBuilder *builder, const char *name, guint rank);
// NULL becomes null.
void cz_json_set_string (JsonBuilder *builder, const char *name, const char *value);
// {"step", "cross_entropy", "perplexity"} (no step if it is negative), or null where there is none.
void cz_json_set_loss (JsonBuilder *builder, const char *name, gint64 step, double cross_entropy);
