// Rows of documents: one line of harmless markup from any text, and words counted or estimated; the
// list reads pages in threads.
#include <locale.h>
#include <glib/gstdio.h>
#include <pango/pango.h>

#include "gui/corpora/document-change.h"
#include "gui/corpora/document-item.h"
#include "gui/corpora/document-listing.h"
#include "gui/corpora/document-rows.h"
#include "tests/data/scratch.h"

static CzDocumentItem *
make_item (const char *text, gsize length, gint64 bytes, const char *snippet)
{
  CzDocument *document = g_new0 (CzDocument, 1);
  CzDocumentItem *item = cz_document_item_new ();

  document->text = g_malloc0 (length + 1);
  memcpy (document->text, text, length);
  document->length = length;
  document->bytes = bytes;
  document->label = g_strdup ("");
  document->split = g_strdup ("");
  document->path = g_strdup ("");
  document->snippet = g_strdup (snippet);
  cz_document_item_take (item, document);
  return item;
}

static void
assert_is_markup (const char *markup)
{
  g_autoptr (GError) error = NULL;

  pango_parse_markup (markup, -1, 0, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (strpbrk (markup, "\n\r\t"));
}

static void
test_markup (void)
{
  static const struct
  {
    const char *text;
    gsize length;
    const char *snippet;
    const char *markup;
  } cases[] = {
    { "a\r\nb\n\n c", 8, NULL, "a b c" },
    { "1 < 2 & \"x\" <br />", 18, NULL, "1 &lt; 2 &amp; \"x\" &lt;br /&gt;" },
    { "x", 1, "a \002great\003 film \002unclosed", "a <b>great</b> film <b>unclosed</b>" },
    { "x", 1, "\003\003a\002\002b\003", "a<b>b</b>" },
    { "", 0, NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CzDocumentItem) item
          = make_item (cases[i].text, cases[i].length, (gint64)cases[i].length, cases[i].snippet);

      assert_is_markup (cz_document_item_get_markup (item));
      g_assert_cmpstr (cz_document_item_get_markup (item), ==, cases[i].markup);
    }
}

static void
test_any_bytes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint round = 0; round < 500; round++)
    {
      char text[200];
      g_autoptr (CzDocumentItem) item = NULL;

      for (guint i = 0; i < sizeof text; i++)
        text[i] = (char)g_rand_int_range (random, 0, 256);
      item = make_item (text, sizeof text, sizeof text, NULL);
      assert_is_markup (cz_document_item_get_markup (item));
    }
}

static void
test_words (void)
{
  g_autoptr (CzDocumentItem) whole = make_item ("one two, three!", 15, 15, NULL);
  g_autoptr (CzDocumentItem) part = make_item ("one two ", 8, 80, NULL);

  g_assert_cmpstr (cz_document_item_get_words (whole), ==, "3");
  g_assert_cmpstr (cz_document_item_get_words (part), ==, "~20");
}

static void
counted (CzDocumentListing *listing, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

static void
failed (CzDocumentListing *listing, const char *sentence, GMainLoop *loop)
{
  g_assert_cmpstr (sentence, !=, "");
  g_main_loop_quit (loop);
}

static void
test_a_corpus_that_is_gone (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("clozebench-gui-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "library.sqlite", NULL);
  g_autofree char *files = g_strconcat (path, ".files", NULL);
  g_autoptr (CzLibrary) library = cz_library_open (path, &error);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (CzDocumentListing) listing = NULL;

  g_assert_no_error (error);
  listing = cz_document_listing_new (path, 1, NULL);
  g_signal_connect (listing, "counted", G_CALLBACK (counted), loop);
  g_signal_connect (listing, "failed", G_CALLBACK (failed), loop);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (listing)), ==, 0);
  g_main_loop_run (loop);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (listing)), ==, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (listing), 0));
  g_clear_pointer (&library, cz_library_close);
  g_unlink (path);
  g_rmdir (files);
  g_rmdir (folder);
}

// ---- A list of many documents ----

#define MANY 330

