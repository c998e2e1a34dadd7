// A model or files of a data set on their way from the Hub: a process of cloze, which nobody has to
// watch. Stopped, cut off or failed, it goes on from where it was. Properties for those who watch:
// "share" (0 to 1), "status" (a sentence) and "what" (what is being done). Emits "began" when
// it goes on, "ended" whenever nothing of it is under way any more. Main thread only.
#pragma once

#include "gui/hub/repository.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_DOWNLOAD_RUNNING,
  CZ_DOWNLOAD_STOPPING,
  CZ_DOWNLOAD_STOPPED,
  CZ_DOWNLOAD_FAILED,
  CZ_DOWNLOAD_DONE,
} CzDownloadState;

#define CZ_TYPE_DOWNLOAD (cz_download_get_type ())
G_DECLARE_FINAL_TYPE (CzDownload, cz_download, CZ, DOWNLOAD, GObject)

// Begin at once. The model is entered into the library as `name` when it is there.
CzDownload *cz_download_new_model (const char *library,
                                   const CzRepository *repository,
                                   const char *name);
// paths: NULL-terminated, of files of the repository.
CzDownload *cz_download_new_dataset (const char *library,
                                     const CzRepository *repository,
                                     const char *const *paths);

// What was fetched is kept. It ends soon, as stopped, or as done if it was.
void cz_download_stop (CzDownload *self);
// From stopped or failed.
void cz_download_go_on (CzDownload *self);

// A number of its own, to find it by.
guint cz_download_get_id (CzDownload *self);
CzDownloadState cz_download_get_state (CzDownload *self);
gboolean cz_download_is_active (CzDownload *self);
gboolean cz_download_is_dataset (CzDownload *self);
const char *cz_download_get_repo (CzDownload *self);
// The repository's name without its owner, for where there is little room.
const char *cz_download_get_title (CzDownload *self);
// Whether it is of the same state of this repository; paths: the same files, NULL: a model.
gboolean cz_download_is_of (CzDownload *self,
                            const CzRepository *repository,
                            const char *const *paths);
double cz_download_get_share (CzDownload *self);
// FAILED: why, else NULL.
const char *cz_download_get_trouble (CzDownload *self);
// DONE, a model: its name in the library.
const char *cz_download_get_name (CzDownload *self);
// DONE, a data set: where the files are, NULL-terminated; what they come from ("hub:imdb@…").
const char *const *cz_download_get_files (CzDownload *self);
const char *cz_download_get_source (CzDownload *self);

G_END_DECLS
