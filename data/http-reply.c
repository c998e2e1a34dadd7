#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/http.h"

G_DEFINE_QUARK (cz - http - error - quark, cz_http_error)

guint
cz_http_error_get_status (const GError *error)
{
  return error != NULL && error->domain == CZ_HTTP_ERROR && error->code >= CZ_HTTP_ERROR_STATUS
             ? (guint)(error->code - CZ_HTTP_ERROR_STATUS)
             : 0;
}

void
cz_http_reply_free (CzHttpReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->url);
  g_clear_pointer (&reply->headers, g_hash_table_unref);
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_free (reply);
}

const char *
cz_http_reply_get_header (const CzHttpReply *reply, const char *name)
{
  return g_hash_table_lookup (reply->headers, name);
}

void
cz_http_reply_set_error (const CzHttpReply *reply, const char *what, GError **error)
{
  int code = CZ_HTTP_ERROR_STATUS + (int)reply->status;

  switch (reply->status)
    {
    case 401:
      g_set_error (error, CZ_HTTP_ERROR, code,
                   _ ("%s is not open to everybody, or is not there (401); check the name, or sign "
                      "in with “cloze hub login”."),
                   what);
      break;
    case 403:
      g_set_error (error, CZ_HTTP_ERROR, code,
                   _ ("%s may not be read or written by this account (403); ask its owner, or use "
                      "a token that may."),
                   what);
      break;
    case 404:
      g_set_error (error, CZ_HTTP_ERROR, code, _ ("%s is not there (404); check the name."), what);
      break;
    case 429:
      g_set_error (error, CZ_HTTP_ERROR, code,
                   _ ("%s: the server has been asked too often (429); try again in some minutes."),
                   what);
      break;
    default:
      if (reply->status >= 500)
        g_set_error (error, CZ_HTTP_ERROR, code,
                     _ ("%s: the server is in trouble (%u); try again later."), what,
                     reply->status);
      else
        g_set_error (error, CZ_HTTP_ERROR, code,
                     _ ("%s: the server did not accept the request (%u); try again, or update "
                        "Clozebench."),
                     what, reply->status);
    }
}

gboolean
cz_http_is_same_origin (const char *url, const char *other)
{
  g_autoptr (GUri) a = g_uri_parse (url, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
  g_autoptr (GUri) b = g_uri_parse (other, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);

  return a != NULL && b != NULL && g_str_equal (g_uri_get_scheme (a), g_uri_get_scheme (b))
         && g_uri_get_host (a) != NULL && g_uri_get_host (b) != NULL
         && g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0
         && g_uri_get_port (a) == g_uri_get_port (b);
}
