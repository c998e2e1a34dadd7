#include "jobs/answers.h"

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

// Bytes of the text.
static void
set_span (JsonBuilder *builder, guint32 start, guint32 end)
{
  cz_json_set_int (builder, "start", start);
  cz_json_set_int (builder, "end", end);
}

// ---- Surprisal ----

// How far all models are, from how far one is.
typedef struct
{
  guint model, n_models;
  CzAnswerProceed proceed;
  gpointer data;
} Share;

static gboolean
proceed_with_tokens (guint64 done, guint64 total, gpointer data)
{
  const Share *share = data;
  double part = total > 0 ? (double)done / (double)total : 0;

  return share->proceed == NULL
         || share->proceed ((share->model + part) / share->n_models, share->data);
}

static void
add_surprisal (JsonBuilder *builder,
               const char *model,
               const char *text,
               const CzSurprisal *surprisal)
{
  begin (builder, model, "text", text);
  begin_array (builder, "tokens");
  for (guint i = 0; i < surprisal->n_tokens; i++)
    {
      const CzSurprisalToken *token = &surprisal->tokens[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", token->token);
      cz_json_set_number (builder, "bits", token->bits);
      set_span (builder, token->start, token->end);
      cz_json_set_int (builder, "word", token->word);
      if (surprisal->n_windows > 0)
        cz_json_set_int (builder, "window", token->window);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  begin_array (builder, "words");
  for (guint i = 0; i < surprisal->n_words; i++)
    {
      const CzSurprisalWord *word = &surprisal->words[i];
      g_autofree char *as_written = g_strndup (text + word->start, word->end - word->start);
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "text", as_written);
      set_span (builder, word->start, word->end);
      cz_json_set_number (builder, "bits", word->bits);
      cz_json_set_int (builder, "pieces", word->n_pieces);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  begin_array (builder, "windows");
  for (guint i = 0; i < surprisal->n_windows; i++)
    {
      json_builder_begin_object (builder);
      set_span (builder, surprisal->windows[i].start, surprisal->windows[i].end);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cz_json_set_int (builder, "scored", surprisal->n_scored);
  cz_json_set_number (builder, "pseudo_perplexity", surprisal->pseudo_perplexity);
  cz_json_set_string (builder, "note", surprisal->note);
  json_builder_end_object (builder);
}

gboolean
cz_answer_surprisal (CzPredictors *predictors,
                     const char *const *models,
                     const char *text,
                     CzAnswerProceed proceed,
                     gpointer data,
                     JsonBuilder *builder,
                     GError **error)
{
  Share share = { 0, g_strv_length ((char **)models), proceed, data };

  for (; share.model < share.n_models; share.model++)
    {
      CzPredictor *predictor = cz_predictors_get (predictors, models[share.model], error);
      g_autoptr (CzSurprisal) surprisal
          = predictor != NULL ? cz_predictor_surprisal (predictor, text, -1 /* length */,
                                                        proceed_with_tokens, &share, error)
                              : NULL;
      if (surprisal == NULL)
        return FALSE;
      add_surprisal (builder, models[share.model], text, surprisal);
    }
  return TRUE;
}

// ---- Attention and neighbours ----

static void
add_row (JsonBuilder *builder, const float *row, guint n)
{
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    cz_json_add_number (builder, row[i]);
  json_builder_end_array (builder);
}

// The rows of one query stand in their head's place, those of all in an array of its own.
static void
add_probabilities (JsonBuilder *builder, const CzAttention *attention, gboolean all)
{
  const float *row = attention->probabilities;

  begin_array (builder, all ? "layers" : "from");
  for (guint layer = 0; layer < attention->n_layers; layer++)
    {
      json_builder_begin_array (builder);
      for (guint head = 0; head < attention->n_heads; head++)
        {
          if (all)
            json_builder_begin_array (builder);
          for (guint query = 0; query < attention->n_queries; query++, row += attention->n_tokens)
            add_row (builder, row, attention->n_tokens);
          if (all)
            json_builder_end_array (builder);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
}

gboolean
cz_answer_attention (CzPredictors *predictors,
                     const char *model,
                     const char *text,
                     CzAttentionFrom from,
                     JsonBuilder *builder,
                     GError **error)
{
  gboolean all = from.kind == CZ_ATTENTION_FROM_ALL;
  CzPredictor *predictor = cz_predictors_get (predictors, model, error);
  g_autoptr (CzAttention) attention
      = predictor != NULL ? cz_predictor_attention (predictor, text, -1 /* length */, from, error)
                          : NULL;

  if (attention == NULL)
    return FALSE;
  begin (builder, model, "text", text);
  begin_array (builder, "tokens");
  for (guint i = 0; i < attention->n_tokens; i++)
    {
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", attention->tokens[i]);
      set_span (builder, attention->starts[i], attention->ends[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (!all)
    cz_json_set_int (builder, "position", attention->query);
  add_probabilities (builder, attention, all);
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
