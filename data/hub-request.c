#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/hub-address.h"

// What the account's token is; NULL: not signed in.
static char *
get_token (void)
{
  const char *token = g_getenv ("HF_TOKEN");

  return token != NULL && *token != '\0' ? g_strstrip (g_strdup (token)) : NULL;
}

static void
free_token (char *token)
{
  if (token != NULL)
    explicit_bzero (token, strlen (token));
  g_free (token);
}

// https://huggingface.co/docs/hub/api: the header X-Error-Code tells what a status means.
static void
set_status_error (const CzHttpReply *reply,
                  const char *url,
                  const char *what,
                  CzHubKind kind,
                  const char *repo,
                  gboolean signed_in,
                  GError **error)
{
  const char *code = cz_http_reply_get_header (reply, "x-error-code");
  int status = CZ_HTTP_ERROR_STATUS + (int)reply->status;
  g_autofree char *endpoint = cz_hub_endpoint (NULL);
  g_autofree char *page
      = cz_hub_address_page (endpoint != NULL ? endpoint : "https://huggingface.co", kind, repo);

  if (g_strcmp0 (code, "GatedRepo") == 0 && !signed_in)
    g_set_error (error, CZ_HTTP_ERROR, status,
                 _ ("“%s” is open only to those who have accepted its terms: accept them on %s, "
                    "then sign in with “cloze hub login”."),
                 repo, page);
  else if (g_strcmp0 (code, "GatedRepo") == 0)
    g_set_error (error, CZ_HTTP_ERROR, status,
                 _ ("“%s” is open only to those who have accepted its terms, and this account has "
                    "not, or is not let in yet: accept them on %s."),
                 repo, page);
  else if (g_strcmp0 (code, "RevisionNotFound") == 0)
    g_set_error (error, CZ_HTTP_ERROR, status,
                 _ ("“%s” has no such revision; name a branch, a tag or a commit of it."), repo);
  else if (g_strcmp0 (code, "EntryNotFound") == 0)
    g_set_error (error, CZ_HTTP_ERROR, status,
                 _ ("%s is not there; “cloze hub show %s” lists the files."), what, repo);
  else if (g_strcmp0 (code, "DisabledRepo") == 0)
    g_set_error (error, CZ_HTTP_ERROR, status,
                 _ ("“%s” has been disabled by the Hub; choose another."), repo);
  else if (reply->status == 401 && signed_in && g_strcmp0 (code, "RepoNotFound") != 0)
    g_set_error (error, CZ_HTTP_ERROR, status,
                 _ ("The Hub does not accept the token (401): it may have been withdrawn. Sign in "
                    "again with “cloze hub login”, or correct HF_TOKEN."));
  else if (reply->status == 401 || reply->status == 404)
    g_set_error (error, CZ_HTTP_ERROR, status,
                 kind == CZ_HUB_DATASET
                     ? _ ("There is no data set “%s” on the Hub, or it is private; check the name, "
                          "or sign in with “cloze hub login”.")
                     : _ ("There is no model “%s” on the Hub, or it is private; check the name, or "
                          "sign in with “cloze hub login”."),
                 repo);
  else
    cz_http_reply_set_error (reply, what, error);
}

CzHttpReply *
cz_hub_send (const CzHttpRequest *request,
             CzHubKind kind,
             const char *repo,
             GCancellable *cancellable,
             GError **error)
{
  char *token = get_token ();
  gboolean signed_in = token != NULL;
  CzHttpRequest with_token = *request;

  with_token.token = token;
  g_autoptr (CzHttpReply) reply = cz_http_send (&with_token, cancellable, error);
  free_token (token);
  if (reply == NULL || reply->status < 400)
    return g_steal_pointer (&reply);
  set_status_error (reply, request->url, request->what != NULL ? request->what : repo, kind, repo,
                    signed_in, error);
  return NULL;
}
