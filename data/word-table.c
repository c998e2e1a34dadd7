#include "data/word-table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/selection.h"
#include "data/word.h"

#define PRIOR_WORDS 500.0

typedef struct
{
  gint64 count;
  char word[]; // with its NUL
} Entry;

struct _CzWordTable
{
  GHashTable *entries; // Entry → itself, by the word
  guint limit;
  gint64 total, shortfall;
  Entry *probe; // what is being looked up
  gsize capacity;
};

static guint
hash_entry (gconstpointer entry)
{
  return g_str_hash (((const Entry *)entry)->word);
}

static gboolean
equal_entries (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Entry *)a)->word, ((const Entry *)b)->word) == 0;
}

CzWordTable *
cz_word_table_new (guint limit)
{
  CzWordTable *self = g_new0 (CzWordTable, 1);

  self->entries = g_hash_table_new_full (hash_entry, equal_entries, g_free, NULL);
  self->limit = MAX (limit, 2);
  return self;
}

void
cz_word_table_free (CzWordTable *self)
{
  g_hash_table_unref (self->entries);
  g_free (self->probe);
  g_free (self);
}

static gboolean
is_rare (gpointer key, gpointer value, gpointer most)
{
  return ((const Entry *)key)->count <= *(const gint64 *)most;
}

