#include "jobs/answers.h"

#include "engine/predict/comparison.h"
#include "jobs/json-members.h"

static void
begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void
set_rank (JsonBuilder *builder, const char *name, guint rank)
{
  json_builder_set_member_name (builder, name);
  if (rank > 0)
    json_builder_add_int_value (builder, rank);
  else
    json_builder_add_null_value (builder);
}

// `compared` of these functions: NULL where nothing is compared.

static void
add_top (JsonBuilder *builder, const CzFillMask *mask, const CzMaskComparison *compared)
{
  begin_array (builder, "top");
  for (guint i = 0; i < mask->n_top; i++)
    {
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", mask->top[i].token);
      cz_json_set_int (builder, "id", mask->top[i].id);
      cz_json_set_number (builder, "score", mask->top[i].score);
      cz_json_set_number (builder, "log_probability", mask->top[i].log_probability);
      if (compared != NULL)
        {
          cz_json_set_number (builder, "before", compared->top[i].probability);
          set_rank (builder, "before_rank", compared->top[i].rank);
        }
      cz_json_set_string (builder, "sequence", mask->top[i].sequence);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_targets (JsonBuilder *builder, const CzFillMask *mask, const CzMaskComparison *compared)
{
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
      if (compared != NULL && i < compared->n_targets)
        cz_json_set_number (builder, "before", compared->targets[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_moved (JsonBuilder *builder, const CzMaskComparison *compared)
{
  cz_json_set_number (builder, "divergence", compared->divergence);
  begin_array (builder, "moved");
  for (guint i = 0; i < compared->n_moved; i++)
    {
      const CzMovedToken *moved = &compared->moved[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", moved->token);
      cz_json_set_int (builder, "id", moved->id);
      cz_json_set_number (builder, "before", moved->before);
      cz_json_set_number (builder, "after", moved->after);
      cz_json_set_number (builder, "bits", moved->bits);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

// What is said of the text as a whole: of the fill, then of the comparison.
static void
add_note (JsonBuilder *builder, const CzFill *fill, const CzComparison *comparison)
{
  const char *compared = comparison != NULL ? comparison->note : NULL;
  g_autofree char *both = fill->note != NULL && compared != NULL
                              ? g_strdup_printf ("%s %s", fill->note, compared)
                              : NULL;

  cz_json_set_string (builder, "note",
                      both != NULL         ? both
                      : fill->note != NULL ? fill->note
                                           : compared);
}

static void
add_fill (JsonBuilder *builder,
          const char *model,
          const char *text,
          const CzFill *fill,
          const CzComparison *comparison)
{
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "model", model);
  cz_json_set_string (builder, "text", text);
  begin_array (builder, "masks");
  for (guint i = 0; i < fill->n_masks; i++)
    {
      const CzFillMask *mask = &fill->masks[i];
      const CzMaskComparison *compared
          = comparison != NULL && i < comparison->n_masks ? &comparison->masks[i] : NULL;

      json_builder_begin_object (builder);
      cz_json_set_int (builder, "position", mask->position);
      add_top (builder, mask, compared);
      add_targets (builder, mask, compared);
      if (compared != NULL)
        add_moved (builder, compared);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  add_note (builder, fill, comparison);
  json_builder_end_object (builder);
}

gboolean
cz_answer_fill_by (CzPredictor *predictor,
                   const char *model,
                   const char *text,
                   guint top_k,
                   JsonBuilder *builder,
                   GError **error)
{
  const CzFillOptions options = { .top_k = top_k };
  g_autoptr (CzFill) fill = cz_predictor_fill (predictor, text, -1 /* length */, &options, error);

  if (fill == NULL)
    return FALSE;
  add_fill (builder, model, text, fill, NULL /* comparison */);
  return TRUE;
}

gboolean
cz_answer_fill (CzPredictors *predictors,
                const char *const *models,
                const char *text,
                const CzFillQuestion *question,
                JsonBuilder *builder,
                GError **error)
{
  const CzFillOptions options = { .top_k = question->top_k,
                                  .targets = question->targets,
                                  .keep_logits = question->compare && models[1] != NULL };
  g_autoptr (CzFill) first = NULL;
  g_autoptr (CzTokenizer) first_tokenizer = NULL;

  for (guint i = 0; models[i] != NULL; i++)
    {
      CzPredictor *predictor = cz_predictors_get (predictors, models[i], error);
      g_autoptr (CzFill) fill
          = predictor != NULL
                ? cz_predictor_fill (predictor, text, -1 /* length */, &options, error)
                : NULL;
      g_autoptr (CzComparison) comparison = NULL;

      if (fill == NULL)
        return FALSE;
      if (first != NULL)
        comparison = cz_comparison_new (first, first_tokenizer, fill,
                                        cz_predictor_get_tokenizer (predictor));
      add_fill (builder, models[i], text, fill, comparison);
      if (first == NULL && options.keep_logits)
        {
          first = g_steal_pointer (&fill);
          // The predictor may have to make room for the next.
          first_tokenizer = cz_tokenizer_ref (cz_predictor_get_tokenizer (predictor));
        }
    }
  return TRUE;
}
