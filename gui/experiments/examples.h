// A run's example sentences and what its model said of them at each evaluation, as the library has
// them. Plain data without a screen; read in any thread.
#pragma once

#include <json-glib/json-glib.h>

#include "data/library.h"

G_BEGIN_DECLS

typedef struct
{
  char **sentences;   // in their order
  GArray *steps;      // gint64, ascending: the evaluations; 0: before the run
  GPtrArray *answers; // of JsonNode: sentence s at evaluation e lies at e × sentences + s
} CzExamples;

CzExamples *cz_examples_new (void);
void cz_examples_free (CzExamples *examples);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzExamples, cz_examples_free)

// Reads what came after the last evaluation known, and the sentences where none are known yet.
gboolean cz_examples_read (CzExamples *examples, CzLibrary *library, gint64 run, GError **error);

guint cz_examples_get_n_sentences (const CzExamples *examples);
guint cz_examples_get_n_evaluations (const CzExamples *examples);

// An element of what `cloze fill` gives; NULL where there is none, or it can't be read.
JsonObject *cz_examples_get (const CzExamples *examples, guint evaluation, guint sentence);

// The likeliest word at each mask, with its probability: "film 0.31", "film 0.31, one 0.08". Freed
// by the caller; NULL without any.
char *cz_examples_get_best (JsonObject *answer);

G_END_DECLS
