#pragma once

#include "data/corpus.h"
#include "data/document.h"
#include "data/import.h"

// A scratch folder with a library in it, for one test.
typedef struct
{
  char *folder;
  CzLibrary *library;
} Scratch;

void scratch_begin (Scratch *scratch);
void scratch_end (Scratch *scratch);
// The path of a file in the folder, freed by the caller.
char *scratch_path (Scratch *scratch, const char *name);
// Writes a file (and the folders above it) and returns its path.
char *scratch_write (Scratch *scratch, const char *name, const char *bytes, gssize length);
// Runs a shell command in the folder; it must succeed.
void scratch_run (Scratch *scratch, const char *command);

// Imports `path` as corpus `name`; it must succeed.
CzCorpus *scratch_import (Scratch *scratch,
                          const char *name,
                          const char *path,
                          const CzImportOptions *options,
                          CzImportReport *ret_report);
// Imports bytes as a file `name`, and returns all documents; it must succeed.
GPtrArray *scratch_import_bytes (Scratch *scratch,
                                 const char *name,
                                 const char *bytes,
                                 gssize length,
                                 const CzImportOptions *options,
                                 CzImportReport *ret_report);
// The record of a run of that name, of a model and a corpus that are not there; its id.
gint64 scratch_add_run (Scratch *scratch, const char *name);
// How many rows of any kind a table has.
gint64 scratch_count_rows (Scratch *scratch, const char *table);
// That nothing of an import is left: no corpus but those ready, no row without its corpus.
void scratch_assert_clean (Scratch *scratch);
// The number of documents of a split or label among groups, 0 for none.
gint64 scratch_find_group (GPtrArray *groups, const char *name);
// The first reason given for `path` (which ends with it), NULL for none; the report's.
const char *scratch_find_skip (GPtrArray *skipped, const char *path);
// A file in ../shared, or NULL after skipping the test (under CI: failing it).
char *scratch_shared (const char *name);
