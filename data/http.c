#include "data/http.h"

#include <curl/curl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "data/http-retry.h"

#define REDIRECTS     10
#define TRIES         5
#define BODY_LIMIT    ((gsize)32 << 20)
#define KEPT_OF_ERROR 65536
#define SLOWEST       1024 // bytes/s
#define POLL_MS       100

// One request to one address and its answer.
typedef struct
{
  const CzHttpRequest *request;
  const char *url, *method;
  CURL *easy;
  CzHttpReply *reply;
  GByteArray *body;
  gsize read;      // of request->body
  gint64 moved;    // bytes, in both directions
  gint64 uploaded; // of the body
  gboolean begun;
  GError *error; // of one of the request's functions
} Exchange;

// A multi handle a thread: connections are kept for the next request.
static void
free_multi (gpointer multi)
{
  curl_multi_cleanup (multi);
}

static GPrivate multi_key = G_PRIVATE_INIT (free_multi);

static CURLM *
get_multi (void)
{
  static gsize initialized;
  CURLM *multi = g_private_get (&multi_key);

  if (g_once_init_enter (&initialized))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&initialized, 1);
    }
  if (multi == NULL)
    {
      multi = curl_multi_init ();
      g_private_set (&multi_key, multi);
    }
  return multi;
}

static char *
get_host (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : url);
}

