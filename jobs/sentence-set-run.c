#include "jobs/sentence-set-run.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/predict/fill.h"
#include "engine/predict/predict-error.h"
#include "jobs/json-members.h"
#include "jobs/mask-text.h"

// An accepted answer, and where it stands.
typedef struct
{
  char *word;
  guint n_pieces;         // 0: the tokenizer leaves nothing of it
  gboolean usable;        // the vocabulary has all its pieces
  guint rank;             // 0: none
  double log_probability; // NAN: none
} Answer;

typedef struct
{
  CzPredictor *predictor;
  guint top_k;
  JsonBuilder *builder; // stands in the array of sentences
  guint scored, hits, hits_top_k;
  double rank_sum;
  guint unranked; // sentences with answers, none of which has a rank
} Run;

static void
answer_clear (gpointer data)
{
  g_free (((Answer *)data)->word);
}

static Answer
look_at_answer (CzPredictor *predictor, CzEncoding *encoding, const char *word)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (predictor);
  guint window = cz_predictor_get_config (predictor)->max_position_embeddings;
  Answer answer = { .word = g_strdup (word), .log_probability = NAN };

  cz_tokenizer_encode (tokenizer, word, -1, FALSE /* add_special */, encoding);
  answer.n_pieces = (guint)encoding->n;
  // What is no word of the model must not be ranked as its [UNK].
  answer.usable = encoding->n > 0 && encoding->n + 2 <= window;
  for (gsize i = 0; i < encoding->n; i++)
    answer.usable = answer.usable && !cz_tokenizer_is_special (tokenizer, encoding->ids[i]);
  return answer;
}

static GArray *
look_at_answers (CzPredictor *predictor, const CzSentence *sentence)
{
  g_auto (GStrv) words = cz_sentence_answers_split (sentence->answers);
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  GArray *answers = g_array_new (FALSE, FALSE, sizeof (Answer));

  g_array_set_clear_func (answers, answer_clear);
  for (guint i = 0; words[i] != NULL; i++)
    {
      Answer answer = look_at_answer (predictor, encoding, words[i]);
      g_array_append_val (answers, answer);
    }
  return answers;
}

// The place of a target of one piece among the whole vocabulary, from 1; of equal ones the lower id
// goes before, as among the likeliest words. 0: several pieces.
static guint
find_rank (const CzFill *fill, const CzFillTarget *target)
{
  const float *logits = fill->masks[0].logits;
  guint32 id = target->ids[0];
  guint rank = 1;

  if (target->n_pieces > 1 || logits == NULL)
    return 0;
  for (guint other = 0; other < fill->vocabulary; other++)
    rank += logits[other] > logits[id] || (logits[other] == logits[id] && other < id);
  return rank;
}

