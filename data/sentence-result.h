#pragma once

#include <json-glib/json-glib.h>

// What models said of a set of sentences, as a table.

// The results, an array as `cloze sentences run --json` gives it, as CSV: a row for each sentence
// under each model (the first model's first) with model, sentence (its number), text, accepted (all
// answers), top_word, top_probability, answer, rank, hit, hit_top_k, log_probability, remark. Cells
// of what there is not stay empty. Freed by the caller.
char *cz_sentence_result_to_csv (JsonArray *results);
