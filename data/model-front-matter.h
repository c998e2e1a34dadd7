#pragma once

#include <glib.h>

// What the front matter of a model card says: the lines between "---" and "---" at the top of a
// README.md. Of YAML no more is read than cards have: keys without indentation with a word, a
// quoted string, or a list of such; the rest is passed over. Any bytes will do.

typedef struct
{
  char *licence;    // license, where that is "other" license_name; NULL: not said
  char *trained_on; // trained_on, else datasets, separated by ", "; NULL: not said
  char *base_model; // base_model, of a list the first; NULL: not said
  char *language;   // language, of a list the first; NULL: not said
} CzModelFrontMatter;

// Reads FOLDER/README.md; all of it is NULL where there is none, or none of ours.
void cz_model_front_matter_read (const char *folder, CzModelFrontMatter *ret_matter);
// From memory.
void cz_model_front_matter_parse (const char *text, gsize length, CzModelFrontMatter *ret_matter);
void cz_model_front_matter_clear (CzModelFrontMatter *matter);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzModelFrontMatter, cz_model_front_matter_clear)
