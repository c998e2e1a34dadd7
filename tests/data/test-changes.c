#include <string.h>

#include "data/corpus-change.h"
#include "data/corpus-derive.h"
#include "data/corpus-split.h"
#include "data/corpus-update.h"
#include "data/database.h"
#include "data/import-writer.h"
#include "tests/data/scratch.h"

// Documents are edited, excluded, deleted, and all of it is undone: hash, counts and words are
// always those of a corpus that was imported so.

static const char *const rows[] = {
  "{\"text\": \"the cat sat\", \"label\": \"a\", \"split\": \"train\"}\n",
  "{\"text\": \"a whale swims\", \"label\": \"b\", \"split\": \"train\"}\n",
  "{\"text\": \"dogs bark\", \"label\": \"a\", \"split\": \"test\"}\n",
  "{\"text\": \"birds sing\", \"label\": \"b\", \"split\": \"test\"}\n",
  "{\"text\": \"the dog ran\", \"label\": \"a\", \"split\": \"train\"}\n",
};

// The corpus that an import of these lines gives.
static CzCorpus *
import_rows (Scratch *scratch, const char *name, const char *const *lines, guint n)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *file = g_strconcat (name, ".jsonl", NULL);
  g_autofree char *path = NULL;
  CzImportReport report = { 0 };
  CzCorpus *corpus;

  for (guint i = 0; i < n; i++)
    g_string_append (bytes, lines[i]);
  path = scratch_write (scratch, file, bytes->str, (gssize)bytes->len);
  corpus = scratch_import (scratch, name, path, NULL, &report);
  cz_import_report_clear (&report);
  return corpus;
}

// That corpus `id` is like `expected` in all that is counted, and its words are sound.
static void
assert_like (Scratch *scratch, gint64 id, const CzCorpus *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzCorpus) now = cz_corpus_get (scratch->library, id, &error);
  g_autofree char *check
      = g_strdup_printf ("INSERT INTO words_%" G_GINT64_FORMAT " (words_%" G_GINT64_FORMAT ", rank)"
                         " VALUES ('integrity-check', 0)",
                         id, id);

  g_assert_no_error (error);
  g_assert_cmpstr (now->hash, ==, expected->hash);
  g_assert_cmpint (now->documents, ==, expected->documents);
  g_assert_cmpint (now->bytes, ==, expected->bytes);
  for (int kind = 0; kind < 2; kind++)
    {
      g_autoptr (GPtrArray) groups = kind == 0 ? cz_corpus_get_splits (scratch->library, id, NULL)
                                               : cz_corpus_get_labels (scratch->library, id, NULL);
      g_autoptr (GPtrArray) wanted
          = kind == 0 ? cz_corpus_get_splits (scratch->library, expected->id, NULL)
                      : cz_corpus_get_labels (scratch->library, expected->id, NULL);

      g_assert_cmpint (groups->len, ==, wanted->len);
      for (guint i = 0; i < groups->len; i++)
        {
          const CzCorpusGroup *a = groups->pdata[i], *b = wanted->pdata[i];

          g_assert_cmpstr (a->name, ==, b->name);
          g_assert_cmpint (a->documents, ==, b->documents);
          g_assert_cmpint (a->bytes, ==, b->bytes);
        }
    }
  cz_database_execute (scratch->library, g_intern_string (check), &error);
  g_assert_no_error (error);
}

static gint64
count (Scratch *scratch, gint64 corpus, const char *query)
{
  g_autoptr (GError) error = NULL;
  gint64 n
      = cz_document_count (scratch->library, corpus, &(CzDocumentFilter){ .query = query }, &error);

  g_assert_no_error (error);
  return n;
}

static void
undo (Scratch *scratch, gint64 corpus, const char *kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzCorpusChange) change = cz_corpus_undo (scratch->library, corpus, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (change->kind, ==, kind);
}

