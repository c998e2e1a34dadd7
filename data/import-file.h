#pragma once

#include "data/entry-source.h"
#include "data/import-input.h"
#include "data/import-sieve.h"
#include "data/import.h"

// Reading one file of an import: what all formats have in common. A reader takes bytes from the
// input and hands over documents; they are decoded here and go on to the sink.

#define CZ_DOCUMENT_BYTES_MAX ((gsize)64 << 20) // a longer one is left out, with a reason

// A document on its way; all of it stays the reader's.
typedef struct
{
  const char *path;
  gint64 row;        // 0: the file
  const char *label; // "" for none
  const char *split; // "" for none
  const char *text;
  gsize length;
} CzFoundDocument;

// Where documents and all that is to be told go. FALSE with the error set ends the import.
typedef struct
{
  gboolean (*document) (const CzFoundDocument *document, gpointer data, GError **error);
  void (*skip) (const char *path, gint64 row, const char *reason, gpointer data);
  void (*damage) (const char *path, gint64 row, const char *reason, gpointer data); // likewise
  void (*note) (const char *path, gint64 row, const char *what, gpointer data);
  // A file that is being read.
  void (*file) (const char *path, CzFormat format, const char *encoding, gpointer data);
  // The encoding that had to be guessed.
  void (*guess) (const char *path, const char *encoding, gpointer data);
  // A table's columns and which were chosen (-1: none).
  void (*table) (const char *path, char **columns, int text, int label, int split, gpointer data);
  // Called after every block read.
  void (*progress) (gint64 bytes_done, const char *path, gpointer data);
  gpointer data;
} CzImportSink;

// How many of a kind there were, so that a million of them are told at once.
typedef struct
{
  gint64 n, first_row;
} CzImportCount;

typedef struct
{
  const char *path;
  const char *split, *label; // told by the file's place; NULL: none
  CzFormat format;
  CzInput *input; // NULL: the format tells its encoding itself, UTF-8
  const CzImportOptions *options;
  const CzImportSink *sink;
  CzImportSieve *sieve;
  GString *whole; // with CZ_UNIT_FILE: the rows so far
  // Counted while reading, told at the end.
  const char *guess; // the encoding, interned; NULL: none was guessed
  CzImportCount guessed, empty, brief, equal;
  guint64 first_equal; // what the first of those is equal to, for the sieve
  gint64 documents;
  gboolean skipped;   // something of it was told to be left out
  gboolean broken;    // reading it failed, as cz_input_is_broken () says where there is an input
  gboolean utf8_seen; // beyond ASCII: then nothing else is guessed
} CzImportFile;

// Hands over a document's bytes, which are decoded, cleaned and, where asked for, cut here. label
// and split NULL: what the file's place tells.
gboolean cz_import_file_add (CzImportFile *file,
                             gint64 row,
                             const char *text,
                             gsize length,
                             const char *label,
                             const char *split,
                             GError **error);
// A short piece (a label, a column's name) as UTF-8 in one line, freed by the caller.
char *cz_import_file_decode (CzImportFile *file, const char *bytes, gsize length);
void cz_import_file_skip (CzImportFile *file, gint64 row, const char *reason);
// Hands over what waits for the file's end, and tells of what was counted.
gboolean cz_import_file_finish (CzImportFile *file, GError **error);
void cz_import_file_clear (CzImportFile *file);
// Whether the documents are lines, or paragraphs, and cutting them does not need all of the text at
// once, as taking out its markup does.
gboolean cz_import_file_can_stream (CzImportFile *file, CzDocumentUnit unit);

// All of the file at once, in the input's window; more than CZ_DOCUMENT_BYTES_MAX is cut off, which
// the length shows. NULL: an error.
const char *cz_import_file_gather (CzImportFile *file, gsize *ret_length, GError **error);

// Whether there is nothing but white space in it.
gboolean cz_import_line_is_blank (const char *line, gsize length);

// The readers, one for each kind of format: import-lines.c, import-csv.c, import-json.c,
// import-html.c, import-pdf.c (whose input holds bytes), import-parquet.c (which has none).
gboolean cz_import_read_text (CzImportFile *file, GError **error);
gboolean cz_import_read_lines (CzImportFile *file, GError **error);
gboolean cz_import_read_paragraphs (CzImportFile *file, GError **error);
gboolean cz_import_read_csv (CzImportFile *file, CzFormat format, GError **error);
gboolean cz_import_read_json_lines (CzImportFile *file, GError **error);
gboolean cz_import_read_json (CzImportFile *file, GError **error);
gboolean cz_import_read_parquet (CzImportFile *file, CzEntry *entry, GError **error);
gboolean cz_import_read_html (CzImportFile *file, GError **error);
gboolean cz_import_read_pdf (CzImportFile *file, GError **error);
// What cz-pdf-text writes, pages with a form feed behind each, as a document: an empty line between
// them, without those that are blank. Empty: there is no text.
GString *cz_pdf_join_pages (const char *text, gsize length);

// Reads all of `paths`. Errors: NOT_FOUND, the sink's, G_IO_ERROR_CANCELLED.
gboolean cz_import_read (const char *const *paths,
                         const CzImportOptions *options,
                         const CzImportSink *sink,
                         GCancellable *cancellable,
                         GError **error);
// Whether anything was given, and the options can be carried out at all. Error: INVALID.
gboolean cz_import_check (const char *const *paths, const CzImportOptions *options, GError **error);