static CzCorpus *
import_many (Scratch *scratch)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *path = NULL;
  CzImportReport report = { 0 };
  CzCorpus *corpus;

  for (guint i = 0; i < MANY; i++)
    g_string_append_printf (lines, "{\"text\": \"note %u %s\", \"split\": \"%s\"}\n", i,
                            i % 3 == 0 ? "whale" : "gull", i % 10 == 9 ? "test" : "train");
  path = scratch_write (scratch, "many.jsonl", lines->str, (gssize)lines->len);
  corpus = scratch_import (scratch, "many", path, NULL, &report);
  cz_import_report_clear (&report);
  return corpus;
}

static void
counted_again (CzDocumentListing *listing, guint *times)
{
  (*times)++;
}

// The document at a place, waited for.
static const CzDocument *
wait_for (CzDocumentListing *listing, guint place)
{
  g_autoptr (CzDocumentItem) item = g_list_model_get_item (G_LIST_MODEL (listing), place);

  g_assert_nonnull (item);
  while (cz_document_item_get (item) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return cz_document_listing_peek (listing, place);
}

static void
wait_until (guint *times, guint wanted)
{
  while (*times < wanted)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_pages (void)
{
  Scratch scratch;
  g_autoptr (CzCorpus) corpus = NULL;
  g_autoptr (CzDocumentListing) listing = NULL;
  const CzDocumentFilter filter = { .query = "whale" };
  guint times = 0;

  scratch_begin (&scratch);
  corpus = import_many (&scratch);
  listing = cz_document_listing_new (cz_library_get_path (scratch.library), corpus->id, &filter);
  g_signal_connect (listing, "counted", G_CALLBACK (counted_again), &times);
  wait_until (&times, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (listing)), ==, MANY / 3);
  // From the end to the beginning: pages whose predecessors were not read, then those that were.
  for (guint place = MANY / 3; place-- > 0;)
    g_assert_cmpint (wait_for (listing, place)->ordinal, ==, 3 * place);
  g_assert_null (cz_document_listing_peek (listing, MANY));
  g_clear_object (&listing);
  scratch_end (&scratch);
}

static void
test_refresh (void)
{
  static const gint64 deleted[] = { 0, 1, 2, 3 }, excluded = 10;
  Scratch scratch;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzCorpus) corpus = NULL;
  g_autoptr (CzDocumentListing) listing = NULL;
  gint64 changed;
  guint times = 0;

  scratch_begin (&scratch);
  corpus = import_many (&scratch);
  listing = cz_document_listing_new (cz_library_get_path (scratch.library), corpus->id, NULL);
  g_signal_connect (listing, "counted", G_CALLBACK (counted_again), &times);
  wait_until (&times, 1);
  g_assert_cmpint (wait_for (listing, 10)->ordinal, ==, 10);
  g_assert_cmpint (wait_for (listing, MANY - 1)->ordinal, ==, MANY - 1);
  g_assert_true (
      cz_corpus_exclude (scratch.library, corpus->id, &excluded, 1, TRUE, &changed, &error));
  cz_document_listing_refresh (listing);
  while (!wait_for (listing, 10)->excluded)
    g_main_context_iteration (NULL, TRUE);
  wait_until (&times, 2);
  g_assert_true (cz_corpus_delete (scratch.library, corpus->id, deleted, 4, &changed, &error));
  g_assert_no_error (error);
  cz_document_listing_refresh (listing);
  wait_until (&times, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (listing)), ==, MANY - 4);
  while (wait_for (listing, 0)->ordinal != 4)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (wait_for (listing, MANY - 5)->ordinal, ==, MANY - 1);
  g_clear_object (&listing);
  scratch_end (&scratch);
}