// A name that only looks like an address of this machine ("127.0.0.1.example") is none.
static gboolean
is_this_machine (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

static gboolean
is_secret_safe (const char *url)
{
  g_autofree char *host = get_host (url);

  return g_ascii_strncasecmp (url, "https://", 8) == 0 || is_this_machine (host);
}

static const char *
get_what (Exchange *exchange)
{
  return exchange->request->what;
}

// ---- what libcurl calls ----

static gboolean
is_redirect (Exchange *exchange)
{
  guint status = exchange->reply->status;

  return !exchange->request->stay
         && (status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

static gboolean
is_success (Exchange *exchange)
{
  return exchange->reply->status >= 200 && exchange->reply->status < 300;
}

static size_t
take_header (char *line, size_t size, size_t n, void *data)
{
  Exchange *exchange = data;
  g_autofree char *text = g_strndup (line, size * n);
  char *colon = strchr (text, ':');

  exchange->moved += (gint64)n;
  if (g_str_has_prefix (text, "HTTP/"))
    {
      const char *status = strchr (text, ' ');

      exchange->reply->status = status != NULL ? (guint)g_ascii_strtoull (status + 1, NULL, 10) : 0;
    }
  else if (colon != NULL)
    {
      *colon = '\0';
      g_hash_table_replace (exchange->reply->headers, g_ascii_strdown (g_strstrip (text), -1),
                            g_utf8_make_valid (g_strstrip (colon + 1), -1));
    }
  return n;
}

static gboolean
begin (Exchange *exchange)
{
  const CzHttpRequest *request = exchange->request;

  if (exchange->begun || !is_success (exchange))
    return TRUE;
  exchange->begun = TRUE;
  return request->begin == NULL
         || request->begin (exchange->reply, request->data, &exchange->error);
}

static size_t
take_body (char *bytes, size_t size, size_t n, void *data)
{
  Exchange *exchange = data;
  const CzHttpRequest *request = exchange->request;
  gsize limit = request->limit > 0 ? request->limit : BODY_LIMIT;

  exchange->moved += (gint64)n;
  if (is_redirect (exchange))
    return n;
  if (!is_success (exchange))
    {
      if (exchange->body->len < KEPT_OF_ERROR)
        g_byte_array_append (exchange->body, (const guint8 *)bytes,
                             (guint)MIN (n, KEPT_OF_ERROR - exchange->body->len));
      return n;
    }
  if (!begin (exchange))
    return 0;
  if (request->write != NULL)
    return request->write (bytes, n, request->data, &exchange->error) ? n : 0;
  if (n > limit - exchange->body->len)
    {
      g_autofree char *text = g_format_size (limit);

      g_set_error (&exchange->error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_TOO_LARGE,
                   _ ("%s: the server's answer is larger than %s, which no answer of this kind is; "
                      "check the address."),
                   get_what (exchange), text);
      return 0;
    }
  g_byte_array_append (exchange->body, (const guint8 *)bytes, (guint)n);
  return n;
}

static size_t
give_body (char *buffer, size_t size, size_t n, void *data)
{
  Exchange *exchange = data;
  const CzHttpRequest *request = exchange->request;
  gssize given;

  if (request->body != NULL)
    {
      gsize length;
      const char *bytes = g_bytes_get_data (request->body, &length);

      given = (gssize)MIN (size * n, length - exchange->read);
      if (given > 0)
        memcpy (buffer, bytes + exchange->read, (gsize)given);
      exchange->read += (gsize)given;
    }
  else
    given = request->read (buffer, size * n, request->data, &exchange->error);
  if (given < 0)
    return CURL_READFUNC_ABORT;
  exchange->moved += given;
  exchange->uploaded += given;
  if (request->sent != NULL)
    request->sent (exchange->uploaded, request->data);
  return (size_t)given;
}

// Only to the beginning: libcurl sends once more what a dead connection swallowed.
static int
rewind_body (void *data, curl_off_t offset, int origin)
{
  Exchange *exchange = data;

  if (offset != 0 || origin != SEEK_SET)
    return CURL_SEEKFUNC_CANTSEEK;
  exchange->read = 0;
  exchange->uploaded = 0;
  if (exchange->request->body != NULL)
    return CURL_SEEKFUNC_OK;
  return exchange->request->rewind != NULL
                 && exchange->request->rewind (exchange->request->data, &exchange->error)
             ? CURL_SEEKFUNC_OK
             : CURL_SEEKFUNC_FAIL;
}

// ---- errors ----

// The proxy's host, where the failure was the proxy's; NULL: it was not. Freed by the caller.
static char *
find_proxy (const char *url, const char *complaint)
{
  static const char *const http[] = { "http_proxy", "all_proxy", "ALL_PROXY", NULL };
  static const char *const https[]
      = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL };

  for (const char *const *name = g_ascii_strncasecmp (url, "https:", 6) == 0 ? https : http;
       *name != NULL; name++)
    {
      const char *text = g_getenv (*name);
      g_autofree char *full = NULL, *host = NULL;

      if (text == NULL || *text == '\0')
        continue;
      full = strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("http://", text, NULL);
      host = get_host (full);
      return !g_str_equal (host, full) && strstr (complaint, host) != NULL ? g_steal_pointer (&host)
                                                                           : NULL;
    }
  return NULL;
}

static void
set_offline (Exchange *exchange, CURLcode code, const char *complaint, GError **error)
{
  g_autofree char *host = get_host (exchange->url);
  g_autofree char *proxy = find_proxy (exchange->url, complaint);

  if (code == CURLE_COULDNT_RESOLVE_PROXY || proxy != NULL)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_OFFLINE,
                 _ ("The proxy %s cannot be reached; check http_proxy and https_proxy in the "
                    "environment, or the network's settings."),
                 proxy != NULL ? proxy : "");
  else if (code == CURLE_COULDNT_RESOLVE_HOST)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_OFFLINE,
                 _ ("%s cannot be found: this computer seems to be offline. Check the network and "
                    "try again."),
                 host);
  else if (code == CURLE_OPERATION_TIMEDOUT)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_OFFLINE,
                 _ ("%s did not answer within %u seconds: this computer seems to be offline, or "
                    "the server is. Check the network and try again."),
                 host, MAX (cz_http_times ().connect_ms / 1000, 1));
  else
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_OFFLINE,
                 _ ("%s cannot be reached: this computer seems to be offline, or the server is. "
                    "Check the network and try again."),
                 host);
}

