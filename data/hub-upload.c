#include "data/hub-upload.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/file-hash.h"
#include "data/hub-call.h"
#include "engine/format/json-text.h"

#define LFS_TYPE  "application/vnd.git-lfs+json"
#define PARTS_MAX 10000
// How often the Hub is asked anew where to send a file: addresses run out, and what arrived damaged
// is sent again.
#define ROUNDS 2

static const char *const lfs_headers[] = { "Accept: " LFS_TYPE, NULL };

// What is being sent: so many bytes of a file from `start` on.
typedef struct
{
  const CzHubUpload *upload;
  const CzHubBlob *blob;
  int descriptor;
  gint64 start, size, at;
  gint64 before, total; // bytes at the Hub without this piece; of all files
} Slice;

static gboolean
fail_reading (const CzHubBlob *blob, const char *why, GError **error)
{
  g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_IO, _ ("%s cannot be read (%s)."), blob->local,
               why);
  return FALSE;
}

static int
open_blob (const CzHubBlob *blob, GError **error)
{
  int descriptor = open (blob->local, O_RDONLY | O_CLOEXEC);

  if (descriptor < 0)
    fail_reading (blob, g_strerror (errno), error);
  return descriptor;
}

static void
keep_bytes (guint64 bytes, gpointer data)
{
  ((CzHubBlob *)data)->bytes = (gint64)bytes;
}

gboolean
cz_hub_blob_measure (CzHubBlob *blob, GCancellable *cancellable, GError **error)
{
  blob->bytes = 0;
  char *hash = cz_file_hash (blob->local, keep_bytes, blob, cancellable, error);

  if (hash == NULL)
    return FALSE;
  g_free (blob->sha256);
  blob->sha256 = hash;
  return TRUE;
}

// ---- Sending ----

static gssize
read_slice (void *buffer, gsize size, gpointer data, GError **error)
{
  Slice *slice = data;
  gsize wanted = (gsize)MIN ((gint64)size, slice->size - slice->at);

  if (wanted == 0)
    return 0;
  gssize n;

  do
    n = pread (slice->descriptor, buffer, wanted, slice->start + slice->at);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    {
      slice->at += n;
      return n;
    }
  fail_reading (slice->blob,
                n < 0 ? g_strerror (errno) : _ ("it has become shorter while it was sent"), error);
  return -1;
}

static gboolean
rewind_slice (gpointer data, GError **error)
{
  ((Slice *)data)->at = 0;
  return TRUE;
}

static void
tell_sent (gint64 bytes, gpointer data)
{
  const Slice *slice = data;

  if (slice->upload->progress != NULL)
    slice->upload->progress (slice->before + bytes, slice->total, slice->blob->name,
                             slice->upload->data);
}

// Puts a slice to an address that carries its own right to write: no token goes there.
static CzHttpReply *
put (Slice *slice,
     const char *url,
     const char *const *headers,
     GCancellable *cancellable,
     GError **error)
{
  const CzHttpRequest request = { .method = "PUT",
                                  .url = url,
                                  .what = slice->blob->name,
                                  .headers = headers,
                                  .body_bytes = slice->size,
                                  .read = read_slice,
                                  .rewind = rewind_slice,
                                  .sent = tell_sent,
                                  .data = slice };

  slice->at = 0;
  CzHttpReply *reply = cz_http_send (&request, cancellable, error);
  if (reply == NULL || reply->status < 400)
    return reply;
  cz_hub_call_fail (reply, slice->blob->name, slice->upload->token, error);
  cz_http_reply_free (reply);
  return NULL;
}

static gboolean
is_number (const char *text)
{
  return text[0] != '\0' && text[strspn (text, "0123456789")] == '\0' && strlen (text) < 9;
}

// The headers an action asks for, but for those that describe parts.
static GPtrArray *
make_headers (JsonObject *action)
{
  GPtrArray *headers = g_ptr_array_new_with_free_func (g_free);
  JsonObject *given = cz_hub_call_get_object (action, "header");
  JsonObjectIter iter;
  const char *name;

  if (given != NULL)
    {
      json_object_iter_init (&iter, given);
      while (json_object_iter_next (&iter, &name, NULL))
        {
          const char *value = cz_hub_call_get_string (given, name);
          if (value != NULL && strpbrk (value, "\r\n") == NULL && strpbrk (name, "\r\n: ") == NULL
              && !is_number (name) && g_ascii_strcasecmp (name, "chunk_size") != 0)
            g_ptr_array_add (headers, g_strdup_printf ("%s: %s", name, value));
        }
    }
  g_ptr_array_add (headers, NULL);
  return headers;
}

static gboolean
fail_strange (const char *name, GError **error)
{
  g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
               _ ("%s: the Hub's answer about the upload makes no sense; try again, or update "
                  "Clozebench."),
               name);
  return FALSE;
}

