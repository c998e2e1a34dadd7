#include <string.h>

#include "data/playground-history.h"
#include "data/sentence-csv.h"
#include "data/sentence-result.h"
#include "engine/format/json-text.h"
#include "tests/data/scratch.h"

// Sets of sentences, their CSV files, and the history of the playground.

static void
assert_refused (GError **error, int code, const char *words)
{
  g_assert_error (*error, CZ_DATA_ERROR, code);
  g_assert_nonnull (strstr ((*error)->message, words));
  g_clear_error (error);
}

// Each answer is one word, and stands once.
static void
check_builtin (CzLibrary *library, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSentenceSet) set = cz_sentence_set_get (library, name, &error);

  g_assert_no_error (error);
  g_assert_true (set->builtin);
  g_assert_cmpstr (set->sentences[0].text, ==, "This is a great [MASK].");
  for (guint i = 0; i < set->n; i++)
    {
      g_auto (GStrv) answers = cz_sentence_answers_split (set->sentences[i].answers);

      g_assert_nonnull (strstr (set->sentences[i].text, CZ_SENTENCE_MASK));
      g_assert_cmpuint (g_strv_length (answers), >, 0);
      for (guint k = 0; answers[k] != NULL; k++)
        g_assert_null (strpbrk (answers[k], " ,;"));
      g_autofree char *joined = g_strjoinv (", ", answers);
      g_assert_cmpstr (joined, ==, set->sentences[i].answers); // none twice, none empty
    }
}

static void
test_builtins (void)
{
  static const char *const names[] = { "general", "film", "law", "medicine", "science", "support" };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (GPtrArray) list = cz_sentence_set_list (scratch.library, &error);
  g_assert_cmpuint (list->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < list->len; i++)
    {
      g_assert_cmpstr (((CzSentenceSet *)list->pdata[i])->name, ==, names[i]);
      check_builtin (scratch.library, names[i]);
    }
  scratch_end (&scratch);
}

static void
test_answers (void)
{
  g_auto (GStrv) none = cz_sentence_answers_split (NULL);
  g_auto (GStrv) some = cz_sentence_answers_split (" film ,movie,, film,\tcafé au lait");

  g_assert_null (none[0]);
  g_assert_cmpuint (g_strv_length (some), ==, 3);
  g_assert_cmpstr (some[0], ==, "film");
  g_assert_cmpstr (some[2], ==, "café au lait");
}

static void
test_names (void)
{
  const CzSentence one[] = { { (char *)"the [MASK] is set", (char *)"sail, stage" } };
  const CzSentence bare[] = { { (char *)"no gap", NULL } };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  CzLibrary *library = scratch.library;
  g_assert_false (cz_sentence_set_save (library, "mine", bare, 1, &error));
  assert_refused (&error, CZ_DATA_ERROR_INVALID, "Sentence 1");
  g_assert_false (cz_sentence_set_save (library, "two\nlines", one, 1, &error));
  assert_refused (&error, CZ_DATA_ERROR_INVALID, "one line");
  g_assert_true (cz_sentence_set_save (library, "mine", one, 1, &error));

  g_assert_true (cz_sentence_set_rename (library, "mine", "ours", &error));
  g_assert_true (cz_sentence_set_rename (library, "ours", "ours", &error));
  g_assert_false (cz_sentence_set_rename (library, "mine", "theirs", &error));
  assert_refused (&error, CZ_DATA_ERROR_NOT_FOUND, "“ours”");
  g_assert_false (cz_sentence_set_rename (library, "ours", "film", &error));
  assert_refused (&error, CZ_DATA_ERROR_EXISTS, "film");
  g_assert_false (cz_sentence_set_rename (library, "film", "ours 2", &error));
  assert_refused (&error, CZ_DATA_ERROR_STATE, "film");
  g_assert_true (cz_sentence_set_save (library, "mine", one, 1, &error));
  g_assert_false (cz_sentence_set_rename (library, "mine", "ours", &error));
  assert_refused (&error, CZ_DATA_ERROR_EXISTS, "ours");

  g_autofree char *first = cz_sentence_set_copy (library, "film", NULL, &error);
  g_autofree char *second = cz_sentence_set_copy (library, "film", NULL, &error);
  g_autofree char *third = cz_sentence_set_copy (library, "ours", "by name", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, ==, "film copy");
  g_assert_cmpstr (second, ==, "film copy 2");
  g_assert_cmpstr (third, ==, "by name");
  g_autoptr (CzSentenceSet) copy = cz_sentence_set_get (library, second, &error);
  g_assert_false (copy->builtin);
  g_assert_cmpuint (copy->n, ==, 12);
  g_assert_null (cz_sentence_set_copy (library, "nothing", NULL, &error));
  assert_refused (&error, CZ_DATA_ERROR_NOT_FOUND, "nothing");
  g_assert_null (cz_sentence_set_copy (library, "film", "ours", &error));
  assert_refused (&error, CZ_DATA_ERROR_EXISTS, "ours");
  scratch_end (&scratch);
}

