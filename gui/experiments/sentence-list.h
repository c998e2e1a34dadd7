// Example sentences with masks, to be edited: an expander row for the dialog New run. Emits
// "changed".
#pragma once

#include <adwaita.h>

#include "data/library.h"

G_BEGIN_DECLS

#define CZ_TYPE_SENTENCE_LIST (cz_sentence_list_get_type ())
G_DECLARE_FINAL_TYPE (CzSentenceList, cz_sentence_list, CZ, SENTENCE_LIST, AdwExpanderRow)

// Offers the named sets of the library and begins with the default one.
void cz_sentence_list_set_library (CzSentenceList *self, CzLibrary *library);

// texts: NULL-terminated.
void cz_sentence_list_set_texts (CzSentenceList *self, const char *const *texts);

// NULL-terminated, without those left empty; freed with g_strfreev (). NULL when one has no mask:
// its row says so.
char **cz_sentence_list_get_texts (CzSentenceList *self);

G_END_DECLS