static void
set_curl_error (Exchange *exchange, CURLcode code, const char *complaint, GError **error)
{
  g_autofree char *host = get_host (exchange->url);
  long connected = 0;

  curl_easy_getinfo (exchange->easy, CURLINFO_HTTP_CONNECTCODE, &connected);
  if (exchange->error != NULL)
    g_propagate_error (error, g_steal_pointer (&exchange->error));
  else if (connected >= 300)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_OFFLINE,
                 _ ("The proxy does not let this computer through to %s (%ld); check https_proxy "
                    "in the environment, with its name and password."),
                 host, connected);
  else
    switch (code)
      {
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_COULDNT_CONNECT:
      case CURLE_OPERATION_TIMEDOUT:
      case CURLE_PROXY:
        set_offline (exchange, code, complaint, error);
        break;
      case CURLE_SSL_CACERT_BADFILE:
        g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CERTIFICATE,
                     _ ("The certificates to be trusted cannot be read, so %s was not asked; check "
                        "the file that SSL_CERT_FILE names, or install ca-certificates."),
                     host);
        break;
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_ISSUER_ERROR:
      case CURLE_SSL_CERTPROBLEM:
      case CURLE_SSL_INVALIDCERTSTATUS:
        g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CERTIFICATE,
                     _ ("%s could not prove that it is %s (%s), so nothing was sent. If your "
                        "network has a certificate authority of its own, let SSL_CERT_FILE name "
                        "its file."),
                     host, host, complaint);
        break;
      case CURLE_SSL_CONNECT_ERROR:
      case CURLE_SSL_CIPHER:
      case CURLE_SSL_ENGINE_INITFAILED:
      case CURLE_USE_SSL_FAILED:
        g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CERTIFICATE,
                     _ ("No secure connection to %s could be made (%s); check the address and the "
                        "network."),
                     host, complaint);
        break;
      case CURLE_URL_MALFORMAT:
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_WEIRD_SERVER_REPLY:
        g_set_error (
            error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
            _ ("%s: %s does not answer as a web server does; check the address (HF_ENDPOINT "
               "in the environment?)."),
            get_what (exchange), host);
        break;
      default:
        g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CUT,
                     _ ("%s: the connection to %s broke off; try again."), get_what (exchange),
                     host);
      }
}

// ---- one exchange ----

static struct curl_slist *
make_headers (Exchange *exchange, gboolean with_token)
{
  const CzHttpRequest *request = exchange->request;
  struct curl_slist *list = curl_slist_append (NULL, "Accept-Encoding: identity");

  list = curl_slist_append (list, "Expect:");
  for (guint i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
    list = curl_slist_append (list, request->headers[i]);
  if (with_token && request->token != NULL)
    {
      g_autofree char *line = g_strconcat ("Authorization: Bearer ", request->token, NULL);

      list = curl_slist_append (list, line);
      explicit_bzero (line, strlen (line));
    }
  return list;
}

static void
free_headers (struct curl_slist *list)
{
  for (struct curl_slist *item = list; item != NULL; item = item->next)
    explicit_bzero (item->data, strlen (item->data));
  curl_slist_free_all (list);
}

static void
set_options (Exchange *exchange, struct curl_slist *headers, char *complaint)
{
  CURL *easy = exchange->easy;
  const CzHttpRequest *request = exchange->request;
  const char *authorities = g_getenv ("SSL_CERT_FILE"), *folder = g_getenv ("SSL_CERT_DIR");

  curl_easy_setopt (easy, CURLOPT_URL, exchange->url);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, complaint);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long)cz_http_times ().connect_ms);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "clozebench/" CZ_VERSION);
  curl_easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (authorities != NULL && *authorities != '\0')
    curl_easy_setopt (easy, CURLOPT_CAINFO, authorities);
  if (folder != NULL && *folder != '\0')
    curl_easy_setopt (easy, CURLOPT_CAPATH, folder);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, exchange);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, exchange);
  if (request->body != NULL || request->read != NULL)
    {
      curl_easy_setopt (easy, CURLOPT_UPLOAD, 1L);
      curl_easy_setopt (easy, CURLOPT_READFUNCTION, give_body);
      curl_easy_setopt (easy, CURLOPT_READDATA, exchange);
      curl_easy_setopt (easy, CURLOPT_SEEKFUNCTION, rewind_body);
      curl_easy_setopt (easy, CURLOPT_SEEKDATA, exchange);
      curl_easy_setopt (easy, CURLOPT_INFILESIZE_LARGE,
                        (curl_off_t)(request->body != NULL
                                         ? (gint64)g_bytes_get_size (request->body)
                                         : request->body_bytes));
    }
  if (g_str_equal (exchange->method, "HEAD"))
    curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, exchange->method);
}

