#include <math.h>

#include "engine/predict/fill.h"
#include "engine/predict/predict-error.h"
#include "jobs/answers.h"
#include "jobs/json-members.h"

// What is counted over the sentences of a model.
typedef struct
{
  guint scored, ranked, hits;
  double ranks; // added up
} Count;

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

// The best rank of the answers of one piece (0: none), and the highest log-probability of all (NAN:
// none). What the vocabulary lacks ([UNK]) is no answer.
static void
judge (CzTokenizer *tokenizer, const CzFill *fill, guint *ret_rank, double *ret_log_probability)
{
  const CzFillMask *mask = &fill->masks[0];
  guint32 unk = cz_tokenizer_get_unk_id (tokenizer);

  *ret_rank = 0;
  *ret_log_probability = NAN;
  for (guint i = 0; i < mask->n_targets; i++)
    {
      const CzFillTarget *target = &mask->targets[i];
      gboolean known = TRUE;

      for (guint p = 0; p < target->n_pieces; p++)
        known = known && target->ids[p] != unk;
      if (!known)
        continue;
      *ret_log_probability = fmax (*ret_log_probability, target->log_probability);
      if (target->n_pieces == 1)
        {
          guint rank = cz_fill_get_rank (fill, 0 /* mask */, target->ids[0]);
          *ret_rank = *ret_rank == 0 ? rank : MIN (*ret_rank, rank);
        }
    }
}

// FALSE where that is no fault of the sentence.
static gboolean
add_sentence (CzPredictor *predictor,
              const CzSetSentence *sentence,
              guint top_k,
              Count *count,
              JsonBuilder *builder,
              GError **error)
{
  const CzFillOptions options
      = { .top_k = top_k, .targets = sentence->answers, .keep_logits = TRUE };
  g_autoptr (GError) reason = NULL;
  g_autoptr (CzFill) fill
      = cz_predictor_fill (predictor, sentence->text, -1 /* length */, &options, &reason);
  double log_probability = NAN;
  guint rank = 0;

  if (fill == NULL && !g_error_matches (reason, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (fill != NULL)
    judge (cz_predictor_get_tokenizer (predictor), fill, &rank, &log_probability);
  count->scored += fill != NULL && sentence->answers[0] != NULL;
  count->ranked += rank > 0;
  count->hits += rank == 1;
  count->ranks += rank;

  json_builder_begin_object (builder);
  add_top (builder, fill != NULL ? &fill->masks[0] : NULL);
  cz_json_set_rank (builder, "rank", rank);
  cz_json_set_boolean (builder, "hit", rank == 1);
  cz_json_set_number (builder, "log_probability", log_probability);
  cz_json_set_string (builder, "error", reason != NULL ? reason->message : NULL);
  json_builder_end_object (builder);
  return TRUE;
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
      CzPredictor *predictor = cz_predictors_get (predictors, models[m], error);
      Count count = { 0 };

      if (predictor == NULL)
        return FALSE;
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "model", models[m]);
      begin_array (builder, "sentences");
      for (guint i = 0; i < n_sentences; i++)
        {
          double share = (m + (double)i / n_sentences) / n_models;
          if (proceed != NULL && !proceed (share, data))
            return cz_predict_set_cancelled (error);
          if (!add_sentence (predictor, &sentences[i], top_k, &count, builder, error))
            return FALSE;
        }
      json_builder_end_array (builder);
      cz_json_set_number (builder, "accuracy",
                          count.scored > 0 ? (double)count.hits / count.scored : NAN);
      cz_json_set_number (builder, "mean_rank",
                          count.ranked > 0 ? count.ranks / count.ranked : NAN);
      cz_json_set_int (builder, "scored", count.scored);
      cz_json_set_int (builder, "ranked", count.ranked);
      json_builder_end_object (builder);
    }
  return TRUE;
}
