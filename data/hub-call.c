#include "data/hub-call.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/hub-address.h"
#include "engine/format/json-text.h"

// Of the Hub's own words so many are shown.
#define WORDS_MAX 300

// ---- Members ----

static JsonNode *
get_member (JsonObject *object, const char *name, JsonNodeType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_node_type (node) == type ? node : NULL;
}

const char *
cz_hub_call_get_string (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

gint64
cz_hub_call_get_int (JsonObject *object, const char *name, gint64 otherwise)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node)
                                                                         : otherwise;
}

gboolean
cz_hub_call_get_boolean (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
         && json_node_get_boolean (node);
}

JsonObject *
cz_hub_call_get_object (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_OBJECT);

  return node != NULL ? json_node_get_object (node) : NULL;
}

JsonArray *
cz_hub_call_get_array (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_ARRAY);

  return node != NULL ? json_node_get_array (node) : NULL;
}

// ---- Errors ----

char *
cz_hub_call_quote (const char *words, const char *token)
{
  if (words == NULL || !g_utf8_validate (words, -1, NULL)
      || (token != NULL && strstr (words, token) != NULL))
    return NULL;
  g_autofree char *line = g_utf8_strlen (words, -1) > WORDS_MAX
                              ? g_utf8_substring (words, 0, WORDS_MAX)
                              : g_strdup (words);
  for (char *c = line; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strstrip (line);
  return line[0] != '\0' ? g_steal_pointer (&line) : NULL;
}

// What the Hub itself says; NULL: nothing. Freed by the caller.
static char *
get_words (const CzHttpReply *reply, const char *token)
{
  const char *words = NULL;
  gsize size = 0;
  const char *body = reply->body != NULL ? g_bytes_get_data (reply->body, &size) : NULL;
  g_autoptr (JsonNode) root = size > 0 ? cz_json_parse (body, (gssize)size, "", NULL) : NULL;

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    {
      words = cz_hub_call_get_string (json_node_get_object (root), "error");
      if (words == NULL)
        words = cz_hub_call_get_string (json_node_get_object (root), "message");
    }
  if (words == NULL)
    words = cz_http_reply_get_header (reply, "x-error-message");
  return cz_hub_call_quote (words, token);
}

void
cz_hub_call_fail (const CzHttpReply *reply, const char *what, const char *token, GError **error)
{
  g_autofree char *words = get_words (reply, token);
  g_autofree char *said = words != NULL ? g_strdup_printf (": %s", words) : g_strdup ("");
  int code = CZ_HTTP_ERROR_STATUS + (int)reply->status;

  switch (reply->status)
    {
    case 401:
      g_set_error (error, CZ_HTTP_ERROR, code,
                   token != NULL
                       ? _ ("%s: the Hub does not accept the token (401%s). Make a new one and "
                            "sign in again with “cloze hub login”.")
                       : _ ("%s: the Hub wants to know who you are (401%s). Sign in with “cloze "
                            "hub login”."),
                   what, said);
      return;
    case 403:
      g_set_error (error, CZ_HTTP_ERROR, code,
                   _ ("%s: this account may not do that (403%s). Use a token with the right to "
                      "write, or another repository."),
                   what, said);
      return;
    case 413:
      g_set_error (error, CZ_HTTP_ERROR, code,
                   _ ("%s: the Hub finds it too large (413%s). Push a smaller model, or see what "
                      "the account's plan allows."),
                   what, said);
      return;
    case 400:
    case 402:
    case 422:
    case 507:
      if (words == NULL)
        break;
      g_set_error (error, CZ_HTTP_ERROR, code,
                   _ ("%s: the Hub did not accept it (%u: %s). Mend that and try again."), what,
                   reply->status, words);
      return;
    default:
      break;
    }
  cz_http_reply_set_error (reply, what, error);
}

// ---- The call ----

static gboolean
is_no_error (guint status)
{
  return status == 404 || status == 409 || status == 412;
}

JsonNode *
cz_hub_call (const CzHubCall *call, guint *ret_status, GCancellable *cancellable, GError **error)
{
  g_autofree char *endpoint = cz_hub_endpoint (error);
  if (endpoint == NULL)
    return NULL;
  if (cz_hub_is_offline ())
    {
      g_set_error (
          error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_OFFLINE,
          _ ("%s: the Hub is not asked, because HF_HUB_OFFLINE is set in the environment."),
          call->what);
      return NULL;
    }
  g_autofree char *url = g_strconcat (call->url[0] == '/' ? endpoint : "", call->url, NULL);
  g_autofree char *type
      = g_strdup_printf ("Content-Type: %s", call->type != NULL ? call->type : "application/json");
  g_autoptr (GBytes) body
      = call->body != NULL ? g_bytes_new_static (call->body, strlen (call->body)) : NULL;
  g_autoptr (GPtrArray) headers = g_ptr_array_new ();

  if (body != NULL)
    g_ptr_array_add (headers, type);
  for (const char *const *more = call->headers; more != NULL && *more != NULL; more++)
    g_ptr_array_add (headers, (gpointer)*more);
  g_ptr_array_add (headers, NULL);
  const CzHttpRequest request
      = { .method = call->method,
          .url = url,
          .what = call->what,
          .headers = (const char *const *)headers->pdata,
          .token = cz_http_is_same_origin (url, endpoint) ? call->token : NULL,
          .body = body };
  g_autoptr (CzHttpReply) reply = cz_http_send (&request, cancellable, error);

  if (reply == NULL)
    return NULL;
  if (ret_status != NULL)
    *ret_status = reply->status;
  if (reply->status >= 400)
    {
      if (ret_status == NULL || !is_no_error (reply->status))
        cz_hub_call_fail (reply, call->what, call->token, error);
      return NULL;
    }
  gsize size = 0;
  const char *text = reply->body != NULL ? g_bytes_get_data (reply->body, &size) : NULL;
  // Some answers have nothing to say.
  JsonNode *root = size > 0 ? cz_json_parse (text, (gssize)size, call->what, NULL)
                            : json_node_init_null (json_node_alloc ());
  if (root == NULL)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
                 _ ("%s: the server's answer is not what the Hub's documents say; check "
                    "HF_ENDPOINT and the proxy."),
                 call->what);
  return root;
}
