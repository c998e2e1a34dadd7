#pragma once

#include <glib.h>

// Lines of a file or of standard input, as bytes: NULs, invalid UTF-8, any length up to 1 GiB.
typedef struct _CzLineReader CzLineReader;

// path NULL or "-": standard input. Errors: G_FILE_ERROR.
CzLineReader *cz_line_reader_new (const char *path, GError **error);
void cz_line_reader_free (CzLineReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzLineReader, cz_line_reader_free)

// The next line without its \n, valid until the next call; NULL at the end, or with `error` set.
// Before it waits for more input it calls `idle` (may be NULL), so that who talks with us line by
// line gets the answers.
const char *cz_line_reader_next (CzLineReader *reader,
                                 gsize *ret_length,
                                 void (*idle) (gpointer),
                                 gpointer data,
                                 GError **error);
// The number of that line, from 1, and what the file is called.
guint64 cz_line_reader_get_number (CzLineReader *reader);
const char *cz_line_reader_get_name (CzLineReader *reader);
