#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/predict/fill.h"
#include "engine/predict/predict-error.h"
#include "jobs/answers.h"
#include "jobs/json-members.h"
#include "jobs/mask-text.h"

// An accepted answer, and where it stands.
typedef struct
{
  const char *word;
  guint n_pieces;         // 0: the tokenizer leaves nothing of it
  gboolean usable;        // the vocabulary has all its pieces
  guint rank;             // 0: none
  double log_probability; // NAN: none
} Answer;

// What is asked of one model, and what is counted over its sentences.
typedef struct
{
  CzPredictor *predictor;
  guint top_k;
  guint scored, ranked, hits, hits_top_k;
  double ranks; // added up
} Run;

static Answer
look_at_answer (CzPredictor *predictor, CzEncoding *encoding, const char *word)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (predictor);
  guint window = cz_predictor_get_config (predictor)->max_position_embeddings;
  Answer answer = { .word = word, .log_probability = NAN };

  cz_tokenizer_encode (tokenizer, word, -1, FALSE /* add_special */, encoding);
  answer.n_pieces = (guint)encoding->n;
  answer.usable = encoding->n > 0 && encoding->n + 2 <= window;
  // What is no word of the model must not be ranked as its [UNK].
  for (gsize i = 0; i < encoding->n; i++)
    answer.usable = answer.usable && !cz_tokenizer_is_special (tokenizer, encoding->ids[i]);
  return answer;
}

static GArray *
look_at_answers (CzPredictor *predictor, const CzSetSentence *sentence)
{
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  GArray *answers = g_array_new (FALSE, FALSE, sizeof (Answer));

  for (guint i = 0; sentence->answers[i] != NULL; i++)
    {
      Answer answer = look_at_answer (predictor, encoding, sentence->answers[i]);
      g_array_append_val (answers, answer);
    }
  return answers;
}

static CzFill *
ask (Run *run, const CzSetSentence *sentence, GArray *answers, GError **error)
{
  g_autofree char *text
      = cz_mask_text_put (cz_predictor_get_tokenizer (run->predictor), sentence->text);
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();

  for (guint i = 0; i < answers->len; i++)
    if (g_array_index (answers, Answer, i).usable)
      g_ptr_array_add (targets, (char *)g_array_index (answers, Answer, i).word);
  g_ptr_array_add (targets, NULL);
  const CzFillOptions options = { .top_k = run->top_k,
                                  .targets = (const char *const *)targets->pdata,
                                  .keep_logits = TRUE,
                                  .no_sequences = TRUE };
  CzFill *fill = cz_predictor_fill (run->predictor, text, -1 /* length */, &options, error);
  for (guint i = 0, t = 0; fill != NULL && i < answers->len; i++)
    {
      Answer *answer = &g_array_index (answers, Answer, i);
      const CzFillTarget *target = &fill->masks[0].targets[t];
      if (!answer->usable)
        continue;
      if (target->n_pieces == 1)
        answer->rank = cz_fill_get_rank (fill, 0 /* mask */, target->ids[0]);
      answer->log_probability = target->log_probability;
      t++;
    }
  return fill;
}

// The accepted answer that counts; NULL: none has a number.
static const Answer *
find_best (GArray *answers)
{
  const Answer *best = NULL;

  for (guint i = 0; i < answers->len; i++)
    {
      const Answer *answer = &g_array_index (answers, Answer, i);
      if (!answer->usable)
        continue;
      if (best == NULL || (answer->rank > 0 && (best->rank == 0 || answer->rank < best->rank))
          || (answer->rank == 0 && best->rank == 0
              && answer->log_probability > best->log_probability))
        best = answer;
    }
  return best;
}

static double
find_log_probability (GArray *answers)
{
  double highest = NAN;

  for (guint i = 0; i < answers->len; i++)
    highest = fmax (highest, g_array_index (answers, Answer, i).log_probability);
  return highest;
}

// ---- Building ----

