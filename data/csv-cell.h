#pragma once

#include <glib.h>

// Appends a cell of a CSV line (RFC 4180), in quotation marks where its text needs them.
void cz_csv_append_cell (GString *out, const char *text, gsize length);
