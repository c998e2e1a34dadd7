#pragma once

#include <json-glib/json-glib.h>

// What the person or a script reads: UTF-8 on stdout whatever the locale, one sentence on stderr.

void cz_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
// "cloze: " and the sentence, on one line of stderr.
void cz_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

// One JSON document, or one line of a stream, on a line of its own. The builder's root is taken; it
// can be used anew afterwards.
void cz_print_json (JsonBuilder *builder);

// Amounts for people; freed by the caller.
char *cz_format_bytes (double bytes);        // "1.5 MB"
char *cz_format_count (double count);        // "66,985,530"
char *cz_format_duration (double seconds);   // "2 h 05 min", "3 min 20 s", "4.2 s"; NAN: "?"
char *cz_format_time (gint64 seconds);       // local time of seconds since 1970; "" for 0
char *cz_format_loss (double cross_entropy); // "2.3456 (perplexity 10.44)"; NAN: "–"

// A table for people: rows of cells, columns as wide as their widest cell.
typedef struct _CzListing CzListing;
// Titles of columns; one that begins with '>' is set flush right. Ends with NULL.
CzListing *cz_listing_new (const char *title, ...) G_GNUC_NULL_TERMINATED;
// Adds a cell (copied) to the last row, or opens the next row where that one is full.
void cz_listing_add (CzListing *table, const char *text);
void cz_listing_add_take (CzListing *table, char *text);
// Prints and frees it.
void cz_listing_print (CzListing *table);
