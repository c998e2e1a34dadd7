#include <stdio.h>
#include <string.h>

#include "data/import-file.h"
#include "tests/data/scratch.h"

// Parquet files as others wrote them, and damaged ones. What must come out was found with another
// reader, see tests/data/parquet/make.mjs. Read without a library, which is another test's matter.

// What came out of reading, cleared with found_clear ().
typedef struct
{
  gint64 documents, last_row;
  GChecksum *texts, *labels; // SHA-256, a NUL behind each
  GHashTable *groups;        // "label of split" → how many
  GPtrArray *skipped;        // CzImportSkip
  GString *columns;
  guint files;
} Found;

static void
found_clear (Found *found)
{
  g_clear_pointer (&found->texts, g_checksum_free);
  g_clear_pointer (&found->labels, g_checksum_free);
  g_clear_pointer (&found->groups, g_hash_table_unref);
  g_clear_pointer (&found->skipped, g_ptr_array_unref);
  g_string_free (found->columns, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static gboolean
take_document (const CzFoundDocument *document, gpointer data, GError **error)
{
  Found *found = data;
  char *group = g_strdup_printf ("%s of %s", document->label, document->split);

  found->documents++;
  g_assert_cmpint (document->row, >, found->last_row);
  found->last_row = document->row;
  g_checksum_update (found->texts, (const guchar *)document->text, (gssize)document->length);
  g_checksum_update (found->texts, (const guchar *)"", 1);
  g_checksum_update (found->labels, (const guchar *)document->label, -1);
  g_checksum_update (found->labels, (const guchar *)"", 1);
  g_hash_table_insert (
      found->groups, group,
      GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (found->groups, group)) + 1));
  return TRUE;
}

static void
take_skip (const char *path, gint64 row, const char *reason, gpointer data)
{
  Found *found = data;
  CzImportSkip *skip = g_new0 (CzImportSkip, 1);

  skip->path = g_strdup (path);
  skip->row = row;
  skip->reason = g_strdup (reason);
  g_ptr_array_add (found->skipped, skip);
}

static void
take_file (const char *path, CzFormat format, const char *encoding, gpointer data)
{
  ((Found *)data)->files++;
  ((Found *)data)->last_row = 0;
  g_assert_cmpint (format, ==, CZ_FORMAT_PARQUET);
}

static void
take_guess (const char *path, const char *encoding, gpointer data)
{
}

static void
take_table (const char *path, char **columns, int text, int label, int split, gpointer data)
{
  Found *found = data;

  g_string_truncate (found->columns, 0);
  for (int i = 0; columns[i] != NULL; i++)
    g_string_append_printf (found->columns, "%s%s%s%s ", columns[i], i == text ? "=text" : "",
                            i == label ? "=label" : "", i == split ? "=split" : "");
}

static void
take_progress (gint64 bytes_done, const char *path, gpointer data)
{
}

static CzImportSink
make_sink (Found *found)
{
  return (CzImportSink){ .document = take_document,
                         .skip = take_skip,
                         .damage = take_skip,
                         .note = take_skip,
                         .file = take_file,
                         .guess = take_guess,
                         .table = take_table,
                         .progress = take_progress,
                         .data = found };
}

// Reads a file, a folder or an archive; it must succeed, whatever was left out.
static Found
read_path (const char *path, const CzImportOptions *options)
{
  static const CzImportOptions defaults = { 0 };
  Found found = { .texts = g_checksum_new (G_CHECKSUM_SHA256),
                  .labels = g_checksum_new (G_CHECKSUM_SHA256),
                  .groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                  .skipped = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_import_skip_free),
                  .columns = g_string_new (NULL) };
  const CzImportSink sink = make_sink (&found);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  cz_import_read (paths, options != NULL ? options : &defaults, &sink, NULL, &error);
  g_assert_no_error (error);
  return found;
}

static void
assert_group (const Found *found, const char *group, guint n)
{
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (found->groups, group)), ==, n);
}

static char *
find_fixture (const char *name)
{
  return g_build_filename (g_getenv ("CZ_SOURCE_ROOT"), "tests/data/parquet", name, NULL);
}

