#include "data/hub-download.h"

#include <inttypes.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "data/data-error.h"
#include "data/file-hash.h"
#include "data/hub-address.h"
#include "data/hub-cache.h"
#include "data/http-retry.h"

#define TRIES     5 // in a row, none of which got anywhere
#define TRIES_ALL 200
#define ADVANCE   ((gint64)65536) // bytes of a try that got somewhere

typedef struct
{
  const CzHubDownload *download;
  char *what; // for messages
  char *blob, *part, *part_etag;
  int descriptor;
  gint64 bytes; // of the part, hashed in `sum`
  GChecksum *sum;
  GCancellable *cancellable;
} Transfer;

static void
clear_transfer (Transfer *transfer)
{
  g_free (transfer->what);
  g_free (transfer->blob);
  g_free (transfer->part);
  g_free (transfer->part_etag);
  if (transfer->descriptor >= 0)
    close (transfer->descriptor);
  g_clear_pointer (&transfer->sum, g_checksum_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Transfer, clear_transfer)

static void
tell (Transfer *transfer, const char *waiting)
{
  transfer->download->tell (transfer->bytes, waiting, transfer->download->data);
}

// ---- checksums ----

// A large file's is its sha256, a small one's git's.
static GChecksum *
new_sum (const CzHubFile *file)
{
  return file->sha256 != NULL ? g_checksum_new (G_CHECKSUM_SHA256)
                              : cz_file_hash_begin_git (file->bytes);
}

static void
keep_bytes (guint64 bytes, gpointer data)
{
  *(gint64 *)data = (gint64)bytes;
}

static gboolean
is_right (const CzHubFile *file, GChecksum *sum, gint64 bytes)
{
  return bytes == file->bytes
         && g_str_equal (g_checksum_get_string (sum), cz_hub_cache_get_id (file));
}

// Whether the blob is there and sound; one that isn't any more is thrown away.
static gboolean
find_blob (Transfer *transfer, gboolean *ret_found, GError **error)
{
  const CzHubFile *file = transfer->download->file;
  g_autoptr (GChecksum) sum = new_sum (file);
  int descriptor = open (transfer->blob, O_RDONLY | O_CLOEXEC);
  gint64 bytes = 0;
  gboolean read;

  *ret_found = FALSE;
  if (descriptor < 0)
    return TRUE;
  read = cz_file_hash_add (descriptor, transfer->blob, sum, keep_bytes, &bytes,
                           transfer->cancellable, error);
  close (descriptor);
  if (!read)
    return FALSE;
  *ret_found = is_right (file, sum, bytes);
  if (!*ret_found)
    g_unlink (transfer->blob);
  return TRUE;
}

// ---- the part ----

static gboolean
start_anew (Transfer *transfer, GError **error)
{
  if (ftruncate (transfer->descriptor, 0) != 0)
    {
      cz_hub_cache_set_error (transfer->part, errno, error);
      return FALSE;
    }
  g_unlink (transfer->part_etag);
  transfer->bytes = 0;
  g_checksum_free (transfer->sum);
  transfer->sum = new_sum (transfer->download->file);
  return TRUE;
}

static gboolean
open_part (Transfer *transfer, GError **error)
{
  transfer->descriptor = open (transfer->part, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (transfer->descriptor < 0)
    {
      cz_hub_cache_set_error (transfer->part, errno, error);
      return FALSE;
    }
  transfer->sum = new_sum (transfer->download->file);
  if (!cz_file_hash_add (transfer->descriptor, transfer->part, transfer->sum, keep_bytes,
                         &transfer->bytes, transfer->cancellable, error))
    return FALSE;
  return transfer->bytes <= transfer->download->file->bytes || start_anew (transfer, error);
}

// It is told before an hour is spent on what cannot end well.
static gboolean
check_space (Transfer *transfer, GError **error)
{
  gint64 wanted = transfer->download->file->bytes - transfer->bytes;
  struct statvfs state;

  if (fstatvfs (transfer->descriptor, &state) != 0
      || (guint64)state.f_bavail >= (guint64)wanted / MAX (state.f_frsize, 1) + 1)
    return TRUE;
  g_autofree char *need = g_format_size ((guint64)wanted);
  g_autofree char *free_bytes = g_format_size ((guint64)state.f_bavail * state.f_frsize);
  g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_FULL,
               _ ("%s: %s are still to come, but the disk of “%s” has only %s left; free some "
                  "space and try again."),
               transfer->what, need, transfer->part, free_bytes);
  return FALSE;
}

static gboolean
write_all (int descriptor, const guint8 *bytes, gsize size)
{
  while (size > 0)
    {
      gssize n = write (descriptor, bytes, size);

      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        {
          bytes += n;
          size -= (gsize)n;
        }
    }
  return TRUE;
}

// The disk holds it before it gets the name of what is whole.
static gboolean
finish (Transfer *transfer, GError **error)
{
  if (fsync (transfer->descriptor) == 0 && fchmod (transfer->descriptor, 0444) == 0
      && g_rename (transfer->part, transfer->blob) == 0)
    {
      g_unlink (transfer->part_etag);
      return TRUE;
    }
  cz_hub_cache_set_error (transfer->blob, errno, error);
  return FALSE;
}

// ---- one try ----

static void
set_wrong_length (Transfer *transfer, GError **error)
{
  g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CHECKSUM,
               _ ("%s: the server sends another length than the Hub announces, so it was not "
                  "kept; try again later."),
               transfer->what);
}

