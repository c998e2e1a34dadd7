#include "data/parquet-source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/data-error.h"

#define MAGIC      "PAR1"
#define ENCRYPTED  "PARE"
#define BLOCK      (1 << 16)
#define HELD_MAX   ((gint64)512 << 20) // bytes of memory for pages and dictionaries
#define SPOOL_MAX  ((gint64)32 << 30)  // bytes of an archive's entry
#define SIZE_MIN   12                  // two magics and the footer's length
#define FOOTER_MAX ((guint32)256 << 20)

struct _CzParquetSource
{
  CzEntry *entry;
  int descriptor;
  gboolean own; // the descriptor
  gint64 size;
  gint64 held; // bytes of memory
  gint64 told; // the furthest place that was told
};

static void
set_io_error (GError **error)
{
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, g_strerror (errno));
}

// A file without a name, in the folder for temporary files.
static int
open_spool (GError **error)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "clozebench-XXXXXX", NULL);
  int descriptor = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);

  if (descriptor < 0)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_FULL,
                 _ ("A file from an archive could not be unpacked into %s (%s). Unpack the archive "
                    "yourself, or let TMPDIR name another folder."),
                 g_get_tmp_dir (), g_strerror (errno));
  else
    unlink (path);
  return descriptor;
}

static gboolean
write_all (int descriptor, const char *bytes, gsize n, GError **error)
{
  while (n > 0)
    {
      gssize written = write (descriptor, bytes, n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_FULL,
                       _ ("A file from an archive could not be unpacked into %s (%s). Make room "
                          "there, unpack the archive yourself, or let TMPDIR name another folder."),
                       g_get_tmp_dir (), g_strerror (errno));
          return FALSE;
        }
      bytes += written;
      n -= (gsize)written;
    }
  return TRUE;
}

static gboolean
refuse (const char *why, GError **error)
{
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID, why);
  return FALSE;
}

static gboolean
damaged (const char *what, GError **error)
{
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED, what);
  return FALSE;
}

static gboolean
check_magic (const char *bytes, gsize length, GError **error)
{
  if (length >= 4 && memcmp (bytes, ENCRYPTED, 4) == 0)
    return refuse (_ ("it is encrypted; write it anew without encryption"), error);
  return (length >= 4 && memcmp (bytes, MAGIC, 4) == 0)
         || refuse (_ ("it is no Parquet file, or its beginning or end is missing; get it again"),
                    error);
}

static gboolean
spool (CzParquetSource *self, GError **error)
{
  g_autofree char *block = g_malloc (BLOCK);

  self->descriptor = open_spool (error);
  if (self->descriptor < 0)
    return FALSE;
  self->own = TRUE;
  while (TRUE)
    {
      gssize n = cz_entry_read (self->entry, block, BLOCK, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        return TRUE;
      // What is no such file needs no room.
      if (self->size == 0 && !check_magic (block, (gsize)n, error))
        return FALSE;
      if (self->size + n > SPOOL_MAX)
        return refuse (_ ("it is longer than 32 GiB; unpack the archive first"), error);
      if (!write_all (self->descriptor, block, (gsize)n, error))
        return FALSE;
      self->size += n;
    }
}

CzParquetSource *
cz_parquet_source_new (CzEntry *entry, GError **error)
{
  g_autoptr (CzParquetSource) self = g_new0 (CzParquetSource, 1);
  struct stat status;

  self->entry = entry;
  self->descriptor = cz_entry_get_descriptor (entry);
  if (self->descriptor < 0)
    return spool (self, error) ? g_steal_pointer (&self) : NULL;
  if (fstat (self->descriptor, &status) != 0)
    {
      set_io_error (error);
      return NULL;
    }
  self->size = status.st_size;
  return g_steal_pointer (&self);
}

void
cz_parquet_source_free (CzParquetSource *self)
{
  if (self->own)
    close (self->descriptor);
  g_free (self);
}

gint64
cz_parquet_source_get_size (CzParquetSource *self)
{
  return self->size;
}

gboolean
cz_parquet_source_read (
    CzParquetSource *self, gint64 offset, void *buffer, gsize length, GError **error)
{
  char *at = buffer;

  if (offset < 0 || offset > self->size || length > (guint64)(self->size - offset))
    return damaged (_ ("it ends too early"), error);
  while (length > 0)
    {
      gssize n = pread (self->descriptor, at, length, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          set_io_error (error);
          return FALSE;
        }
      if (n == 0) // it has become shorter
        return damaged (_ ("it ends too early"), error);
      at += n;
      offset += n;
      length -= (gsize)n;
    }
  return TRUE;
}

gboolean
cz_parquet_source_hold (CzParquetSource *self, gint64 bytes, GError **error)
{
  if (bytes > 0 && self->held + bytes > HELD_MAX)
    return refuse (_ ("its pages take more than 512 MiB; write it anew with smaller pages"), error);
  self->held += bytes;
  return TRUE;
}

gboolean
cz_parquet_source_tell (CzParquetSource *self, gint64 offset, GError **error)
{
  self->told = MAX (self->told, offset);
  return cz_entry_tell (self->entry, self->told, error);
}

GBytes *
cz_parquet_source_read_footer (CzParquetSource *self, GError **error)
{
  g_autofree guint8 *footer = NULL;
  guint8 end[8];
  char begin[4];
  guint32 length;

  if (self->size < SIZE_MIN)
    {
      refuse (self->size == 0 ? _ ("it is empty")
                              : _ ("it is no Parquet file, or its beginning or end is missing; get "
                                   "it again"),
              error);
      return NULL;
    }
  if (!cz_parquet_source_read (self, 0, begin, 4, error) || !check_magic (begin, 4, error)
      || !cz_parquet_source_read (self, self->size - 8, end, 8, error)
      || !check_magic ((char *)end + 4, 4, error))
    return NULL;
  memcpy (&length, end, 4);
  length = GUINT32_FROM_LE (length);
  if (length == 0 || length > FOOTER_MAX || length > self->size - SIZE_MIN)
    {
      damaged (_ ("its footer is damaged"), error);
      return NULL;
    }
  footer = g_malloc (length);
  if (!cz_parquet_source_read (self, self->size - 8 - length, footer, length, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&footer), length);
}