// A real data set, written by Arrow 16; and the same out of archives, where nothing can be read
// before it has been unpacked.
static void
test_terms_of_service (void)
{
  static const char hash[] = "3eb1eef66fe249f955cab80bb7645ad9634f2e3fda243a291fec634be16d3724";
  const CzImportOptions options = { .label_column = "unfairness_level" };
  g_autofree char *path = scratch_shared ("corpora/legal/terms_of_service.parquet");
  g_autofree char *whole = NULL, *command = NULL, *archive = NULL;
  Scratch scratch = { 0 };

  if (path == NULL)
    return;
  g_auto (Found) found = read_path (path, &options);
  g_assert_cmpint (found.documents, ==, 5378);
  g_assert_cmpint (found.last_row, ==, 5378);
  g_assert_cmpuint (found.skipped->len, ==, 0);
  g_assert_cmpstr (g_checksum_get_string (found.texts), ==, hash);
  g_assert_cmpstr (found.columns->str, ==,
                   "sentence=text unfairness_level=label __index_level_0__ ");
  assert_group (&found, "clearly_fair of ", 4365);
  assert_group (&found, "potentially_unfair of ", 526);
  assert_group (&found, "clearly_unfair of ", 487);

  scratch_begin (&scratch);
  whole = g_canonicalize_filename (path, NULL);
  command = g_strdup_printf ("mkdir a; cp '%s' a/test-00000-of-00001.parquet; tar -czf a.tgz a; "
                             "gzip -c a/test* > a/unsupervised-00000-of-00003.parquet.gz;"
                             "mv a/test* a/train-00001-of-00002-0123456789abcdef.parquet",
                             whole);
  scratch_run (&scratch, command);
  archive = scratch_path (&scratch, "a.tgz");
  g_auto (Found) packed = read_path (archive, NULL);
  g_assert_cmpstr (g_checksum_get_string (packed.texts), ==, hash);
  assert_group (&packed, "clearly_fair of test", 4365); // the label's column is found, too
  assert_group (&packed, "clearly_unfair of test", 487);
  g_autofree char *folder = scratch_path (&scratch, "a");
  g_auto (Found) both = read_path (folder, NULL);
  g_assert_cmpuint (both.files, ==, 2);
  assert_group (&both, "clearly_fair of train", 4365);
  assert_group (&both, "clearly_fair of unsup", 4365);
  scratch_end (&scratch);
}

// Whatever it is called, and wherever it lies.
static void
test_unnamed (void)
{
  g_autofree char *fixture = find_fixture ("arrow-rs-v1-gzip.parquet");
  g_autofree char *whole = g_canonicalize_filename (fixture, NULL);
  g_autofree char *command = g_strdup_printf (
      "mkdir a; cp '%s' a/0001; cp a/0001 a/text.txt; gzip -k a/0001; tar -czf a/a.tgz a/0001",
      whole);
  g_autofree char *folder = NULL;
  Scratch scratch = { 0 };

  scratch_begin (&scratch);
  scratch_run (&scratch, command);
  folder = scratch_path (&scratch, "a");
  g_auto (Found) found = read_path (folder, NULL);
  g_assert_cmpuint (found.files, ==, 4);
  g_assert_cmpint (found.documents, ==, 4 * 226);
  scratch_end (&scratch);
}

static gboolean
refuse_document (const CzFoundDocument *document, gpointer data, GError **error)
{
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, "the library's disk fails");
  return FALSE;
}

// What fails where the documents go is no damage of the file.
static void
test_sink_fails (void)
{
  g_autofree char *path = find_fixture ("arrow-rs-plain.parquet");
  const char *paths[] = { path, NULL };
  const CzImportOptions options = { 0 };
  g_autoptr (GPtrArray) skipped
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_import_skip_free);
  g_autoptr (GString) columns = g_string_new (NULL);
  Found found = { .skipped = skipped, .columns = columns };
  CzImportSink sink = make_sink (&found);
  g_autoptr (GError) error = NULL;

  sink.document = refuse_document;
  g_assert_false (cz_import_read (paths, &options, &sink, NULL, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO);
  g_assert_cmpuint (skipped->len, ==, 0);
}

