#include "data/hub-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/file-copy.h"
#include "data/http-retry.h"
#include "engine/format/atomic-file.h"

#define LOCK_NAP_MS 100

static char *
make_path (const char *folder, const char *name)
{
  return g_build_filename (g_get_user_cache_dir (), "clozebench", "hub", folder, name, NULL);
}

const char *
cz_hub_cache_get_id (const CzHubFile *file)
{
  return file->sha256 != NULL ? file->sha256 : file->etag;
}

char *
cz_hub_cache_get_blob (const CzHubFile *file)
{
  return make_path ("blobs", cz_hub_cache_get_id (file));
}

void
cz_hub_cache_set_error (const char *path, int number, GError **error)
{
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_FULL,
                 _ ("The disk is full, so “%s” could not be written; free some space and try "
                    "again. What has been fetched is kept."),
                 path);
  else
    g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_IO, _ ("“%s” could not be written: %s"), path,
                 g_strerror (number));
}

gint64
cz_hub_cache_measure (const CzHubFile *file)
{
  g_autofree char *blob = cz_hub_cache_get_blob (file);
  g_autofree char *part = g_strconcat (blob, ".part", NULL);
  GStatBuf state;

  if (g_stat (blob, &state) == 0 || g_stat (part, &state) == 0)
    return file->bytes >= 0 ? MIN (state.st_size, file->bytes) : state.st_size;
  return 0;
}

int
cz_hub_cache_lock_path (const char *path,
                        void (*waits) (gpointer data),
                        gpointer data,
                        GCancellable *cancellable,
                        GError **error)
{
  int descriptor = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (descriptor < 0)
    {
      cz_hub_cache_set_error (path, errno, error);
      return -1;
    }
  while (flock (descriptor, LOCK_EX | LOCK_NB) != 0)
    {
      int number = errno;

      if (number != EWOULDBLOCK && number != EINTR)
        {
          cz_hub_cache_set_error (path, number, error);
          close (descriptor);
          return -1;
        }
      if (waits != NULL)
        waits (data);
      if (!cz_http_sleep (LOCK_NAP_MS, cancellable, error))
        {
          close (descriptor);
          return -1;
        }
    }
  return descriptor;
}

int
cz_hub_cache_lock (const CzHubFile *file,
                   void (*waits) (gpointer data),
                   gpointer data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *blob = cz_hub_cache_get_blob (file);
  g_autofree char *path = g_strconcat (blob, ".lock", NULL);
  g_autofree char *folder = g_path_get_dirname (blob);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      cz_hub_cache_set_error (folder, errno, error);
      return -1;
    }
  return cz_hub_cache_lock_path (path, waits, data, cancellable, error);
}

char *
cz_hub_cache_get_import (const CzHubInfo *info)
{
  g_autofree char *name = g_strdup (info->repo);

  return make_path ("import", g_strdelimit (name, "/", '+'));
}

gboolean
cz_hub_cache_put (const CzHubFile *file,
                  const char *path,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autofree char *blob = cz_hub_cache_get_blob (file);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      cz_hub_cache_set_error (folder, errno, error);
      return FALSE;
    }
  g_unlink (path);
  return cz_file_link (blob, path, cancellable, error);
}

char *
cz_hub_get_folder (const CzHubInfo *info)
{
  g_autofree char *name = g_strdup_printf (
      "%s--%s@%s", info->kind == CZ_HUB_DATASET ? "datasets" : "models", info->repo, info->commit);

  return make_path ("files", g_strdelimit (name, "/", '+'));
}

// ---- records ----

static char *
make_record_path (CzHubKind kind, const char *repo, const char *revision)
{
  g_autofree char *name
      = g_strdup_printf ("%s--%s@%s.json", kind == CZ_HUB_DATASET ? "datasets" : "models", repo,
                         revision != NULL ? revision : "main");

  return make_path ("records", g_strdelimit (name, "/", '+'));
}

char *
cz_hub_cache_recall (CzHubKind kind, const char *repo, const char *revision)
{
  g_autofree char *path = make_record_path (kind, repo, revision);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

void
cz_hub_cache_keep (CzHubKind kind, const char *repo, const char *revision, const char *record)
{
  g_autofree char *path = make_record_path (kind, repo, revision);
  g_autofree char *folder = g_path_get_dirname (path);

  // Without it the next look asks the Hub, that is all.
  if (g_mkdir_with_parents (folder, 0700) == 0)
    cz_atomic_file_save (path, record, strlen (record), NULL);
}
