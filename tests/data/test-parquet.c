#include <string.h>

#include "tests/data/scratch.h"

// Parquet files as others wrote them, and damaged ones. What must come out of them was found with
// another reader (hyparquet); its figures stand here.

static Scratch scratch;
static CzImportReport report;

static void
done (void)
{
  scratch_assert_clean (&scratch);
  cz_import_report_clear (&report);
  scratch_end (&scratch);
}

// SHA-256 of all texts, each followed by a NUL.
static char *
hash_texts (const CzCorpus *corpus)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GPtrArray) documents
      = cz_document_list (scratch.library, corpus->id, NULL, 0, G_MAXINT, 0, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < documents->len; i++)
    {
      const CzDocument *document = g_ptr_array_index (documents, i);

      g_checksum_update (checksum, (const guchar *)document->text, (gssize)document->length);
      g_checksum_update (checksum, (const guchar *)"", 1);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

// A real data set: Arrow 16, Snappy, a dictionary for one row group's column and none for
// another's.
static void
test_terms_of_service (void)
{
  const CzImportOptions options = { .label_column = "unfairness_level" };
  g_autofree char *path = scratch_shared ("corpora/legal/terms_of_service.parquet");
  g_autofree char *hash = NULL, *packed_hash = NULL, *command = NULL, *packed = NULL;
  g_autoptr (CzCorpus) corpus = NULL, from_archive = NULL;
  g_autoptr (GPtrArray) labels = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return;
  scratch_begin (&scratch);
  corpus = scratch_import (&scratch, "terms", path, &options, &report);
  g_assert_cmpint (corpus->documents, ==, 5378);
  g_assert_cmpint (report.skipped->len, ==, 0);
  hash = hash_texts (corpus);
  g_assert_cmpstr (hash, ==, "3eb1eef66fe249f955cab80bb7645ad9634f2e3fda243a291fec634be16d3724");
  labels = cz_corpus_get_labels (scratch.library, corpus->id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (scratch_find_group (labels, "clearly_fair"), ==, 4365);
  g_assert_cmpint (scratch_find_group (labels, "potentially_unfair"), ==, 526);
  g_assert_cmpint (scratch_find_group (labels, "clearly_unfair"), ==, 487);
  cz_import_report_clear (&report);
  // The same out of an archive, named as the Hub names a split's part.
  command
      = g_strdup_printf ("mkdir a; cp '%s' a/test-00000-of-00001.parquet; tar -czf a.tgz a", path);
  scratch_run (&scratch, command);
  packed = scratch_path (&scratch, "a.tgz");
  from_archive = scratch_import (&scratch, "packed", packed, NULL, &report);
  packed_hash = hash_texts (from_archive);
  g_assert_cmpstr (packed_hash, ==, hash);
  g_autoptr (GPtrArray) splits = cz_corpus_get_splits (scratch.library, from_archive->id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (scratch_find_group (splits, "test"), ==, 5378);
  done ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/parquet/terms-of-service", test_terms_of_service);
  return g_test_run ();
}