// What other programs wrote, column by column, is what another reader finds in it.
static void
test_writers (void)
{
  g_autofree char *list = find_fixture ("expected.tsv");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (list, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >, 20);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);
      g_autofree char *path = find_fixture (fields[0]);
      const CzImportOptions options = { .text_column = fields[1], .label_column = fields[2] };
      g_auto (Found) found = read_path (path, &options);

      g_test_message ("%s", lines[i]);
      g_assert_cmpint (found.documents, ==, g_ascii_strtoll (fields[3], NULL, 10));
      g_assert_cmpstr (g_checksum_get_string (found.texts), ==, fields[4]);
      g_assert_cmpstr (g_checksum_get_string (found.labels), ==, fields[5]);
      for (guint j = 0; j < found.skipped->len; j++)
        {
          const char *reason = ((CzImportSkip *)found.skipped->pdata[j])->reason;

          g_assert_true (g_str_has_prefix (reason, "it has no “") // a null, or empty
                         || g_str_has_prefix (reason, "it is empty"));
        }
    }
}

// Columns are called by their path, and the text is found without being named.
static void
test_columns (void)
{
  g_autofree char *nested = find_fixture ("arrow-rs-nested.parquet");
  g_autofree char *duckdb = find_fixture ("duckdb.parquet");
  g_autofree char *hub = find_fixture ("hub.parquet");
  const CzImportOptions missing = { .text_column = "answers" };
  g_auto (Found) a = read_path (nested, NULL);
  g_auto (Found) b = read_path (duckdb, NULL);
  g_auto (Found) c = read_path (hub, NULL);
  g_auto (Found) d = read_path (nested, &missing);

  g_assert_cmpstr (a.columns->str, ==,
                   "tags marks answers.text answers.start turns.who turns.said=text ");
  g_assert_cmpint (a.documents, ==, 180);
  g_assert_cmpstr (b.columns->str, ==,
                   "text=text kind label=label stars good day tags answers.text answers.start "
                   "turns.who turns.said m.key m.value u ");
  assert_group (&b, "1 of ", 113);
  assert_group (&c, "neg of ", 109);
  assert_group (&c, "pos of ", 109);
  assert_group (&c, " of ", 8); // -1: no label
  g_assert_cmpint (d.documents, ==, 0);
  g_assert_nonnull (
      strstr (scratch_find_skip (d.skipped, "nested.parquet"),
              "no column “answers”; its columns are “tags”, “marks”, “answers.text”"));
}

// A file of one row group with one column, made by hand so that it can lie.
typedef struct
{
  gint64 type, encoding, repetition;
  gint64 n_rows, n_values, page_values;
  gint64 size, packed_size; // of the page, -1: as they are
  gint64 offset, chunk_size;
  gint64 codec;
  gint64 children; // of the schema's root
  const char *body;
  gsize body_length;
} Forgery;

static void
put (GByteArray *out, guint8 byte)
{
  g_byte_array_append (out, &byte, 1);
}

static void
put_varint (GByteArray *out, guint64 value)
{
  for (; value >= 0x80; value >>= 7)
    put (out, (guint8)(value | 0x80));
  put (out, (guint8)value);
}

// A field `step` behind the last one, a whole number (32 bits: type 5; 64: 6).
static void
put_int (GByteArray *out, guint step, guint type, gint64 value)
{
  put (out, (guint8)(step << 4 | type));
  put_varint (out, (guint64)value << 1 ^ (guint64)(value >> 63));
}

static void
put_name (GByteArray *out, guint step, const char *name)
{
  put (out, (guint8)(step << 4 | 8));
  put_varint (out, strlen (name));
  g_byte_array_append (out, (const guint8 *)name, (guint)strlen (name));
}