static void
test_change_of_what_was_not_read (void)
{
  Scratch scratch;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzCorpus) corpus = NULL;
  g_autoptr (CzDocumentListing) listing = NULL;
  g_autoptr (CzDocument) last = NULL;
  g_autoptr (GtkBitset) chosen = gtk_bitset_new_range (5, 250);
  const CzDocumentFilter filter = { .split = "train" };
  CzDocumentChange *change;
  guint times = 0;

  scratch_begin (&scratch);
  corpus = import_many (&scratch);
  listing = cz_document_listing_new (cz_library_get_path (scratch.library), corpus->id, &filter);
  g_signal_connect (listing, "counted", G_CALLBACK (counted_again), &times);
  wait_until (&times, 1);
  wait_for (listing, 60);
  change = cz_document_change_new (CZ_DOCUMENT_CHANGE_EXCLUDE, corpus->id, listing, NULL, chosen);
  g_assert_true (cz_document_change_do (scratch.library, change, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (change->changed, ==, 250);
  // Place 254 of those in training, of which every tenth is missing, is number 282.
  last = cz_document_get_numbered (scratch.library, corpus->id, 282, &error);
  g_assert_true (last->excluded);
  g_clear_pointer (&last, cz_document_free);
  last = cz_document_get_numbered (scratch.library, corpus->id, 283, &error);
  g_assert_false (last->excluded);
  cz_document_change_free (change);
  g_clear_object (&listing);
  scratch_end (&scratch);
}

static void
sorting_changed (CzDocumentListing *listing, gboolean begins, gboolean *ret_sorting)
{
  *ret_sorting = begins;
}

static void
wait_sorted (const gboolean *sorting)
{
  while (*sorting)
    g_main_context_iteration (NULL, TRUE);
}

// Of whales or of all: by size, then by number, from either end.
static void
assert_is_sorted (CzDocumentListing *listing, guint n, gboolean descending)
{
  gint64 bytes = -1, ordinal = -1;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (listing)), ==, n);
  for (guint i = 0; i < n; i++)
    {
      guint place = descending ? n - 1 - i : i;
      const CzDocument *document = wait_for (listing, place);

      g_assert_true (document->bytes > bytes
                     || (document->bytes == bytes && document->ordinal > ordinal));
      g_assert_cmpint (cz_document_listing_get_id (listing, place), ==, document->id);
      bytes = document->bytes;
      ordinal = document->ordinal;
    }
}

