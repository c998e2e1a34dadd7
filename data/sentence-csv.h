#pragma once

#include "data/sentence-set.h"

// Sets of sentences as CSV files: the columns `text` and `answers`, UTF-8.

// Elements CzSentence, at least one. The columns are found by their names in the first row, in any
// order and beside others; without names the first is the text, the second the answers. Separators
// are found out as with any import, blank rows passed over; cells are taken as they are. Nothing is
// taken in part: the message names the first row that is wrong, as spreadsheets count them, and how
// many more are. Errors: INVALID, IO, NOT_FOUND (no such file).
GArray *cz_sentence_csv_load (const char *path, GError **error);
// The same of bytes; `name` stands for the file in messages.
GArray *cz_sentence_csv_parse (const char *bytes, gsize length, const char *name, GError **error);

// The file's bytes, which cz_sentence_csv_parse () reads back as they were; freed by the caller.
char *cz_sentence_csv_to_text (const CzSentence *sentences, guint n);
// Writes text into a file: as a whole or not at all. Errors: FULL, IO.
gboolean cz_sentence_csv_save (const char *path, const char *text, GError **error);
