#pragma once

#include "data/library.h"
#include "data/text-cleaning.h"

// From files, folders and archives to documents. Text is stored as it is unless it is to be
// cleaned; an archive is a folder.

typedef enum
{
  CZ_FORMAT_AUTO,
  CZ_FORMAT_TEXT,  // a file is a document
  CZ_FORMAT_LINES, // a line is a document; only \n and \r\n end a line
  CZ_FORMAT_CSV,
  CZ_FORMAT_TSV,
  CZ_FORMAT_JSON,  // an array of objects, or an object of objects
  CZ_FORMAT_JSONL, // an object a line
  CZ_FORMAT_PARQUET,
  CZ_FORMAT_HTML,
  CZ_FORMAT_PDF,
  CZ_FORMAT_MARKDOWN,
  CZ_N_FORMATS
} CzFormat;

// "auto", "text", …; Error: INVALID, naming what there is.
gboolean cz_format_parse (const char *name, CzFormat *ret_format, GError **error);
const char *cz_format_get_name (CzFormat format);
// What a file's ending says; TEXT where it says nothing.
CzFormat cz_format_of_name (const char *name);

// What a document is made of.
typedef enum
{
  CZ_UNIT_AUTO, // a table's row, a line of lines, any other file
  CZ_UNIT_FILE, // the rows of a table joined by line breaks, their labels and splits set aside
  CZ_UNIT_LINE,
  CZ_UNIT_ROW,       // as AUTO
  CZ_UNIT_PARAGRAPH, // set apart by blank lines
  CZ_N_UNITS
} CzDocumentUnit;

// "auto", "file", …; Error: INVALID, naming what there is.
gboolean cz_document_unit_parse (const char *name, CzDocumentUnit *ret_unit, GError **error);

// NULL and 0 fields: find out, or leave as it is. Strings stay the caller's.
typedef struct
{
  CzFormat format;
  const char *encoding; // as iconv names it
  const char *text_column;
  const char *label_column; // "": none
  const char *split_column; // likewise
  CzCleaning cleaning;
  CzDocumentUnit unit;
  // After cleaning: shorter documents, and those equal to an earlier one, are left out.
  gint64 minimum_words;
  gint64 minimum_length; // characters
  gboolean deduplicate;
  const char *source; // to be kept with the corpus in place of the paths' names
} CzImportOptions;

// What differs from storing all as it is, as the command's options: "--clean br --deduplicate"; ""
// for nothing. Freed by the caller. It is kept with the corpus' source.
char *cz_import_options_describe (const CzImportOptions *options);

// What was left out, or is worth knowing.
typedef struct
{
  char *path;
  gint64 row; // 0: the file
  char *reason;
  gboolean damaged; // the file, or archive, is damaged: something of it is missing
} CzImportSkip;
void cz_import_skip_free (CzImportSkip *skip);

// What was found before importing.
typedef struct
{
  char *name;        // a name that would do for the corpus
  gint64 files;      // that would be read (of an archive: entries)
  gint64 bytes;      // of what was given, as it lies on the disk
  gboolean complete; // FALSE: looked at the beginning only, there is more
  CzFormat format;   // of most files
  gboolean mixed;    // others are of other formats
  char **columns;    // of the first table or JSON object; NULL: none
  char *text_column, *label_column, *split_column; // found or as asked; NULL: none
  char *encoding;
  gboolean encoding_guessed;
  GPtrArray *documents; // the first ones as they will be stored: CzDocument (data/document.h)
  GPtrArray *splits;    // CzCorpusGroup, of what was looked at
  GPtrArray *labels;    // likewise
  GPtrArray *skipped;   // CzImportSkip, likewise
} CzImportFindings;
void cz_import_findings_free (CzImportFindings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzImportFindings, cz_import_findings_free)

// Looks at `paths` (NULL-terminated) for at most about a second, once all sizes are known. Errors:
// NOT_FOUND, INVALID (a column that is not there, a format that is not read), IO.
CzImportFindings *cz_import_inspect (const char *const *paths,
                                     const CzImportOptions *options,
                                     GCancellable *cancellable,
                                     GError **error);

typedef struct
{
  gint64 bytes_done, bytes_total; // of the files given, as they lie on the disk
  gint64 documents;
  const char *path; // being read
} CzImportProgress;
typedef void (*CzImportProgressFunc) (const CzImportProgress *progress, gpointer data);

// Which columns of a table were used.
typedef struct
{
  char *path;   // of the first file with these columns
  gint64 files; // how many follow one another with the same
  char **columns;
  int text, label, split; // places in `columns`; -1: none
} CzImportTable;
void cz_import_table_free (CzImportTable *table);

typedef struct
{
  gint64 corpus; // its id
  gint64 documents;
  gint64 bytes;
  GPtrArray *skipped;  // CzImportSkip
  GPtrArray *notes;    // CzImportSkip: read, but worth knowing (an encoding that was guessed)
  GPtrArray *tables;   // CzImportTable: the first 100 that differ
  gint64 skipped_more; // how many were left out of that list, which holds the first 10,000
} CzImportReport;
void cz_import_report_clear (CzImportReport *report);

// Imports into a new corpus `name`. The progress function is called a few times a second, in this
// thread. Cancelled (G_IO_ERROR_CANCELLED) or failed: the library is as it was. Nothing readable at
// all is an error (INVALID), which tells the first reasons.
// Errors: EXISTS, NOT_FOUND, INVALID, FULL, IO, BUSY.
gboolean cz_import_run (CzLibrary *library,
                        const char *name,
                        const char *const *paths,
                        const CzImportOptions *options,
                        CzImportProgressFunc progress,
                        gpointer data,
                        GCancellable *cancellable,
                        CzImportReport *ret_report,
                        GError **error);