static guint
get_stall (Exchange *exchange)
{
  CzHttpTimes times = cz_http_times ();

  // Tests, which shorten it, shorten also what was asked for.
  return g_getenv ("CZ_HTTP_TIMES") == NULL && exchange->request->stall_ms > 0
             ? exchange->request->stall_ms
             : times.stall_ms;
}

// Drives the transfer to its end. FALSE: cancelled, or too slow; else *ret_code is how it ended.
static gboolean
drive (Exchange *exchange, GCancellable *cancellable, CURLcode *ret_code, GError **error)
{
  CURLM *multi = get_multi ();
  guint stall = get_stall (exchange);
  gint64 window = 0, moved = 0; // since when, and how far it was then
  int running = 1, left;
  CURLMsg *message;

  while (running > 0)
    {
      curl_off_t connected = 0;
      gint64 now = g_get_monotonic_time ();

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (curl_multi_perform (multi, &running) != CURLM_OK)
        break;
      if (running == 0)
        break;
      curl_easy_getinfo (exchange->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
      if (connected > 0 && window == 0)
        {
          window = now;
          moved = exchange->moved;
        }
      else if (connected > 0 && now - window >= (gint64)stall * 1000)
        {
          if (exchange->moved - moved < (gint64)SLOWEST * stall / 1000)
            {
              g_autofree char *host = get_host (exchange->url);

              g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_TIMEOUT,
                           _ ("%s: %s has sent next to nothing for %u seconds; try again later."),
                           get_what (exchange), host, MAX (stall / 1000, 1));
              return FALSE;
            }
          window = now;
          moved = exchange->moved;
        }
      curl_multi_poll (multi, NULL, 0, POLL_MS, NULL);
    }
  *ret_code = CURLE_RECV_ERROR;
  while ((message = curl_multi_info_read (multi, &left)) != NULL)
    if (message->msg == CURLMSG_DONE && message->easy_handle == exchange->easy)
      *ret_code = message->data.result;
  return TRUE;
}

// What is sent into a dead TLS connection raises SIGPIPE, which would end the process.
static void
block_pipe_signal (sigset_t *ret_mask)
{
  sigset_t pipe_alone;

  sigemptyset (&pipe_alone);
  sigaddset (&pipe_alone, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe_alone, ret_mask);
}

static void
unblock_pipe_signal (const sigset_t *mask)
{
  const struct timespec at_once = { 0, 0 };
  sigset_t pipe_alone;

  sigemptyset (&pipe_alone);
  sigaddset (&pipe_alone, SIGPIPE);
  if (!sigismember (mask, SIGPIPE))
    sigtimedwait (&pipe_alone, NULL, &at_once);
  pthread_sigmask (SIG_SETMASK, mask, NULL);
}

static gboolean
carry_out (Exchange *exchange, gboolean with_token, GCancellable *cancellable, GError **error)
{
  char complaint[CURL_ERROR_SIZE] = "";
  CURLcode code = CURLE_OK;
  sigset_t mask;
  gboolean ok;

  block_pipe_signal (&mask);
  exchange->easy = curl_easy_init ();
  struct curl_slist *headers = make_headers (exchange, with_token);
  set_options (exchange, headers, complaint);
  curl_multi_add_handle (get_multi (), exchange->easy);
  ok = drive (exchange, cancellable, &code, error);
  curl_multi_remove_handle (get_multi (), exchange->easy);
  if (ok && code != CURLE_OK)
    {
      set_curl_error (exchange, code, complaint[0] != '\0' ? complaint : curl_easy_strerror (code),
                      error);
      ok = FALSE;
    }
  // An answer without a body begins, too.
  if (ok && !is_redirect (exchange) && !begin (exchange))
    {
      g_propagate_error (error, g_steal_pointer (&exchange->error));
      ok = FALSE;
    }
  g_clear_error (&exchange->error);
  g_clear_pointer (&exchange->easy, curl_easy_cleanup);
  free_headers (headers);
  unblock_pipe_signal (&mask);
  return ok;
}

// ---- redirects ----