// ---- CSV ----

static void
test_csv_round_trip (void)
{
  const CzSentence sentences[] = {
    { (char *)"She said \"[MASK]\", and left.", (char *)"yes, no" },
    { (char *)"  two\nlines\r\nand a \r lone [MASK]  ", (char *)"" },
    { (char *)"עברית [MASK] 日本語 👩‍🔬 é e\u0301", (char *)"\"quoted\", a b" },
    { (char *)"text [MASK]", (char *)"text" },
    { (char *)"sep;tab\t|[MASK]", NULL },
  };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autofree char *path = scratch_path (&scratch, "set.csv");
  for (guint n = 1; n <= G_N_ELEMENTS (sentences); n++)
    {
      g_autofree char *text = cz_sentence_csv_to_text (sentences, n);
      g_assert_true (cz_sentence_csv_save (path, text, &error));
      g_autoptr (GArray) read = cz_sentence_csv_load (path, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (read->len, ==, n);
      for (guint i = 0; i < n; i++)
        {
          g_assert_cmpstr (g_array_index (read, CzSentence, i).text, ==, sentences[i].text);
          g_assert_cmpstr (g_array_index (read, CzSentence, i).answers, ==,
                           sentences[i].answers != NULL ? sentences[i].answers : "");
        }
      g_autofree char *again
          = cz_sentence_csv_to_text ((const CzSentence *)(gpointer)read->data, n);
      g_assert_cmpstr (again, ==, text);
    }
  g_assert_false (cz_sentence_csv_save (scratch.folder, "x", &error));
  assert_refused (&error, CZ_DATA_ERROR_IO, scratch.folder);
  g_assert_null (cz_sentence_csv_load ("/nowhere/set.csv", &error));
  assert_refused (&error, CZ_DATA_ERROR_NOT_FOUND, "/nowhere/set.csv");
  scratch_end (&scratch);
}

// What a file gives: "text=answers|text=answers", or the message.
static char *
read_csv (const char *bytes, gssize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) read
      = cz_sentence_csv_parse (bytes, length < 0 ? strlen (bytes) : (gsize)length, "f.csv", &error);
  GString *out = g_string_new (NULL);

  if (read == NULL)
    {
      g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "f.csv"));
      g_string_append (out, error->message);
    }
  for (guint i = 0; read != NULL && i < read->len; i++)
    g_string_append_printf (out, "%s%s=%s", i > 0 ? "|" : "",
                            g_array_index (read, CzSentence, i).text,
                            g_array_index (read, CzSentence, i).answers);
  return g_string_free (out, FALSE);
}

static void
test_csv_kinds (void)
{
  static const struct
  {
    const char *bytes, *read;
  } files[] = {
    { "text,answers\na [MASK],x\n", "a [MASK]=x" },
    { "\xef\xbb\xbf"
      "Answers;note; Text\r\n\"x, y\";1;a [MASK]",
      "a [MASK]=x, y" },
    { "text\na, b [MASK], c\n\n", "a, b [MASK], c=" },
    { "a [MASK],x\n\n\"b, [MASK]\",\n[MASK]\n", "a [MASK]=x|b, [MASK]=|[MASK]=" },
  };
  static const struct
  {
    const char *bytes, *words;
  } wrong[] = {
    { "", "no sentence" },
    { "text,answers\n", "no sentence" },
    { "sentence,word\na [MASK],b\n", "row 1: it names no column" },
    { "text,answers\na [MASK],b\n\nnone,c\n,d\n", "row 4: the text has no [MASK]" },
    { "text,answers\na [MASK],b\n\nnone,c\n,d\n", "1 more row is wrong" },
    { "text,answers\n ,d\n", "row 2: it has no text" },
    { "text,answers\nIn the end, the [MASK],b\n", "row 2: it has 3 cells where 2" },
    { "text,answers\na [MASK],b\n\xff [MASK],b\n", "row 3: it is no UTF-8" },
    { "text,answers\na [MASK],b\n\"c [MASK],d\ne,f\n", "row 3: a quote" },
    { "text,answers\nnone,b\n\"c [MASK],d\ne,f\n", "row 2: the text has no [MASK]" },
  };
  g_autoptr (GString) many = g_string_new ("text\n");

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *read = read_csv (files[i].bytes, -1);
      g_assert_cmpstr (read, ==, files[i].read);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *read = read_csv (wrong[i].bytes, -1);
      if (strstr (read, wrong[i].words) == NULL)
        g_error ("“%s” gave: %s", wrong[i].bytes, read);
    }
  g_autofree char *nul = read_csv ("text\na\0 [MASK]\n", 14);
  g_assert_nonnull (strstr (nul, "row 2: it is no UTF-8"));
  for (guint i = 0; i <= CZ_SENTENCE_SET_MAX; i++)
    g_string_append (many, "[MASK]\n");
  g_autofree char *too_many = read_csv (many->str, -1);
  g_assert_nonnull (strstr (too_many, "more than 10000"));
  g_autofree char *all = read_csv (many->str, (gssize)many->len - 7);
  g_assert_true (g_str_has_prefix (all, "[MASK]=|"));
}

