// Rows of documents: one line of harmless markup from any text, and words counted or estimated; the
// list reads pages in threads.
#include <locale.h>
#include <glib/gstdio.h>
#include <pango/pango.h>

#include "gui/corpora/document-item.h"
#include "gui/corpora/document-listing.h"

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
  listing = cz_document_listing_new (path, 1, NULL, NULL, NULL);
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

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/documents/markup", test_markup);
  g_test_add_func ("/documents/any-bytes", test_any_bytes);
  g_test_add_func ("/documents/words", test_words);
  g_test_add_func ("/documents/a-corpus-that-is-gone", test_a_corpus_that_is_gone);
  return g_test_run ();
}