static int
compare_counts (const void *a, const void *b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

// Drops the rarest, so that at most half of the limit is left.
static void
drop_rare (CzWordTable *self)
{
  guint n = g_hash_table_size (self->entries), i = 0;
  g_autofree gint64 *counts = g_new (gint64, n);
  GHashTableIter iter;
  gpointer key;
  gint64 most;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    counts[i++] = ((const Entry *)key)->count;
  qsort (counts, n, sizeof *counts, compare_counts);
  most = counts[n - self->limit / 2 - 1];
  g_hash_table_foreach_remove (self->entries, is_rare, &most);
  self->shortfall += most;
}

static void
make_room (CzWordTable *self, gsize length)
{
  if (self->capacity >= length)
    return;
  self->capacity = length + 64;
  self->probe = g_realloc (self->probe, sizeof (Entry) + self->capacity);
}

// Puts a word in lower case into the probe.
static void
fold (CzWordTable *self, const char *word, gsize length)
{
  gsize n = 0;

  make_room (self, 3 * length + 8); // a letter's lower case may take a byte more
  for (const char *p = word; p < word + length; p = g_utf8_next_char (p))
    if ((guchar)*p < 0x80)
      self->probe->word[n++] = g_ascii_tolower (*p);
    else
      n += (gsize)g_unichar_to_utf8 (g_unichar_tolower (g_utf8_get_char (p)),
                                     self->probe->word + n);
  self->probe->word[n] = '\0';
}

// Counts the probe's word.
static void
count_probe (CzWordTable *self)
{
  Entry *entry = g_hash_table_lookup (self->entries, self->probe);
  gsize length;

  self->total++;
  if (entry != NULL)
    {
      entry->count++;
      return;
    }
  length = strlen (self->probe->word) + 1;
  entry = g_malloc (sizeof (Entry) + length);
  entry->count = 1;
  memcpy (entry->word, self->probe->word, length);
  g_hash_table_add (self->entries, entry);
  if (g_hash_table_size (self->entries) > self->limit)
    drop_rare (self);
}

void
cz_word_table_add (CzWordTable *self, const char *word, gsize length)
{
  fold (self, word, length);
  count_probe (self);
}

void
cz_word_table_add_exactly (CzWordTable *self, const char *word, gsize length)
{
  make_room (self, length + 1);
  memcpy (self->probe->word, word, length);
  self->probe->word[length] = '\0';
  count_probe (self);
}

void
cz_word_table_add_text (CzWordTable *self, const char *text, gsize length)
{
  const char *at = text, *end = text + length, *word;
  gsize n;

  while ((word = cz_word_next (&at, end, &n)) != NULL)
    cz_word_table_add (self, word, n);
}

static gboolean
add_document (const CzDocument *document, gpointer data, GError **error)
{
  cz_word_table_add_text (data, document->text, document->length);
  return TRUE;
}

gboolean
cz_word_table_add_corpus (CzWordTable *self,
                          CzLibrary *library,
                          gint64 corpus,
                          void (*progress) (double fraction, gpointer data),
                          gpointer data,
                          GCancellable *cancellable,
                          GError **error)
{
  return cz_selection_each (library, corpus, NULL, add_document, self, progress, data, cancellable,
                            error);
}

static gint64
get_folded (CzWordTable *self, const char *word)
{
  gsize length = strlen (word) + 1;
  g_autofree Entry *probe = g_malloc (sizeof (Entry) + length);
  const Entry *entry;

  memcpy (probe->word, word, length);
  entry = g_hash_table_lookup (self->entries, probe);
  return entry != NULL ? entry->count : 0;
}

gint64
cz_word_table_get (CzWordTable *self, const char *word)
{
  const Entry *entry;

  fold (self, word, strlen (word));
  entry = g_hash_table_lookup (self->entries, self->probe);
  return entry != NULL ? entry->count : 0;
}

gint64
cz_word_table_get_total (CzWordTable *self)
{
  return self->total;
}

guint
cz_word_table_get_size (CzWordTable *self)
{
  return g_hash_table_size (self->entries);
}

gint64
cz_word_table_get_shortfall (CzWordTable *self)
{
  return self->shortfall;
}

// ---- Lists ----

void
cz_counted_word_free (CzCountedWord *word)
{
  g_free (word->word);
  g_free (word);
}

typedef struct
{
  const Entry *entry;
  gint64 against;
  double z;
} Ranked;

// The highest first; equal ones by the word, so that the order is always the same.
static int
compare_ranked (const void *a, const void *b)
{
  const Ranked *x = a, *y = b;

  if (x->z != y->z)
    return x->z < y->z ? 1 : -1;
  return strcmp (x->entry->word, y->entry->word);
}

static GPtrArray *
list_highest (GArray *ranked, guint n, gboolean with_z)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_counted_word_free);

  if (ranked->len > 0)
    qsort (ranked->data, ranked->len, sizeof (Ranked), compare_ranked);
  for (guint i = 0; i < MIN (n, ranked->len); i++)
    {
      const Ranked *rank = &g_array_index (ranked, Ranked, i);
      CzCountedWord *word = g_new0 (CzCountedWord, 1);

      word->word = g_strdup (rank->entry->word);
      word->count = rank->entry->count;
      word->against = rank->against;
      word->z = with_z ? rank->z : NAN;
      g_ptr_array_add (list, word);
    }
  return list;
}

GPtrArray *
cz_word_table_list_frequent (CzWordTable *self, guint n)
{
  g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (Ranked));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const Ranked rank = { key, 0, (double)((const Entry *)key)->count };

      g_array_append_val (ranked, rank);
    }
  return list_highest (ranked, n, FALSE);
}

GPtrArray *
cz_word_table_list_typical (CzWordTable *self, CzWordTable *other, guint n)
{
  g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (Ranked));
  double here = (double)self->total, there = (double)other->total;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Ranked rank = { key, get_folded (other, ((const Entry *)key)->word), 0 };
      double y = (double)rank.entry->count, y2 = (double)rank.against;
      double prior = PRIOR_WORDS * (y + y2) / (here + there);
      double odds = (y + prior) / (here + PRIOR_WORDS - y - prior);
      double odds2 = (y2 + prior) / (there + PRIOR_WORDS - y2 - prior);

      rank.z = (log (odds) - log (odds2)) / sqrt (1 / (y + prior) + 1 / (y2 + prior));
      if (rank.z > 0)
        g_array_append_val (ranked, rank);
    }
  return list_highest (ranked, n, TRUE);
}
