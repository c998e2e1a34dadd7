#include "data/hub-push.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "data/file-hash.h"
#include "data/hub-address.h"
#include "data/hub-call.h"
#include "data/hub-upload.h"
#include "data/http-retry.h"
#include "engine/format/json-text.h"

// The Hub looks at so many bytes of a file to tell whether it is text.
#define SAMPLE 512
// A file that goes with the commit is held in memory; what is larger is always a large file.
#define SMALL_MAX (10 << 20)
// Somebody else's commit at the same moment is waited for so often.
#define COMMITS 4

// A file on its way.
typedef struct
{
  const CzHubPushFile *file;
  CzHubBlob blob; // of a large one
  GBytes *bytes;  // of a small one
  gboolean large;
  gboolean there; // the Hub has it as it is
} Item;

typedef struct
{
  const CzHubPush *push;
  GCancellable *cancellable;
  char *repo;
  Item *items;
  CzHubPushed *pushed;
} Work;

void
cz_hub_pushed_free (CzHubPushed *pushed)
{
  if (pushed == NULL)
    return;
  g_free (pushed->repo);
  g_free (pushed->url);
  g_free (pushed->commit);
  g_strfreev (pushed->files);
  g_free (pushed);
}

static void
work_clear (Work *work)
{
  for (guint i = 0; work->items != NULL && i < work->push->n_files; i++)
    {
      g_free (work->items[i].blob.sha256);
      g_clear_pointer (&work->items[i].bytes, g_bytes_unref);
    }
  g_free (work->items);
  g_free (work->repo);
  g_clear_pointer (&work->pushed, cz_hub_pushed_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static void
tell (Work *work, double fraction, const char *text)
{
  if (work->push->progress != NULL)
    work->push->progress (fraction, text, work->push->data);
}

// ---- The repository ----

gboolean
cz_hub_push_check_name (const char *repo, GError **error)
{
  if (cz_hub_repo_is_possible (repo))
    return TRUE;
  g_set_error (
      error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
      _ ("“%s” can be no repository of the Hub: give OWNER/NAME with letters, digits, “-”, "
         "“_” and “.” (none of them doubled or at an end)."),
      repo);
  return FALSE;
}

static char *
make_url (const char *repo)
{
  g_autofree char *endpoint = cz_hub_endpoint (NULL);

  return g_strconcat (endpoint != NULL ? endpoint : "", "/", repo, NULL);
}

static JsonNode *
ask (Work *work,
     const char *method,
     const char *path,
     const char *body,
     guint *ret_status,
     GError **error)
{
  const CzHubCall call = {
    .method = method, .url = path, .what = work->repo, .token = work->push->token, .body = body
  };

  return cz_hub_call (&call, ret_status, work->cancellable, error);
}

// Takes over what the repository is called and where it stands. FALSE without an error: it is not
// there.
static gboolean
look (Work *work, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/api/models/%s", work->repo);
  guint status = 0;
  g_autoptr (JsonNode) root = ask (work, NULL, path, NULL, &status, error);
  JsonObject *info
      = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  const char *name = cz_hub_call_get_string (info, "id");

  if (root == NULL)
    return FALSE;
  if (work->push->is_private && !cz_hub_call_get_boolean (info, "private"))
    {
      g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
                   _ ("%s is public already, and nothing was pushed. Make it private on its page, "
                      "or choose another name."),
                   work->repo);
      return FALSE;
    }
  // Repositories may be renamed.
  if (name != NULL && cz_hub_push_check_name (name, NULL) && strchr (name, '/') != NULL)
    {
      g_free (work->repo);
      work->repo = g_strdup (name);
    }
  g_free (work->pushed->commit);
  work->pushed->commit = g_strdup (cz_hub_call_get_string (info, "sha"));
  return TRUE;
}

static gboolean
create (Work *work, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (work->repo, "/", 2);
  g_autofree char *body = g_strdup_printf (
      "{\"name\":\"%s\",\"organization\":\"%s\",\"private\":%s,\"type\":\"model\"}", parts[1],
      parts[0], work->push->is_private ? "true" : "false");
  guint status = 0;
  g_autoptr (JsonNode) answer = ask (work, "POST", "/api/repos/create", body, &status, error);

  if (answer != NULL)
    {
      work->pushed->created = TRUE;
      return TRUE;
    }
  if (status == 409) // made by somebody else just now
    return TRUE;
  if (status == 404 || status == 412)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_STATUS + (int)status,
                 _ ("The Hub knows no owner “%s” (%u); check the name before the “/”."), parts[0],
                 status);
  return FALSE;
}

