#include <stdio.h>
#include <string.h>

#include "data/database.h"
#include "data/text-decoding.h"
#include "tests/data/scratch.h"

// Formats, encodings and columns, on small files made here.

static Scratch scratch;
static CzImportReport report;

static void
done (void)
{
  scratch_assert_clean (&scratch);
  cz_import_report_clear (&report);
  scratch_end (&scratch);
}

static void
assert_texts (GPtrArray *documents, const char *const *texts)
{
  g_assert_cmpint (documents->len, ==, g_strv_length ((char **)texts));
  for (guint i = 0; i < documents->len; i++)
    g_assert_cmpstr (((CzDocument *)g_ptr_array_index (documents, i))->text, ==, texts[i]);
}

#define TEXTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_lines (void)
{
  const CzImportOptions lines = { .format = CZ_FORMAT_LINES };
  g_autoptr (GPtrArray) documents = NULL;

  scratch_begin (&scratch);
  documents = scratch_import_bytes (&scratch, "l.txt",
                                    "\xef\xbb\xbf"
                                    "one\r\ntwo\rstill two\n\nthree\xe2\x80\xa9still\x0c "
                                    "\xc2\x85 three\n last ",
                                    -1, &lines, &report);
  assert_texts (documents, TEXTS ("one", "two\rstill two",
                                  "three\xe2\x80\xa9still\x0c \xc2\x85 three", " last "));
  g_assert_cmpint (((CzDocument *)documents->pdata[2])->row, ==, 4);
  g_assert_cmpint (report.skipped->len, ==, 1); // the empty third line is told, not lost in silence
  g_assert_cmpint (((CzImportSkip *)report.skipped->pdata[0])->row, ==, 3);
  done ();
}

static void
test_csv (void)
{
  g_autoptr (GPtrArray) documents = NULL;

  scratch_begin (&scratch);
  documents = scratch_import_bytes (&scratch, "t.csv",
                                    "\xef\xbb\xbf"
                                    "id,Text,label,split\r\n"
                                    "1,\"a \"\"quoted\"\" cell,\r\nof two lines\",x,Train\r\n"
                                    "2,  spaces stay  ,y,TEST\r\n"
                                    "3,lone\rreturn,,other\r\n"
                                    "4,no end",
                                    -1, NULL, &report);
  assert_texts (documents, TEXTS ("a \"quoted\" cell,\r\nof two lines", "  spaces stay  ",
                                  "lone\rreturn", "no end"));
  g_assert_cmpstr (((CzDocument *)documents->pdata[0])->label, ==, "x");
  g_assert_cmpstr (((CzDocument *)documents->pdata[0])->split, ==, "train");
  g_assert_cmpstr (((CzDocument *)documents->pdata[1])->split, ==, "test");
  g_assert_cmpstr (((CzDocument *)documents->pdata[2])->split, ==, "other");
  g_assert_cmpstr (((CzDocument *)documents->pdata[3])->label, ==, "");
  g_assert_cmpint (((CzDocument *)documents->pdata[3])->row, ==, 5);
  g_assert_cmpint (report.skipped->len, ==, 0);
  done ();
}

static void
test_csv_columns (void)
{
  const CzImportOptions chosen
      = { .text_column = "b", .label_column = "a", .split_column = "c", .format = CZ_FORMAT_CSV };
  g_autoptr (GPtrArray) semicolons = NULL, tabs = NULL, longest = NULL, own = NULL;

  scratch_begin (&scratch);
  own = scratch_import_bytes (&scratch, "own.txt", "a,b,c\nl,t,test\n", -1, &chosen, &report);
  assert_texts (own, TEXTS ("t"));
  g_assert_cmpstr (((CzDocument *)own->pdata[0])->label, ==, "l");
  g_assert_cmpstr (((CzDocument *)own->pdata[0])->split, ==, "test");
  cz_import_report_clear (&report);
  semicolons = scratch_import_bytes (&scratch, "s.csv", "n;what\n1;a, b\n", -1, NULL, &report);
  assert_texts (semicolons, TEXTS ("a, b"));
  cz_import_report_clear (&report);
  tabs = scratch_import_bytes (&scratch, "t.tsv", "n\twhat\n1\ta, b\n", -1, NULL, &report);
  assert_texts (tabs, TEXTS ("a, b"));
  cz_import_report_clear (&report);
  longest = scratch_import_bytes (
      &scratch, "l.csv", "name,remark,number\nx,a long one,123456789012345678901234567890\n", -1,
      NULL, &report);
  assert_texts (longest, TEXTS ("a long one"));
  done ();
}

