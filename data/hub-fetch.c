#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/data-error.h"
#include "data/hub-address.h"
#include "data/hub-cache.h"
#include "data/hub-download.h"

#define TELL_INTERVAL (G_USEC_PER_SEC / 10)
#define RATE_INTERVAL (G_USEC_PER_SEC / 2)
#define RATE_FIRST    (2 * G_USEC_PER_SEC) // the first moments say nothing
#define RATE_KEPT     0.8                  // of the earlier rate, each time it is measured

typedef struct
{
  CzHubProgress progress;
  gpointer data;
  CzHubState state;
  gint64 before; // bytes of the files that are finished
  gint64 told;
  gint64 measured, measured_bytes; // when the rate was measured last, and at how many bytes
  double rate;                     // bytes/s; 0: not known yet
} Fetch;

static void
measure (Fetch *fetch, gint64 now)
{
  gint64 passed = now - fetch->measured;

  if (fetch->measured == 0 || fetch->state.bytes_done < fetch->measured_bytes)
    passed = 0;
  else if (passed < (fetch->rate > 0 ? RATE_INTERVAL : RATE_FIRST))
    return;
  if (passed > 0)
    {
      double rate = (double)(fetch->state.bytes_done - fetch->measured_bytes) * G_USEC_PER_SEC
                    / (double)passed;

      fetch->rate = fetch->rate > 0 ? RATE_KEPT * fetch->rate + (1 - RATE_KEPT) * rate : rate;
    }
  fetch->measured = now;
  fetch->measured_bytes = fetch->state.bytes_done;
}

static void
tell (gint64 done, const char *waiting, gpointer data)
{
  Fetch *fetch = data;
  gint64 now = g_get_monotonic_time ();

  fetch->state.file_done = done;
  fetch->state.bytes_done = fetch->before + done;
  if (waiting == NULL)
    measure (fetch, now);
  if (fetch->progress == NULL
      || (now - fetch->told < TELL_INTERVAL && done < fetch->state.file_total && waiting == NULL))
    return;
  fetch->told = now;
  fetch->state.waiting = waiting;
  fetch->state.seconds_left
      = fetch->rate > 0 ? (double)(fetch->state.bytes_total - fetch->state.bytes_done) / fetch->rate
                        : NAN;
  fetch->progress (&fetch->state, fetch->data);
}

static GPtrArray *
choose (const CzHubInfo *info, const char *const *paths, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  for (guint i = 0; paths == NULL && i < info->files->len; i++)
    g_ptr_array_add (files, info->files->pdata[i]);
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      CzHubFile *file = cz_hub_info_find (info, paths[i]);

      if (file == NULL)
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                       _ ("“%s” has no file “%s” at this revision; “cloze hub show” lists the "
                          "files."),
                       info->repo, paths[i]);
          return NULL;
        }
      g_ptr_array_add (files, file);
    }
  return g_steal_pointer (&files);
}

gboolean
cz_hub_fetch (const CzHubInfo *info,
              const char *const *paths,
              const char *folder,
              CzHubProgress progress,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  g_autofree char *endpoint = cz_hub_endpoint (error);
  g_autoptr (GPtrArray) files = endpoint != NULL ? choose (info, paths, error) : NULL;
  Fetch fetch = { .progress = progress, .data = data, .state = { .seconds_left = NAN } };

  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    fetch.state.bytes_total += ((CzHubFile *)files->pdata[i])->bytes;
  for (guint i = 0; i < files->len; i++)
    {
      const CzHubFile *file = files->pdata[i];
      g_autofree char *path = g_build_filename (folder, file->path, NULL);
      CzHubDownload download
          = { .info = info, .file = file, .endpoint = endpoint, .tell = tell, .data = &fetch };

      fetch.state.path = file->path;
      fetch.state.file_total = file->bytes;
      fetch.measured = 0; // what the cache had is no rate
      if (!cz_hub_download (&download, cancellable, error)
          || !cz_hub_cache_put (file, path, cancellable, error))
        return FALSE;
      fetch.before += file->bytes;
    }
  return TRUE;
}