static void
test_result_table (void)
{
  const char *text
      = "[{\"model\":\"a,b\",\"sentences\":[{\"text\":\"x [MASK]\",\"top\":[{\"token\":\"\\\"\","
        "\"score\":0.5}],\"answers\":[{\"word\":\"y\"},{\"word\":\"z\"}],\"answer\":\"y\","
        "\"rank\":2,\"log_probability\":-1,\"hit\":false,\"hit_top_k\":true,\"note\":null,"
        "\"error\":null},{\"text\":\"w\",\"top\":[],\"answers\":[],\"answer\":null,\"rank\":null,"
        "\"error\":\"no mask\"},{}]}]";
  g_autoptr (JsonNode) root = cz_json_parse (text, -1, "", NULL);
  g_autofree char *table = cz_sentence_result_to_csv (json_node_get_array (root));

  g_assert_cmpstr (
      table, ==,
      "model,sentence,text,accepted,top_word,top_probability,answer,rank,hit,hit_top_k,"
      "log_probability,remark\r\n"
      "\"a,b\",1,\"x [MASK]\",\"y, z\",\"\"\"\",0.5,y,2,0,1,-1.0,\r\n"
      "\"a,b\",2,w,,,,,,,,,\"no mask\"\r\n\"a,b\",3,,,,,,,,,,\r\n");
}

// ---- History ----

static char *
list_history (CzLibrary *library)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = cz_playground_history_list (library, 0, &error);
  GString *texts = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (texts, "%s%s", i > 0 ? "|" : "",
                            ((CzPlaygroundEntry *)list->pdata[i])->text);
  return g_string_free (texts, FALSE);
}

static void
assert_history (CzLibrary *library, const char *texts)
{
  g_autofree char *list = list_history (library);

  g_assert_cmpstr (list, ==, texts);
}