static void
test_csv_bad_rows (void)
{
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (GString) csv = g_string_new ("a,text\n1,fine\n2,too,many\n3\n4,\n5,\"open\n");

  scratch_begin (&scratch);
  documents = scratch_import_bytes (&scratch, "b.csv", csv->str, -1, NULL, &report);
  assert_texts (documents, TEXTS ("fine"));
  g_assert_cmpint (report.skipped->len, ==, 4); // rows 3, 4, 5 (empty) and the open quote
  g_assert_cmpint (((CzImportSkip *)report.skipped->pdata[0])->row, ==, 3);
  g_assert_cmpint (((CzImportSkip *)report.skipped->pdata[1])->row, ==, 6);
  done ();
}

// Imports bytes that hold nothing to import; the error's message must contain `what`.
static void
assert_refused (const char *name,
                const char *bytes,
                gssize length,
                const CzImportOptions *options,
                const char *what)
{
  g_autofree char *path = scratch_write (&scratch, name, bytes, length);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL, look_error = NULL;
  g_autoptr (CzImportFindings) findings = cz_import_inspect (paths, options, NULL, &look_error);

  g_assert_false (
      cz_import_run (scratch.library, "bad", paths, options, NULL, NULL, NULL, &report, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, what));
  g_assert_error (look_error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_assert_null (findings);
  g_assert_cmpint (scratch_count_rows (&scratch, "corpus"), ==, 0);
}

static void
test_refused (void)
{
  static const char database[40] = "SQLite format 3\0\20\0\1\1"; // and zeros

  scratch_begin (&scratch);
  assert_refused ("x.csv", "one,two\na,b\n", -1, &(CzImportOptions){ .text_column = "review" },
                  "“review”; its columns are “one”, “two”");
  assert_refused ("x.csv", "one,two\na,b\n", -1, &(CzImportOptions){ .label_column = "stars" },
                  "“stars”");
  assert_refused ("x.jsonl", "{\"a\": \"b\"}\n", -1, &(CzImportOptions){ .text_column = "review" },
                  "“review”");
  assert_refused ("x.csv", "", 0, NULL, "empty");
  assert_refused ("x.txt", "", 0, NULL, "empty");
  assert_refused ("x.csv", "1,2\n3,4\n", -1, NULL, "none of its columns holds text");
  assert_refused ("x.json", "12", -1, NULL, "neither an array nor an object");
  assert_refused ("x.bin",
                  "\x7f"
                  "ELF\1\2\3\0\0\0\0\0\0\0\xff\xfe\xfd",
                  17, NULL, "no text");
  assert_refused ("x.parquet", "PAR1", -1, NULL, "no Parquet file");
  // All of it is ASCII: a database with nothing in it.
  assert_refused ("x", database, sizeof database, NULL, "no text");
  assert_refused ("x.txt", "abc", -1, &(CzImportOptions){ .encoding = "KLINGON" }, "KLINGON");
  assert_refused ("x.txt", "abc", -1, &(CzImportOptions){ .format = CZ_FORMAT_PDF }, "no PDF");
  assert_refused ("x.txt", "\x80 b", -1, &(CzImportOptions){ .encoding = "SHIFT_JIS" },
                  "SHIFT_JIS");
  assert_refused ("x.txt", "a\xff\xfe b", -1, &(CzImportOptions){ .encoding = "UTF-8" },
                  "not valid UTF-8 from byte 2");
  done ();
}

static void
test_encodings (void)
{
  const CzImportOptions koi8 = { .encoding = "KOI8-R" };
  const CzImportOptions lines = { .format = CZ_FORMAT_LINES };
  static const char utf16[] = "\xff\xfet\0e\0x\0t\0\n\0\xe4\0b\0";
  g_autoptr (GPtrArray) a = NULL, b = NULL, c = NULL, d = NULL, e = NULL, f = NULL;

  scratch_begin (&scratch);
  a = scratch_import_bytes (&scratch, "1252.txt", "caf\xe9 \x96 na\xefve", -1, NULL, &report);
  assert_texts (a, TEXTS ("café – naïve"));
  g_assert_cmpint (report.notes->len, ==, 1);
  cz_import_report_clear (&report);
  b = scratch_import_bytes (&scratch, "koi8.txt", "\xd0\xd2\xc9\xd7\xc5\xd4", -1, &koi8, &report);
  assert_texts (b, TEXTS ("привет"));
  g_assert_cmpint (report.notes->len, ==, 0);
  cz_import_report_clear (&report);
  c = scratch_import_bytes (&scratch, "utf16.csv", utf16, sizeof utf16 - 1, NULL, &report);
  assert_texts (c, TEXTS ("äb"));
  cz_import_report_clear (&report);
  // UTF-8 with one broken row is not taken for something else, and only that row is lost, told.
  d = scratch_import_bytes (&scratch, "broken.txt", "gr\xc3\xbc\xc3\x9f\nbr\xfcken\n", -1, &lines,
                            &report);
  assert_texts (d, TEXTS ("grüß"));
  g_assert_cmpint (report.skipped->len, ==, 1);
  g_assert_cmpint (((CzImportSkip *)report.skipped->pdata[0])->row, ==, 2);
  cz_import_report_clear (&report);
  // NULs stay.
  e = scratch_import_bytes (&scratch, "nul.txt", "a\0b", 3, NULL, &report);
  g_assert_cmpint (e->len, ==, 1);
  g_assert_cmpmem (((CzDocument *)e->pdata[0])->text, ((CzDocument *)e->pdata[0])->length, "a\0b",
                   3);
  cz_import_report_clear (&report);
  f = scratch_import_bytes (&scratch, "nul.jsonl",
                            "{\"text\": \"a\\u0000b\\ud83d\\ude00\\n\\ud800\"}", -1, NULL, &report);
  g_assert_cmpmem (((CzDocument *)f->pdata[0])->text, ((CzDocument *)f->pdata[0])->length,
                   "a\0b😀\n\xef\xbf\xbd", 11);
  done ();
}

// Whatever the encoding lets through, what is stored is UTF-8; it costs its line, not those behind.
static void
test_no_text (void)
{
#define BAD(encoding, bytes)            \
  {                                     \
    encoding, bytes, sizeof (bytes) - 1 \
  }
  static const struct
  {
    const char *encoding, *bytes;
    gsize length;
  } cases[] = {
    BAD ("UTF-8", "a\n\xf4\x90\x80\x80\nb\n"), // beyond U+10FFFF
    BAD ("UTF-8", "a\n\xed\xa0\x80\nb\n"),     // half a pair
    BAD (NULL, "\xef\xbb\xbf"
               "a\n\xf4\x90\x80\x80\nb\n"),
    BAD ("UTF-8//", "a\n\xfd\xbf\xbf\xbf\xbf\xbf\nb\n"),
    BAD ("UTF-16LE", "a\0\n\0\0\xd8\n\0b\0"),
    BAD ("UTF-16BE", "\0a\0\n\xdc\0\0\n\0b"),
    BAD (NULL, "\xff\xfe"
               "a\0\n\0\0\xd8\n\0b\0"),
    BAD ("UTF-32LE", "a\0\0\0\n\0\0\0\0\0\x11\0\n\0\0\0b\0\0\0"),
    BAD ("UTF-32BE", "\0\0\0a\0\0\0\n\0\0\xd8\0\0\0\0\n\0\0\0b"),
    BAD ("UCS-4", "\0\0\0a\0\0\0\n\0\x11\0\0\0\0\0\n\0\0\0b"),
  };
  g_autofree char *mended = NULL;
  gsize length, broken;

  scratch_begin (&scratch);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CzImportOptions lines = { .format = CZ_FORMAT_LINES, .encoding = cases[i].encoding };
      g_autofree char *name = g_strdup_printf ("%u.txt", i);
      g_autoptr (GPtrArray) documents = scratch_import_bytes (
          &scratch, name, cases[i].bytes, (gssize)cases[i].length, &lines, &report);

      assert_texts (documents, TEXTS ("a", "b"));
      g_assert_cmpint (report.skipped->len, ==, 1);
      g_assert_cmpint (((CzImportSkip *)report.skipped->pdata[0])->row, ==, 2);
      cz_import_report_clear (&report);
    }
#undef BAD
  mended = cz_text_convert ("a\xf4\x90\x80\x80z", 6, "UTF-8", &length, &broken);
  g_assert_cmpmem (mended, length, "a\xef\xbf\xbdz", 5);
  g_assert_cmpint (broken, ==, 1);
  done ();
}