static void
test_sorted_by_size (void)
{
  static const char longest[] = "a note that is longer than any other of them";
  static const gint64 longer = 7, deleted[] = { 0, 329 };
  Scratch scratch;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzCorpus) corpus = NULL;
  g_autoptr (CzDocumentListing) listing = NULL;
  g_autoptr (CzDocumentListing) found = NULL;
  g_autoptr (CzDocument) last = NULL;
  g_autoptr (GtkBitset) chosen = gtk_bitset_new_range (9, 1);
  const CzDocumentFilter filter = { .query = "whale" };
  CzDocumentChange *change;
  gboolean sorting = FALSE;
  gint64 changed, before;
  guint times = 0;

  scratch_begin (&scratch);
  corpus = import_many (&scratch);
  listing = cz_document_listing_new (cz_library_get_path (scratch.library), corpus->id, NULL);
  g_signal_connect (listing, "counted", G_CALLBACK (counted_again), &times);
  g_signal_connect (listing, "sorting", G_CALLBACK (sorting_changed), &sorting);
  wait_until (&times, 1);
  // What is listed stays until it is sorted.
  wait_for (listing, 100);
  cz_document_listing_sort (listing, CZ_DOCUMENTS_BY_SIZE, FALSE);
  g_assert_true (sorting);
  g_assert_cmpint (cz_document_listing_peek (listing, 100)->ordinal, ==, 100);
  wait_sorted (&sorting);
  assert_is_sorted (listing, MANY, FALSE);
  // From the other end nothing needs to be sorted, and the order of the corpus is none.
  cz_document_listing_sort (listing, CZ_DOCUMENTS_BY_SIZE, TRUE);
  g_assert_false (sorting);
  assert_is_sorted (listing, MANY, TRUE);
  cz_document_listing_sort (listing, CZ_DOCUMENTS_BY_NUMBER, FALSE);
  g_assert_cmpint (wait_for (listing, 200)->ordinal, ==, 200);
  cz_document_listing_sort (listing, CZ_DOCUMENTS_BY_NUMBER, TRUE);
  wait_sorted (&sorting);
  g_assert_cmpint (wait_for (listing, 0)->ordinal, ==, MANY - 1);

  // A change: a document grows beyond all others, two go.
  cz_document_listing_sort (listing, CZ_DOCUMENTS_BY_SIZE, FALSE);
  wait_sorted (&sorting);
  g_assert_cmpint (wait_for (listing, 0)->ordinal, ==, 1);
  g_assert_true (
      cz_corpus_edit (scratch.library, corpus->id, longer, longest, strlen (longest), &error));
  g_assert_no_error (error);
  g_assert_true (cz_corpus_delete (scratch.library, corpus->id, deleted, 2, &changed, &error));
  g_assert_no_error (error);
  cz_document_listing_refresh (listing);
  wait_sorted (&sorting);
  assert_is_sorted (listing, MANY - 2, FALSE);
  g_assert_cmpint (wait_for (listing, MANY - 3)->ordinal, ==, longer);

  // Sorted before it was counted, and of a search.
  found = cz_document_listing_new (cz_library_get_path (scratch.library), corpus->id, &filter);
  g_signal_connect (found, "sorting", G_CALLBACK (sorting_changed), &sorting);
  cz_document_listing_sort (found, CZ_DOCUMENTS_BY_SIZE, TRUE);
  wait_sorted (&sorting);
  // What is chosen but was never read is what the sorted list has there.
  before = cz_document_listing_get_id (found, 9);
  change = cz_document_change_new (CZ_DOCUMENT_CHANGE_EXCLUDE, corpus->id, found, NULL, chosen);
  g_assert_true (cz_document_change_do (scratch.library, change, NULL, &error));
  g_assert_no_error (error);
  cz_document_change_free (change);
  last = cz_document_get (scratch.library, before, &error);
  g_assert_true (last->excluded);
  assert_is_sorted (found, MANY / 3 - 1, TRUE);
  g_assert_nonnull (strstr (wait_for (found, 5)->snippet, "\002whale\003"));
  g_clear_object (&found);
  g_clear_object (&listing);
  scratch_end (&scratch);
}

// ---- Rows ----

static GListStore *
make_documents (guint n)
{
  GListStore *list = g_list_store_new (CZ_TYPE_DOCUMENT_ITEM);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u of %u", i, n);
      g_autoptr (CzDocumentItem) item = make_item (text, strlen (text), 0, NULL);

      g_list_store_append (list, item);
    }
  return list;
}

// What GTK does: it holds on to the rows at the list's beginning, whatever becomes of it.
typedef struct
{
  GPtrArray *rows;
  guint made, lost, most; // most: at once
} Holder;

static void
hold (CzDocumentRows *rows, guint position, guint removed, guint added, Holder *holder)
{
  guint lost = position < holder->rows->len ? MIN (removed, holder->rows->len - position) : 0;
  guint made = 0;

  if (lost > 0)
    g_ptr_array_remove_range (holder->rows, position, lost);
  for (; holder->rows->len < MIN (200, g_list_model_get_n_items (G_LIST_MODEL (rows))); made++)
    {
      CzDocumentRow *row = g_list_model_get_item (G_LIST_MODEL (rows), holder->rows->len);

      cz_document_row_watch (row);
      g_ptr_array_add (holder->rows, row);
    }
  holder->made += made;
  holder->lost += lost;
  holder->most = MAX (holder->most, MAX (made, lost));
}