static char *
resolve (const char *base, const char *location)
{
  CURLU *url = curl_url ();
  char *text = NULL, *result = NULL;

  if (curl_url_set (url, CURLUPART_URL, base, 0) == CURLUE_OK
      && curl_url_set (url, CURLUPART_URL, location, CURLU_URLENCODE) == CURLUE_OK
      && curl_url_get (url, CURLUPART_URL, &text, 0) == CURLUE_OK)
    result = g_strdup (text);
  curl_free (text);
  curl_url_cleanup (url);
  return result;
}

// Where an answer leads on; NULL: nowhere that it should.
static char *
follow (Exchange *exchange, const char *url, GError **error)
{
  const char *location = cz_http_reply_get_header (exchange->reply, "location");
  g_autofree char *next = location != NULL ? resolve (url, location) : NULL;
  guint status = exchange->reply->status;
  gboolean sends = exchange->request->body != NULL || exchange->request->read != NULL;

  if (next == NULL || (sends && status < 307)
      || (!g_str_has_prefix (next, "https://") && !g_str_has_prefix (next, "http://"))
      || (g_ascii_strncasecmp (url, "https://", 8) == 0 && !g_str_has_prefix (next, "https://")))
    {
      g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
                   _ ("%s: the server leads on to an address that is not followed; check the "
                      "address (HF_ENDPOINT in the environment?)."),
                   get_what (exchange));
      return NULL;
    }
  return g_steal_pointer (&next);
}

// What an answer on the way said of itself (X-…) stays known, the rest is that answer's alone.
static gboolean
is_of_one_answer (gpointer name, gpointer value, gpointer data)
{
  return !g_str_has_prefix (name, "x-");
}

static gboolean
begin_body_anew (const CzHttpRequest *request, GError **error)
{
  return request->read == NULL || request->rewind == NULL || request->rewind (request->data, error);
}

static CzHttpReply *
send_once (const CzHttpRequest *request, GCancellable *cancellable, GError **error)
{
  g_autofree char *url = g_strdup (request->url);
  g_autoptr (CzHttpReply) reply = g_new0 (CzHttpReply, 1);

  reply->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i <= REDIRECTS; i++)
    {
      g_autoptr (GByteArray) body = g_byte_array_new ();
      Exchange exchange = { .request = request,
                            .url = url,
                            .method = request->method != NULL ? request->method : "GET",
                            .reply = reply,
                            .body = body };
      char *next;

      reply->status = 0;
      g_hash_table_foreach_remove (reply->headers, is_of_one_answer, NULL);
      if (!begin_body_anew (request, error)
          || !carry_out (&exchange,
                         cz_http_is_same_origin (url, request->url) && is_secret_safe (url),
                         cancellable, error))
        return NULL;
      if (!is_redirect (&exchange))
        {
          reply->url = g_steal_pointer (&url);
          reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&body));
          return g_steal_pointer (&reply);
        }
      next = follow (&exchange, url, error);
      if (next == NULL)
        return NULL;
      g_free (url);
      url = next;
    }
  g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
               _ ("%s: the server leads from address to address without an end; try again later."),
               request->what);
  return NULL;
}

CzHttpReply *
cz_http_send (const CzHttpRequest *request, GCancellable *cancellable, GError **error)
{
  CzHttpTimes times = cz_http_times ();
  guint tries = request->tries > 0 ? request->tries : TRIES;
  g_autofree char *host = get_host (request->url);
  CzHttpRequest asked = *request;

  if (asked.what == NULL)
    asked.what = host;
  for (guint n = 1;; n++)
    {
      g_autoptr (GError) failed = NULL;
      g_autoptr (CzHttpReply) reply = send_once (&asked, cancellable, &failed);
      gboolean again = reply != NULL ? cz_http_status_may_pass (reply->status)
                                     : request->write == NULL && cz_http_error_may_pass (failed);

      if (!again || n >= tries)
        {
          if (failed != NULL)
            g_propagate_error (error, g_steal_pointer (&failed));
          return g_steal_pointer (&reply);
        }
      if (request->waits != NULL)
        {
          if (reply != NULL)
            cz_http_reply_set_error (reply, asked.what, &failed);
          request->waits (failed->message, request->data);
        }
      if (!cz_http_sleep (
              cz_http_retry_wait (&times, n, reply, g_get_real_time () / G_USEC_PER_SEC),
              cancellable, error))
        return NULL;
    }
}
