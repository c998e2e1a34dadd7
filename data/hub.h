#pragma once

#include <gio/gio.h>

// The Hugging Face Hub's reading side: what a repository holds, and its files. HF_ENDPOINT names
// another Hub, HF_HUB_OFFLINE=1 answers from the cache alone. All of it blocks.

typedef enum
{
  CZ_HUB_MODEL,
  CZ_HUB_DATASET,
} CzHubKind;

typedef struct
{
  char *path;          // in the repository, "/" between its parts; never leads elsewhere
  gint64 bytes;        // -1: not said
  char *sha256;        // NULL: not a large file
  char *etag;          // git's sha1 of a blob of these contents; NULL: not said
  gint64 cached_bytes; // of it that need not be fetched
  const char *format;  // data sets: how it is imported ("parquet"); NULL: it isn't
  char *split;         // data sets: "train" …; NULL: its name doesn't say
} CzHubFile;
void cz_hub_file_free (CzHubFile *file);

typedef struct
{
  CzHubKind kind;
  char *asked;        // as it was written
  char *repo;         // after renames
  char *commit;       // 40 digits
  char *licence;      // NULL: not said
  char *architecture; // models: "DistilBertForMaskedLM"; NULL: not said
  gboolean gated;     // its terms are to be accepted on the website
  gboolean private;
  gboolean usable;
  char *reason;     // why it can't be used, with what to do; NULL: usable
  gboolean offline; // what the cache knows: the Hub was not asked, or not reached
  GPtrArray *files; // CzHubFile: of a model those that are needed, of a data set all
  gint64 bytes;     // of them all
  gint64 cached_bytes;
} CzHubInfo;
void cz_hub_info_free (CzHubInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHubInfo, cz_hub_info_free)

// Asks what a repository ("distilbert-base-uncased", "owner/name") holds at a revision (a branch, a
// tag, a commit; NULL: main). Renames are followed. A repository that can't be used is no error;
// nor is a Hub that is not reached, where all of it is in the cache.
// Errors: CZ_HTTP_ERROR_*, CZ_DATA_ERROR_INVALID (a name that can't be), _NOT_FOUND (not in the
// cache while HF_HUB_OFFLINE is set), G_IO_ERROR_CANCELLED.
CzHubInfo *cz_hub_look (CzHubKind kind,
                        const char *repo,
                        const char *revision,
                        GCancellable *cancellable,
                        GError **error);
// The file of that path; the info's. NULL: there is none.
CzHubFile *cz_hub_info_find (const CzHubInfo *info, const char *path);

// The folder in the cache where a commit's files may lie; freed by the caller.
char *cz_hub_get_folder (const CzHubInfo *info);

typedef struct
{
  const char *path;               // being fetched
  gint64 file_done, file_total;   // bytes
  gint64 bytes_done, bytes_total; // of all files
  double seconds_left;            // NAN: not known yet
  const char *waiting;            // a sentence: why nothing comes just now; NULL: it does
} CzHubState;
// Called several times a second, in the thread that fetches.
typedef void (*CzHubProgress) (const CzHubState *state, gpointer data);

// Fetches into the cache ($XDG_CACHE_HOME/clozebench/hub) and puts the files (hard links where that
// is possible, else copies; not to be written to) into `folder`, which is made. `paths` NULL: all
// of info->files. A file counts once its checksum is right; what was fetched of it before a cut, a
// cancellation or a crash is gone on with, also by another process. Two processes that fetch the
// same file wait for one another. Errors: CZ_HTTP_ERROR_*, CZ_DATA_ERROR_NOT_FOUND (a path that the
// repository lacks), those of cz_file_link (), G_IO_ERROR_CANCELLED.
gboolean cz_hub_fetch (const CzHubInfo *info,
                       const char *const *paths,
                       const char *folder,
                       CzHubProgress progress,
                       gpointer data,
                       GCancellable *cancellable,
                       GError **error);