static gboolean
send_whole (Slice *slice, JsonObject *action, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) headers = make_headers (action);

  slice->start = 0;
  slice->size = slice->blob->bytes;
  g_autoptr (CzHttpReply) reply = put (slice, cz_hub_call_get_string (action, "href"),
                                       (const char *const *)headers->pdata, cancellable, error);
  return reply != NULL;
}

static gint64
get_chunk_size (JsonObject *header)
{
  const char *text = cz_hub_call_get_string (header, "chunk_size");

  return text != NULL ? g_ascii_strtoll (text, NULL, 10)
                      : cz_hub_call_get_int (header, "chunk_size", 0);
}

// The address of part `number` (from 1): its name has zeros in front or not.
static const char *
find_part (JsonObject *header, guint number)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, header);
  while (json_object_iter_next (&iter, &name, NULL))
    if (is_number (name) && g_ascii_strtoull (name, NULL, 10) == number)
      return cz_hub_call_get_string (header, name);
  return NULL;
}

static gboolean
send_parts (
    Slice *slice, JsonObject *action, gint64 chunk, GCancellable *cancellable, GError **error)
{
  JsonObject *header = cz_hub_call_get_object (action, "header");
  const gint64 bytes = slice->blob->bytes, before = slice->before;
  gint64 n = bytes / chunk + (bytes % chunk > 0);
  g_autoptr (GString) completion = g_string_new ("{\"oid\":");

  if (n < 1 || n > PARTS_MAX)
    return fail_strange (slice->blob->name, error);
  cz_json_text_append_string (completion, slice->blob->sha256);
  g_string_append (completion, ",\"parts\":[");
  for (guint i = 0; i < n; i++)
    {
      const char *url = find_part (header, i + 1);
      if (url == NULL)
        return fail_strange (slice->blob->name, error);
      slice->start = i * chunk;
      slice->size = MIN (chunk, bytes - slice->start);
      slice->before = before + slice->start;
      g_autoptr (CzHttpReply) reply = put (slice, url, NULL /* headers */, cancellable, error);
      if (reply == NULL)
        return FALSE;
      const char *etag = cz_http_reply_get_header (reply, "etag");
      if (etag == NULL || etag[0] == '\0' || !g_utf8_validate (etag, -1, NULL))
        return fail_strange (slice->blob->name, error);
      g_string_append_printf (completion, "%s{\"partNumber\":%u,\"etag\":", i > 0 ? "," : "",
                              i + 1);
      cz_json_text_append_string (completion, etag);
      g_string_append_c (completion, '}');
    }
  g_string_append (completion, "]}");
  const CzHubCall call = { .method = "POST",
                           .url = cz_hub_call_get_string (action, "href"),
                           .what = slice->blob->name,
                           .token = slice->upload->token,
                           .body = completion->str,
                           .type = LFS_TYPE,
                           .headers = lfs_headers };
  g_autoptr (JsonNode) answer = cz_hub_call (&call, NULL /* ret_status */, cancellable, error);
  return answer != NULL;
}

// Asks whether what arrived is what was sent.
static gboolean
verify (const CzHubUpload *upload,
        const CzHubBlob *blob,
        JsonObject *action,
        GCancellable *cancellable,
        GError **error)
{
  g_autofree char *body
      = g_strdup_printf ("{\"oid\":\"%s\",\"size\":%" PRId64 "}", blob->sha256, blob->bytes);
  g_autoptr (GPtrArray) headers = make_headers (action);
  const char *url = cz_hub_call_get_string (action, "href");
  g_autoptr (GError) reason = NULL;

  if (url == NULL)
    return fail_strange (blob->name, error);
  g_ptr_array_insert (headers, 0, g_strdup (lfs_headers[0]));
  const CzHubCall call = { .method = "POST",
                           .url = url,
                           .what = blob->name,
                           .token = upload->token,
                           .body = body,
                           .type = LFS_TYPE,
                           .headers = (const char *const *)headers->pdata };
  g_autoptr (JsonNode) answer = cz_hub_call (&call, NULL /* ret_status */, cancellable, &reason);
  if (answer != NULL)
    return TRUE;
  guint status = cz_http_error_get_status (reason);
  if (status == 400 || status == 404 || status == 409 || status == 422)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CHECKSUM,
                 _ ("%s: what arrived at the Hub is not what was sent (%u); try again."),
                 blob->name, status);
  else
    g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
send_blob (const CzHubUpload *upload,
           const CzHubBlob *blob,
           JsonObject *actions,
           gint64 before,
           gint64 total,
           GCancellable *cancellable,
           GError **error)
{
  JsonObject *action = cz_hub_call_get_object (actions, "upload");
  JsonObject *check = cz_hub_call_get_object (actions, "verify");
  Slice slice = { .upload = upload, .blob = blob, .before = before, .total = total };

  if (action == NULL || cz_hub_call_get_string (action, "href") == NULL)
    return fail_strange (blob->name, error);
  slice.descriptor = open_blob (blob, error);
  if (slice.descriptor < 0)
    return FALSE;
  gint64 chunk = get_chunk_size (cz_hub_call_get_object (action, "header"));
  gboolean sent = chunk > 0 ? send_parts (&slice, action, chunk, cancellable, error)
                            : send_whole (&slice, action, cancellable, error);
  close (slice.descriptor);
  return sent && (check == NULL || verify (upload, blob, check, cancellable, error));
}