static gint64
try_text (CzLibrary *library, const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 id = cz_playground_history_add (library, text, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

static void
test_history (void)
{
  const char *const models[] = { "starter", "run:3@best, \"x\"", NULL };
  const char *const targets[] = { "men", "women", NULL };
  g_autoptr (GError) error = NULL;
  gint64 newest;
  guint n;
  Scratch scratch;

  scratch_begin (&scratch);
  CzLibrary *library = scratch.library;
  try_text (library, "a");
  gint64 b = try_text (library, "b");
  gint64 c
      = cz_playground_history_add (library, "c\n[MASK] ☃", models, targets, "surprisal", &error);
  g_assert_no_error (error);
  assert_history (library, "c\n[MASK] ☃|b|a");
  try_text (library, "a");
  assert_history (library, "a|c\n[MASK] ☃|b");
  g_assert_true (cz_playground_history_get_state (library, &newest, &n, &error));
  g_assert_cmpint (newest, >, c);
  g_assert_cmpuint (n, ==, 3);

  g_autoptr (GPtrArray) later = cz_playground_history_list (library, b, &error);
  g_assert_cmpuint (later->len, ==, 2);
  const CzPlaygroundEntry *entry = later->pdata[1];
  g_assert_cmpint (entry->id, ==, c);
  g_assert_true (g_strv_equal ((const char *const *)entry->models, models));
  g_assert_true (g_strv_equal ((const char *const *)entry->targets, targets));
  g_assert_cmpstr (entry->view, ==, "surprisal");
  g_assert_cmpint (ABS (entry->tried - g_get_real_time () / G_USEC_PER_SEC), <, 100);

  // Removed and put back, where they were; what was tried since stays.
  g_autoptr (GPtrArray) all = cz_playground_history_list (library, 0, &error);
  g_assert_true (cz_playground_history_remove (library, all, &error));
  assert_history (library, "");
  try_text (library, "b");
  try_text (library, "d");
  g_assert_true (cz_playground_history_restore (library, all, &error));
  assert_history (library, "d|b|a|c\n[MASK] ☃");
  g_assert_true (cz_playground_history_restore (library, all, &error));
  assert_history (library, "d|b|a|c\n[MASK] ☃");

  // By an entry that is old: the text is gone under its newer id, too.
  try_text (library, "a");
  g_assert_true (cz_playground_history_remove (library, all, &error));
  assert_history (library, "d");
  g_assert_true (cz_playground_history_restore (library, all, &error));

  g_assert_cmpint (cz_playground_history_add (library, " \n", NULL, NULL, NULL, &error), ==, 0);
  assert_refused (&error, CZ_DATA_ERROR_INVALID, "no text");
  g_assert_cmpint (cz_playground_history_add (library, "\xff", NULL, NULL, NULL, &error), ==, 0);
  g_clear_error (&error);
  g_autofree char *huge = g_strnfill (CZ_PLAYGROUND_TEXT_MAX + 1, 'x');
  g_assert_cmpint (cz_playground_history_add (library, huge, NULL, NULL, NULL, &error), ==, 0);
  assert_refused (&error, CZ_DATA_ERROR_INVALID, "million");
  assert_history (library, "d|a|c\n[MASK] ☃|b");
  scratch_end (&scratch);
}

static void
test_history_bounds (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) many
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_playground_entry_free);
  gint64 newest;
  guint n;
  Scratch scratch;

  scratch_begin (&scratch);
  for (guint i = 0; i < CZ_PLAYGROUND_HISTORY_MAX; i++)
    {
      CzPlaygroundEntry *entry = g_new0 (CzPlaygroundEntry, 1);
      entry->id = i + 1;
      entry->text = g_strdup_printf ("text %u", i);
      entry->view = g_strdup ("");
      g_ptr_array_add (many, entry);
    }
  g_assert_true (cz_playground_history_restore (scratch.library, many, &error));
  try_text (scratch.library, "one more");
  g_assert_true (cz_playground_history_get_state (scratch.library, &newest, &n, &error));
  g_assert_cmpuint (n, ==, CZ_PLAYGROUND_HISTORY_MAX);
  g_assert_cmpint (scratch_count_rows (&scratch, "playground_history WHERE text = 'text 0'"), ==,
                   0);
  g_assert_cmpint (scratch_count_rows (&scratch, "playground_history WHERE text = 'text 1'"), ==,
                   1);

  // Long ones: a million bytes each, as many as have room.
  g_assert_true (cz_playground_history_remove (scratch.library, many, &error));
  g_ptr_array_set_size (many, 0);
  for (guint i = 0; i < 66; i++)
    {
      CzPlaygroundEntry *entry = g_new0 (CzPlaygroundEntry, 1);
      entry->text = g_strnfill (CZ_PLAYGROUND_TEXT_MAX - 1, 'x');
      entry->text[i] = 'y';
      entry->view = g_strdup ("");
      g_ptr_array_add (many, entry);
    }
  g_assert_true (cz_playground_history_restore (scratch.library, many, &error));
  try_text (scratch.library, "short");
  g_assert_true (cz_playground_history_get_state (scratch.library, &newest, &n, &error));
  g_assert_cmpuint (n, ==, CZ_PLAYGROUND_HISTORY_BYTES_MAX / CZ_PLAYGROUND_TEXT_MAX + 1);
  scratch_end (&scratch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/sentences/builtins", test_builtins);
  g_test_add_func ("/data/sentences/answers", test_answers);
  g_test_add_func ("/data/sentences/names", test_names);
  g_test_add_func ("/data/sentences/csv-round-trip", test_csv_round_trip);
  g_test_add_func ("/data/sentences/csv-kinds", test_csv_kinds);
  g_test_add_func ("/data/sentences/result-table", test_result_table);
  g_test_add_func ("/data/history/entries", test_history);
  g_test_add_func ("/data/history/bounds", test_history_bounds);
  return g_test_run ();
}