static gboolean
ensure_repository (Work *work, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (look (work, &reason))
    return TRUE;
  if (reason != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  return create (work, error);
}

// ---- What is to be sent ----

static GBytes *
load (const CzHubPushFile *file, gsize limit, GError **error)
{
  g_autoptr (GFile) place = g_file_new_for_path (file->local);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (place, NULL, &reason);
  g_autoptr (GBytes) bytes = NULL;

  if (stream != NULL)
    {
      g_autofree char *buffer = g_malloc (limit);
      gsize n = 0;
      if (g_input_stream_read_all (G_INPUT_STREAM (stream), buffer, limit, &n, NULL, &reason))
        bytes = g_bytes_new (buffer, n);
    }
  if (bytes == NULL)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_IO, _ ("%s cannot be read (%s)."), file->local,
                 reason->message);
  return g_steal_pointer (&bytes);
}

static gint64
get_size (const CzHubPushFile *file, GError **error)
{
  if (file->local == NULL)
    return (gint64)g_bytes_get_size (file->bytes);
  g_autoptr (GFile) place = g_file_new_for_path (file->local);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info (place, G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, NULL, &reason);
  if (info != NULL)
    return g_file_info_get_size (info);
  g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_IO, _ ("%s cannot be read (%s)."), file->local,
               reason->message);
  return -1;
}

// What the Hub is told of the files before it says how it wants them.
static char *
make_samples (Work *work, GError **error)
{
  g_autoptr (GString) text = g_string_new ("{\"files\":[");

  for (guint i = 0; i < work->push->n_files; i++)
    {
      Item *item = &work->items[i];
      gint64 size;
      item->file = &work->push->files[i];
      size = get_size (item->file, error);
      if (size < 0)
        return NULL;
      g_autoptr (GBytes) start = item->file->local != NULL ? load (item->file, SAMPLE, error)
                                                           : g_bytes_ref (item->file->bytes);
      if (start == NULL)
        return NULL;
      gsize length;
      const guchar *data = g_bytes_get_data (start, &length);
      g_autofree char *sample = g_base64_encode (data, MIN (length, SAMPLE));
      item->large = size > SMALL_MAX;
      item->blob = (CzHubBlob){ .local = item->file->local, .name = item->file->path };
      g_string_append (text, i > 0 ? ",{\"path\":" : "{\"path\":");
      cz_json_text_append_string (text, item->file->path);
      g_string_append_printf (text, ",\"sample\":\"%s\",\"size\":%" PRId64 "}", sample, size);
    }
  g_string_append (text, "]}");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

// What git knows a small file by.
static char *
make_git_hash (GBytes *bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GChecksum) sum = cz_file_hash_begin_git ((gint64)size);

  g_checksum_update (sum, data, (gssize)size);
  return g_strdup (g_checksum_get_string (sum));
}

static JsonObject *
find_answer (JsonNode *root, const char *path)
{
  JsonArray *files = JSON_NODE_HOLDS_OBJECT (root)
                         ? cz_hub_call_get_array (json_node_get_object (root), "files")
                         : NULL;

  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    {
      JsonNode *node = json_array_get_element (files, i);
      JsonObject *file = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      if (g_strcmp0 (cz_hub_call_get_string (file, "path"), path) == 0)
        return file;
    }
  return NULL;
}

// Asks how each file is to be sent, reads it, and finds out whether the Hub has it already.
static gboolean
sort_files (Work *work, GError **error)
{
  g_autofree char *samples = make_samples (work, error);
  g_autofree char *path = g_strdup_printf ("/api/models/%s/preupload/main", work->repo);
  g_autoptr (JsonNode) answer
      = samples != NULL ? ask (work, "POST", path, samples, NULL, error) : NULL;

  if (answer == NULL)
    return FALSE;
  for (guint i = 0; i < work->push->n_files; i++)
    {
      Item *item = &work->items[i];
      JsonObject *file = find_answer (answer, item->file->path);
      const char *known = cz_hub_call_get_string (file, "oid");
      g_autofree char *hash = NULL;

      // Bytes that are in no file are small ones; an empty file is never large.
      item->large
          = item->file->local != NULL && get_size (item->file, NULL) > 0
            && (item->large || g_strcmp0 (cz_hub_call_get_string (file, "uploadMode"), "lfs") == 0);
      if (item->large)
        {
          g_autofree char *text = g_strdup_printf (_ ("Reading %s"), item->file->path);
          tell (work, -1, text);
          if (!cz_hub_blob_measure (&item->blob, work->cancellable, error))
            return FALSE;
          hash = g_strdup (item->blob.sha256);
        }
      else
        {
          item->bytes = item->file->local != NULL ? load (item->file, SMALL_MAX, error)
                                                  : g_bytes_ref (item->file->bytes);
          if (item->bytes == NULL)
            return FALSE;
          hash = make_git_hash (item->bytes);
        }
      item->there = g_strcmp0 (known, hash) == 0;
    }
  return TRUE;
}

