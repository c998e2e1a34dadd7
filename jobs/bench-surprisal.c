
#include "engine/predict/surprisal.h"
#include "jobs/bench-predictor.h"
#include "jobs/bench-runs.h"

#define ENOUGH 1.0 // seconds of a run; what it began goes to its end

typedef struct
{
  CzPredictor *predictor;
  const char *text;
  gboolean alone; // one mask at a time
  gint64 began;
  guint64 done; // tokens
} Scoring;

// So many whole words of the tokenizer's vocabulary; freed by the caller.
static char *
make_text (CzTokenizer *tokenizer, guint n_words)
{
  CzVocabulary *vocabulary = cz_tokenizer_get_vocabulary (tokenizer);
  guint32 size = cz_vocabulary_get_size (vocabulary);
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  GString *text = g_string_new (NULL);

  for (guint32 id = 0, words = 0; words < n_words; id = (id + 1) % size)
    {
      const char *token = cz_vocabulary_get_token (vocabulary, id);
      if (!g_ascii_isalpha (token[0]) && id + 1 < size)
        continue;
      cz_tokenizer_encode (tokenizer, token, -1, FALSE /* add_special */, encoding);
      // A vocabulary without words ends in a text without an end: then its last piece will do.
      if (encoding->n != 1 && id + 1 < size)
        continue;
      g_string_append_printf (text, "%s ", token);
      words++;
    }
  return g_string_free (text, FALSE);
}

static gboolean
go_on (guint64 done, guint64 total, gpointer data)
{
  Scoring *scoring = data;

  scoring->done = done;
  return cz_bench_get_seconds (scoring->began) < ENOUGH;
}

// Tokens a second. What was given up on the way counts as far as it came.
static gboolean
run_surprisal (double *ret_value, gpointer data, GError **error)
{
  Scoring *scoring = data;
  g_autoptr (GError) reason = NULL;
  double seconds;

  cz_predictor_set_one_by_one (scoring->predictor, scoring->alone);
  scoring->began = g_get_monotonic_time ();
  g_autoptr (CzSurprisal) surprisal = cz_predictor_surprisal (
      scoring->predictor, scoring->text, -1 /* length */, go_on, scoring, &reason);
  seconds = cz_bench_get_seconds (scoring->began);
  if (surprisal != NULL)
    scoring->done = surprisal->n_scored;
  else if (!g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  *ret_value = (double)scoring->done / seconds;
  return TRUE;
}

gboolean
cz_bench_surprisal (CzDevice *device,
                    CzModelFolder *folder,
                    const CzBenchOptions *options,
                    GError **error)
{
  CzBenchFigure figure = { .bench = "surprisal",
                           .device = cz_device_get_info (device)->name,
                           .unit = "tokens/s",
                           .threads = cz_bench_get_threads (device),
                           .runs = options->runs };
  g_autoptr (CzPredictor) predictor = cz_bench_make_predictor (device, folder, options, error);
  g_autofree double *batched = g_new (double, options->runs + 1);
  g_autofree double *alone = g_new (double, options->runs + 1);

  if (predictor == NULL)
    return FALSE;
  guint window = cz_predictor_get_config (predictor)->max_position_embeddings;
  g_autofree char *text = make_text (cz_predictor_get_tokenizer (predictor),
                                     MAX (MIN (options->surprisal_tokens, window), 3) - 2);
  Scoring scoring = { .predictor = predictor, .text = text };
  // The first run of each does not count.
  for (guint i = 0; i <= options->runs; i++)
    {
      if (g_cancellable_set_error_if_cancelled (options->cancellable, error))
        return FALSE;
      scoring.alone = FALSE;
      if (!run_surprisal (&batched[i], &scoring, error))
        return FALSE;
      scoring.alone = TRUE;
      if (!run_surprisal (&alone[i], &scoring, error))
        return FALSE;
    }
  figure.value = cz_bench_get_median (batched + 1, options->runs);
  figure.min = batched[1];
  figure.max = batched[options->runs];
  options->func (&figure, options->data);
  figure.peer = "one mask at a time";
  figure.peer_device = figure.device;
  figure.peer_value = cz_bench_get_median (alone + 1, options->runs);
  figure.peer_min = alone[1];
  figure.peer_max = alone[options->runs];
  figure.ratio = figure.value / figure.peer_value;
  options->func (&figure, options->data);
  return TRUE;
}
