#pragma once

#include <glib.h>

// The bytes of a token file, in this order, each part right behind the other:
//   header; tokens (guint32 each); documents (DocumentEntry each; at a multiple of 8, zeros
//   before); names of the splits, each with its NUL; the key with its NUL.
// Documents lie in order and without gaps: the offset of each is the sum of the counts before it.

// "CZTOKENS", without a NUL.
#define CZ_TOKEN_FILE_MAGIC_BYTES          \
  {                                        \
    'C', 'Z', 'T', 'O', 'K', 'E', 'N', 'S' \
  }
#define CZ_TOKEN_FILE_VERSION 1u
#define CZ_TOKEN_FILE_ORDER   0x01020304u // reads otherwise where bytes have another order

typedef struct
{
  char magic[8];
  guint32 version;
  guint32 order;
  guint64 n_tokens;
  guint64 n_documents;
  guint64 split_bytes; // of the names with their NULs
  guint32 n_splits;
  guint32 key_bytes; // with its NUL
  guint32 id_limit;  // every id is below it
  guint32 reserved;  // 0
  guint64 checksum;  // of everything behind the header, word by word
} CzTokenFileHeader;

typedef struct
{
  gint64 id;
  guint64 offset;
  guint64 count;
  guint32 split;
  guint32 reserved;
} CzTokenFileDocument;

G_STATIC_ASSERT (sizeof (CzTokenFileHeader) == 64);
G_STATIC_ASSERT (sizeof (CzTokenFileDocument) == 32);

#define CZ_TOKEN_FILE_CHECKSUM_START 0xcbf29ce484222325u

// FNV-1a with whole words for bytes.
static inline guint64
cz_token_file_checksum (guint64 sum, const guint32 *words, gsize n)
{
  for (gsize i = 0; i < n; i++)
    sum = (sum ^ words[i]) * 0x100000001b3u;
  return sum;
}

// The same over bytes that need not be whole words; zeros stand for what is missing.
static inline guint64
cz_token_file_checksum_bytes (guint64 sum, const char *bytes, gsize n)
{
  for (gsize i = 0; i < n; i += 4)
    {
      guint32 word = 0;
      for (gsize k = 0; k < 4 && i + k < n; k++)
        word |= (guint32)(guint8)bytes[i + k] << (8 * k);
      sum = cz_token_file_checksum (sum, &word, 1);
    }
  return sum;
}
