#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/text/token-file-layout.h"
#include "engine/text/token-file.h"
#include "engine/text/tokenizer.h"

// Tokens go out as they come; the index is kept in memory until the end, when the header, left
// empty at first, is filled in. So a file that was not finished is not one.
struct _CzTokenWriter
{
  char *path;
  char *part_path; // NULL once renamed
  char *key;
  FILE *file;
  GArray *documents;  // CzTokenFileDocument
  GHashTable *splits; // name → index
  GPtrArray *names;   // in order of the index, the hash table's
  guint64 n_tokens;
  guint32 id_limit;
  guint64 checksum;
};

static gboolean
fail (CzTokenWriter *w, int error_number, GError **error)
{
  if (error_number == ENOSPC || error_number == EDQUOT)
    g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_NO_SPACE,
                 _ ("The disk is full: the token file %s could not be written; make room and try "
                    "again."),
                 w->path);
  else
    g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO,
                 _ ("The token file %s could not be written: %s"), w->path,
                 g_strerror (error_number));
  return FALSE;
}

static gboolean
put (CzTokenWriter *w, const void *bytes, gsize n, GError **error)
{
  errno = 0;
  if (n == 0 || fwrite (bytes, 1, n, w->file) == n)
    return TRUE;
  return fail (w, errno, error);
}

CzTokenWriter *
cz_token_writer_new (const char *path, const char *key, GError **error)
{
  g_autoptr (CzTokenWriter) w = g_new0 (CzTokenWriter, 1);
  const CzTokenFileHeader empty = { 0 };

  w->path = g_strdup (path);
  w->key = g_strdup (key);
  w->documents = g_array_new (FALSE, FALSE, sizeof (CzTokenFileDocument));
  w->splits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w->names = g_ptr_array_new ();
  w->checksum = CZ_TOKEN_FILE_CHECKSUM_START;
  if (strlen (key) > 255)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("The key of the token file %s is longer than 255 bytes."), path);
      return NULL;
    }

  w->part_path = g_strconcat (path, ".part-XXXXXX", NULL);
  int fd = g_mkstemp_full (w->part_path, O_RDWR | O_CLOEXEC, 0644);
  if (fd < 0)
    {
      int error_number = errno;
      g_clear_pointer (&w->part_path, g_free);
      fail (w, error_number, error);
      return NULL;
    }
  w->file = fdopen (fd, "w");
  if (w->file == NULL)
    {
      fail (w, errno, error);
      close (fd);
      return NULL;
    }
  if (!put (w, &empty, sizeof empty, error))
    return NULL;
  return g_steal_pointer (&w);
}

static gboolean
find_split (CzTokenWriter *w, const char *name, guint32 *ret_index, GError **error)
{
  gpointer found;

  if (g_hash_table_lookup_extended (w->splits, name, NULL, &found))
    {
      *ret_index = GPOINTER_TO_UINT (found);
      return TRUE;
    }
  if (w->names->len >= 65535)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("The corpus has more than 65535 splits; is the right column taken for "
                      "them?"));
      return FALSE;
    }

  char *kept = g_strdup (name);
  *ret_index = w->names->len;
  g_ptr_array_add (w->names, kept);
  g_hash_table_insert (w->splits, kept, GUINT_TO_POINTER (*ret_index));
  return TRUE;
}

gboolean
cz_token_writer_add (CzTokenWriter *writer,
                     gint64 id,
                     const char *split,
                     const guint32 *words,
                     gsize n,
                     GError **error)
{
  CzTokenWriter *w = writer;
  CzTokenFileDocument document = { .id = id, .offset = w->n_tokens, .count = n };

  if (!find_split (w, split != NULL ? split : "", &document.split, error)
      || !put (w, words, n * sizeof *words, error))
    return FALSE;
  w->checksum = cz_token_file_checksum (w->checksum, words, n);
  for (gsize i = 0; i < n; i++)
    w->id_limit = MAX (w->id_limit, (words[i] & CZ_TOKEN_ID_MASK) + 1);
  w->n_tokens += n;
  g_array_append_val (w->documents, document);
  return TRUE;
}

// The entry of a new name lasts only once its folder is on disk too.
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

gboolean
cz_token_writer_finish (CzTokenWriter *writer, GError **error)
{
  CzTokenWriter *w = writer;
  const guint32 zero = 0;
  g_autoptr (GString) names = g_string_new (NULL);
  CzTokenFileHeader header = {
    .magic = CZ_TOKEN_FILE_MAGIC_BYTES,
    .version = CZ_TOKEN_FILE_VERSION,
    .order = CZ_TOKEN_FILE_ORDER,
    .n_tokens = w->n_tokens,
    .n_documents = w->documents->len,
    .n_splits = w->names->len,
    .key_bytes = (guint32)strlen (w->key) + 1,
    .id_limit = w->id_limit,
  };

  if (w->n_tokens % 2 == 1)
    {
      if (!put (w, &zero, sizeof zero, error))
        return FALSE;
      w->checksum = cz_token_file_checksum (w->checksum, &zero, 1);
    }

  gsize document_bytes = w->documents->len * sizeof (CzTokenFileDocument);
  if (!put (w, w->documents->data, document_bytes, error))
    return FALSE;
  w->checksum = cz_token_file_checksum (w->checksum, (const guint32 *)(void *)w->documents->data,
                                        document_bytes / sizeof (guint32));

  for (guint i = 0; i < w->names->len; i++)
    g_string_append_len (names, w->names->pdata[i], (gssize)strlen (w->names->pdata[i]) + 1);
  header.split_bytes = names->len;
  g_string_append_len (names, w->key, header.key_bytes);
  if (!put (w, names->str, names->len, error))
    return FALSE;
  header.checksum = cz_token_file_checksum_bytes (w->checksum, names->str, names->len);

  errno = 0;
  if (fseeko (w->file, 0, SEEK_SET) != 0)
    return fail (w, errno, error);
  if (!put (w, &header, sizeof header, error))
    return FALSE;
  if (fflush (w->file) != 0 || fsync (fileno (w->file)) != 0)
    return fail (w, errno, error);
  if (g_rename (w->part_path, w->path) != 0)
    return fail (w, errno, error);
  g_clear_pointer (&w->part_path, g_free);
  sync_folder (w->path);
  return TRUE;
}

void
cz_token_writer_free (CzTokenWriter *writer)
{
  CzTokenWriter *w = writer;

  if (w->file != NULL)
    fclose (w->file);
  if (w->part_path != NULL)
    g_unlink (w->part_path);
  g_free (w->part_path);
  g_free (w->path);
  g_free (w->key);
  g_array_unref (w->documents);
  g_hash_table_unref (w->splits);
  g_ptr_array_unref (w->names);
  g_free (w);
}
