#pragma once

#include <glib.h>

// The sets of sentences that come with the program.
typedef struct
{
  const char *name;
  const char *const *texts; // NULL-terminated
} CzSentenceBuiltin;

// Ends with an entry without a name.
extern const CzSentenceBuiltin cz_sentence_builtins[];
