#pragma once

#include <json-glib/json-glib.h>

#include "cli/invocation.h"
#include "data/corpus.h"

// `corpus statistics`: what is in a corpus, counted.
extern const GOptionEntry cz_corpus_statistics_options[];
gboolean cz_corpus_statistics (CzInvocation *invocation, GError **error);

// Prints what `corpus show` tells; `more` (may be NULL) adds to it: members of the object that is
// open in `builder`, or lines of its own where that is NULL.
gboolean cz_corpus_describe (CzInvocation *invocation,
                             const CzCorpus *corpus,
                             void (*more) (JsonBuilder *builder, gpointer data),
                             gpointer data,
                             GError **error);
