#pragma once

#include <glib.h>

// A JSON object of a data set as a flat row. Written for this because what comes may be hostile or
// huge: it neither recurses nor builds a tree, keeps NULs (\u0000), and looks inside nested values
// only to step over them.

typedef enum
{
  CZ_JSON_STRING,
  CZ_JSON_NUMBER, // as written
  CZ_JSON_WORD,   // true or false
  CZ_JSON_LIST,   // an array of strings, joined by newlines
  CZ_JSON_NULL,
  CZ_JSON_OTHER, // an object, or an array of something else
} CzJsonKind;

typedef struct
{
  gsize name, name_length; // in the row's bytes
  gsize value, value_length;
  CzJsonKind kind;
} CzJsonMember;

typedef struct
{
  GString *bytes;
  GArray *members; // CzJsonMember
} CzJsonRow;

CzJsonRow *cz_json_row_new (void);
void cz_json_row_free (CzJsonRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzJsonRow, cz_json_row_free)

// Parses one object in place of what the row held. FALSE: *ret_problem says why, a piece of a
// sentence.
gboolean cz_json_row_parse (CzJsonRow *row,
                            const char *text,
                            gsize length,
                            const char **ret_problem);