static void
put_footer (GByteArray *out, const Forgery *forgery)
{
  put_int (out, 1, 5, 1);
  put (out, 0x19); // the schema: two structs
  put (out, 0x2c);
  put_name (out, 4, "root");
  put_int (out, 1, 5, forgery->children);
  put (out, 0);
  put_int (out, 1, 5, forgery->type);
  put_int (out, 2, 5, forgery->repetition);
  put_name (out, 1, "text");
  put_int (out, 2, 5, 0); // UTF-8
  put (out, 0);
  put_int (out, 1, 6, forgery->n_rows);
  put (out, 0x19); // one row group
  put (out, 0x1c);
  put (out, 0x19); // of one column
  put (out, 0x1c);
  put (out, 0x3c);
  put_int (out, 1, 5, forgery->type);
  put_int (out, 3, 5, forgery->codec);
  put_int (out, 1, 6, forgery->n_values);
  put_int (out, 2, 6, forgery->chunk_size);
  put_int (out, 2, 6, forgery->offset);
  put (out, 0);
  put (out, 0);
  put_int (out, 2, 6, forgery->n_rows);
  put (out, 0);
  put (out, 0);
}

// Writes it; path freed by the caller.
static char *
forge (Scratch *scratch, Forgery forgery)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint32 length;

  g_byte_array_append (out, (const guint8 *)"PAR1", 4);
  put_int (out, 1, 5, 0); // a data page
  put_int (out, 1, 5, forgery.size != -1 ? forgery.size : (gint64)forgery.body_length);
  put_int (out, 1, 5,
           forgery.packed_size != -1 ? forgery.packed_size : (gint64)forgery.body_length);
  put (out, 0x2c);
  put_int (out, 1, 5, forgery.page_values);
  put_int (out, 1, 5, forgery.encoding);
  put_int (out, 1, 5, 3);
  put_int (out, 1, 5, 3);
  put (out, 0);
  put (out, 0);
  g_byte_array_append (out, (const guint8 *)forgery.body, (guint)forgery.body_length);
  if (forgery.chunk_size == -1)
    forgery.chunk_size = out->len - 4;
  length = out->len;
  put_footer (out, &forgery);
  length = GUINT32_TO_LE (out->len - length);
  g_byte_array_append (out, (const guint8 *)&length, 4);
  g_byte_array_append (out, (const guint8 *)"PAR1", 4);
  return scratch_write (scratch, "forged.parquet", (const char *)out->data, (gssize)out->len);
}

// What lies about itself is told of, in a sentence with the place; nothing of the size it tells is
// allocated.
static void
test_forged (void)
{
  static const char two[] = "\3\0\0\0one\5\0\0\0three";
  const Forgery good = { .type = 6,
                         .n_rows = 2,
                         .n_values = 2,
                         .page_values = 2,
                         .size = -1,
                         .packed_size = -1,
                         .offset = 4,
                         .chunk_size = -1,
                         .children = 1,
                         .body = two,
                         .body_length = sizeof two - 1 };
  struct
  {
    const char *what; // is said
    Forgery forgery;
  } cases[14];
  guint n = 0;
  Scratch scratch = { 0 };
#define LIE(why, member, value)          \
  G_STMT_START                           \
  {                                      \
    cases[n].what = (why);               \
    cases[n].forgery = good;             \
    cases[n++].forgery.member = (value); \
  }                                      \
  G_STMT_END

  LIE ("row group 1, column “text”: the header of a page is damaged", packed_size, G_MAXINT32);
  LIE ("row group 1, column “text”: a page cannot be unpacked", size, G_MAXINT32 / 64);
  LIE ("its pages take more than 512 MiB", size, G_MAXINT32);
  LIE ("the header of a page is damaged", size, -5);
  LIE ("encoded in a way that is not read here (?, number 77)", encoding, 77);
  LIE ("encoded in a way that is not read here (DELTA_BINARY_PACKED", encoding, 5);
  LIE ("a page is damaged (RLE_DICTIONARY)", encoding, 8);
  LIE ("compressed with LZO", codec, 3);
  LIE ("nobody knows how it is compressed", codec, 99);
  LIE ("what the footer tells of it is wrong", offset, G_MAXINT64);
  LIE ("what the footer tells of it is wrong", chunk_size, G_MAXINT64);
  LIE ("its values end too early; get the file again (999998 rows are left out)", n_rows, 1000000);
  LIE ("the list of its columns is damaged", children, G_MAXINT32);
  LIE ("a page has more values than the footer tells", page_values, G_MAXINT32);
#undef LIE
  scratch_begin (&scratch);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = forge (&scratch, cases[i].forgery);
      g_auto (Found) found = read_path (path, NULL);
      const char *why = scratch_find_skip (found.skipped, "forged.parquet");

      g_test_message ("%s → %s", cases[i].what, why);
      g_assert_nonnull (strstr (why, cases[i].what));
      g_assert_cmpuint (found.skipped->len, ==, 1);
      g_assert_cmpint (remove (path), ==, 0);
    }
  g_autofree char *path = forge (&scratch, good);
  g_auto (Found) found = read_path (path, NULL);
  g_assert_cmpint (found.documents, ==, 2);
  g_assert_cmpuint (found.skipped->len, ==, 0);
  scratch_end (&scratch);
}

