#include "jobs/answers.h"

#include "engine/predict/comparison.h"
#include "engine/predict/joint.h"
#include "jobs/json-members.h"

static void
begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
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
          cz_json_set_rank (builder, "before_rank", compared->top[i].rank);
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

// One model's answer; what is not asked for is NULL.
typedef struct
{
  const char *model, *text;
  CzFill *fill;
  CzComparison *comparison;
  CzJoint *joint;
  CzJoint *words[CZ_JOINT_MOST]; // of the first masks
} Answer;

static void
clear_answer (Answer *answer)
{
  g_clear_pointer (&answer->fill, cz_fill_free);
  g_clear_pointer (&answer->comparison, cz_comparison_free);
  g_clear_pointer (&answer->joint, cz_joint_free);
  for (guint i = 0; i < CZ_JOINT_MOST; i++)
    g_clear_pointer (&answer->words[i], cz_joint_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, clear_answer)

static void
add_joint (JsonBuilder *builder, const CzJoint *joint, gboolean words)
{
  static const char *const orders[CZ_JOINT_ORDERS] = { "left_to_right", "most_certain" };

  begin_array (builder, words ? "words" : "joint");
  for (guint i = 0; i < joint->n_fillings; i++)
    {
      const CzJointFilling *filling = &joint->fillings[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, words ? "word" : "sequence", filling->text);
      begin_array (builder, words ? "pieces" : "tokens");
      for (guint p = 0; p < filling->n_pieces; p++)
        json_builder_add_string_value (builder, filling->pieces[p]);
      json_builder_end_array (builder);
      begin_array (builder, "ids");
      for (guint p = 0; p < filling->n_pieces; p++)
        json_builder_add_int_value (builder, filling->ids[p]);
      json_builder_end_array (builder);
      cz_json_set_number (builder, "log_probability", filling->log_probability);
      cz_json_set_string (builder, "order", orders[filling->order]);
      if (words)
        cz_json_set_boolean (builder, "one_word", TRUE);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

// What is said of the text as a whole: of the fill, of the comparison, of what is joined.
static void
add_note (JsonBuilder *builder, const Answer *answer)
{
  const char *const notes[]
      = { answer->fill->note, answer->comparison != NULL ? answer->comparison->note : NULL,
          answer->joint != NULL ? answer->joint->note : NULL };
  g_autoptr (GString) note = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    if (notes[i] != NULL)
      g_string_append_printf (note, "%s%s", note->len > 0 ? " " : "", notes[i]);
  cz_json_set_string (builder, "note", note->len > 0 ? note->str : NULL);
}

static void
add_answer (JsonBuilder *builder, const Answer *answer)
{
  const CzComparison *comparison = answer->comparison;

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "model", answer->model);
  cz_json_set_string (builder, "text", answer->text);
  begin_array (builder, "masks");
  for (guint i = 0; i < answer->fill->n_masks; i++)
    {
      const CzFillMask *mask = &answer->fill->masks[i];
      const CzMaskComparison *compared
          = comparison != NULL && i < comparison->n_masks ? &comparison->masks[i] : NULL;

      json_builder_begin_object (builder);
      cz_json_set_int (builder, "position", mask->position);
      add_top (builder, mask, compared);
      add_targets (builder, mask, compared);
      if (compared != NULL)
        add_moved (builder, compared);
      if (i < CZ_JOINT_MOST && answer->words[i] != NULL)
        add_joint (builder, answer->words[i], TRUE /* words */);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (answer->joint != NULL)
    add_joint (builder, answer->joint, FALSE /* words */);
  add_note (builder, answer);
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
  g_auto (Answer) answer = { model, text };

  answer.fill = cz_predictor_fill (predictor, text, -1 /* length */, &options, error);
  if (answer.fill == NULL)
    return FALSE;
  add_answer (builder, &answer);
  return TRUE;
}

static gboolean
find_joint (CzPredictor *predictor, const CzFillQuestion *question, Answer *answer, GError **error)
{
  guint n = MIN (answer->fill->n_masks, CZ_JOINT_MOST);

  for (guint i = 0; question->words >= 2 && i < n; i++)
    {
      answer->words[i] = cz_predictor_fill_words (predictor, answer->text, -1 /* length */, i,
                                                  question->words, error);
      if (answer->words[i] == NULL)
        return FALSE;
    }
  if (question->joint)
    answer->joint = cz_predictor_fill_jointly (predictor, answer->text, -1 /* length */, error);
  return !question->joint || answer->joint != NULL;
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
                                  .keep_logits = question->compare && models[1] != NULL,
                                  .no_sequences = question->no_sequences };
  g_autoptr (CzFill) first = NULL;
  g_autoptr (CzTokenizer) first_tokenizer = NULL;

  for (guint i = 0; models[i] != NULL; i++)
    {
      CzPredictor *predictor = cz_predictors_get (predictors, models[i], error);
      g_auto (Answer) answer = { models[i], text };

      if (predictor == NULL)
        return FALSE;
      answer.fill = cz_predictor_fill (predictor, text, -1 /* length */, &options, error);
      if (answer.fill == NULL || !find_joint (predictor, question, &answer, error))
        return FALSE;
      if (first != NULL)
        answer.comparison = cz_comparison_new (first, first_tokenizer, answer.fill,
                                               cz_predictor_get_tokenizer (predictor));
      add_answer (builder, &answer);
      if (first == NULL && options.keep_logits)
        {
          first = g_steal_pointer (&answer.fill);
          // The predictor may have to make room for the next.
          first_tokenizer = cz_tokenizer_ref (cz_predictor_get_tokenizer (predictor));
        }
    }
  return TRUE;
}