// ---- The batch ----

static char *
make_batch (const CzHubBlob *const *blobs, guint n)
{
  GString *text = g_string_new ("{\"operation\":\"upload\",\"transfers\":[\"basic\",\"multipart\"],"
                                "\"hash_algo\":\"sha256\",\"ref\":{\"name\":\"refs/heads/main\"},"
                                "\"objects\":[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s{\"oid\":\"%s\",\"size\":%" PRId64 "}", i > 0 ? "," : "",
                            blobs[i]->sha256, blobs[i]->bytes);
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

// What the Hub says about each of the blobs.
static JsonNode *
ask_batch (const CzHubUpload *upload,
           const CzHubBlob *const *blobs,
           guint n,
           GCancellable *cancellable,
           GError **error)
{
  g_autofree char *path = g_strdup_printf ("/%s.git/info/lfs/objects/batch", upload->repo);
  g_autofree char *body = make_batch (blobs, n);
  const CzHubCall call = { .method = "POST",
                           .url = path,
                           .what = upload->repo,
                           .token = upload->token,
                           .body = body,
                           .type = LFS_TYPE,
                           .headers = lfs_headers };

  return cz_hub_call (&call, NULL /* ret_status */, cancellable, error);
}

static JsonObject *
find_object (JsonNode *batch, const CzHubBlob *blob)
{
  JsonArray *objects = JSON_NODE_HOLDS_OBJECT (batch)
                           ? cz_hub_call_get_array (json_node_get_object (batch), "objects")
                           : NULL;

  for (guint i = 0; objects != NULL && i < json_array_get_length (objects); i++)
    {
      JsonNode *node = json_array_get_element (objects, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *oid = cz_hub_call_get_string (object, "oid");
      if (oid != NULL && g_ascii_strcasecmp (oid, blob->sha256) == 0)
        return object;
    }
  return NULL;
}

static gboolean
fail_object (const CzHubBlob *blob, JsonObject *trouble, const char *token, GError **error)
{
  g_autofree char *message = cz_hub_call_quote (cz_hub_call_get_string (trouble, "message"), token);
  gint64 code = CLAMP (cz_hub_call_get_int (trouble, "code", 0), 0, 999);

  g_set_error (
      error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_STATUS + (int)code,
      _ ("%s: the Hub does not take it (%d: %s). See what the account's plan allows, and try "
         "again."),
      blob->name, (int)code, message != NULL ? message : "?");
  return FALSE;
}

// Whether asking for new addresses and sending again may help.
static gboolean
is_worth_another_round (const GError *error)
{
  guint status = cz_http_error_get_status (error);

  return status == 400 || status == 403 || status == 404
         || g_error_matches (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CHECKSUM);
}

static gboolean
carry_out_round (const CzHubUpload *upload,
                 const CzHubBlob *const *blobs,
                 guint n,
                 gint64 *sent,
                 gboolean *ret_sending,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (JsonNode) batch = ask_batch (upload, blobs, n, cancellable, error);
  gint64 total = 0, before = 0;

  *ret_sending = FALSE;
  if (batch == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    total += blobs[i]->bytes;
  for (guint i = 0; i < n; i++)
    {
      JsonObject *object = find_object (batch, blobs[i]);
      JsonObject *trouble = cz_hub_call_get_object (object, "error");
      JsonObject *actions = cz_hub_call_get_object (object, "actions");
      if (object == NULL)
        return fail_strange (blobs[i]->name, error);
      if (trouble != NULL)
        return fail_object (blobs[i], trouble, upload->token, error);
      // Without anything to be done the Hub has it already.
      if (cz_hub_call_get_object (actions, "upload") != NULL)
        {
          *ret_sending = TRUE;
          if (!send_blob (upload, blobs[i], actions, before, total, cancellable, error))
            return FALSE;
          *ret_sending = FALSE;
          *sent += blobs[i]->bytes;
        }
      before += blobs[i]->bytes;
      if (upload->progress != NULL)
        upload->progress (before, total, blobs[i]->name, upload->data);
    }
  return TRUE;
}

gboolean
cz_hub_upload (const CzHubUpload *upload,
               const CzHubBlob *const *blobs,
               guint n,
               gint64 *ret_sent,
               GCancellable *cancellable,
               GError **error)
{
  gint64 sent = 0;

  for (guint round = 1; n > 0; round++)
    {
      g_autoptr (GError) reason = NULL;
      gboolean sending;
      if (carry_out_round (upload, blobs, n, &sent, &sending, cancellable, &reason))
        break;
      if (round < ROUNDS && sending && is_worth_another_round (reason))
        continue;
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  *ret_sent = sent;
  return TRUE;
}
