#pragma once

#include <glib.h>

// A sentence with what may stand at its first mask, separated by ", ".
typedef struct
{
  const char *text;
  const char *answers;
} CzSentenceBuiltinText;

// The sets of sentences that come with the program.
typedef struct
{
  const char *name;
  const CzSentenceBuiltinText *texts; // ends with one that has no text
} CzSentenceBuiltin;

// Ends with an entry without a name.
extern const CzSentenceBuiltin cz_sentence_builtins[];