static void
wait_for_rows (CzDocumentRows *rows, guint n)
{
  while (g_list_model_get_n_items (G_LIST_MODEL (rows)) != n)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_row (Holder *holder, guint place, const char *text)
{
  g_assert_cmpstr (cz_document_item_get_markup (cz_document_row_get (holder->rows->pdata[place])),
                   ==, text);
}

static void
count_told (guint *n)
{
  (*n)++;
}

static void
test_rows (void)
{
  g_autoptr (GListStore) many = make_documents (5000);
  g_autoptr (GListStore) others = make_documents (3000);
  g_autoptr (GListStore) few = make_documents (7);
  g_autoptr (GListStore) none = make_documents (0);
  g_autoptr (CzDocumentRows) rows = cz_document_rows_new ();
  g_autoptr (GtkMultiSelection) selection
      = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (rows)));
  GtkSelectionModel *selected = GTK_SELECTION_MODEL (selection);
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) before = NULL;
  Holder holder = { .rows = held };
  guint told = 0;

  cz_document_rows_unselect_in (rows, selected);
  g_signal_connect (rows, "items-changed", G_CALLBACK (hold), &holder);

  // The rows of a long list are made a few at a time, the first ones at once.
  cz_document_rows_set_documents (rows, G_LIST_MODEL (many));
  g_assert_cmpuint (held->len, >, 0);
  wait_for_rows (rows, 5000);
  g_assert_cmpuint (held->len, ==, 200);
  g_assert_cmpuint (holder.most, <=, 20);
  assert_row (&holder, 199, "199 of 5000");
  before = g_ptr_array_copy (held, NULL, NULL); // to compare, not to look at
  g_ptr_array_set_free_func (before, NULL);

  // Another list, which is not counted at first: the same rows, nothing to be had from them
  // meanwhile; then its documents. None is selected that was not.
  g_signal_connect_swapped (held->pdata[3], "changed", G_CALLBACK (count_told), &told);
  gtk_selection_model_select_item (selected, 3, TRUE);
  cz_document_rows_set_documents (rows, G_LIST_MODEL (none));
  g_assert_null (cz_document_row_get (held->pdata[3]));
  g_assert_false (gtk_selection_model_is_selected (selected, 3));
  g_assert_cmpuint (told, ==, 0);
  gtk_selection_model_select_item (selected, 3, TRUE);
  cz_document_rows_set_documents (rows, G_LIST_MODEL (others));
  g_assert_false (gtk_selection_model_is_selected (selected, 3));
  g_assert_cmpuint (told, ==, 1);
  wait_for_rows (rows, 3000);
  assert_row (&holder, 3, "3 of 3000");
  g_assert_cmpuint (holder.made, ==, 200);
  g_assert_cmpuint (holder.lost, ==, 0);
  for (guint i = 0; i < 200; i++)
    g_assert_true (held->pdata[i] == before->pdata[i]);

  // What changes in the middle leaves the rest chosen.
  gtk_selection_model_select_item (selected, 1, TRUE);
  gtk_selection_model_select_item (selected, 5, FALSE);
  {
    g_autoptr (CzDocumentItem) item = make_item ("new", 3, 3, NULL);

    g_list_store_splice (others, 1, 1, (gpointer *)&item, 1);
  }
  assert_row (&holder, 1, "new");
  g_assert_false (gtk_selection_model_is_selected (selected, 1));
  g_assert_true (gtk_selection_model_is_selected (selected, 5));

  // A short list: the others go a few at a time, and hold nothing until then.
  cz_document_rows_set_documents (rows, G_LIST_MODEL (few));
  assert_row (&holder, 6, "6 of 7");
  g_assert_null (cz_document_row_get (held->pdata[7]));
  wait_for_rows (rows, 7);
  g_assert_cmpuint (holder.most, <=, 20);
  g_assert_cmpuint (holder.lost, ==, 193);
  g_assert_cmpuint (told, ==, 2);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/documents/markup", test_markup);
  g_test_add_func ("/documents/any-bytes", test_any_bytes);
  g_test_add_func ("/documents/words", test_words);
  g_test_add_func ("/documents/a-corpus-that-is-gone", test_a_corpus_that_is_gone);
  g_test_add_func ("/documents/pages", test_pages);
  g_test_add_func ("/documents/refresh", test_refresh);
  g_test_add_func ("/documents/change-of-what-was-not-read", test_change_of_what_was_not_read);
  g_test_add_func ("/documents/sorted-by-size", test_sorted_by_size);
  g_test_add_func ("/documents/rows", test_rows);
  return g_test_run ();
}
