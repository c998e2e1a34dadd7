#pragma once

#include "engine/text/text-error.h"

// A corpus as tokens: a file of token words (tokenizer.h) with an index of documents, mapped for
// reading. Little-endian; the reader checks everything before it hands out a pointer.

// ---- Writing ----
typedef struct _CzTokenWriter CzTokenWriter;

// Begins a file beside `path`; `key` says what it was made of (at most 255 bytes; hashes of corpus
// and tokenizer) and is given back by the reader. Errors: IO, NO_SPACE, INVALID (key too long).
CzTokenWriter *cz_token_writer_new (const char *path, const char *key, GError **error);
// Adds a document: its id, its split ("train", "test", "unsup", …; NULL or "": none) and its
// tokens, [CLS] and [SEP] among them. Errors: IO, NO_SPACE, INVALID (more than 65,535 splits).
gboolean cz_token_writer_add (CzTokenWriter *writer,
                              gint64 id,
                              const char *split,
                              const guint32 *words,
                              gsize n,
                              GError **error);
// Writes the index, fsyncs, renames to `path`. After it only cz_token_writer_free.
gboolean cz_token_writer_finish (CzTokenWriter *writer, GError **error);
// Unfinished: nothing is left behind.
void cz_token_writer_free (CzTokenWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTokenWriter, cz_token_writer_free)

// ---- Reading ----
typedef struct _CzTokenFile CzTokenFile;

typedef struct
{
  gint64 id;
  const char *split; // "" for none; the file's
  guint64 offset;    // of its first token among all tokens
  guint64 count;     // its tokens
} CzTokenDocument;

// Maps and checks a file. Errors: IO; INVALID: foreign, truncated, another version, offsets or
// sizes that do not fit; make it anew then.
CzTokenFile *cz_token_file_open (const char *path, GError **error);
CzTokenFile *cz_token_file_ref (CzTokenFile *file);
void cz_token_file_unref (CzTokenFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTokenFile, cz_token_file_unref)

const char *cz_token_file_get_key (CzTokenFile *file);
// Every id in the file is below it; compare it with the vocabulary's size.
guint32 cz_token_file_get_id_limit (CzTokenFile *file);
guint64 cz_token_file_get_n_documents (CzTokenFile *file);
void cz_token_file_get_document (CzTokenFile *file, guint64 index, CzTokenDocument *ret_document);
// All tokens of all documents, in order.
const guint32 *cz_token_file_get_tokens (CzTokenFile *file, guint64 *ret_n);
// The names of the splits, NULL-terminated; "" is among them if a document has none.
const char *const *cz_token_file_get_splits (CzTokenFile *file);