static void
test_edit (void)
{
  const char *edited[]
      = { rows[0], "{\"text\": \"a shark\", \"label\": \"b\", \"split\": \"train\"}\n", rows[2],
          rows[3], rows[4] };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzCorpus) corpus = import_rows (&scratch, "c", rows, G_N_ELEMENTS (rows));
  g_autoptr (CzCorpus) wanted = import_rows (&scratch, "w", edited, G_N_ELEMENTS (edited));
  g_assert_true (cz_corpus_edit (scratch.library, corpus->id, 1, "a shark", 7, &error));
  assert_like (&scratch, corpus->id, wanted);
  g_assert_cmpint (count (&scratch, corpus->id, "whale"), ==, 0);
  g_assert_cmpint (count (&scratch, corpus->id, "shark"), ==, 1);
  // The same text again is no change.
  g_assert_true (cz_corpus_edit (scratch.library, corpus->id, 1, "a shark", 7, &error));
  g_autoptr (CzDocument) document
      = cz_document_get_numbered (scratch.library, corpus->id, 1, &error);
  g_assert_true (document->edited);
  undo (&scratch, corpus->id, "edit");
  assert_like (&scratch, corpus->id, corpus);
  g_assert_cmpint (count (&scratch, corpus->id, "whale"), ==, 1);
  g_assert_null (cz_corpus_undo (scratch.library, corpus->id, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (cz_corpus_edit (scratch.library, corpus->id, 5, "x", 1, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (cz_corpus_edit (scratch.library, corpus->id, 0, "x\0\xff", 3, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  assert_like (&scratch, corpus->id, corpus);
  scratch_end (&scratch);
}

static void
test_exclude_and_delete (void)
{
  const char *without[] = { rows[0], rows[2], rows[4] };
  const gint64 first[] = { 1, 1 }, second[] = { 3 }, wrong[] = { 0, 77 };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  gint64 changed = -1;
  Scratch scratch;

  scratch_begin (&scratch);
  path = scratch_path (&scratch, "library.sqlite");
  g_autoptr (CzCorpus) corpus = import_rows (&scratch, "c", rows, G_N_ELEMENTS (rows));
  g_autoptr (CzCorpus) wanted = import_rows (&scratch, "w", without, G_N_ELEMENTS (without));
  g_assert_true (cz_corpus_exclude (scratch.library, corpus->id, first, 2, TRUE, &changed, &error));
  g_assert_cmpint (changed, ==, 1);
  g_assert_true (cz_corpus_delete (scratch.library, corpus->id, second, 1, &changed, &error));
  g_assert_cmpint (changed, ==, 1);
  assert_like (&scratch, corpus->id, wanted);
  // Nothing half done.
  g_assert_false (
      cz_corpus_exclude (scratch.library, corpus->id, wrong, 2, TRUE, &changed, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND);
  g_clear_error (&error);
  assert_like (&scratch, corpus->id, wanted);

  // A listing shows what is excluded and passes over the gap; a sample does neither.
  g_autoptr (GPtrArray) page
      = cz_document_list (scratch.library, corpus->id, NULL, 2, 10, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (page->len, ==, 2);
  g_assert_cmpint (((CzDocument *)page->pdata[0])->ordinal, ==, 2);
  g_assert_cmpint (((CzDocument *)page->pdata[1])->ordinal, ==, 4);
  g_autoptr (GPtrArray) last
      = cz_document_list (scratch.library, corpus->id, NULL, 3, 10, 0, &error);
  g_assert_cmpint (last->len, ==, 1);
  g_assert_cmpint (((CzDocument *)last->pdata[0])->ordinal, ==, 4);
  g_assert_cmpint (cz_document_count (scratch.library, corpus->id, NULL, &error), ==, 4);
  g_autoptr (GPtrArray) sample = cz_document_sample (scratch.library, corpus->id, 1, 9, &error);
  g_assert_cmpint (sample->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (((CzDocument *)sample->pdata[i])->ordinal % 2, ==, 0);

  // Undoing works in another process, too.
  cz_library_close (scratch.library);
  scratch.library = cz_library_open (path, &error);
  g_assert_no_error (error);
  const CzSplitPart half = { .name = "test", .share = 0.5 };
  g_autoptr (CzCorpus) fewer = cz_corpus_get (scratch.library, corpus->id, NULL);
  // Over a gap and what is left out.
  g_assert_true (cz_corpus_split (scratch.library, corpus->id, &half, 1, "train", 1, NULL, &error));
  undo (&scratch, corpus->id, "split");
  assert_like (&scratch, corpus->id, fewer);
  undo (&scratch, corpus->id, "delete");
  undo (&scratch, corpus->id, "exclude");
  assert_like (&scratch, corpus->id, corpus);
  g_assert_cmpint (scratch_count_rows (&scratch, "gap"), ==, 0);
  g_assert_cmpint (scratch_count_rows (&scratch, "changed_document"), ==, 0);
  scratch_end (&scratch);
}

// What is kept for undoing is bounded, and goes with the corpus.
static void
test_journal (void)
{
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzCorpus) corpus = import_rows (&scratch, "c", rows, G_N_ELEMENTS (rows));
  for (int i = 0; i < 120; i++)
    {
      g_autofree char *text = g_strdup_printf ("text %d", i);

      g_assert_true (cz_corpus_edit (scratch.library, corpus->id, 0, text, strlen (text), &error));
    }
  g_autoptr (GPtrArray) changes = cz_corpus_list_changes (scratch.library, corpus->id, &error);
  g_assert_cmpint (changes->len, ==, 100);
  g_assert_cmpint (scratch_count_rows (&scratch, "changed_document"), ==, 100);
  g_assert_true (cz_corpus_remove (scratch.library, corpus->id, &error));
  g_assert_cmpint (scratch_count_rows (&scratch, "change"), ==, 0);
  g_assert_cmpint (scratch_count_rows (&scratch, "changed_document"), ==, 0);
  scratch_assert_clean (&scratch);
  scratch_end (&scratch);
}

// ---- What fails or is cancelled leaves no trace ----

typedef gboolean (*Operation) (Scratch *scratch, gint64 corpus, GError **error);

static gboolean
edit_one (Scratch *scratch, gint64 corpus, GError **error)
{
  return cz_corpus_edit (scratch->library, corpus, 2, "cats purr", 9, error);
}

static gboolean
delete_two (Scratch *scratch, gint64 corpus, GError **error)
{
  const gint64 both[] = { 0, 4 };
  gint64 changed;

  return cz_corpus_delete (scratch->library, corpus, both, 2, &changed, error);
}

static gboolean
split_half (Scratch *scratch, gint64 corpus, GError **error)
{
  const CzSplitPart part = { .name = "test", .share = 0.4 };

  return cz_corpus_split (scratch->library, corpus, &part, 1, "train", 3, NULL, error);
}

static gboolean
update_from_file (Scratch *scratch, gint64 corpus, GError **error)
{
  g_autofree char *path = scratch_path (scratch, "c.jsonl");
  const char *paths[] = { path, NULL };
  CzUpdateReport report = { 0 };
  gboolean ok = cz_corpus_update (scratch->library, corpus, paths, NULL, TRUE, NULL, NULL, NULL,
                                  &report, error);

  cz_update_report_clear (&report);
  return ok;
}

static gboolean
undo_it (Scratch *scratch, gint64 corpus, GError **error)
{
  g_autoptr (CzCorpusChange) change = cz_corpus_undo (scratch->library, corpus, error);

  return change != NULL;
}

// Lets every step of `operation` fail once; then it is done.
static void
fail_everywhere (Scratch *scratch, const CzCorpus *before, Operation operation)
{
  for (int n = 1;; n++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok;

      cz_database_fault_arm (n, SQLITE_FULL);
      ok = operation (scratch, before->id, &error);
      cz_database_fault_arm (0, 0);
      if (ok)
        return;
      g_assert_nonnull (error);
      assert_like (scratch, before->id, before);
    }
}

static void
test_failures (void)
{
  static const Operation operations[] = { edit_one, delete_two, split_half, update_from_file };
  const char *others[]
      = { rows[0], "{\"text\": \"new\", \"label\": \"\", \"split\": \"\"}\n", rows[2] };
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzCorpus) corpus = import_rows (&scratch, "c", rows, G_N_ELEMENTS (rows));
  g_autofree char *file
      = scratch_write (&scratch, "c.jsonl", "", 0); // what an update finds instead
  g_autofree char *text = g_strconcat (others[0], others[1], others[2], NULL);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      g_autoptr (CzCorpus) changed = NULL;

      fail_everywhere (&scratch, corpus, operations[i]);
      changed = cz_corpus_get (scratch.library, corpus->id, NULL);
      g_assert_cmpstr (changed->hash, !=, corpus->hash);
      fail_everywhere (&scratch, changed, undo_it);
      assert_like (&scratch, corpus->id, corpus);
    }
  g_assert_cmpint (scratch_count_rows (&scratch, "change"), ==, 0);
  scratch_end (&scratch);
}

static void
cancel_later (double fraction, gint64 documents, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_cancelling (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  CzImportReport report = { 0 };
  CzUpdateReport update = { 0 };
  gint64 id;
  Scratch scratch;

  scratch_begin (&scratch);
  for (int i = 0; i < 3000; i++)
    g_string_append_printf (lines, "line %d\n", i);
  g_autofree char *path = scratch_write (&scratch, "l.txt", lines->str, (gssize)lines->len);
  const char *paths[] = { path, NULL };
  const CzImportOptions options = { .format = CZ_FORMAT_LINES };
  g_autoptr (CzCorpus) corpus = scratch_import (&scratch, "c", path, &options, &report);
  const CzDerivation part = { corpus->id, NULL };
  const CzSplitPart half = { .name = "test", .share = 0.5 };
  g_assert_false (cz_corpus_derive (scratch.library, "d", &part, 1, cancel_later, cancellable,
                                    cancellable, &id, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (cz_corpus_update (scratch.library, corpus->id, paths, &options, FALSE, NULL, NULL,
                                    cancellable, &update, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (
      cz_corpus_split (scratch.library, corpus->id, &half, 1, "train", 1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (scratch_count_rows (&scratch, "change"), ==, 0);
  scratch_assert_clean (&scratch);
  g_assert_cmpint (scratch_count_rows (&scratch, "corpus"), ==, 1);
  assert_like (&scratch, corpus->id, corpus);
  cz_import_report_clear (&report);
  scratch_end (&scratch);
}

static void
test_rename (void)
{
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzCorpus) corpus = import_rows (&scratch, "c", rows, 2);
  g_autoptr (CzCorpus) other = import_rows (&scratch, "o", rows, 3);
  g_autoptr (CzImportWriter) writer
      = cz_import_writer_new (scratch.library, "half", "nowhere", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (
          cz_corpus_rename (scratch.library, corpus->id, i == 0 ? "o" : "half", &error));
      g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS);
      g_clear_error (&error);
    }
  g_assert_false (cz_corpus_rename (scratch.library, corpus->id, " ", &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (cz_corpus_rename (scratch.library, 77, "new", &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (cz_corpus_rename (scratch.library, corpus->id, "c", &error)); // its own name
  g_assert_true (cz_corpus_rename (scratch.library, corpus->id, "new", &error));
  g_autoptr (CzCorpus) renamed = cz_corpus_find (scratch.library, "new", &error);
  g_assert_no_error (error);
  g_assert_cmpint (renamed->id, ==, corpus->id);
  g_clear_pointer (&writer, cz_import_writer_free); // before its library
  scratch_end (&scratch);
}

// Lets another process (as far as the library can tell) write, then writes.
static gboolean
write_beside (const CzDocument *document, gpointer data, GError **error)
{
  CzLibrary *const *libraries = data;

  return cz_library_set_setting (libraries[1], "other", document->text, error)
         && cz_library_set_setting (libraries[0], "own", document->text, error);
}

// Whoever copies a corpus writes while it is read, and must not mind that others write, too.
static void
test_writing_while_reading (void)
{
  const CzDocumentFilter found = { .query = "the" };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzCorpus) corpus = import_rows (&scratch, "c", rows, G_N_ELEMENTS (rows));
  g_autoptr (CzLibrary) other = cz_library_open (cz_library_get_path (scratch.library), &error);
  g_assert_no_error (error);
  CzLibrary *libraries[] = { scratch.library, other };
  cz_document_each (scratch.library, corpus->id, write_beside, libraries, &error);
  g_assert_no_error (error);
  g_autofree char *last = cz_library_get_setting (other, "own");
  g_assert_cmpstr (last, ==, "the dog ran");
  cz_document_each_filtered (scratch.library, corpus->id, &found, write_beside, libraries, &error);
  g_assert_no_error (error);
  scratch_end (&scratch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/changes/edit", test_edit);
  g_test_add_func ("/data/changes/exclude-and-delete", test_exclude_and_delete);
  g_test_add_func ("/data/changes/journal", test_journal);
  g_test_add_func ("/data/changes/failures", test_failures);
  g_test_add_func ("/data/changes/cancelling", test_cancelling);
  g_test_add_func ("/data/changes/rename", test_rename);
  g_test_add_func ("/data/changes/writing-while-reading", test_writing_while_reading);
  return g_test_run ();
}