static CzFill *
ask (Run *run, const CzSentence *sentence, GArray *answers, GError **error)
{
  g_autofree char *text
      = cz_mask_text_put (cz_predictor_get_tokenizer (run->predictor), sentence->text);
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();

  for (guint i = 0; i < answers->len; i++)
    if (g_array_index (answers, Answer, i).usable)
      g_ptr_array_add (targets, g_array_index (answers, Answer, i).word);
  g_ptr_array_add (targets, NULL);
  const CzFillOptions options = { .top_k = run->top_k,
                                  .targets = (const char *const *)targets->pdata,
                                  .keep_logits = TRUE };
  CzFill *fill = cz_predictor_fill (run->predictor, text, -1 /* length */, &options, error);
  for (guint i = 0, t = 0; fill != NULL && i < answers->len; i++)
    {
      Answer *answer = &g_array_index (answers, Answer, i);
      const CzFillTarget *target = &fill->masks[0].targets[t];
      if (!answer->usable)
        continue;
      answer->rank = find_rank (fill, target);
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

// ---- Building ----

static void
begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void
set_rank (JsonBuilder *builder, guint rank)
{
  if (rank > 0)
    cz_json_set_int (builder, "rank", rank);
  else
    cz_json_set_string (builder, "rank", NULL);
}

static void
set_hit (JsonBuilder *builder, const char *name, const Answer *best, guint k)
{
  if (best != NULL && best->rank > 0)
    cz_json_set_boolean (builder, name, best->rank <= k);
  else
    cz_json_set_string (builder, name, NULL);
}

static void
add_top (JsonBuilder *builder, const CzFill *fill)
{
  begin_array (builder, "top");
  for (guint i = 0; fill != NULL && i < fill->masks[0].n_top; i++)
    {
      const CzFillTop *top = &fill->masks[0].top[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "token", top->token);
      cz_json_set_int (builder, "id", top->id);
      cz_json_set_number (builder, "score", top->score);
      cz_json_set_number (builder, "log_probability", log (top->score));
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
      set_rank (builder, answer->rank);
      cz_json_set_number (builder, "log_probability", answer->log_probability);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static gboolean
run_sentence (Run *run, const CzSentence *sentence, GError **error)
{
  g_autoptr (GArray) answers = look_at_answers (run->predictor, sentence);
  g_autoptr (GError) reason = NULL;
  g_autoptr (CzFill) fill = ask (run, sentence, answers, &reason);
  JsonBuilder *builder = run->builder;
  const Answer *best = fill != NULL ? find_best (answers) : NULL;

  // One sentence that is not fit to be asked leaves the others as they are.
  if (fill == NULL && !g_error_matches (reason, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "text", sentence->text);
  add_top (builder, fill);
  add_answers (builder, answers);
  cz_json_set_string (builder, "answer", best != NULL ? best->word : NULL);
  set_rank (builder, best != NULL ? best->rank : 0);
  cz_json_set_number (builder, "log_probability", best != NULL ? best->log_probability : NAN);
  set_hit (builder, "hit", best, 1);
  set_hit (builder, "hit_top_k", best, run->top_k);
  cz_json_set_string (builder, "note", fill != NULL ? fill->note : NULL);
  cz_json_set_string (builder, "error", reason != NULL ? reason->message : NULL);
  json_builder_end_object (builder);

  if (best != NULL && best->rank > 0)
    {
      run->scored++;
      run->hits += best->rank == 1;
      run->hits_top_k += best->rank <= run->top_k;
      run->rank_sum += best->rank;
    }
  else if (fill != NULL && answers->len > 0)
    run->unranked++;
  return TRUE;
}

static void
add_sums (const Run *run, JsonBuilder *builder)
{
  g_autofree char *note = NULL;
  double n = run->scored > 0 ? run->scored : NAN;

  if (run->unranked > 0)
    note = g_strdup_printf (
        ngettext ("%u sentence is not counted: no accepted answer of it is one piece of this "
                  "model's vocabulary, so that it has no rank.",
                  "%u sentences are not counted: no accepted answer of theirs is one piece of this "
                  "model's vocabulary, so that they have no rank.",
                  run->unranked),
        run->unranked);
  cz_json_set_number (builder, "accuracy", run->hits / n);
  cz_json_set_number (builder, "accuracy_top_k", run->hits_top_k / n);
  cz_json_set_number (builder, "mean_rank", run->rank_sum / n);
  cz_json_set_int (builder, "scored", run->scored);
  cz_json_set_string (builder, "note", note);
}

// The answers of a question, joined as a set has them; NULL: they are no strings.
static char *
join_answers (JsonNode *node)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (node != NULL && !JSON_NODE_HOLDS_NULL (node) && array == NULL)
    return NULL;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *word = JSON_NODE_HOLDS_VALUE (element) ? json_node_get_string (element) : NULL;
      if (word == NULL)
        return NULL;
      g_string_append_printf (joined, "%s%s", i > 0 ? ", " : "", word);
    }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

GArray *
cz_answer_set_read (JsonNode *node, GError **error)
{
  g_autoptr (GArray) sentences = g_array_new (FALSE, FALSE, sizeof (CzSentence));
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0;

  g_array_set_clear_func (sentences, (GDestroyNotify)cz_sentence_clear);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      JsonNode *text = object != NULL ? json_object_get_member (object, "text") : NULL;
      g_autofree char *answers
          = object != NULL ? join_answers (json_object_get_member (object, "answers")) : NULL;

      if (answers == NULL || text == NULL || !JSON_NODE_HOLDS_VALUE (text)
          || json_node_get_string (text) == NULL)
        break;
      CzSentence sentence = { json_node_dup_string (text), g_steal_pointer (&answers) };
      g_array_append_val (sentences, sentence);
    }
  if (n > 0 && sentences->len == n)
    return g_steal_pointer (&sentences);
  g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                       _ ("“sentences” must be an array of {\"text\", \"answers\"}, a string and "
                          "an array of strings each."));
  return NULL;
}

gboolean
cz_answer_set (CzPredictors *predictors,
               const char *model,
               const CzSentence *sentences,
               guint n,
               guint top_k,
               CzPredictorProceed proceed,
               gpointer data,
               JsonBuilder *builder,
               GError **error)
{
  g_autoptr (JsonBuilder) whole = json_builder_new ();
  Run run = { .top_k = MAX (top_k, 1), .builder = whole };

  run.predictor = cz_predictors_get (predictors, model, error);
  if (run.predictor == NULL)
    return FALSE;
  json_builder_begin_object (whole);
  cz_json_set_string (whole, "model", model);
  cz_json_set_int (whole, "top_k", run.top_k);
  begin_array (whole, "sentences");
  for (guint i = 0; i < n; i++)
    {
      if (proceed != NULL && !proceed (i, n, data))
        return cz_predict_set_cancelled (error);
      if (!run_sentence (&run, &sentences[i], error))
        return FALSE;
    }
  json_builder_end_array (whole);
  add_sums (&run, whole);
  json_builder_end_object (whole);
  json_builder_add_value (builder, json_builder_get_root (whole));
  return TRUE;
}