// Where the bytes of an answer begin, and whether as many come as are missing.
static gboolean
begin (const CzHttpReply *reply, gpointer data, GError **error)
{
  Transfer *transfer = data;
  const char *length = cz_http_reply_get_header (reply, "content-length");
  const char *range = cz_http_reply_get_header (reply, "content-range");
  const char *etag = cz_http_reply_get_header (reply, "etag");
  guint64 begins = 0, comes = 0;

  if (reply->status == 206)
    {
      if (range == NULL || !g_str_has_prefix (range, "bytes ")
          || (begins = g_ascii_strtoull (range + strlen ("bytes "), NULL, 10))
                 != (guint64)transfer->bytes)
        {
          g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CUT,
                       _ ("%s: the server does not send the part that was asked for; try again."),
                       transfer->what);
          return start_anew (transfer, NULL) && FALSE;
        }
    }
  else if (transfer->bytes > 0 && !start_anew (transfer, error))
    return FALSE;
  if (length != NULL && g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT64, &comes, NULL)
      && transfer->bytes + (gint64)comes != transfer->download->file->bytes)
    {
      set_wrong_length (transfer, error);
      return FALSE;
    }
  // Of a strong one it is known that the same means the same bytes.
  if (transfer->bytes == 0 && etag != NULL && etag[0] == '"')
    g_file_set_contents (transfer->part_etag, etag, -1, NULL);
  return TRUE;
}

static gboolean
take (const void *bytes, gsize size, gpointer data, GError **error)
{
  Transfer *transfer = data;

  if ((gint64)size > transfer->download->file->bytes - transfer->bytes)
    {
      set_wrong_length (transfer, error);
      return FALSE;
    }
  if (lseek (transfer->descriptor, transfer->bytes, SEEK_SET) < 0
      || !write_all (transfer->descriptor, bytes, size))
    {
      int number = errno;
      // What a failed write left behind is not hashed.
      if (ftruncate (transfer->descriptor, transfer->bytes) != 0)
        g_unlink (transfer->part);
      cz_hub_cache_set_error (transfer->part, number, error);
      return FALSE;
    }
  g_checksum_update (transfer->sum, bytes, (gssize)size);
  transfer->bytes += (gint64)size;
  tell (transfer, NULL);
  return TRUE;
}

static void
wait_for (const char *sentence, gpointer data)
{
  tell (data, sentence);
}

static gboolean
try (Transfer *transfer, GError **error)
{
  const CzHubDownload *download = transfer->download;
  g_autofree char *url
      = cz_hub_address_file (download->endpoint, download->info->kind, download->info->repo,
                             download->info->commit, download->file->path);
  g_autofree char *range = g_strdup_printf ("Range: bytes=%" PRId64 "-", transfer->bytes);
  g_autofree char *etag = NULL, *condition = NULL;
  const char *headers[] = { NULL, NULL, NULL };
  CzHttpRequest request = { .url = url,
                            .what = transfer->what,
                            .headers = headers,
                            .begin = begin,
                            .write = take,
                            .waits = wait_for,
                            .data = transfer };

  if (transfer->bytes > 0)
    {
      headers[0] = range;
      if (g_file_get_contents (transfer->part_etag, &etag, NULL, NULL) && etag[0] == '"'
          && strpbrk (etag, "\r\n") == NULL)
        headers[1] = condition = g_strconcat ("If-Range: ", etag, NULL);
    }
  g_autoptr (CzHttpReply) reply = cz_hub_send (&request, download->info->kind, download->info->repo,
                                               transfer->cancellable, error);
  if (reply == NULL)
    return FALSE;
  if (transfer->bytes == download->file->bytes)
    return TRUE;
  g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CUT,
               _ ("%s: the connection broke off; try again."), transfer->what);
  return FALSE;
}