// Where an accent may follow, iconv keeps a letter back until it knows.
static void
test_last_letter (void)
{
  const CzImportOptions hebrew = { .encoding = "WINDOWS-1255" };
  const CzImportOptions vietnamese = { .encoding = "WINDOWS-1258", .format = CZ_FORMAT_LINES };
  g_autoptr (GPtrArray) a = NULL, b = NULL;
  g_autofree char *converted = NULL;
  gsize length, broken;

  scratch_begin (&scratch);
  a = scratch_import_bytes (&scratch, "a.txt", "\xf9\xec\xe5\xed", -1, &hebrew, &report);
  assert_texts (a, TEXTS ("שלום"));
  cz_import_report_clear (&report);
  b = scratch_import_bytes (&scratch, "b.txt", "ba\nba", -1, &vietnamese, &report);
  assert_texts (b, TEXTS ("ba", "ba"));
  converted = cz_text_convert ("\xe5\xfc.\xe5", 4, "WINDOWS-1255", &length, &broken);
  g_assert_cmpstr (converted, ==, "ו\uFFFD.ו");
  g_assert_cmpint (broken, ==, 1);
  done ();
}

static void
test_json_lines (void)
{
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (GString) text
      = g_string_new ("{\"meta\": {\"a\": [1, {\"b\": \"}\"}]}, \"text\": \"one\", \"label\": 3}\n"
                      "\n"
                      "{\"text\": \"two\\tq\\\"\", \"label\": true, \"split\": \"test\"}\r\n"
                      "{\"label\": \"no text\"}\n"
                      "not json\n"
                      "{\"text\": \"three\"} trailing\n"
                      "{\"text\": 4}\n"
                      "{\"text\": [\"five\", \"six\"]}\n"
                      "{\"text\": ");

  scratch_begin (&scratch);
  for (int i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  documents = scratch_import_bytes (&scratch, "x.jsonl", text->str, -1, NULL, &report);
  assert_texts (documents, TEXTS ("one", "two\tq\"", "4", "five\nsix"));
  g_assert_cmpstr (((CzDocument *)documents->pdata[0])->label, ==, "3");
  g_assert_cmpstr (((CzDocument *)documents->pdata[1])->label, ==, "true");
  g_assert_cmpstr (((CzDocument *)documents->pdata[1])->split, ==, "test");
  g_assert_cmpint (((CzDocument *)documents->pdata[1])->row, ==, 3);
  g_assert_cmpint (report.skipped->len, ==, 4); // no text, not json, trailing, the deep one
  done ();
}

static void
test_json (void)
{
  g_autoptr (GPtrArray) array = NULL, object = NULL, lines = NULL;

  scratch_begin (&scratch);
  array = scratch_import_bytes (
      &scratch, "a.json",
      " [ {\"text\": \"a]}\\\"\"}, 12, \"x,y\", {\"text\": \"b\", \"n\": {\"text\":1}} ] ", -1,
      NULL, &report);
  assert_texts (array, TEXTS ("a]}\"", "b"));
  g_assert_cmpint (report.skipped->len, ==, 2);
  cz_import_report_clear (&report);
  object = scratch_import_bytes (&scratch, "o.json",
                                 "{\n\"k1\": {\"text\": \"a\"},\n\"k\\\"2\": {\"text\": \"b\"}}",
                                 -1, NULL, &report);
  assert_texts (object, TEXTS ("a", "b"));
  cz_import_report_clear (&report);
  lines = scratch_import_bytes (&scratch, "l.json", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n", -1,
                                NULL, &report);
  assert_texts (lines, TEXTS ("a", "b"));
  done ();
}

// A line, a cell, a JSON line and a file of 200 MB are left out with a reason; what lies around
// them is imported, and memory stays within bounds.
static void
test_huge (void)
{
  const CzImportOptions lines = { .format = CZ_FORMAT_LINES };
  const struct
  {
    const char *name, *before, *after;
    const CzImportOptions *options;
    gint64 documents;
  } cases[] = {
    { "h.txt", "small\n", "\nsmall too\n", &lines, 2 },
    { "h.csv", "text,n\nsmall,1\n\"", "\",2\nsmall too,3\n", NULL, 2 },
    { "h.jsonl", "{\"text\":\"small\"}\n{\"text\":\"", "\"}\n{\"text\":\"small too\"}\n", NULL, 2 },
    { "h.json", "[{\"text\":\"small\"},{\"text\":\"", "\"},{\"text\":\"small too\"}]", NULL, 2 },
  };
  const gsize size = (gsize)200 << 20;
  g_autofree char *filler = g_malloc (1 << 20);

  memset (filler, 'a', 1 << 20);
  scratch_begin (&scratch);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = scratch_path (&scratch, cases[i].name);
      g_autoptr (CzCorpus) corpus = NULL;
      FILE *file = fopen (path, "w");

      g_assert_nonnull (file);
      fputs (cases[i].before, file);
      for (gsize done_bytes = 0; done_bytes < size; done_bytes += 1 << 20)
        g_assert_cmpint (fwrite (filler, 1, 1 << 20, file), ==, 1 << 20);
      fputs (cases[i].after, file);
      g_assert_cmpint (fclose (file), ==, 0);
      corpus = scratch_import (&scratch, cases[i].name, path, cases[i].options, &report);
      g_assert_cmpint (corpus->documents, ==, cases[i].documents);
      g_assert_cmpint (report.skipped->len, ==, 1);
      g_assert_nonnull (strstr (((CzImportSkip *)report.skipped->pdata[0])->reason, "64 MiB"));
      cz_import_report_clear (&report);
      g_assert_cmpint (remove (path), ==, 0);
    }
  done ();
}

