#pragma once

#include <glib.h>

// The word pieces of a model, numbered from 0 as the lines of a vocab.txt. Immutable, counted.
typedef struct _CzVocabulary CzVocabulary;

// More pieces than this do not fit into a token word (24 bits of id).
#define CZ_VOCABULARY_MAX (1 << 24)

// Reads a vocab.txt: one piece a line, UTF-8, line ends \n or \r\n.
// Errors: CZ_TEXT_ERROR_IO, CZ_TEXT_ERROR_INVALID (empty, not UTF-8, too many lines).
CzVocabulary *cz_vocabulary_load (const char *path, GError **error);
// The same from memory; `name` stands in messages.
CzVocabulary *cz_vocabulary_parse (const char *text,
                                   gsize length,
                                   const char *name,
                                   GError **error);
// From strings in order of their ids. An empty string (or NULL) is an id without a piece.
CzVocabulary *cz_vocabulary_new (const char *const *tokens, gsize n, GError **error);
// Writes a vocab.txt beside and renames it. Errors: IO, NO_SPACE.
gboolean cz_vocabulary_save (CzVocabulary *vocabulary, const char *path, GError **error);
// The text of that file; caller frees.
char *cz_vocabulary_get_text (CzVocabulary *vocabulary, gsize *ret_length);

CzVocabulary *cz_vocabulary_ref (CzVocabulary *vocabulary);
void cz_vocabulary_unref (CzVocabulary *vocabulary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzVocabulary, cz_vocabulary_unref)

// Number of ids: the last one + 1.
guint32 cz_vocabulary_get_size (CzVocabulary *vocabulary);
// The piece of an id, NUL-terminated, the vocabulary's; NULL for an id out of range.
const char *cz_vocabulary_get_token (CzVocabulary *vocabulary, guint32 id);
// The id of a piece (length in bytes, -1: NUL-terminated), or -1. Of equal pieces the last counts.
gint32 cz_vocabulary_find (CzVocabulary *vocabulary, const char *token, gssize length);
