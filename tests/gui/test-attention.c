// What the view of attention computes: the answer read and checked, means, differences, words
// without [CLS] and [SEP], strips that are narrower than the text, from where is asked, and the
// table.
#include <locale.h>
#include <math.h>
#include <string.h>

#include "gui/playground/attention-answer.h"
#include "gui/playground/attention-map.h"
#include "gui/playground/attention-query.h"
#include "gui/playground/attention-table.h"
#include "gui/playground/attention-top.h"

#define TEXT "Ein süßer [MASK]."
// [CLS] ein süß ##er [MASK] . [SEP]; ß and ü take two bytes.
#define TOKENS                                                                                \
  "[{\"token\":\"[CLS]\",\"start\":0,\"end\":0},{\"token\":\"ein\",\"start\":0,\"end\":3},"   \
  "{\"token\":\"süß\",\"start\":4,\"end\":9},{\"token\":\"##er\",\"start\":9,\"end\":11},"  \
  "{\"token\":\"[MASK]\",\"start\":12,\"end\":18},{\"token\":\".\",\"start\":18,\"end\":19}," \
  "{\"token\":\"[SEP]\",\"start\":0,\"end\":0}]"
#define FROM                                                                                      \
  "[[[0.5,0.1,0.1,0.05,0.05,0.1,0.1],[0,0,0,0,1,0,0]],[[0.2,0,0,0,0,0,0.8],[0.25,0.25,0.25,0.25," \
  "0,0,0]]]"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

static CzAttentionAnswer *
read_text (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = parse (text);

  return cz_attention_answer_read (json_node_get_object (node), error);
}

static CzAttentionAnswer *
read_sample (const char *from)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json
      = g_strdup_printf ("{\"model\":\"starter\",\"text\":\"" TEXT "\",\"tokens\":" TOKENS
                         ",\"position\":4,\"total\":7,\"from\":%s,\"note\":null}",
                         from);
  CzAttentionAnswer *answer = read_text (json, &error);

  g_assert_no_error (error);
  return answer;
}

static void
test_reading (void)
{
  g_autoptr (CzAttentionAnswer) answer = read_sample (FROM);

  g_assert_cmpuint (answer->n_layers, ==, 2);
  g_assert_cmpuint (answer->n_heads, ==, 2);
  g_assert_cmpuint (answer->n_tokens, ==, 7);
  g_assert_cmpuint (answer->n_queries, ==, 1);
  g_assert_cmpuint (answer->query, ==, 4);
  g_assert_null (answer->note);
  g_assert_cmpint (answer->tokens[0].start, ==, -1);
  g_assert_cmpint (answer->tokens[2].start, ==, 4);
  g_assert_cmpint (answer->tokens[6].end, ==, -1);
  // Whatever query is named, the one that was asked for is there.
  g_assert_cmpfloat (cz_attention_answer_get (answer, 1, 0, 4)[6], ==, 0.8f);
  g_assert_true (cz_attention_answer_get (answer, 1, 0, 0)
                 == cz_attention_answer_get (answer, 1, 0, 4));
  // The pieces of a word are joined as the text writes it.
  g_assert_cmpuint (answer->n_words, ==, 6);
  g_assert_cmpstr (answer->words[2].text, ==, "süßer");
  g_assert_cmpuint (answer->tokens[3].word, ==, 2);
  g_assert_cmpstr (answer->words[0].text, ==, "[CLS]");
}

static void
test_whole (void)
{
  g_autoptr (GError) error = NULL;
  // Tokens may be mere strings; there are no bytes then.
  g_autoptr (CzAttentionAnswer) answer = read_text (
      "{\"model\":\"m\",\"text\":\"films\",\"tokens\":[\"[CLS]\",\"film\",\"##s\",\"[SEP]\"],"
      "\"layers\":[[[[1,0,0,0],[0,1,0,0],[0.5,0.5,0,0],[0.1,0.2,0.3,0.4]]]]}",
      &error);

  g_assert_no_error (error);
  g_assert_cmpuint (answer->query, ==, CZ_ATTENTION_NONE);
  g_assert_cmpuint (answer->n_queries, ==, 4);
  g_assert_cmpfloat (cz_attention_answer_get (answer, 0, 0, 3)[2], ==, 0.3f);
  g_assert_cmpstr (answer->words[1].text, ==, "films");
  g_assert_cmpint (answer->tokens[1].start, ==, -1);
}

