// What the playground takes from an answer of cloze, and what goes out of the window again: without
// a screen.
#include <math.h>

#include "gui/playground/prediction-answer.h"
#include "gui/playground/prediction-copy.h"

static CzPredictionAnswer *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = json_from_string (json, &error);

  g_assert_no_error (error);
  return cz_prediction_answer_new (json_node_get_object (root));
}

static void
test_answer (void)
{
  g_autoptr (CzPredictionAnswer) answer = parse (
      "{\"model\":\"run:1@best\",\"note\":\"cut\",\"masks\":[{\"position\":5,"
      "\"divergence\":0.25,\"top\":["
      "{\"token\":\"film\",\"id\":7,\"score\":0.5,\"log_probability\":-0.69,\"before\":0.1,"
      "\"before_rank\":4},{\"token\":\"day\",\"id\":8,\"score\":0.25,\"before\":null}],"
      "\"moved\":[{\"token\":\"film\",\"id\":7,\"before\":0.1,\"after\":0.5}],"
      "\"targets\":[{\"word\":\"guilty\",\"pieces\":[\"gu\",\"##ilty\"],"
      "\"log_probability\":-9,\"before\":-8}],"
      "\"words\":[{\"word\":\"hearts\",\"pieces\":[\"heart\",\"##s\"],"
      "\"log_probability\":-7.5,\"order\":\"most_certain\",\"one_word\":false}]}],"
      "\"joint\":[{\"order\":\"left_to_right\",\"tokens\":[\"a\",\"b\"],"
      "\"log_probability\":-3}]}");
  CzPredictionMask *mask = cz_prediction_answer_get_mask (answer, 0);
  CzPredictionWord *film = mask->top->pdata[0], *day = mask->top->pdata[1];
  CzPredictionPhrase *target = mask->targets->pdata[0], *word = mask->words->pdata[0];
  CzPredictionPhrase *joint = answer->joint->pdata[0];

  g_assert_cmpstr (answer->note, ==, "cut");
  g_assert_null (cz_prediction_answer_get_mask (answer, 1));
  g_assert_cmpfloat (cz_prediction_answer_get_highest (answer), ==, 0.5);
  g_assert_cmpfloat (mask->divergence, ==, 0.25);
  g_assert_cmpuint (film->rank, ==, 1);
  g_assert_cmpuint (film->before_rank, ==, 4);
  g_assert_cmpfloat (film->before, ==, 0.1);
  // A word that the other vocabulary lacks is not said to have risen.
  g_assert_true (isnan (day->before) && !day->unlikely_before);
  g_assert_cmpfloat_with_epsilon (day->log_probability, log (0.25), 1e-12);
  g_assert_cmpuint (mask->moved->len, ==, 1);
  g_assert_cmpuint (g_strv_length (target->pieces), ==, 2);
  g_assert_cmpfloat (target->before, ==, -8);
  g_assert_true (word->certain_first && !word->one_word);
  g_assert_cmpstr (joint->word, ==, "a · b");
  g_assert_false (joint->certain_first);
}

// Whatever stands there in place of what was promised, the rest is read.
static void
test_foreign (void)
{
  g_autoptr (CzPredictionAnswer) nothing = parse ("{}");
  g_autoptr (CzPredictionAnswer) wrong
      = parse ("{\"model\":3,\"note\":[],\"masks\":[7,null,{\"divergence\":\"far\",\"top\":{},"
               "\"moved\":[{\"token\":\"a\",\"before\":\"x\",\"after\":1}],\"targets\":[{}],"
               "\"words\":[{\"word\":\"b\",\"pieces\":[1,\"c\"],\"log_probability\":-1}]},"
               "{\"top\":[{\"token\":\"d\",\"score\":null},{\"token\":null,\"score\":1},[],"
               "{\"token\":\"e\",\"score\":1,\"id\":\"f\",\"before_rank\":-5}]}],\"joint\":\"g\"}");
  CzPredictionMask *first = cz_prediction_answer_get_mask (wrong, 0);
  CzPredictionMask *second = cz_prediction_answer_get_mask (wrong, 1);
  CzPredictionWord *word;

  g_assert_cmpuint (nothing->masks->len, ==, 0);
  g_assert_cmpfloat (cz_prediction_answer_get_highest (nothing), ==, 0);
  g_assert_cmpuint (wrong->masks->len, ==, 2);
  g_assert_true (isnan (first->divergence));
  g_assert_cmpuint (first->top->len + first->moved->len + first->targets->len, ==, 0);
  g_assert_cmpuint (g_strv_length (((CzPredictionPhrase *)first->words->pdata[0])->pieces), ==, 1);
  g_assert_cmpuint (second->top->len, ==, 1);
  word = second->top->pdata[0];
  g_assert_cmpstr (word->token, ==, "e");
  g_assert_cmpint (word->id, ==, -1);
  g_assert_cmpuint (word->before_rank, ==, 0);
  g_assert_cmpuint (wrong->joint->len, ==, 0);
}