// A few bytes that stand for two thousand million nulls, or for a list as long.
static void
test_bombs (void)
{
  const Forgery bomb = { .type = 6,
                         .repetition = 2,
                         .n_rows = 1,
                         .n_values = G_MAXINT32,
                         .page_values = G_MAXINT32,
                         .size = -1,
                         .packed_size = -1,
                         .offset = 4,
                         .chunk_size = -1,
                         .children = 1,
                         // the first 8 levels 0 and then 1, the definition always 0
                         .body = "\x08\0\0\0\x02\0\xf0\xff\xff\xff\x0f\x01"
                                 "\x06\0\0\0\xfe\xff\xff\xff\x0f\0",
                         .body_length = 22 };
  Scratch scratch = { 0 };

  scratch_begin (&scratch);
  g_autofree char *path = forge (&scratch, bomb);
  g_auto (Found) found = read_path (path, NULL);
  g_assert_nonnull (
      strstr (scratch_find_skip (found.skipped, "forged.parquet"), "a list in it never ends"));
  scratch_end (&scratch);
}

// Files that others wrote, with damage: the rest is read, and what is lost is told with its place.
static void
test_damaged (void)
{
  g_autofree char *zstd = find_fixture ("arrow-rs-v2-zstd.parquet");
  g_autofree char *brotli = find_fixture ("arrow-rs-brotli.parquet");
  g_autofree char *lz4 = find_fixture ("arrow-rs-lz4.parquet");
  g_autofree char *bytes = NULL, *path = NULL;
  g_auto (Found) a = read_path (brotli, NULL);
  g_auto (Found) b = read_path (lz4, NULL);
  gsize length;
  Scratch scratch = { 0 };

  g_assert_nonnull (
      strstr (scratch_find_skip (a.skipped, "brotli.parquet"), "compressed with BROTLI"));
  g_assert_nonnull (
      strstr (scratch_find_skip (b.skipped, "lz4.parquet"), "compressed with LZ4_RAW"));
  scratch_begin (&scratch);
  g_file_get_contents (zstd, &bytes, &length, NULL);
  path = scratch_write (&scratch, "cut/cut.parquet", bytes, (gssize)length - 100);
  g_auto (Found) cut = read_path (path, NULL);
  g_assert_nonnull (strstr (scratch_find_skip (cut.skipped, "cut.parquet"),
                            "or its beginning or end "
                            "is missing"));
  bytes[length - 1] = 'E';
  g_free (scratch_write (&scratch, "cut/encrypted.parquet", bytes, (gssize)length));
  bytes[length - 1] = '1';
  memset (bytes + length - 8, 0xff, 4);
  g_free (scratch_write (&scratch, "cut/footer.parquet", bytes, (gssize)length));
  g_free (scratch_write (&scratch, "cut/empty.parquet", "", 0));
  g_free (scratch_write (&scratch, "cut/other.parquet", "text,label\nno such file,1\n", -1));
  g_clear_pointer (&bytes, g_free);
  // The others go on.
  g_file_get_contents (zstd, &bytes, &length, NULL);
  g_free (scratch_write (&scratch, "cut/whole.parquet", bytes, (gssize)length));
  g_autofree char *folder = scratch_path (&scratch, "cut");
  g_auto (Found) all = read_path (folder, NULL);
  g_assert_cmpint (all.documents, ==, 226);
  g_assert_nonnull (strstr (scratch_find_skip (all.skipped, "encrypted.parquet"), "encrypted"));
  g_assert_nonnull (
      strstr (scratch_find_skip (all.skipped, "footer.parquet"), "footer is damaged"));
  g_assert_cmpstr (scratch_find_skip (all.skipped, "empty.parquet"), ==, "it is empty");
  g_assert_nonnull (strstr (scratch_find_skip (all.skipped, "other.parquet"), "no Parquet file"));

  // In the second of three row groups the column lies from 1778 to 2439.
  for (gsize at = 2000; at < 2100; at++)
    bytes[at] = (char)~bytes[at];
  g_free (scratch_write (&scratch, "cut/whole.parquet", bytes, (gssize)length));
  g_autofree char *whole = scratch_path (&scratch, "cut/whole.parquet");
  g_auto (Found) damaged = read_path (whole, &(CzImportOptions){ .text_column = "text" });
  g_assert_cmpint (damaged.documents, <, 226);
  g_assert_cmpint (damaged.last_row, ==, 240);
  const char *why = NULL;
  for (guint i = 0; i < damaged.skipped->len; i++)
    if (strstr (((CzImportSkip *)damaged.skipped->pdata[i])->reason, "row group 2") != NULL)
      why = ((CzImportSkip *)damaged.skipped->pdata[i])->reason;
  g_assert_nonnull (why);
  g_test_message ("%s", why);
  scratch_end (&scratch);
}

