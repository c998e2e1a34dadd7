#pragma once

#include <glib.h>

// What a file's place among others tells: aclImdb/train/pos/1_8.txt is of split train and label
// pos. A part named train, test, valid, validation, val, dev or unsup(ervised) is the split; the
// folder right below it the label, except that train/unsup is the split unsup without a label.
// Freed by the caller; NULL: none. `inner` is the path below what was given, with "/" between the
// parts.
void cz_place_find (const char *inner, char **ret_split, char **ret_label);

// The split that a name or a table's cell stands for, in its usual spelling; NULL: it is none.
const char *cz_place_parse_split (const char *name);

// The split that a table's or a JSON file's own name tells (train.csv), with an ending of any kind,
// and as the Hub numbers a file's parts (train-00000-of-00002.parquet); NULL: none.
const char *cz_place_find_split_of_name (const char *inner);

// The folder in which a folder named like a split lies, "." for the outermost; freed by the caller.
// NULL: there is none.
char *cz_place_find_above (const char *inner);

// Whether it is called like what describes data: README, LICENSE and the like.
gboolean cz_place_is_description (const char *inner);

// Why a file that was found (not named by the person) is left out: hidden, or a part of the film
// reviews' archive that is no review; NULL: it is to be read.
const char *cz_place_refuse (const char *inner);
