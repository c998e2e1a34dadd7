#include "engine/text/token-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/text/token-file-layout.h"
#include "engine/text/tokenizer.h"

struct _CzTokenFile
{
  gatomicrefcount references;
  GMappedFile *map;
  const CzTokenFileHeader *header;
  const guint32 *tokens;
  const CzTokenFileDocument *documents;
  const char **splits; // NULL-terminated
  const char *key;
};

// Finds where the parts begin; FALSE if they do not fill the file to the byte. Sizes are compared
// by what is left, so that no lie in the header can overflow a sum.
static gboolean
lay_out (CzTokenFile *f, const char **ret_names)
{
  const char *bytes = g_mapped_file_get_contents (f->map);
  gsize left = g_mapped_file_get_length (f->map) - sizeof (CzTokenFileHeader);
  const CzTokenFileHeader *h = f->header;
  const char *at = bytes + sizeof (CzTokenFileHeader);

  if (h->reserved != 0 || h->n_tokens > left / sizeof (guint32))
    return FALSE;
  gsize token_bytes = h->n_tokens * sizeof (guint32);
  token_bytes += token_bytes % 8;
  if (token_bytes > left)
    return FALSE;
  f->tokens = (const guint32 *)(const void *)at;
  at += token_bytes;
  left -= token_bytes;

  if (h->n_documents > left / sizeof (CzTokenFileDocument))
    return FALSE;
  f->documents = (const CzTokenFileDocument *)(const void *)at;
  at += h->n_documents * sizeof (CzTokenFileDocument);
  left -= h->n_documents * sizeof (CzTokenFileDocument);

  if (h->split_bytes > left || h->key_bytes != left - h->split_bytes || h->key_bytes == 0
      || h->n_splits > h->split_bytes)
    return FALSE;
  *ret_names = at;
  f->key = at + h->split_bytes;
  return f->key[h->key_bytes - 1] == '\0' && strlen (f->key) == h->key_bytes - 1;
}

static gboolean
read_splits (CzTokenFile *f, const char *names)
{
  const char *end = names + f->header->split_bytes;

  f->splits = g_new0 (const char *, (gsize)f->header->n_splits + 1);
  for (guint32 i = 0; i < f->header->n_splits; i++)
    {
      const char *zero = names < end ? memchr (names, '\0', (gsize)(end - names)) : NULL;
      if (zero == NULL)
        return FALSE;
      f->splits[i] = names;
      names = zero + 1;
    }
  return names == end;
}

static gboolean
check_documents (CzTokenFile *f)
{
  guint64 offset = 0;

  for (guint64 i = 0; i < f->header->n_documents; i++)
    {
      const CzTokenFileDocument *d = &f->documents[i];
      if (d->offset != offset || d->count > f->header->n_tokens - offset
          || d->split >= f->header->n_splits)
        return FALSE;
      offset += d->count;
    }
  return offset == f->header->n_tokens;
}

static gboolean
check_tokens (CzTokenFile *f)
{
  guint32 limit = 0;

  for (guint64 i = 0; i < f->header->n_tokens; i++)
    {
      guint32 next = (f->tokens[i] & CZ_TOKEN_ID_MASK) + 1;
      limit = MAX (limit, next);
    }
  return limit == f->header->id_limit;
}

static gboolean
check_sum (CzTokenFile *f, const char *names)
{
  gsize words = ((gsize)(names - (const char *)f->tokens)) / sizeof (guint32);
  guint64 sum = cz_token_file_checksum (CZ_TOKEN_FILE_CHECKSUM_START, f->tokens, words);

  sum = cz_token_file_checksum_bytes (sum, names, f->header->split_bytes + f->header->key_bytes);
  return sum == f->header->checksum;
}

CzTokenFile *
cz_token_file_open (const char *path, GError **error)
{
  static const char magic[8] = CZ_TOKEN_FILE_MAGIC_BYTES;
  g_autoptr (GError) failed = NULL;
  const char *names;
  GMappedFile *map = g_mapped_file_new (path, /* writable */ FALSE, &failed);

  if (map == NULL)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO,
                   _ ("The token file could not be read: %s"), failed->message);
      return NULL;
    }

  g_autoptr (CzTokenFile) f = g_new0 (CzTokenFile, 1);
  g_atomic_ref_count_init (&f->references);
  f->map = map;
  f->header = (const CzTokenFileHeader *)(const void *)g_mapped_file_get_contents (map);
  if (g_mapped_file_get_length (map) < sizeof (CzTokenFileHeader)
      || memcmp (f->header->magic, magic, sizeof magic) != 0)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("%s is not a token file; delete it, it is made anew when needed."), path);
      return NULL;
    }
  if (f->header->version != CZ_TOKEN_FILE_VERSION || f->header->order != CZ_TOKEN_FILE_ORDER)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("The token file %s is of another version; delete it, it is made anew when "
                      "needed."),
                   path);
      return NULL;
    }
  if (!lay_out (f, &names) || !read_splits (f, names) || !check_documents (f) || !check_tokens (f)
      || !check_sum (f, names))
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("The token file %s is damaged; delete it, it is made anew when needed."),
                   path);
      return NULL;
    }
  return g_steal_pointer (&f);
}

CzTokenFile *
cz_token_file_ref (CzTokenFile *file)
{
  g_atomic_ref_count_inc (&file->references);
  return file;
}

void
cz_token_file_unref (CzTokenFile *file)
{
  if (!g_atomic_ref_count_dec (&file->references))
    return;
  g_mapped_file_unref (file->map);
  g_free (file->splits);
  g_free (file);
}

const char *
cz_token_file_get_key (CzTokenFile *file)
{
  return file->key;
}

guint32
cz_token_file_get_id_limit (CzTokenFile *file)
{
  return file->header->id_limit;
}

guint64
cz_token_file_get_n_documents (CzTokenFile *file)
{
  return file->header->n_documents;
}

void
cz_token_file_get_document (CzTokenFile *file, guint64 index, CzTokenDocument *ret_document)
{
  g_return_if_fail (index < file->header->n_documents);
  const CzTokenFileDocument *d = &file->documents[index];

  *ret_document = (CzTokenDocument){
    .id = d->id,
    .split = file->splits[d->split],
    .offset = d->offset,
    .count = d->count,
  };
}

const guint32 *
cz_token_file_get_tokens (CzTokenFile *file, guint64 *ret_n)
{
  if (ret_n != NULL)
    *ret_n = file->header->n_tokens;
  return file->tokens;
}

const char *const *
cz_token_file_get_splits (CzTokenFile *file)
{
  return file->splits;
}