static void
tell_sent (gint64 done, gint64 total, const char *name, gpointer data)
{
  // Translators: megabytes done, of how many, and a file's name.
  g_autofree char *text = g_strdup_printf (_ ("Uploading %s (%.0f of %.0f MB)"), name,
                                           (double)done / 1e6, (double)total / 1e6);

  tell (data, total > 0 ? (double)done / (double)total : -1, text);
}

static gboolean
send_large (Work *work, GError **error)
{
  g_autoptr (GPtrArray) blobs = g_ptr_array_new ();
  const CzHubUpload upload
      = { .repo = work->repo, .token = work->push->token, .progress = tell_sent, .data = work };

  for (guint i = 0; i < work->push->n_files; i++)
    if (work->items[i].large && !work->items[i].there)
      g_ptr_array_add (blobs, &work->items[i].blob);
  return cz_hub_upload (&upload, (const CzHubBlob *const *)blobs->pdata, blobs->len,
                        &work->pushed->uploaded_bytes, work->cancellable, error);
}

// ---- The commit ----

// NULL: there is nothing to commit.
static char *
make_commit (Work *work)
{
  GString *text = g_string_new ("{\"key\":\"header\",\"value\":{\"summary\":");
  gboolean any = FALSE;

  cz_json_text_append_string (text, work->push->message);
  g_string_append (text, ",\"description\":\"\"}}\n");
  for (guint i = 0; i < work->push->n_files; i++)
    {
      const Item *item = &work->items[i];
      if (item->there)
        continue;
      any = TRUE;
      if (item->large)
        {
          g_string_append (text, "{\"key\":\"lfsFile\",\"value\":{\"path\":");
          cz_json_text_append_string (text, item->file->path);
          g_string_append_printf (text,
                                  ",\"algo\":\"sha256\",\"oid\":\"%s\",\"size\":%" PRId64 "}}\n",
                                  item->blob.sha256, item->blob.bytes);
          continue;
        }
      gsize size;
      const guchar *data = g_bytes_get_data (item->bytes, &size);
      g_autofree char *content = g_base64_encode (data, size);
      g_string_append_printf (text,
                              "{\"key\":\"file\",\"value\":{\"content\":\"%s\",\"path\":", content);
      cz_json_text_append_string (text, item->file->path);
      g_string_append (text, ",\"encoding\":\"base64\"}}\n");
    }
  return g_string_free (text, !any);
}

static gboolean
commit (Work *work, GError **error)
{
  g_autofree char *body = make_commit (work);
  g_autofree char *path = g_strdup_printf ("/api/models/%s/commit/main", work->repo);
  const CzHubCall call = { .method = "POST",
                           .url = path,
                           .what = work->repo,
                           .token = work->push->token,
                           .body = body,
                           .type = "application/x-ndjson" };

  if (body == NULL)
    return TRUE;
  for (guint try = 1;; try++)
    {
      guint status = 0;
      g_autoptr (GError) reason = NULL;
      g_autoptr (JsonNode) root = cz_hub_call (&call, &status, work->cancellable, &reason);

      if (root != NULL)
        {
          JsonObject *answer = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
          g_free (work->pushed->commit);
          work->pushed->commit = g_strdup (cz_hub_call_get_string (answer, "commitOid"));
          work->pushed->changed = TRUE;
          return TRUE;
        }
      if (reason != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      if (status == 404)
        {
          g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_STATUS + (int)status,
                       _ ("%s is no longer there (404); push again to make it anew."), work->repo);
          return FALSE;
        }
      // 412, 409: somebody else has committed at the same moment.
      if (try == COMMITS)
        {
          g_set_error (
              error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_STATUS + (int)status,
              _ ("%s was changed by somebody else again and again (%u); push again later."),
              work->repo, status);
          return FALSE;
        }
      if (!cz_http_sleep (try * cz_http_times ().wait_ms, work->cancellable, error))
        return FALSE;
    }
}

CzHubPushed *
cz_hub_push (const CzHubPush *push, GCancellable *cancellable, GError **error)
{
  g_auto (Work) work = { .push = push, .cancellable = cancellable };

  if (!cz_hub_push_check_name (push->repo, error))
    return NULL;
  g_assert (strchr (push->repo, '/') != NULL);
  work.repo = g_strdup (push->repo);
  work.items = g_new0 (Item, push->n_files);
  work.pushed = g_new0 (CzHubPushed, 1);
  tell (&work, -1, _ ("Asking the Hub"));
  if (!ensure_repository (&work, error) || !sort_files (&work, error) || !send_large (&work, error))
    return NULL;
  tell (&work, -1, _ ("Committing"));
  if (!commit (&work, error))
    return NULL;
  work.pushed->repo = g_strdup (work.repo);
  work.pushed->url = make_url (work.repo);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  for (guint i = 0; i < push->n_files; i++)
    g_strv_builder_add (names, push->files[i].path);
  work.pushed->files = g_strv_builder_end (names);
  return g_steal_pointer (&work.pushed);
}
