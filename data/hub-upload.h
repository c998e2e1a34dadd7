#pragma once

#include <gio/gio.h>

// Large files to the Hub, by the batch API of Git LFS: what the Hub has already is skipped, the
// rest goes in one piece (basic) or in numbered parts (multipart), and is verified.

// A file and what it is known by.
typedef struct
{
  const char *local; // its path on the disk
  const char *name;  // in the repository
  char *sha256;      // hex
  gint64 bytes;
} CzHubBlob;

typedef struct
{
  const char *repo; // "owner/name"
  const char *token;
  // done, of total bytes, are at the Hub. `name`: the file under way.
  void (*progress) (gint64 done, gint64 total, const char *name, gpointer data);
  gpointer data;
} CzHubUpload;

// Reads the file and fills in sha256 and bytes. Errors: as cz_file_hash ().
gboolean cz_hub_blob_measure (CzHubBlob *blob, GCancellable *cancellable, GError **error);

// Uploads `n` measured blobs. ret_sent: bytes that had to be sent. An upload that breaks off leaves
// at the Hub what was whole: the next try sends the rest. Errors: CZ_HTTP_ERROR_* (IO where a file
// changed meanwhile, CHECKSUM where what arrived is not what was sent), G_IO_ERROR_CANCELLED.
gboolean cz_hub_upload (const CzHubUpload *upload,
                        const CzHubBlob *const *blobs,
                        guint n,
                        gint64 *ret_sent,
                        GCancellable *cancellable,
                        GError **error);
