#pragma once

#include <gio/gio.h>

// Pushing a model's files to a repository of the Hub: the repository is made if it is not there,
// large files go by data/hub-upload.h, small ones with the commit. What the Hub has already is not
// sent again, so a push that failed is repeated by pushing again.

typedef struct
{
  const char *path;  // in the repository
  const char *local; // a file on the disk, or NULL and:
  GBytes *bytes;
} CzHubPushFile;

typedef struct
{
  const char *repo;    // "owner/name"
  const char *token;   // NULL: none
  gboolean is_private; // of a new repository; one that is public is refused then
  const char *message; // the commit's first line
  const CzHubPushFile *files;
  guint n_files;
  // fraction: 0 … 1, negative: not known; `text`: what is being done.
  void (*progress) (double fraction, const char *text, gpointer data);
  gpointer data;
} CzHubPush;

typedef struct
{
  char *repo; // as the Hub calls it
  char *url;  // its page
  char *commit;
  gboolean created;      // the repository is new
  gboolean changed;      // there was something to commit
  gint64 uploaded_bytes; // of large files, that had to be sent
  char **files;          // what the repository has of the model, paths in it
} CzHubPushed;
void cz_hub_pushed_free (CzHubPushed *pushed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHubPushed, cz_hub_pushed_free)

// Errors: CZ_HTTP_ERROR_* (INVALID: the name cannot be one; STATUS with the Hub's words), those of
// cz_file_hash (), G_IO_ERROR_CANCELLED.
CzHubPushed *cz_hub_push (const CzHubPush *push, GCancellable *cancellable, GError **error);

// Whether a repository may be called so, with an owner or without. Error: CZ_HTTP_ERROR_INVALID.
gboolean cz_hub_push_check_name (const char *repo, GError **error);
