#include <string.h>

#include "data/word-table.h"
#include "tests/data/scratch.h"

// Real corpora import with the counts that are known of them.

typedef struct
{
  const char *path;
  gint64 documents, bytes; // bytes 0: not known
  const char *column;
} Known;

static void
test_counts (gconstpointer data)
{
  const Known *known = data;
  g_autofree char *path = scratch_shared (known->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzImportFindings) findings = NULL;
  g_autoptr (CzCorpus) corpus = NULL;
  const char *paths[] = { path, NULL };
  CzImportReport report = { 0 };
  Scratch scratch;

  if (path == NULL)
    return;
  scratch_begin (&scratch);
  findings = cz_import_inspect (paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (findings->text_column, ==, known->column);
  g_assert_cmpint (findings->documents->len, >, 0);
  corpus = scratch_import (&scratch, "real", path, NULL, &report);
  g_assert_cmpint (corpus->documents, ==, known->documents);
  if (known->bytes != 0)
    g_assert_cmpint (corpus->bytes, ==, known->bytes);
  g_assert_cmpint (report.skipped->len, ==, 0);
  g_assert_cmpint (report.notes->len, ==, 0);
  scratch_assert_clean (&scratch);
  cz_import_report_clear (&report);
  scratch_end (&scratch);
}

static void
test_films (void)
{
  g_autofree char *path = scratch_shared ("corpora/film/aclImdb_sample6000.tar.gz");
  g_autoptr (GError) error = NULL;
  g_autoptr (CzCorpus) corpus = NULL;
  g_autoptr (GPtrArray) splits = NULL, labels = NULL, sample = NULL, again = NULL;
  CzImportReport report = { 0 };
  Scratch scratch;

  if (path == NULL)
    return;
  scratch_begin (&scratch);
  corpus = scratch_import (&scratch, "films", path, NULL, &report);
  g_assert_cmpint (corpus->documents, ==, 6000);
  g_assert_cmpint (corpus->bytes, ==, 8044350);
  splits = cz_corpus_get_splits (scratch.library, corpus->id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (splits->len, ==, 2);
  g_assert_cmpint (scratch_find_group (splits, "train"), ==, 4000);
  g_assert_cmpint (scratch_find_group (splits, "test"), ==, 2000);
  labels = cz_corpus_get_labels (scratch.library, corpus->id, &error);
  g_assert_cmpint (labels->len, ==, 2);
  g_assert_cmpint (scratch_find_group (labels, "pos"), ==, 3000);
  g_assert_cmpint (scratch_find_group (labels, "neg"), ==, 3000);
  g_assert_cmpint (cz_document_count (scratch.library, corpus->id,
                                      &(CzDocumentFilter){ .split = "test", .label = "pos" },
                                      &error),
                   ==, 1000);
  sample = cz_document_sample (scratch.library, corpus->id, 42, 3, &error);
  again = cz_document_sample (scratch.library, corpus->id, 42, 6000, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sample->len, ==, 3);
  g_assert_cmpint (again->len, ==, 6000);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (((CzDocument *)sample->pdata[i])->id, ==, ((CzDocument *)again->pdata[i])->id);
  cz_import_report_clear (&report);
  scratch_end (&scratch);
}

// More words than fit: the rare ones go, and what is left is short by no more than is told.
static void
test_bounded_words (void)
{
  g_autoptr (CzWordTable) table = cz_word_table_new (100);
  g_autoptr (GPtrArray) list = NULL;

  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *rare = g_strdup_printf ("Rare%d", i);

      cz_word_table_add (table, rare, strlen (rare));
      if (i % 4 == 0)
        cz_word_table_add_text (table, "ÜBER, über!", strlen ("ÜBER, über!"));
    }
  g_assert_cmpint (cz_word_table_get_total (table), ==, 30000);
  g_assert_cmpint (cz_word_table_get_size (table), <=, 100);
  g_assert_cmpint (cz_word_table_get_shortfall (table), >, 0);
  g_assert_cmpint (cz_word_table_get (table, "Über"), <=, 10000);
  g_assert_cmpint (cz_word_table_get (table, "über") + cz_word_table_get_shortfall (table), >=,
                   10000);
  list = cz_word_table_list_frequent (table, 1);
  g_assert_cmpstr (((CzCountedWord *)list->pdata[0])->word, ==, "über");
}

int
main (int argc, char **argv)
{
  static const Known known[] = {
    { "corpora/film/aclImdb_sample6000.tar.gz", 6000, 8044350, NULL },
    { "corpora/film/imdb_sample500.csv", 499, 0, "review" },
    { "corpora/legal/contracts", 128, 0, NULL },
    { "corpora/science/scicite_train.jsonl", 7320, 0, "text" },
    { "corpora/science/arxiv_data.csv", 3397, 0, "abstract" },
    { "corpora/medical/MTS-Dialog-TrainingSet.csv", 1201, 0, "dialogue" },
    { "corpora/medical/pubmedqa_ori_pqal.json", 1000, 0, "CONTEXTS" },
    { "corpora/software/developers-reference.txt.gz", 1, 0, NULL },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *name = g_strdup_printf ("/data/corpora/%s", known[i].path + 8);

      g_test_add_data_func (name, &known[i], test_counts);
    }
  g_test_add_func ("/data/corpora/films", test_films);
  g_test_add_func ("/data/corpora/bounded-words", test_bounded_words);
  return g_test_run ();
}
