#include "data/corpus.h"
#include "data/selection.h"
#include "data/word.h"

// Lengths and counts of a corpus, from its text.

typedef struct
{
  CzCorpusStatistics *statistics;
  GArray *lengths; // guint32: words of each document
} Counting;

static gboolean
count_document (const CzDocument *document, gpointer data, GError **error)
{
  Counting *counting = data;
  CzCorpusStatistics *statistics = counting->statistics;
  gint64 words = cz_word_count (document->text, document->length);
  guint32 short_words = (guint32)MIN (words, G_MAXUINT32);
  guint power = 0;

  while (power + 1 < G_N_ELEMENTS (statistics->histogram) && (words >> (power + 1)) > 0)
    power++;
  statistics->histogram[power]++;
  statistics->documents++;
  statistics->empty += words == 0;
  statistics->bytes += (gint64)document->length;
  statistics->words += words;
  g_array_append_val (counting->lengths, short_words);
  return TRUE;
}

static int
compare_lengths (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

  return (x > y) - (x < y);
}

gboolean
cz_corpus_get_statistics (CzLibrary *library,
                          gint64 id,
                          void (*progress) (double fraction, gpointer data),
                          gpointer data,
                          GCancellable *cancellable,
                          CzCorpusStatistics *ret_statistics,
                          GError **error)
{
  CzCorpusStatistics statistics = { 0 };
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (guint32));
  Counting counting = { &statistics, lengths };

  if (!cz_selection_each (library, id, NULL, count_document, &counting, progress, data, cancellable,
                          error))
    return FALSE;
  if (lengths->len > 0)
    {
      g_array_sort (lengths, compare_lengths);
      statistics.shortest = g_array_index (lengths, guint32, 0);
      statistics.median = g_array_index (lengths, guint32, lengths->len / 2);
      statistics.longest = g_array_index (lengths, guint32, lengths->len - 1);
    }
  *ret_statistics = statistics;
  return TRUE;
}