static void
test_broken (void)
{
  static const char *const broken[] = {
    "{}",
    "{\"text\":\"a\",\"tokens\":[],\"from\":[],\"position\":0}",
    "{\"text\":\"a\",\"tokens\":[\"[CLS]\",\"a\"],\"position\":0}",
    "{\"text\":7,\"tokens\":[\"a\"],\"position\":0,\"from\":[[[1]]]}",
    "{\"text\":\"a\",\"tokens\":[null],\"position\":0,\"from\":[[[1]]]}",
    "{\"text\":\"a\",\"tokens\":[{\"start\":0}],\"position\":0,\"from\":[[[1]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"from\":[[[1]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":1,\"from\":[[[1]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":-1,\"from\":[[[1]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[[]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[[1,0]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[[1]],[[1],[1]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[[1]],[1]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[[null]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[[\"1\"]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[[-0.5]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\"],\"position\":0,\"from\":[[[1e300]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\",\"b\"],\"layers\":[[[[1,0]]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\",\"b\"],\"layers\":[[[[1,0],[1]]]]}",
    "{\"text\":\"a\",\"tokens\":[\"a\",\"b\"],\"layers\":[[[1,0]]]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", broken[i]);
      g_assert_null (read_text (broken[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

// Bytes that are none of the text's, or in the middle of a letter, are as good as unknown.
static void
test_wrong_bytes (void)
{
  static const struct
  {
    int start, end;
  } wrong[] = { { 0, 99 }, { 5, 6 }, { 4, 6 }, { 9, 4 }, { -3, 4 } };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *json = g_strdup_printf (
          "{\"text\":\"" TEXT "\",\"tokens\":[{\"token\":\"x\",\"start\":%d,\"end\":%d}],"
          "\"position\":0,\"from\":[[[1]]]}",
          wrong[i].start, wrong[i].end);
      g_autoptr (CzAttentionAnswer) answer = read_text (json, &error);

      g_assert_no_error (error);
      g_assert_cmpint (answer->tokens[0].start, ==, -1);
      g_assert_cmpstr (answer->words[0].text, ==, "x");
    }
}

static void
test_both (void)
{
  g_autofree char *two = g_strdup_printf (
      "[{\"model\":\"a\",\"text\":\"t\",\"tokens\":[\"t\"],\"position\":0,\"from\":[[[1]]]},"
      "{\"model\":\"b\",\"text\":\"t\",\"tokens\":[\"t\"],\"position\":0,\"from\":[[[1]]]}]");
  g_autoptr (JsonNode) node = parse (two), none = parse ("[]"), wrong = parse ("[7]");
  g_autoptr (CzAttentionAnswer) answer = NULL;
  g_autoptr (CzAttentionAnswer) base = NULL;
  g_autofree char *said = NULL, *empty = NULL, *seven = NULL;

  g_assert_null (cz_attention_answer_read_both (node, NULL, &answer, &base));
  g_assert_cmpstr (answer->model, ==, "b");
  g_assert_cmpstr (base->model, ==, "a");
  g_clear_pointer (&answer, cz_attention_answer_unref);
  g_clear_pointer (&base, cz_attention_answer_unref);
  said = cz_attention_answer_read_both (NULL, "It died.", &answer, &base);
  g_assert_cmpstr (said, ==, "It died.");
  empty = cz_attention_answer_read_both (none, NULL, &answer, &base);
  seven = cz_attention_answer_read_both (wrong, NULL, &answer, &base);
  g_assert_nonnull (empty);
  g_assert_nonnull (seven);
  g_assert_null (answer);
}

static void
assert_row (const float *row, const double *expected, guint n)
{
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (row[i], expected[i], 1e-6);
}

static void
test_rows (void)
{
  g_autoptr (CzAttentionAnswer) answer = read_sample (FROM);
  g_autofree float *plain = cz_attention_answer_make_rows (answer, NULL, 4, FALSE);
  g_autofree float *words = cz_attention_answer_make_rows (answer, NULL, 4, TRUE);
  g_autofree float *sums = cz_attention_answer_add_up (answer, plain);

  assert_row (plain, (double[]){ 0.5, 0.1, 0.1, 0.05, 0.05, 0.1, 0.1 }, 7);
  assert_row (words, (double[]){ 0, 0.25, 0.25, 0.125, 0.125, 0.25, 0 }, 7);
  // What looks at [CLS] and [SEP] alone has nothing left, and no not-a-number either.
  assert_row (words + 2 * 7, (double[]){ 0, 0, 0, 0, 0, 0, 0 }, 7);
  assert_row (sums, (double[]){ 0.5, 0.1, 0.15, 0.05, 0.1, 0.1 }, 6);
}

static void
test_means (void)
{
  g_autoptr (CzAttentionAnswer) answer = read_sample (FROM);
  const gboolean all[] = { TRUE, TRUE, TRUE, TRUE }, two[] = { FALSE, FALSE, TRUE, TRUE };
  const gboolean none[] = { FALSE, FALSE, FALSE, FALSE };
  g_autofree float *of_all = cz_attention_answer_make_mean (answer, NULL, 4, all, FALSE);
  g_autofree float *of_two = cz_attention_answer_make_mean (answer, NULL, 4, two, TRUE);
  g_autofree float *of_none = cz_attention_answer_make_mean (answer, NULL, 4, none, TRUE);
  g_autofree float *change = NULL;
  g_autoptr (CzAttentionAnswer) base
      = read_sample ("[[[1,0,0,0,0,0,0],[1,0,0,0,0,0,0]],[[1,0,0,0,0,0,0],[1,0,0,0,0,0,0]]]");

  assert_row (of_all, (double[]){ 0.2375, 0.0875, 0.0875, 0.075, 0.2625, 0.025, 0.225 }, 7);
  // Of the two heads one does not look at words at all: the other one decides.
  assert_row (of_two, (double[]){ 0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 0, 0, 0 }, 7);
  assert_row (of_none, (double[]){ 0, 0, 0, 0, 0, 0, 0 }, 7);
  change = cz_attention_answer_make_mean (answer, base, 4, all, FALSE);
  assert_row (change, (double[]){ -0.7625, 0.0875, 0.0875, 0.075, 0.2625, 0.025, 0.225 }, 7);
}

static void
test_likeness (void)
{
  g_autoptr (CzAttentionAnswer) a = read_sample (FROM);
  g_autoptr (CzAttentionAnswer) b = read_sample (FROM);
  g_autoptr (CzAttentionAnswer) fewer = read_sample ("[[[1,0,0,0,0,0,0]]]");

  g_assert_true (cz_attention_answer_is_like (a, b));
  g_assert_false (cz_attention_answer_is_like (a, fewer));
  g_free (b->tokens[1].piece);
  b->tokens[1].piece = g_strdup ("[UNK]");
  g_assert_false (cz_attention_answer_is_like (a, b));
}

static void
test_numbers (void)
{
  const float even[] = { 0.25f, 0.25f, 0.25f, 0.25f }, one[] = { 0, 1, 0, 0 };
  const float signs[] = { 0.1f, -0.5f, 0.4f, 0, 0.4f };
  guint order[3];
  g_autofree char *less = cz_attention_write (-0.0321, TRUE);
  g_autofree char *more = cz_attention_write (0.1374, TRUE);
  g_autofree char *plain = cz_attention_write (0.1374, FALSE);

  g_assert_cmpfloat_with_epsilon (cz_attention_entropy (even, 4), 2, 1e-9);
  g_assert_cmpfloat (cz_attention_entropy (one, 4), ==, 0);
  g_assert_cmpuint (cz_attention_find_most (signs, 5), ==, 1);
  g_assert_cmpuint (cz_attention_top_order (signs, 5, 3, order), ==, 3);
  g_assert_cmpuint (order[0], ==, 1);
  g_assert_cmpuint (order[1], ==, 2);
  g_assert_cmpuint (order[2], ==, 4);
  g_assert_cmpuint (cz_attention_top_order (one, 4, 3, order), ==, 1);
  g_assert_cmpstr (less, ==, "−0.032");
  g_assert_cmpstr (more, ==, "+0.137");
  g_assert_cmpstr (plain, ==, "0.14");
}

// Of 512 tokens on 34 pixels no peak is lost, and none is invented.
static void
test_strips (void)
{
  float row[512] = { 0 }, strip[34];

  row[0] = 0.1f;
  row[200] = 0.7f;
  row[201] = -0.8f;
  row[511] = 0.2f;
  cz_attention_map_reduce (row, 512, 34, strip);
  g_assert_cmpfloat (strip[0], ==, 0.1f);
  g_assert_cmpfloat (strip[33], ==, 0.2f);
  g_assert_cmpfloat (strip[200 * 34 / 512], ==, -0.8f);
  for (guint i = 1; i < 33; i++)
    g_assert_true (strip[i] == 0 || i == 200 * 34 / 512);
  cz_attention_map_reduce (row, 3, 3, strip);
  g_assert_cmpfloat (strip[0], ==, 0.1f);
  g_assert_cmpfloat (strip[2], ==, 0);
}

static char *
ask (CzAttentionQuery *query, const char *text)
{
  g_autoptr (JsonObject) question = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  cz_attention_query_follow (query, text);
  cz_attention_query_add (query, question);
  json_node_set_object (node, question);
  return json_to_string (node, FALSE);
}

#define assert_asked(query, text, expected)     \
  G_STMT_START                                  \
  {                                             \
    g_autofree char *asked = ask (query, text); \
    g_assert_cmpstr (asked, ==, expected);      \
  }                                             \
  G_STMT_END

static void
test_queries (void)
{
  CzAttentionQuery *query = cz_attention_query_new ();
  g_autoptr (CzAttentionAnswer) answer = read_sample (FROM);

  assert_asked (query, "A [MASK].", "{\"mask\":0}");
  assert_asked (query, "A word.", "{\"token\":1}");
  g_assert_cmpuint (cz_attention_query_find (query, answer), ==, 4);
  // The word süßer, by its second piece.
  cz_attention_query_choose (query, answer, 3);
  g_assert_cmpuint (cz_attention_query_find (query, answer), ==, 3);
  assert_asked (query, TEXT, "{\"token\":3}");
  assert_asked (query, "Ein süßer [MASK] und mehr", "{\"token\":3}");
  assert_asked (query, "Ein süßer", "{\"token\":3}");
  // The word goes on, or something before it changes: no longer the same.
  assert_asked (query, "Ein süßeres", "{\"token\":1}");
  cz_attention_query_choose (query, answer, 3);
  assert_asked (query, "Kein süßer [MASK].", "{\"mask\":0}");
  cz_attention_query_choose (query, answer, 0);
  assert_asked (query, "Quite other [MASK].", "{\"token\":0}");
  // [SEP] is somewhere else in every text.
  cz_attention_query_choose (query, answer, 6);
  assert_asked (query, TEXT, "{\"token\":6}");
  assert_asked (query, TEXT "!", "{\"mask\":0}");
  // The second mask, for as long as there is one.
  g_free (answer->tokens[1].piece);
  answer->tokens[1].piece = g_strdup ("[MASK]");
  cz_attention_query_choose (query, answer, 4);
  assert_asked (query, "[MASK] and [MASK]", "{\"mask\":1}");
  assert_asked (query, "[MASK] and", "{\"mask\":0}");
  cz_attention_query_free (query);
}

static void
test_windows (void)
{
  g_autoptr (CzAttentionAnswer) answer = read_sample (FROM);

  // 100 tokens of 107 stand before what is shown.
  answer->n_skipped = 100;
  answer->n_total = 107;
  g_assert_cmpuint (cz_attention_answer_get_position (answer, 0), ==, 0);
  g_assert_cmpuint (cz_attention_answer_get_position (answer, 1), ==, 101);
  g_assert_cmpuint (cz_attention_answer_get_position (answer, 6), ==, 106);
}

static void
test_table (void)
{
  g_autoptr (CzAttentionAnswer) answer = read_sample (FROM);
  CzAttentionAnswer *const answers[] = { answer };
  const gboolean chosen[] = { FALSE, TRUE, FALSE, FALSE };
  g_autofree char *all = NULL, *words = NULL;

  g_free (answer->tokens[5].piece);
  answer->tokens[5].piece = g_strdup ("\"");
  all = cz_attention_table_write (answers, 1, 4, chosen, FALSE);
  g_assert_cmpstr (all, ==,
                   "model,layer,head,from,from_token,to,to_token,probability\n"
                   "starter,1,2,5,[MASK],1,[CLS],0\n"
                   "starter,1,2,5,[MASK],2,ein,0\n"
                   "starter,1,2,5,[MASK],3,süß,0\n"
                   "starter,1,2,5,[MASK],4,##er,0\n"
                   "starter,1,2,5,[MASK],5,[MASK],1\n"
                   "starter,1,2,5,[MASK],6,\"\"\"\",0\n"
                   "starter,1,2,5,[MASK],7,[SEP],0\n");
  words = cz_attention_table_write (answers, 1, 4, chosen, TRUE);
  g_assert_null (strstr (words, "[CLS]"));
  g_assert_nonnull (strstr (words, "5,[MASK],1\n"));
}

static void
test_direction (void)
{
  g_autoptr (CzAttentionAnswer) answer = read_sample (FROM);

  g_assert_false (cz_attention_answer_is_rtl (answer));
  g_free (answer->text);
  answer->text = g_strdup ("… [MASK] הסרט was");
  g_assert_true (cz_attention_answer_is_rtl (answer));
  g_free (answer->text);
  answer->text = g_strdup ("12 [MASK]!");
  g_assert_false (cz_attention_answer_is_rtl (answer));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attention/reading", test_reading);
  g_test_add_func ("/attention/whole", test_whole);
  g_test_add_func ("/attention/broken", test_broken);
  g_test_add_func ("/attention/wrong-bytes", test_wrong_bytes);
  g_test_add_func ("/attention/both", test_both);
  g_test_add_func ("/attention/rows", test_rows);
  g_test_add_func ("/attention/means", test_means);
  g_test_add_func ("/attention/likeness", test_likeness);
  g_test_add_func ("/attention/numbers", test_numbers);
  g_test_add_func ("/attention/strips", test_strips);
  g_test_add_func ("/attention/queries", test_queries);
  g_test_add_func ("/attention/windows", test_windows);
  g_test_add_func ("/attention/table", test_table);
  g_test_add_func ("/attention/direction", test_direction);
  return g_test_run ();
}
