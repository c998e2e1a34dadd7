#pragma once

#include <gio/gio.h>

// Requests over HTTP and HTTPS, by libcurl, which no other file includes. They block: for threads
// and for `cloze`. The environment's proxies (http_proxy, https_proxy, no_proxy) and SSL_CERT_FILE
// are respected, certificates always verified. Every message is a sentence that names the host or
// what was asked for and says what to do; none holds an address' query or a token.

// What can go wrong before an answer is there. A status of 400 or more is no error of
// cz_http_send (); cz_http_reply_set_error () makes one of it.
typedef enum
{
  CZ_HTTP_ERROR_OFFLINE,       // the host is not known or not reached
  CZ_HTTP_ERROR_CERTIFICATE,   // its certificate is not trusted, or encryption failed
  CZ_HTTP_ERROR_TIMEOUT,       // it has gone silent, or is slower than 1 KB/s
  CZ_HTTP_ERROR_CUT,           // the connection broke off
  CZ_HTTP_ERROR_FULL,          // the disk is full
  CZ_HTTP_ERROR_IO,            // a file could not be written or read
  CZ_HTTP_ERROR_CHECKSUM,      // what came is not what was announced
  CZ_HTTP_ERROR_TOO_LARGE,     // more came than `limit`
  CZ_HTTP_ERROR_INVALID,       // an address, a redirect or an answer that makes no sense
  CZ_HTTP_ERROR_STATUS = 1000, // plus the status: code 1404 for 404
} CzHttpError;
#define CZ_HTTP_ERROR (cz_http_error_quark ())
GQuark cz_http_error_quark (void);
// 404 of such an error; 0: it is another.
guint cz_http_error_get_status (const GError *error);

// An answer: the last one's after redirects, the headers those of all answers on the way (the later
// one of a name counts).
typedef struct
{
  guint status;
  char *url;           // that answered
  GHashTable *headers; // by name in lower case
  GBytes *body;        // of an error also where there is a write function, at most 64 KiB then
} CzHttpReply;
void cz_http_reply_free (CzHttpReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHttpReply, cz_http_reply_free)
// `name` in lower case; the reply's, NULL: it isn't there.
const char *cz_http_reply_get_header (const CzHttpReply *reply, const char *name);
// Sets an error that says what a status of 400 or more means for `what` ("distilbert/x:
// config.json").
void cz_http_reply_set_error (const CzHttpReply *reply, const char *what, GError **error);

// What is asked. Fields of 0 and NULL: as said there. All stays the caller's.
typedef struct
{
  const char *method; // NULL: GET
  const char *url;
  const char *what;           // names it in messages; NULL: the host
  const char *const *headers; // "Name: value", NULL-terminated
  // Sent as "Authorization: Bearer …" to the origin of `url` alone, wherever that redirects, and
  // only over HTTPS or to this machine itself.
  const char *token;
  gboolean stay; // don't follow redirects: the reply is theirs

  // The body to be sent: `body`, or `body_bytes` bytes by `read` (0 at the end, -1 with the error
  // set), which begins anew after `rewind`.
  GBytes *body;
  gint64 body_bytes;
  gssize (*read) (void *buffer, gsize size, gpointer data, GError **error);
  gboolean (*rewind) (gpointer data, GError **error);

  // What becomes of a body with a status of 200 to 299: kept in the reply, at most `limit` bytes
  // (0: 32 MiB), or given to `write` after `begin` (which sees status and headers; may be NULL).
  gsize limit;
  gboolean (*begin) (const CzHttpReply *reply, gpointer data, GError **error);
  gboolean (*write) (const void *bytes, gsize size, gpointer data, GError **error);
  // Bytes sent so far of a body, a few times a second.
  void (*sent) (gint64 bytes, gpointer data);
  // It will be tried again after a while; `sentence` says why.
  void (*waits) (const char *sentence, gpointer data);
  gpointer data;

  guint tries;    // 0: 5
  guint stall_ms; // silence after which it counts as a time-out; 0: 30 s
} CzHttpRequest;

// Sends it and waits for the answer. With tries left, what may pass (429, 408, 5xx, a cut, a
// silence) is tried again after growing waits, Retry-After obeyed up to a minute; being offline and
// a wrong certificate are told at once, and with `write` also a cut and a silence, since whoever
// has what came so far goes on by itself. NULL: CZ_HTTP_ERROR_*, G_IO_ERROR_CANCELLED, or the
// functions' own.
CzHttpReply *cz_http_send (const CzHttpRequest *request, GCancellable *cancellable, GError **error);

// Whether an address is of the same scheme, host and port.
gboolean cz_http_is_same_origin (const char *url, const char *other);
