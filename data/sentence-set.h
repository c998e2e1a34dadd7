#pragma once

#include "data/library.h"

// Named sets of sentences with masks ("[MASK]", whatever a model's own mask token is): those that
// come with the program (sentence-builtin.c), and the person's own in the library.

typedef struct
{
  char *text;
  char *answers; // what may stand at the mask, separated by ", "; "": not said
} CzSentence;

void cz_sentence_clear (CzSentence *sentence);

typedef struct
{
  char *name;
  gboolean builtin;      // comes with the program: cannot be changed or removed
  guint n;               // sentences
  CzSentence *sentences; // (n); cz_sentence_set_list () leaves them out (NULL)
} CzSentenceSet;

void cz_sentence_set_free (CzSentenceSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSentenceSet, cz_sentence_set_free)

// What every sentence has at least once.
#define CZ_SENTENCE_MASK "[MASK]"
// The longest sentence and the largest set.
#define CZ_SENTENCE_BYTES_MAX      100000
#define CZ_SENTENCE_SET_MAX        10000
#define CZ_SENTENCE_NAME_BYTES_MAX 200 // of a set's name

// The accepted answers of a sentence (NULL: none), without what is empty or doubled;
// NULL-terminated, freed by the caller.
char **cz_sentence_answers_split (const char *answers);

// The name of the set that is taken where none is named; the course's sentence comes first.
#define CZ_SENTENCE_SET_DEFAULT "general"
// Stands for no sentences where a set is named; no set can be called that.
#define CZ_SENTENCE_SET_NONE "none"

// Elements CzSentenceSet without their sentences: the program's, then the library's by name.
GPtrArray *cz_sentence_set_list (CzLibrary *library, GError **error);
// With its sentences. Error: NOT_FOUND (the message names those there are).
CzSentenceSet *cz_sentence_set_get (CzLibrary *library, const char *name, GError **error);
// Saves n sentences under a name, in place of those there were. Errors: INVALID (name or a sentence
// empty or no UTF-8, no [MASK] in it, too long, no sentence, too many), EXISTS (the program has a
// set of that name).
gboolean cz_sentence_set_save (
    CzLibrary *library, const char *name, const CzSentence *sentences, guint n, GError **error);
// Errors: INVALID, EXISTS (the new name is taken), NOT_FOUND, STATE (it comes with the program).
gboolean cz_sentence_set_rename (CzLibrary *library,
                                 const char *name,
                                 const char *new_name,
                                 GError **error);
// A copy of any set, the program's too, as one of the person's own. new_name NULL: "NAME copy",
// "NAME copy 2", … Returns its name, freed by the caller. Errors: INVALID, EXISTS, NOT_FOUND.
char *cz_sentence_set_copy (CzLibrary *library,
                            const char *name,
                            const char *new_name,
                            GError **error);
// Errors: NOT_FOUND, STATE (it comes with the program).
gboolean cz_sentence_set_remove (CzLibrary *library, const char *name, GError **error);