static void
test_inspect (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzImportFindings) findings = NULL;
  g_autofree char *path = NULL;
  const char *paths[2] = { NULL };

  scratch_begin (&scratch);
  path = scratch_write (&scratch, "my reviews.csv",
                        "stars,review,split\n5,good film,train\n1,bad film,test\n2,meh,test\n", -1);
  paths[0] = path;
  findings = cz_import_inspect (paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (findings->name, ==, "my reviews");
  g_assert_cmpint (findings->files, ==, 1);
  g_assert_true (findings->complete);
  g_assert_cmpint (findings->format, ==, CZ_FORMAT_CSV);
  g_assert_cmpstr (findings->text_column, ==, "review");
  g_assert_null (findings->label_column);
  g_assert_cmpstr (findings->split_column, ==, "split");
  g_assert_cmpstr (findings->encoding, ==, "UTF-8");
  g_assert_cmpint (g_strv_length (findings->columns), ==, 3);
  g_assert_cmpint (findings->documents->len, ==, 3);
  g_assert_cmpint (scratch_find_group (findings->splits, "test"), ==, 2);
  done ();
}

// A folder that holds the library itself: its files stay closed, since closing one drops the locks
// that this process has on it, and another one could write in between.
static void
test_library_within (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzImportFindings) findings = NULL;
  g_autofree char *text = NULL;
  const char *paths[2] = { NULL };

  scratch_begin (&scratch);
  text = scratch_write (&scratch, "a.txt", "a text", -1);
  paths[0] = scratch.folder;
  g_assert_true (cz_database_begin (scratch.library, &error));
  findings = cz_import_inspect (paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (findings->documents->len, ==, 1);
  g_assert_cmpstr (scratch_find_skip (findings->skipped, "library.sqlite"), ==,
                   "it belongs to the library");
  g_assert_nonnull (scratch_find_skip (findings->skipped, "library.sqlite-wal"));
  g_assert_nonnull (scratch_find_skip (findings->skipped, "library.sqlite-shm"));
  g_assert_nonnull (scratch_find_skip (findings->skipped, "library.sqlite.files"));
  scratch_run (&scratch, "! sqlite3 -bail library.sqlite 'BEGIN IMMEDIATE' 2> /dev/null");
  cz_database_rollback (scratch.library);
  scratch_run (&scratch, "sqlite3 -bail library.sqlite 'BEGIN IMMEDIATE'");
  done ();
}

