#pragma once

#include "data/hub.h"

// One file of a repository into the cache.
typedef struct
{
  const CzHubInfo *info;
  const CzHubFile *file;
  const char *endpoint;
  // Bytes of the file that are there; `waiting`: why nothing comes just now, NULL: it does.
  void (*tell) (gint64 done, const char *waiting, gpointer data);
  gpointer data;
} CzHubDownload;

// Whole in the cache and its checksum right, or an error. Errors: see cz_hub_fetch ().
gboolean cz_hub_download (const CzHubDownload *download, GCancellable *cancellable, GError **error);
