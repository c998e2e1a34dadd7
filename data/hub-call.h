#pragma once

#include <json-glib/json-glib.h>

#include "data/http.h"

// A question to the Hub that is answered in JSON, with its errors as sentences.

typedef struct
{
  const char *method; // NULL: GET
  const char *url;    // whole, or a path that begins with "/": at the endpoint
  const char *what;   // names it in messages
  const char *token;  // NULL: none; goes to the endpoint's host alone
  // What is sent; NULL: nothing. `type`: NULL: application/json.
  const char *body;
  const char *type;
  const char *const *headers; // more of them
} CzHubCall;

// The answer's document. ret_status (may be NULL): the status; with it 404, 409 and 412 are no
// errors: NULL is returned without one. Other errors: CZ_HTTP_ERROR_*, with the Hub's own words
// where it gave any.
JsonNode *cz_hub_call (const CzHubCall *call,
                       guint *ret_status,
                       GCancellable *cancellable,
                       GError **error);
// Sets the error that a reply of 400 or more comes to. token: is taken out of the Hub's words
// should they repeat it.
void cz_hub_call_fail (const CzHttpReply *reply,
                       const char *what,
                       const char *token,
                       GError **error);

// The Hub's own words on one line, at most 300 characters, as they may stand in a message; NULL
// where they say nothing, or hold the token. Freed by the caller.
char *cz_hub_call_quote (const char *words, const char *token);

// Members of an answer, which is never trusted: NULL, `otherwise` and FALSE where they are of
// another kind. The node's.
const char *cz_hub_call_get_string (JsonObject *object, const char *name);
gint64 cz_hub_call_get_int (JsonObject *object, const char *name, gint64 otherwise);
gboolean cz_hub_call_get_boolean (JsonObject *object, const char *name);
JsonObject *cz_hub_call_get_object (JsonObject *object, const char *name);
JsonArray *cz_hub_call_get_array (JsonObject *object, const char *name);
