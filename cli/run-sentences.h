#pragma once

#include "jobs/json-members.h"
#include "jobs/run-examples.h"

// Example sentences of runs and what was said of them, for people and scripts.

typedef struct
{
  CzRun *run; // the caller's
  char **sentences;
  GPtrArray *predictions; // CzRunPrediction
} CzRunSentences;

CzRunSentences *cz_run_sentences_load (CzLibrary *library, CzRun *run, GError **error);
void cz_run_sentences_free (CzRunSentences *sentences);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRunSentences, cz_run_sentences_free)

// The position of a sentence, −1: the run has no such one.
int cz_run_sentences_find (const CzRunSentences *sentences, const char *text);
// Adds the members "before", "best" and "after" (the last there is): as `cloze fill` gives them, or
// null.
void cz_run_sentences_build (const CzRunSentences *sentences, int position, JsonBuilder *builder);
// Adds one of them; NULL: null.
void cz_run_sentences_build_result (const CzRunPrediction *prediction, JsonBuilder *builder);
// Prints the words before and after for each mask, each line behind `indent`.
void cz_run_sentences_print (const CzRunSentences *sentences, int position, const char *indent);
