#pragma once

#include <glib.h>

// A JSON object of a data set as a flat row. Written for this because what comes may be hostile or
// huge: it builds no tree, goes no deeper than a few levels, and keeps NULs (\u0000). The members
// of nested objects are called by their way, "meta.title"; those of objects in an array come once
// for each.

typedef enum
{
  CZ_JSON_STRING,
  CZ_JSON_NUMBER, // as written
  CZ_JSON_WORD,   // true or false
  CZ_JSON_LIST,   // an array of strings, or of arrays of them, joined by newlines
  CZ_JSON_NULL,
  CZ_JSON_OTHER, // an array of something else, or what lies too deep
} CzJsonKind;

typedef struct
{
  gsize name, name_length; // in the row's bytes
  gsize value, value_length;
  CzJsonKind kind;
  gboolean nested;
  gboolean repeated; // it lies in an array, and there may be others of its name
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

// What the members of an object are, that is the whole of a file perhaps.
typedef struct
{
  guint plain, objects, object_arrays, other_arrays;
  gboolean whole;    // it ends
  gboolean followed; // by another object
} CzJsonSurvey;
void cz_json_survey (const char *text, gsize length, CzJsonSurvey *ret_survey);
