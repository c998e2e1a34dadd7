#pragma once

#include "cli/invocation.h"
#include "data/corpus.h"

// `corpus documents`, `corpus sample` and `corpus search`: documents of a corpus.
extern const GOptionEntry cz_corpus_documents_options[];
gboolean cz_corpus_documents (CzInvocation *invocation, GError **error);
extern const GOptionEntry cz_corpus_sample_options[];
extern const GOptionEntry cz_corpus_search_options[];
gboolean cz_corpus_sample (CzInvocation *invocation, GError **error);
gboolean cz_corpus_search (CzInvocation *invocation, GError **error);

// The corpus that the first argument names.
CzCorpus *cz_corpus_of_invocation (CzInvocation *invocation, GError **error);
