#include "jobs/answers.h"

#include "engine/predict/attention.h"
#include "engine/predict/fill.h"
#include "engine/predict/neighbours.h"
#include "engine/predict/surprisal.h"
#include "jobs/json-members.h"

static void
begin (JsonBuilder *builder, const char *model, const char *name, const char *text)
{
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "model", model);
  cz_json_set_string (builder, name, text);
}

static void
begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void
add_mask (JsonBuilder *builder, const CzFillMask *mask)
{
  json_builder_begin_object (builder);
  cz_json_set_int (builder, "position", mask->position);
  begin_array (builder, "top");
  for (guint i = 0; i < mask->n_top; i++)
    {
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", mask->top[i].token);
      cz_json_set_int (builder, "id", mask->top[i].id);
      cz_json_set_number (builder, "score", mask->top[i].score);
      cz_json_set_string (builder, "sequence", mask->top[i].sequence);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  begin_array (builder, "targets");
  for (guint i = 0; i < mask->n_targets; i++)
    {
      const CzFillTarget *target = &mask->targets[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "word", target->word);
      begin_array (builder, "pieces");
      for (guint p = 0; p < target->n_pieces; p++)
        json_builder_add_string_value (builder, target->pieces[p]);
      json_builder_end_array (builder);
      cz_json_set_number (builder, "log_probability", target->log_probability);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

gboolean
cz_answer_fill_by (CzPredictor *predictor,
                   const char *model,
                   const char *text,
                   guint top_k,
                   const char *const *targets,
                   JsonBuilder *builder,
                   GError **error)
{
  g_autoptr (CzFill) fill
      = cz_predictor_fill (predictor, text, -1 /* length */, top_k, targets, error);

  if (fill == NULL)
    return FALSE;
  begin (builder, model, "text", text);
  begin_array (builder, "masks");
  for (guint i = 0; i < fill->n_masks; i++)
    add_mask (builder, &fill->masks[i]);
  json_builder_end_array (builder);
  cz_json_set_string (builder, "note", fill->note);
  json_builder_end_object (builder);
  return TRUE;
}

gboolean
cz_answer_fill (CzPredictors *predictors,
                const char *model,
                const char *text,
                guint top_k,
                const char *const *targets,
                JsonBuilder *builder,
                GError **error)
{
  CzPredictor *predictor = cz_predictors_get (predictors, model, error);

  return predictor != NULL
         && cz_answer_fill_by (predictor, model, text, top_k, targets, builder, error);
}

gboolean
cz_answer_surprisal (CzPredictors *predictors,
                     const char *model,
                     const char *text,
                     JsonBuilder *builder,
                     GError **error)
{
  CzPredictor *predictor = cz_predictors_get (predictors, model, error);
  g_autoptr (CzSurprisal) surprisal
      = predictor != NULL ? cz_predictor_surprisal (predictor, text, -1 /* length */,
                                                    NULL /* proceed */, NULL /* data */, error)
                          : NULL;

  if (surprisal == NULL)
    return FALSE;
  begin (builder, model, "text", text);
  begin_array (builder, "tokens");
  for (guint i = 0; i < surprisal->n_tokens; i++)
    {
      const CzSurprisalToken *token = &surprisal->tokens[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", token->token);
      cz_json_set_number (builder, "bits", token->bits);
      cz_json_set_int (builder, "start", token->start);
      cz_json_set_int (builder, "end", token->end);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cz_json_set_number (builder, "pseudo_perplexity", surprisal->pseudo_perplexity);
  cz_json_set_string (builder, "note", surprisal->note);
  json_builder_end_object (builder);
  return TRUE;
}

gboolean
cz_answer_attention (CzPredictors *predictors,
                     const char *model,
                     const char *text,
                     JsonBuilder *builder,
                     GError **error)
{
  CzPredictor *predictor = cz_predictors_get (predictors, model, error);
  g_autoptr (CzAttention) attention
      = predictor != NULL ? cz_predictor_attention (predictor, text, -1 /* length */, error) : NULL;

  if (attention == NULL)
    return FALSE;
  const float *p = attention->probabilities;
  begin (builder, model, "text", text);
  begin_array (builder, "tokens");
  for (guint i = 0; i < attention->n_tokens; i++)
    json_builder_add_string_value (builder, attention->tokens[i]);
  json_builder_end_array (builder);
  begin_array (builder, "layers");
  for (guint layer = 0; layer < attention->n_layers; layer++)
    {
      json_builder_begin_array (builder);
      for (guint head = 0; head < attention->n_heads; head++)
        {
          json_builder_begin_array (builder);
          for (guint query = 0; query < attention->n_tokens; query++)
            {
              json_builder_begin_array (builder);
              for (guint key = 0; key < attention->n_tokens; key++)
                cz_json_add_number (builder, *p++);
              json_builder_end_array (builder);
            }
          json_builder_end_array (builder);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
  cz_json_set_string (builder, "note", attention->note);
  json_builder_end_object (builder);
  return TRUE;
}

gboolean
cz_answer_neighbours (CzPredictors *predictors,
                      const char *model,
                      const char *word,
                      guint count,
                      JsonBuilder *builder,
                      GError **error)
{
  CzPredictor *predictor = cz_predictors_get (predictors, model, error);
  g_autoptr (CzNeighbours) neighbours
      = predictor != NULL ? cz_predictor_neighbours (predictor, word, count, error) : NULL;

  if (neighbours == NULL)
    return FALSE;
  begin (builder, model, "word", word);
  begin_array (builder, "pieces");
  for (guint i = 0; i < neighbours->n_pieces; i++)
    json_builder_add_string_value (builder, neighbours->pieces[i]);
  json_builder_end_array (builder);
  begin_array (builder, "neighbours");
  for (guint i = 0; i < neighbours->n_words; i++)
    {
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", neighbours->words[i].token);
      cz_json_set_int (builder, "id", neighbours->words[i].id);
      cz_json_set_number (builder, "similarity", neighbours->words[i].similarity);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return TRUE;
}