static void
begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void
add_top (JsonBuilder *builder, const CzFillMask *mask)
{
  begin_array (builder, "top");
  for (guint i = 0; mask != NULL && i < mask->n_top; i++)
    {
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", mask->top[i].token);
      cz_json_set_int (builder, "id", mask->top[i].id);
      cz_json_set_number (builder, "score", mask->top[i].score);
      cz_json_set_number (builder, "log_probability", mask->top[i].log_probability);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_answers (JsonBuilder *builder, GArray *answers)
{
  begin_array (builder, "answers");
  for (guint i = 0; i < answers->len; i++)
    {
      const Answer *answer = &g_array_index (answers, Answer, i);
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "word", answer->word);
      cz_json_set_int (builder, "pieces", answer->n_pieces);
      cz_json_set_rank (builder, "rank", answer->rank);
      cz_json_set_number (builder, "log_probability", answer->log_probability);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

// FALSE where that is no fault of the sentence.
static gboolean
add_sentence (Run *run, const CzSetSentence *sentence, JsonBuilder *builder, GError **error)
{
  g_autoptr (GArray) answers = look_at_answers (run->predictor, sentence);
  g_autoptr (GError) reason = NULL;
  g_autoptr (CzFill) fill = ask (run, sentence, answers, &reason);
  const Answer *best = fill != NULL ? find_best (answers) : NULL;
  guint rank = best != NULL ? best->rank : 0;

  if (fill == NULL && !g_error_matches (reason, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  run->scored += fill != NULL && answers->len > 0;
  run->ranked += rank > 0;
  run->hits += rank == 1;
  run->hits_top_k += rank > 0 && rank <= run->top_k;
  run->ranks += rank;

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "text", sentence->text);
  add_top (builder, fill != NULL ? &fill->masks[0] : NULL);
  add_answers (builder, answers);
  cz_json_set_string (builder, "answer", best != NULL ? best->word : NULL);
  cz_json_set_rank (builder, "rank", rank);
  cz_json_set_boolean (builder, "hit", rank == 1);
  cz_json_set_boolean (builder, "hit_top_k", rank > 0 && rank <= run->top_k);
  cz_json_set_number (builder, "log_probability", find_log_probability (answers));
  cz_json_set_string (builder, "note", fill != NULL ? fill->note : NULL);
  cz_json_set_string (builder, "error", reason != NULL ? reason->message : NULL);
  json_builder_end_object (builder);
  return TRUE;
}

static void
add_sums (const Run *run, JsonBuilder *builder)
{
  g_autofree char *note = NULL;
  guint unranked = run->scored - run->ranked;
  double scored = run->scored > 0 ? run->scored : NAN;

  if (unranked > 0)
    note = g_strdup_printf (
        ngettext ("Of %u sentence no accepted answer is one piece of this model's vocabulary: it "
                  "has no rank and counts as not guessed.",
                  "Of %u sentences no accepted answer is one piece of this model's vocabulary: "
                  "they have no rank and count as not guessed.",
                  unranked),
        unranked);
  cz_json_set_number (builder, "accuracy", run->hits / scored);
  cz_json_set_number (builder, "accuracy_top_k", run->hits_top_k / scored);
  cz_json_set_number (builder, "mean_rank", run->ranked > 0 ? run->ranks / run->ranked : NAN);
  cz_json_set_int (builder, "scored", run->scored);
  cz_json_set_int (builder, "ranked", run->ranked);
  cz_json_set_string (builder, "note", note);
}

gboolean
cz_answer_set (CzPredictors *predictors,
               const char *const *models,
               const CzSetSentence *sentences,
               guint n_sentences,
               guint top_k,
               CzAnswerProceed proceed,
               gpointer data,
               JsonBuilder *builder,
               GError **error)
{
  guint n_models = g_strv_length ((char **)models);

  for (guint m = 0; m < n_models; m++)
    {
      Run run = { .predictor = cz_predictors_get (predictors, models[m], error), .top_k = top_k };

      if (run.predictor == NULL)
        return FALSE;
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "model", models[m]);
      cz_json_set_int (builder, "top_k", top_k);
      begin_array (builder, "sentences");
      for (guint i = 0; i < n_sentences; i++)
        {
          double share = (m + (double)i / n_sentences) / n_models;
          if (proceed != NULL && !proceed (share, data))
            return cz_predict_set_cancelled (error);
          if (!add_sentence (&run, &sentences[i], builder, error))
            return FALSE;
        }
      json_builder_end_array (builder);
      add_sums (&run, builder);
      json_builder_end_object (builder);
    }
  return TRUE;
}