// Bytes changed at random: whatever comes of it, it ends, and in order.
static void
test_noise (void)
{
  static const char *const names[] = { "arrow-rs-v2-zstd.parquet",
                                       "arrow-rs-v1-gzip.parquet",
                                       "arrow-rs-plain.parquet",
                                       "arrow-rs-delta.parquet",
                                       "arrow-rs-nested-v2.parquet",
                                       "duckdb.parquet",
                                       "polars.parquet",
                                       "hub.parquet" };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  Scratch scratch = { 0 };

  scratch_begin (&scratch);
  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *fixture = find_fixture (names[i % G_N_ELEMENTS (names)]);
      g_autofree char *bytes = NULL, *path = NULL;
      gsize length;

      g_file_get_contents (fixture, &bytes, &length, NULL);
      for (int j = g_rand_int_range (random, 1, 8); j > 0; j--)
        {
          // Half of it in the footer.
          gint32 from = g_rand_boolean (random) ? (gint32)length - 800 : 4;

          bytes[g_rand_int_range (random, from, (gint32)length - 8)]
              = (char)g_rand_int_range (random, 0, 256);
        }
      path = scratch_write (&scratch, "noise.parquet", bytes, (gssize)length);
      g_auto (Found) found = read_path (path, NULL);
      g_assert_cmpint (found.documents + found.skipped->len, >, 0);
      g_assert_cmpint (remove (path), ==, 0); // GLib would wait for the disk before replacing it
    }
  scratch_end (&scratch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/parquet/terms-of-service", test_terms_of_service);
  g_test_add_func ("/data/parquet/unnamed", test_unnamed);
  g_test_add_func ("/data/parquet/sink-fails", test_sink_fails);
  g_test_add_func ("/data/parquet/writers", test_writers);
  g_test_add_func ("/data/parquet/columns", test_columns);
  g_test_add_func ("/data/parquet/forged", test_forged);
  g_test_add_func ("/data/parquet/bombs", test_bombs);
  g_test_add_func ("/data/parquet/damaged", test_damaged);
  g_test_add_func ("/data/parquet/noise", test_noise);
  return g_test_run ();
}
