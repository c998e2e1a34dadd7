#include "data/import-sieve.h"

#include <string.h>

#include "data/word-count.h"

#define ANCHOR 32 // every so many paths one is stored whole

typedef struct
{
  guint64 hash[2]; // both 0: free
  guint32 file;    // of the first document with it
  guint32 row;
} Slot;

struct _CzImportSieve
{
  gint64 minimum_words, minimum_length;
  gboolean deduplicate;
  Slot *slots;
  gsize capacity, used; // capacity: a power of two
  // Paths one after another, each as how many bytes it has in common with the one before it (at
  // most 255), what follows, and a NUL.
  GString *paths;
  GArray *anchors; // gsize: where every 32nd begins
  char *path;      // the last one
  guint32 files;
};

CzImportSieve *
cz_import_sieve_new (const CzImportOptions *options)
{
  CzImportSieve *self = g_new0 (CzImportSieve, 1);

  self->minimum_words = options->minimum_words;
  self->minimum_length = options->minimum_length;
  self->deduplicate = options->deduplicate;
  self->paths = g_string_new (NULL);
  self->anchors = g_array_new (FALSE, FALSE, sizeof (gsize));
  return self;
}

void
cz_import_sieve_free (CzImportSieve *self)
{
  g_free (self->slots);
  g_string_free (self->paths, TRUE);
  g_array_unref (self->anchors);
  g_free (self->path);
  g_free (self);
}

static void
add_path (CzImportSieve *self, const char *path)
{
  gsize same = 0;

  if (self->files % ANCHOR == 0)
    {
      gsize place = self->paths->len;

      g_array_append_val (self->anchors, place);
    }
  else
    while (same < 255 && path[same] != '\0' && path[same] == self->path[same])
      same++;
  g_string_append_c (self->paths, (char)same);
  g_string_append_len (self->paths, path + same, (gssize)strlen (path + same) + 1);
  g_free (self->path);
  self->path = g_strdup (path);
  self->files++;
}

char *
cz_import_sieve_find (CzImportSieve *self, guint64 first, gint64 *ret_row)
{
  guint32 file = (guint32)(first >> 32);
  const char *at = self->paths->str + g_array_index (self->anchors, gsize, file / ANCHOR);
  g_autoptr (GString) path = g_string_new (NULL);

  for (guint32 i = file / ANCHOR * ANCHOR; i <= file; i++)
    {
      g_string_truncate (path, (guchar)at[0]);
      g_string_append (path, at + 1);
      at += strlen (at + 1) + 2;
    }
  *ret_row = (gint64)(first & G_MAXUINT32);
  return g_strdup (path->str);
}

static Slot *
find_slot (CzImportSieve *self, const guint64 hash[2])
{
  gsize place = (gsize)hash[0] & (self->capacity - 1);

  while ((self->slots[place].hash[0] | self->slots[place].hash[1]) != 0
         && memcmp (self->slots[place].hash, hash, 16) != 0)
    place = (place + 1) & (self->capacity - 1);
  return &self->slots[place];
}

static void
grow (CzImportSieve *self)
{
  g_autofree Slot *old = self->slots;
  gsize n = self->capacity;

  self->capacity = MAX (1024, 2 * n);
  self->slots = g_new0 (Slot, self->capacity);
  for (gsize i = 0; i < n; i++)
    if ((old[i].hash[0] | old[i].hash[1]) != 0)
      *find_slot (self, old[i].hash) = old[i];
}

// Up to `enough`; g_utf8_strlen () would end at a NUL.
static gint64
count_characters (const char *text, gsize length, gint64 enough)
{
  gint64 characters = 0;

  for (gsize i = 0; i < length && characters < enough; i++)
    characters += ((guchar)text[i] & 0xc0) != 0x80;
  return characters;
}

CzSieveResult
cz_import_sieve_check (CzImportSieve *self,
                       const char *path,
                       gint64 row,
                       const char *text,
                       gsize length,
                       guint64 *ret_first)
{
  g_autoptr (GChecksum) sum = NULL;
  guint64 hash[4];
  gsize size = sizeof hash;
  Slot *slot;

  if (count_characters (text, length, self->minimum_length) < self->minimum_length
      || (self->minimum_words > 0 && cz_text_count_words (text, length) < self->minimum_words))
    return CZ_SIEVE_SHORT;
  if (!self->deduplicate)
    return CZ_SIEVE_KEPT;
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, (const guchar *)text, (gssize)length);
  g_checksum_get_digest (sum, (guint8 *)hash, &size);
  if (self->used * 3 >= self->capacity * 2)
    grow (self);
  slot = find_slot (self, hash);
  if ((slot->hash[0] | slot->hash[1]) != 0)
    {
      *ret_first = (guint64)slot->file << 32 | slot->row;
      return CZ_SIEVE_DUPLICATE;
    }
  if (g_strcmp0 (self->path, path) != 0)
    add_path (self, path);
  memcpy (slot->hash, hash, 16);
  slot->file = self->files - 1;
  slot->row = (guint32)CLAMP (row, 0, (gint64)G_MAXUINT32);
  self->used++;
  return CZ_SIEVE_KEPT;
}