static void
test_compare (void)
{
  g_autoptr (CzPredictionAnswer) base
      = parse ("{\"masks\":[{\"top\":[{\"token\":\"a\",\"id\":1,\"score\":0.75}]}]}");
  g_autoptr (CzPredictionAnswer) answer
      = parse ("{\"masks\":[{\"top\":[{\"token\":\"b\",\"id\":2,\"score\":0.5},"
               "{\"token\":\"a\",\"id\":1,\"score\":0.25}]},"
               "{\"top\":[{\"token\":\"a\",\"id\":1,\"score\":1}]}]}");
  CzPredictionMask *mask = cz_prediction_answer_get_mask (answer, 0);
  CzPredictionWord *new = mask->top->pdata[0], *known = mask->top->pdata[1];

  cz_prediction_answer_compare (answer, base);
  g_assert_true (isnan (new->before) && new->unlikely_before);
  g_assert_cmpfloat (known->before, ==, 0.75);
  g_assert_cmpuint (known->before_rank, ==, 1);
}

static void
test_copy (void)
{
  g_autoptr (CzPredictionAnswer) answer
      = parse ("{\"masks\":[{\"divergence\":0.5,\"top\":[{\"token\":\"a\\\"b\",\"id\":1,"
               "\"score\":0.25,\"log_probability\":-1.5,\"before\":0.125,\"before_rank\":2}]}],"
               "\"joint\":[{\"tokens\":[\"a\",\"b\"],\"order\":\"most_certain\","
               "\"log_probability\":0}]}");
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  g_autoptr (GPtrArray) answers = g_ptr_array_new ();
  CzPredictionCopy copy = { .text = "One, [MASK]", .titles = titles, .answers = answers };
  g_autofree char *csv = NULL;
  g_autofree char *text = NULL;

  // A column that has no answer yet is left out.
  g_ptr_array_add (titles, (gpointer) "first");
  g_ptr_array_add (answers, NULL);
  g_ptr_array_add (titles, (gpointer) "second");
  g_ptr_array_add (answers, answer);
  csv = cz_prediction_copy_make_csv (&copy);
  g_assert_cmpstr (csv, ==,
                   "text,model,mask,kind,rank,word,pieces,id,probability,log_probability,before,"
                   "before_rank,order,divergence_bits\r\n"
                   "\"One, [MASK]\",second,1,top,1,\"a\"\"b\",\"a\"\"b\",1,0.25,-1.5,0.125,2,,0.5"
                   "\r\n"
                   "\"One, [MASK]\",second,,joint,1,\"a · b\",\"a b\",,1,0,,,most_certain,\r\n");
  text = cz_prediction_copy_make_text (&copy);
  g_assert_nonnull (strstr (text, "One, [MASK]\n\nsecond\n    a\"b\t0.25\t← 0.12\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prediction/answer", test_answer);
  g_test_add_func ("/prediction/foreign", test_foreign);
  g_test_add_func ("/prediction/compare", test_compare);
  g_test_add_func ("/prediction/copy", test_copy);
  return g_test_run ();
}
