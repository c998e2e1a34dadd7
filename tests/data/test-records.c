#include <math.h>
#include <string.h>

#include "data/database.h"
#include "data/metric-export.h"
#include "data/metric.h"
#include "data/run-evaluation.h"
#include "data/run-prediction.h"
#include "data/sentence-set.h"
#include "tests/data/scratch.h"

// What a run leaves besides its numbers: evaluations block by block, sentences and what was said of
// them, and its metrics as a file.

static void
test_evaluation (void)
{
  double losses[] = { 1.5, 0.1, -0.0, 7e300 };
  guint32 scored[] = { 3, 1, 0, 4000000000u };
  CzRunEvaluation evaluation = { 17, (char *)"f", 4, losses, scored };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  gint64 run = scratch_add_run (&scratch, "r");
  g_assert_null (cz_run_evaluation_read (scratch.library, run, "best", &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++, evaluation.step++) // the second takes the first's place
    g_assert_true (cz_run_evaluation_write (scratch.library, run, "best", &evaluation, &error));
  g_autoptr (CzRunEvaluation) read = cz_run_evaluation_read (scratch.library, run, "best", &error);
  g_assert_no_error (error);
  g_assert_cmpint (read->step, ==, 18);
  g_assert_cmpstr (read->fingerprint, ==, "f");
  g_assert_cmpmem (read->losses, read->n * sizeof (double), losses, sizeof losses);
  g_assert_cmpmem (read->scored, read->n * sizeof (guint32), scored, sizeof scored);
  g_assert_cmpint (scratch_count_rows (&scratch, "run_evaluation"), ==, 1);

  g_assert_false (cz_run_evaluation_write (scratch.library, run + 1, "best", &evaluation, &error));
  g_clear_error (&error);
  g_assert_false (cz_run_evaluation_write (scratch.library, run, "worst", &evaluation, &error));
  g_clear_error (&error);
  g_assert_true (cz_database_execute (
      scratch.library, "UPDATE run_evaluation SET losses = substr (losses, 2)", &error));
  g_assert_null (cz_run_evaluation_read (scratch.library, run, "best", &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_true (cz_run_remove (scratch.library, run, &error));
  g_assert_cmpint (scratch_count_rows (&scratch, "run_evaluation"), ==, 0);
  scratch_end (&scratch);
}

#define N_BLOCKS 400

// The cross-entropy: over all scored tokens, not over blocks.
static double
mean_of (const CzRunEvaluation *evaluation)
{
  double sum = 0;
  guint64 scored = 0;

  for (guint i = 0; i < evaluation->n; i++)
    {
      sum += evaluation->losses[i];
      scored += evaluation->scored[i];
    }
  return sum / (double)scored;
}

static void
test_comparison (void)
{
  double a_losses[N_BLOCKS], b_losses[N_BLOCKS];
  guint32 scored[N_BLOCKS], others[N_BLOCKS];
  CzRunEvaluation a = { 0, (char *)"f", N_BLOCKS, a_losses, scored };
  CzRunEvaluation b = { 9, (char *)"f", N_BLOCKS, b_losses, scored };
  CzPairedComparison way, back, again, few;

  // Differences of a block's tokens: −0.05 nats on average, ±0.5 by turns.
  for (guint i = 0; i < N_BLOCKS; i++)
    {
      others[i] = scored[i] = 10 + i % 7;
      a_losses[i] = 2.5 * scored[i];
      b_losses[i] = a_losses[i] + scored[i] * (i % 2 == 0 ? 0.45 : -0.55);
    }
  g_assert_true (cz_run_evaluation_compare (&a, &b, 0, &way));
  g_assert_true (cz_run_evaluation_compare (&b, &a, 0, &back));
  g_assert_true (cz_run_evaluation_compare (&a, &b, 0, &again));
  g_assert_true (cz_run_evaluation_compare (&a, &b, 50, &few));
  g_assert_true (way.difference == again.difference && way.low == again.low
                 && way.high == again.high && way.share == again.share);
  double expected = mean_of (&b) - mean_of (&a);
  g_assert_cmpfloat_with_epsilon (way.difference, expected, 1e-12);
  g_assert_cmpuint (way.blocks, ==, N_BLOCKS);
  guint64 tokens = 0;
  for (guint i = 0; i < N_BLOCKS; i++)
    tokens += scored[i];
  g_assert_cmpuint (way.scored, ==, tokens);
  // The same draws the other way round.
  g_assert_cmpfloat_with_epsilon (back.low, -way.high, 1e-12);
  g_assert_cmpfloat_with_epsilon (back.high, -way.low, 1e-12);
  g_assert_cmpfloat_with_epsilon (back.share, 1 - way.share, 1e-12);
  // Its standard error is 0.5 / sqrt (400) = 0.025 (blocks count by their tokens: a little more).
  g_assert_cmpfloat_with_epsilon ((way.high - way.low) / (2 * 1.96), 0.0256, 0.0015);
  g_assert_cmpfloat_with_epsilon ((way.high + way.low) / 2, way.difference, 0.003);
  g_assert_cmpfloat_with_epsilon (way.share, 0.977, 0.02);
  g_assert_cmpfloat (few.difference, ==, way.difference);
  g_assert_cmpfloat (few.low, !=, way.low);

  g_assert_true (cz_run_evaluation_compare (&a, &a, 0, &way));
  g_assert_true (way.difference == 0 && way.low == 0 && way.high == 0 && way.share == 0.5);
  // Other tokens: no comparison.
  b.fingerprint = (char *)"g";
  g_assert_false (cz_run_evaluation_compare (&a, &b, 0, &way));
  b.fingerprint = (char *)"f";
  b.n--;
  g_assert_false (cz_run_evaluation_compare (&a, &b, 0, &way));
  b.n++;
  others[3]++;
  b.scored = others;
  g_assert_false (cz_run_evaluation_compare (&a, &b, 0, &way));
  a.fingerprint = b.fingerprint = (char *)"";
  b.scored = scored;
  g_assert_false (cz_run_evaluation_compare (&a, &b, 0, &way));
}

static void
test_predictions (void)
{
  const char *const sentences[] = { "a [MASK].", "“b” [MASK]", NULL };
  const char *const bad[] = { "a [MASK].", "x\xff", NULL };
  const char *const first[] = { "{\"text\":1}", "{\"text\":2}", NULL };
  const char *const later[] = { "{\"text\":3}", "{\"text\":4}", NULL };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  gint64 run = scratch_add_run (&scratch, "r");
  g_auto (GStrv) none = cz_run_sentences_get (scratch.library, run, &error);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_true (cz_run_sentences_set (scratch.library, run, bad + 2, &error));
  g_assert_true (cz_run_sentences_set (scratch.library, run, sentences, &error));
  g_assert_false (cz_run_sentences_set (scratch.library, run, bad, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (cz_run_sentences_set (scratch.library, run + 1, sentences, &error));
  g_clear_error (&error);
  g_auto (GStrv) read = cz_run_sentences_get (scratch.library, run, &error);
  g_assert_true (g_strv_equal ((const char *const *)read, sentences));

  g_assert_true (cz_run_prediction_write (scratch.library, run, 0, later, &error));
  g_assert_true (cz_run_prediction_write (scratch.library, run, 0, first, &error));
  g_assert_true (cz_run_prediction_write (scratch.library, run, 5, later, &error));
  g_autoptr (GPtrArray) all = cz_run_prediction_list (scratch.library, run, -1, &error);
  g_assert_cmpuint (all->len, ==, 4);
  for (guint i = 0; i < all->len; i++)
    {
      const CzRunPrediction *prediction = all->pdata[i];
      g_assert_cmpint (prediction->step, ==, i < 2 ? 0 : 5);
      g_assert_cmpuint (prediction->position, ==, i % 2);
      g_assert_cmpstr (prediction->result, ==, (i < 2 ? first : later)[i % 2]);
    }
  g_autoptr (GPtrArray) rest = cz_run_prediction_list (scratch.library, run, 0, &error);
  g_assert_cmpuint (rest->len, ==, 2);
  scratch_end (&scratch);
}

static void
test_sentence_sets (void)
{
  const CzSentence one[] = { { (char *)"the [MASK] is set", (char *)"sail, stage" } };
  const CzSentence two[] = { { (char *)"a [MASK]", NULL }, { (char *)"[MASK]", (char *)"" } };
  const CzSentence empty[] = { { (char *)" ", NULL } };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzSentenceSet) usual
      = cz_sentence_set_get (scratch.library, CZ_SENTENCE_SET_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (usual->builtin);
  g_assert_cmpstr (usual->sentences[0].text, ==, "This is a great [MASK].");
  for (guint i = 0; i < usual->n; i++)
    g_assert_nonnull (strstr (usual->sentences[i].text, "[MASK]"));
  g_assert_true (cz_sentence_set_save (scratch.library, "mine", two, 2, &error));
  g_assert_true (cz_sentence_set_save (scratch.library, "mine", one, 1, &error));
  g_assert_true (cz_sentence_set_save (scratch.library, "another", two, 2, &error));
  g_autoptr (CzSentenceSet) mine = cz_sentence_set_get (scratch.library, "mine", &error);
  g_assert_cmpuint (mine->n, ==, 1);
  g_assert_cmpstr (mine->sentences[0].text, ==, one[0].text);
  g_assert_cmpstr (mine->sentences[0].answers, ==, "sail, stage");
  g_autoptr (GPtrArray) list = cz_sentence_set_list (scratch.library, &error);
  const CzSentenceSet *last = list->pdata[list->len - 1], *before = list->pdata[list->len - 2];
  g_assert_cmpstr (last->name, ==, "mine");
  g_assert_cmpstr (before->name, ==, "another");
  g_assert_cmpuint (before->n, ==, 2);
  g_assert_false (before->builtin);

  g_assert_false (cz_sentence_set_save (scratch.library, "mine", empty, 1, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (cz_sentence_set_save (scratch.library, "mine", one, 0, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (cz_sentence_set_save (scratch.library, CZ_SENTENCE_SET_DEFAULT, one, 1, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (cz_sentence_set_save (scratch.library, CZ_SENTENCE_SET_NONE, one, 1, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (cz_sentence_set_remove (scratch.library, CZ_SENTENCE_SET_DEFAULT, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE);
  g_clear_error (&error);
  g_assert_true (cz_sentence_set_remove (scratch.library, "mine", &error));
  g_assert_false (cz_sentence_set_remove (scratch.library, "mine", &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "“another”"));
  g_clear_error (&error);
  g_assert_cmpint (scratch_count_rows (&scratch, "sentence"), ==, 2);
  scratch_end (&scratch);
}

static char *export(
    Scratch *scratch, const gint64 *runs, guint n, const char *name, const char *only)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = scratch_path (scratch, name);
  CzMetricExport format;
  char *text = NULL;

  g_assert_true (cz_metric_export_guess (path, &format, &error));
  cz_metric_export_one (scratch->library, runs, n, only, format, path, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  return text;
}

static void
test_export (void)
{
  const CzMetric first[] = { { "eval_loss", 0, 0, 0.5, 2.25 },
                             { "train_loss", 1, 0.5, 1, 2 },
                             { "train_loss", 2, 1, 2.5, 0.1 },
                             { "eval_loss", 2, 1, 3, NAN } };
  const CzMetric second[] = { { "a\"b", 1, 1, 1, 1e-8 } };
  g_autoptr (GError) error = NULL;
  CzMetricExport format;
  Scratch scratch;

  scratch_begin (&scratch);
  const gint64 runs[]
      = { scratch_add_run (&scratch, "one, “two”"), scratch_add_run (&scratch, "plain"), 77 };
  g_assert_true (cz_metric_write (scratch.library, runs[0], first, 4, &error));
  g_assert_true (cz_metric_write (scratch.library, runs[1], second, 1, &error));
  g_autofree char *csv = export(&scratch, runs, 2, "m.csv", NULL);
  g_assert_cmpstr (csv, ==,
                   "run,run_name,step,epoch,seconds,\"a\"\"b\",eval_loss,train_loss\r\n"
                   "1,\"one, “two”\",0,0.0,0.5,,2.25,\r\n"
                   "1,\"one, “two”\",1,0.5,1.0,,,2.0\r\n"
                   "1,\"one, “two”\",2,1.0,2.5,,,0.1\r\n"
                   "2,plain,1,1.0,1.0,1e-08,,\r\n");
  g_autofree char *one = export(&scratch, runs + 1, 1, "one.CSV", "train_loss");
  g_assert_cmpstr (one, ==, "run,run_name,step,epoch,seconds\r\n");
  g_autofree char *json = export(&scratch, runs, 2, "m.json", NULL);
  g_assert_cmpstr (
      json, ==,
      "{\"runs\":[\n"
      "{\"run\":1,\"name\":\"one, "
      "“two”\",\"model\":\"starter\",\"model_sha256\":\"0123\",\"corpus\":\"notes\","
      "\"corpus_sha256\":\"4567\",\"parameters\":{\"epochs\":\"3\"},\"eval_fingerprint\":null,"
      "\"before\":null,\"best\":null,\"best_step\":0,\"after\":null,\"metrics\":{"
      "\"eval_loss\":{\"step\":[0,2],\"epoch\":[0.0,1.0],\"seconds\":[0.5,3.0],"
      "\"value\":[2.25,null]},"
      "\"train_loss\":{\"step\":[1,2],\"epoch\":[0.5,1.0],\"seconds\":[1.0,2.5],"
      "\"value\":[2.0,0.1]}}},\n"
      "{\"run\":2,\"name\":\"plain\",\"model\":\"starter\",\"model_sha256\":\"0123\",\"corpus\":"
      "\"notes\","
      "\"corpus_sha256\":\"4567\",\"parameters\":{\"epochs\":\"3\"},\"eval_fingerprint\":null,"
      "\"before\":null,\"best\":null,\"best_step\":0,\"after\":null,\"metrics\":{"
      "\"a\\\"b\":{\"step\":[1],\"epoch\":[1.0],\"seconds\":[1.0],\"value\":[1e-08]}}}\n"
      "]}\n");

  // What fails leaves the file that was there.
  g_autofree char *path = scratch_path (&scratch, "m.csv");
  g_autofree char *after = NULL;
  g_assert_false (cz_metric_export (scratch.library, runs, 3, CZ_METRIC_EXPORT_CSV, path, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, csv);
  g_assert_false (
      cz_metric_export (scratch.library, runs, 2, CZ_METRIC_EXPORT_CSV, scratch.folder, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO);
  g_clear_error (&error);
  g_assert_false (cz_metric_export (scratch.library, runs, 2, CZ_METRIC_EXPORT_CSV,
                                    "/nonexistent/m.csv", &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO);
  g_clear_error (&error);
  g_assert_false (cz_metric_export_guess ("m.txt", &format, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  scratch_end (&scratch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/records/evaluation", test_evaluation);
  g_test_add_func ("/data/records/comparison", test_comparison);
  g_test_add_func ("/data/records/predictions", test_predictions);
  g_test_add_func ("/data/records/sentence-sets", test_sentence_sets);
  g_test_add_func ("/data/records/export", test_export);
  return g_test_run ();
}
