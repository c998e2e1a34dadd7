// Sentences that come with the program, a table a set: a further set is a table and a line below.
// English, as the models are. The first is the course's: its notebook asks a model for it before
// and after it is adapted.
#include "data/sentence-builtin.h"

static const char *const general[] = {
  "This is a great [MASK].",
  "The [MASK] was better than I had expected.",
  "She was known for her [MASK] and her patience.",
  "In the end, the [MASK] decided to [MASK] everything.",
  NULL,
};

const CzSentenceBuiltin cz_sentence_builtins[] = {
  { "general", general },
  { NULL, NULL },
};
