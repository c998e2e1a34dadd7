#pragma once

#include "cli/invocation.h"

// A command of `cloze`: what its words are, what it takes, what it does. A command file holds a
// table of them; main.c finds the one that was called, parses its options and carries it out.
typedef struct
{
  const char *words;           // "corpus import"
  const char *arguments;       // "NAME PATH…", as the usage line shows them; NULL: none
  const char *summary;         // one sentence, marked N_ ()
  const GOptionEntry *options; // besides the global ones; NULL: none
  guint min_arguments;
  guint max_arguments; // G_MAXUINT: any number
  // Errors: CZ_USAGE_ERROR (exit status 2) or any other (1).
  gboolean (*carry_out) (CzInvocation *invocation, GError **error);
  const char *description; // more help, marked N_ (); NULL: none
} CzCommand;

// Each ends with an entry without words.
extern const CzCommand cz_device_commands[];
extern const CzCommand cz_model_commands[];
extern const CzCommand cz_hub_commands[];
extern const CzCommand cz_model_making_commands[];
extern const CzCommand cz_tokenize_commands[];
extern const CzCommand cz_vocabulary_commands[];
extern const CzCommand cz_corpus_commands[];
extern const CzCommand cz_corpus_change_commands[];
extern const CzCommand cz_corpus_derive_commands[];
extern const CzCommand cz_run_commands[];
extern const CzCommand cz_run_record_commands[];
extern const CzCommand cz_run_compare_commands[];
extern const CzCommand cz_run_export_commands[];
extern const CzCommand cz_queue_commands[];
extern const CzCommand cz_predict_commands[];
extern const CzCommand cz_sentences_commands[];
extern const CzCommand cz_sentences_run_commands[];
extern const CzCommand cz_evaluate_commands[];
extern const CzCommand cz_serve_commands[];
extern const CzCommand cz_parity_commands[];
extern const CzCommand cz_bench_commands[];
