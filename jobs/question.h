#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "jobs/job.h"

// A line that the server is asked, taken apart. It may be read by one thread while another cancels
// it.
typedef struct
{
  JsonNode *root;            // or NULL
  JsonObject *members;       // the root's; NULL: the line is no object
  char *id;                  // as JSON, a whole number digit by digit; "null" where there is none
  char *cancels;             // of a request "cancel": the id it names, written likewise; else NULL
  GCancellable *cancellable; // of what is computed for it
} CzQuestion;

// The escape \u0000, which no C string can hold, is read as U+FFFD: to a tokenizer the two are the
// same.
CzQuestion *cz_question_new (const char *line, gsize length);
void cz_question_free (CzQuestion *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzQuestion, cz_question_free)

// Members of a question, or of an object in it.

// One that is a string, the object's; NULL if there is none.
const char *cz_question_get_string (JsonObject *members, const char *name);
// An array of strings, or one string; empty if it is null or not there, NULL if it is neither.
// NULL-terminated, freed by the caller.
char **cz_question_get_strings (JsonObject *members, const char *name);
// These two: what is not there, or null, is `preset`. Errors: CZ_JOB_ERROR_INVALID.
gboolean cz_question_read_number (JsonObject *members,
                                  const char *name,
                                  guint low,
                                  guint high,
                                  guint preset,
                                  guint *ret_number,
                                  GError **error);
gboolean cz_question_read_boolean (
    JsonObject *members, const char *name, gboolean preset, gboolean *ret_value, GError **error);
