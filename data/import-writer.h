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
// The same of one that was in the library before: `excluded`, and `origin` (32 bytes; NULL: it was
// not edited), the hash of the text it was imported with.
gboolean cz_import_writer_add_again (CzImportWriter *writer,
                                     const CzFoundDocument *document,
                                     gboolean excluded,
                                     const guint8 *origin,
                                     GError **error);
gint64 cz_import_writer_get_documents (CzImportWriter *writer);
// The id of the corpus being filled.
gint64 cz_import_writer_get_corpus (CzImportWriter *writer);
// Makes the corpus visible, in one transaction. Afterwards only cz_import_writer_free ().
gboolean cz_import_writer_publish (CzImportWriter *writer,
                                   gint64 *ret_corpus,
                                   gint64 *ret_bytes,
                                   GError **error);
// The same in place of a corpus that still has `hash`: name, runs and the rest become the new
// one's. The old one's rows are deleted after that. Error: STATE (it was changed meanwhile).
gboolean cz_import_writer_publish_over (CzImportWriter *writer,
                                        gint64 old,
                                        const char *hash,
                                        gint64 *ret_corpus,
                                        gint64 *ret_bytes,
                                        GError **error);
// Unpublished: all of it is removed again.
void cz_import_writer_free (CzImportWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzImportWriter, cz_import_writer_free)
