#pragma once

#include <glib.h>

// The front matter of a model card: YAML by the Hub's rules
// (https://huggingface.co/docs/hub/model-cards). Strings stay the caller's; NULL is left out.
typedef struct
{
  const char *name;       // of the model
  const char *licence;    // one the Hub does not know becomes "other" with its name
  const char *language;   // a code; what is none is left out
  const char *base_model; // a public repository of the Hub
  const char *dataset;    // a public repository of the Hub
  const char *corpus;     // what perplexity was measured on
  double perplexity;      // NAN: not measured
} CzModelCardMatter;

// From "---" to "---" with its line end.
void cz_model_card_matter_append (const CzModelCardMatter *matter, GString *text);