// ---- until it is whole ----

// What a further try may mend. A network that was there a moment ago may come back.
static gboolean
may_go_on (const GError *failed, gboolean advanced)
{
  return cz_http_error_may_pass (failed) || cz_http_error_get_status (failed) == 416
         || (advanced && g_error_matches (failed, CZ_HTTP_ERROR, CZ_HTTP_ERROR_OFFLINE));
}

static gboolean
fetch (Transfer *transfer, GError **error)
{
  CzHttpTimes times = cz_http_times ();
  guint vain = 0;
  gboolean advanced = FALSE;

  for (guint n = 1; transfer->bytes < transfer->download->file->bytes; n++)
    {
      g_autoptr (GError) failed = NULL;
      gint64 before = transfer->bytes;

      if (try (transfer, &failed))
        return TRUE;
      advanced = advanced || transfer->bytes > before;
      vain = transfer->bytes - before >= ADVANCE ? 0 : vain + 1;
      if (cz_http_error_get_status (failed) == 416 && !start_anew (transfer, error))
        return FALSE;
      if (vain >= TRIES || n >= TRIES_ALL || !may_go_on (failed, advanced))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      tell (transfer, failed->message);
      if (!cz_http_sleep (cz_http_retry_wait (&times, vain + 1, NULL, 0), transfer->cancellable,
                          error))
        return FALSE;
    }
  return TRUE;
}

// What is whole but wrong is fetched once more.
static gboolean
fetch_right (Transfer *transfer, GError **error)
{
  const CzHubFile *file = transfer->download->file;

  for (guint n = 0; n < 2; n++)
    {
      g_autoptr (GError) failed = NULL;

      if (!fetch (transfer, &failed))
        {
          if (!g_error_matches (failed, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CHECKSUM))
            {
              g_propagate_error (error, g_steal_pointer (&failed));
              return FALSE;
            }
          if (n == 1)
            {
              start_anew (transfer, NULL);
              g_propagate_error (error, g_steal_pointer (&failed));
              return FALSE;
            }
        }
      else if (is_right (file, transfer->sum, transfer->bytes))
        return finish (transfer, error);
      if (!start_anew (transfer, error))
        return FALSE;
    }
  g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CHECKSUM,
               _ ("%s came twice with a wrong checksum, so it was not kept; try again later, or "
                  "through another network."),
               transfer->what);
  return FALSE;
}

static void
wait_for_other (gpointer data)
{
  Transfer *transfer = data;

  transfer->bytes = cz_hub_cache_measure (transfer->download->file);
  tell (transfer, _ ("Another process is fetching it just now"));
}

gboolean
cz_hub_download (const CzHubDownload *download, GCancellable *cancellable, GError **error)
{
  g_auto (Transfer) transfer
      = { .download = download,
          .what = g_strdup_printf ("%s: %s", download->info->repo, download->file->path),
          .blob = cz_hub_cache_get_blob (download->file),
          .descriptor = -1,
          .cancellable = cancellable };
  gboolean found = FALSE;
  int lock;

  transfer.part = g_strconcat (transfer.blob, ".part", NULL);
  transfer.part_etag = g_strconcat (transfer.part, ".etag", NULL);
  lock = cz_hub_cache_lock (download->file, wait_for_other, &transfer, cancellable, error);
  if (lock < 0)
    return FALSE;
  transfer.bytes = 0;
  gboolean ok = find_blob (&transfer, &found, error);
  if (ok && !found && cz_hub_is_offline ())
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                   _ ("%s is not in the cache, and HF_HUB_OFFLINE forbids to ask the Hub; unset it "
                      "and try again."),
                   transfer.what);
      ok = FALSE;
    }
  else if (ok && !found)
    ok = open_part (&transfer, error) && check_space (&transfer, error)
         && fetch_right (&transfer, error);
  if (ok)
    {
      transfer.bytes = download->file->bytes;
      tell (&transfer, NULL);
    }
  close (lock);
  return ok;
}
