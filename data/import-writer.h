#pragma once

#include "data/import-file.h"

// Fills a new corpus, which nobody sees until it is published. Each transaction takes some 50 ms,
// so that other processes get their turn.
typedef struct _CzImportWriter CzImportWriter;

// Takes the name. Errors: EXISTS, INVALID, as SQLite's.
CzImportWriter *cz_import_writer_new (CzLibrary *library,
                                      const char *name,
                                      const char *source,
                                      GError **error);
// Adds a document; it is written now or later. Errors: FULL, IO, BUSY, INVALID (too many).
gboolean cz_import_writer_add (CzImportWriter *writer,
                               const CzFoundDocument *document,
                               GError **error);
gint64 cz_import_writer_get_documents (CzImportWriter *writer);
// The id of the corpus being filled.
gint64 cz_import_writer_get_corpus (CzImportWriter *writer);
// Makes the corpus visible, in one transaction. Afterwards only cz_import_writer_free ().
gboolean cz_import_writer_publish (CzImportWriter *writer,
                                   gint64 *ret_corpus,
                                   gint64 *ret_bytes,
                                   GError **error);
// Unpublished: all of it is removed again.
void cz_import_writer_free (CzImportWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzImportWriter, cz_import_writer_free)
