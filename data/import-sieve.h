#pragma once

#include "data/import.h"

// Which documents of an import are kept: those long enough, and of equal ones the first.
//
// Each document kept costs 24 bytes in a table that is at most two thirds full and doubles (36 to
// 72 bytes a document; nothing where equal ones are welcome), each file some 20 bytes of its path:
// ten million documents take 0.4 to 0.7 GB.
typedef struct _CzImportSieve CzImportSieve;

typedef enum
{
  CZ_SIEVE_KEPT,
  CZ_SIEVE_SHORT,
  CZ_SIEVE_DUPLICATE,
} CzSieveResult;

CzImportSieve *cz_import_sieve_new (const CzImportOptions *options);
void cz_import_sieve_free (CzImportSieve *sieve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzImportSieve, cz_import_sieve_free)

// DUPLICATE: *ret_first is where the first one is, as cz_import_sieve_find () takes it. Equal
// are documents with the same first 16 bytes of SHA-256.
CzSieveResult cz_import_sieve_check (CzImportSieve *sieve,
                                     const char *path,
                                     gint64 row,
                                     const char *text,
                                     gsize length,
                                     guint64 *ret_first);
// The path and row (0: the file) of a document that was kept; the path is freed by the caller.
char *cz_import_sieve_find (CzImportSieve *sieve, guint64 first, gint64 *ret_row);
