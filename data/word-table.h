#pragma once

#include <gio/gio.h>

#include "data/library.h"

// How often each word stands in a corpus, in bounded memory: at most `limit` words (lower case, see
// word.h). Where there are more distinct ones, the rarest are dropped, down to half of the limit
// and again whenever it is reached; each time all that were seen at most k times go. A count is
// then short by at most the sum of those k (the shortfall), and a word more frequent than that is
// never missing. The total is exact.
typedef struct _CzWordTable CzWordTable;

#define CZ_WORD_TABLE_LIMIT 300000 // some 30 MB

CzWordTable *cz_word_table_new (guint limit);
void cz_word_table_free (CzWordTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzWordTable, cz_word_table_free)

// Counts one more; the word need not end with a NUL.
void cz_word_table_add (CzWordTable *table, const char *word, gsize length);
// The same of a word as it is, whatever is in it.
void cz_word_table_add_exactly (CzWordTable *table, const char *word, gsize length);
// Counts all words of a text.
void cz_word_table_add_text (CzWordTable *table, const char *text, gsize length);
// Counts all documents of a corpus that are not excluded. Errors: as cz_selection_each ().
gboolean cz_word_table_add_corpus (CzWordTable *table,
                                   CzLibrary *library,
                                   gint64 corpus,
                                   void (*progress) (double fraction, gpointer data),
                                   gpointer data,
                                   GCancellable *cancellable,
                                   GError **error);

gint64 cz_word_table_get (CzWordTable *table, const char *word); // 0: none
gint64 cz_word_table_get_total (CzWordTable *table);
guint cz_word_table_get_size (CzWordTable *table);
gint64 cz_word_table_get_shortfall (CzWordTable *table);

typedef struct
{
  char *word;
  gint64 count;   // here
  gint64 against; // in the other table
  double z;       // NAN where there is nothing to compare with
} CzCountedWord;
void cz_counted_word_free (CzCountedWord *word);

// The most frequent words, at most `n`: elements CzCountedWord.
GPtrArray *cz_word_table_list_frequent (CzWordTable *table, guint n);

// The words most typical of `table` against `other`, at most `n`, the most typical first. By the
// log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin'
// Words", equations 16, 20 and 22):
//   delta_w = log ((y_w + a_w) / (n + a - y_w - a_w)) - log ((y'_w + a_w) / (n' + a - y'_w - a_w))
//   z_w = delta_w / sqrt (1 / (y_w + a_w) + 1 / (y'_w + a_w))
// with y_w, n the count of the word and of all words here, y'_w, n' there; the prior is the word's
// share of both together, worth a = 500 words: a_w = a (y_w + y'_w) / (n + n'). Above 1.96 it is
// more than chance would give in one of twenty words.
GPtrArray *cz_word_table_list_typical (CzWordTable *table, CzWordTable *other, guint n);