static void
cancel_soon (const CzImportProgress *progress, gpointer cancellable)
{
  if (progress->documents > 0)
    g_cancellable_cancel (cancellable);
}

// Cancelled in the middle, with some documents written, it leaves nothing behind.
static void
test_cancel (void)
{
  const CzImportOptions lines = { .format = CZ_FORMAT_LINES };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  scratch_begin (&scratch);
  for (guint i = 0; i < 300000; i++)
    g_string_append_printf (text, "This is line %u of a long file.\n", i);
  g_autofree char *path = scratch_write (&scratch, "long.txt", text->str, (gssize)text->len);
  const char *paths[] = { path, NULL };
  g_assert_false (cz_import_run (scratch.library, "cancelled", paths, &lines, cancel_soon,
                                 cancellable, cancellable, &report, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_autoptr (GPtrArray) corpora = cz_corpus_list (scratch.library, NULL);
  g_assert_cmpuint (corpora->len, ==, 0);
  done ();
}

// Nothing that comes may crash it; whatever it makes of it, the library stays sound.
static void
test_fuzz (void)
{
  static const char *const seeds[] = {
    "text,label\n\"a \"\"b\"\"\",c\r\n1,2\n",
    "{\"text\": \"a\\u00e9\", \"label\": [\"x\", 1, null], \"m\": {\"k\": []}}\n{\"text\":\"b\"}\n",
    "[{\"text\": \"a\"}, {\"text\": \"b\", \"n\": -1.5e3, \"m\": [{\"t\": [\"x\"]}]}]",
    "\xff\xfe"
    "a\0,\0b\0\n\0"
    "c\0,\0d\0",
    "<html><title>t</title><p a='b'>x<br/>&eacute;&#233;<!-- c --><pre>\n y</pre><td>z",
    "---\na: b\n---\n# h\n\n* a\n  1. b\n\n|a|b|\n|-|-|\n|`c`|<b>d</b>|\n\n> [l](u)\n",
  };
  static const char *const names[]
      = { "f.csv", "f.jsonl", "f.json", "f.tsv", "f.txt", "f.html", "f.md" };
  static const char spice[] = "\"\\,\n\r\t{}[]:<>&;!-|#\0\xff\xc3 1u";
  static const CzImportOptions options[] = {
    { 0 },
    { .cleaning = CZ_CLEAN_ALL | CZ_CLEAN_MARKDOWN, .unit = CZ_UNIT_PARAGRAPH },
    { .unit = CZ_UNIT_FILE, .deduplicate = TRUE, .minimum_words = 1 },
    { .unit = CZ_UNIT_LINE, .cleaning = CZ_CLEAN_BR | CZ_CLEAN_SPACE, .deduplicate = TRUE },
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  scratch_begin (&scratch);
  for (int i = 0; i < 600; i++)
    {
      const char *seed = seeds[i % 6];
      gsize length = i % 6 == 3 ? 14 : strlen (seed);
      g_autofree char *bytes = g_memdup2 (seed, length);
      g_autofree char *path = NULL;
      g_autoptr (GError) error = NULL;
      const char *paths[2] = { NULL };
      g_autoptr (CzImportFindings) findings = NULL;

      for (int j = g_rand_int_range (random, 1, 6); j > 0; j--)
        bytes[g_rand_int_range (random, 0, (gint32)length)]
            = spice[g_rand_int_range (random, 0, sizeof spice - 1)];
      path = scratch_write (&scratch, names[g_rand_int_range (random, 0, G_N_ELEMENTS (names))],
                            bytes, g_rand_int_range (random, 0, (gint32)length + 1));
      paths[0] = path;
      findings = cz_import_inspect (paths, &options[i / 6 % 4], NULL, &error);
      g_assert_true ((findings != NULL) == (error == NULL));
      if (i % 8 != 0)
        continue;
      g_clear_error (&error);
      if (cz_import_run (scratch.library, "fuzz", paths, &options[i / 6 % 4], NULL, NULL, NULL,
                         &report, &error))
        {
          g_autoptr (GError) failed = NULL;

          g_assert_true (cz_corpus_remove (scratch.library, report.corpus, &failed));
          g_assert_no_error (failed);
          cz_import_report_clear (&report);
        }
      else
        g_assert_nonnull (error);
    }
  done ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/import/lines", test_lines);
  g_test_add_func ("/data/import/csv", test_csv);
  g_test_add_func ("/data/import/csv/columns", test_csv_columns);
  g_test_add_func ("/data/import/csv/bad-rows", test_csv_bad_rows);
  g_test_add_func ("/data/import/refused", test_refused);
  g_test_add_func ("/data/import/encodings", test_encodings);
  g_test_add_func ("/data/import/no-text", test_no_text);
  g_test_add_func ("/data/import/last-letter", test_last_letter);
  g_test_add_func ("/data/import/json-lines", test_json_lines);
  g_test_add_func ("/data/import/json", test_json);
  g_test_add_func ("/data/import/inspect", test_inspect);
  g_test_add_func ("/data/import/library-within", test_library_within);
  g_test_add_func ("/data/import/cancel", test_cancel);
  g_test_add_func ("/data/import/fuzz", test_fuzz);
  g_test_add_func ("/data/import/huge", test_huge);
  return g_test_run ();
}
