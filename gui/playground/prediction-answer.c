#include "gui/playground/prediction-answer.h"

#include <math.h>

// ---- Reading ----

static double
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                            : G_TYPE_INVALID;

  return type == G_TYPE_DOUBLE || type == G_TYPE_INT64 ? json_node_get_double (node) : NAN;
}

static gint64
get_integer (JsonObject *object, const char *name, gint64 preset)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_INT64
             ? json_node_get_int (node)
             : preset;
}

static char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_dup_string (node) : NULL;
}

typedef gpointer (*Read) (JsonObject *object);

// Elements that cannot be read are left out.
static GPtrArray *
read_array (JsonObject *object, const char *name, Read read, GDestroyNotify free_element)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (free_element);
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      gpointer taken
          = JSON_NODE_HOLDS_OBJECT (element) ? read (json_node_get_object (element)) : NULL;

      if (taken != NULL)
        g_ptr_array_add (list, taken);
    }
  return list;
}

static char **
read_strings (JsonObject *object, const char *name)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *text = JSON_NODE_HOLDS_VALUE (element) ? json_node_get_string (element) : NULL;

      if (text != NULL)
        g_strv_builder_add (strings, text);
    }
  return g_strv_builder_end (strings);
}

static void
word_free (gpointer data)
{
  CzPredictionWord *word = data;

  g_free (word->token);
  g_free (word);
}

static gpointer
read_word (JsonObject *object)
{
  CzPredictionWord *word = g_new0 (CzPredictionWord, 1);

  word->token = get_string (object, "token");
  word->id = get_integer (object, "id", -1);
  word->score = get_number (object, "score");
  word->log_probability = get_number (object, "log_probability");
  if (isnan (word->log_probability))
    word->log_probability = log (word->score);
  word->before = get_number (object, "before");
  word->before_rank = (guint)CLAMP (get_integer (object, "before_rank", 0), 0, G_MAXINT);
  if (word->token != NULL && !isnan (word->score))
    return word;
  word_free (word);
  return NULL;
}

static void
move_free (gpointer data)
{
  CzPredictionMove *move = data;

  g_free (move->token);
  g_free (move);
}

static gpointer
read_move (JsonObject *object)
{
  CzPredictionMove *move = g_new0 (CzPredictionMove, 1);

  move->token = get_string (object, "token");
  move->id = get_integer (object, "id", -1);
  move->before = get_number (object, "before");
  move->after = get_number (object, "after");
  if (move->token != NULL && !isnan (move->before) && !isnan (move->after))
    return move;
  move_free (move);
  return NULL;
}

static void
phrase_free (gpointer data)
{
  CzPredictionPhrase *phrase = data;

  g_free (phrase->word);
  g_strfreev (phrase->pieces);
  g_free (phrase);
}

static gpointer
read_phrase (JsonObject *object)
{
  CzPredictionPhrase *phrase = g_new0 (CzPredictionPhrase, 1);
  g_autofree char *order = get_string (object, "order");

  phrase->word = get_string (object, "word");
  phrase->pieces = read_strings (object, "pieces");
  if (phrase->word == NULL)
    {
      // Of masks filled together, one token a mask.
      g_strfreev (phrase->pieces);
      phrase->pieces = read_strings (object, "tokens");
      phrase->word = g_strjoinv (" · ", phrase->pieces);
    }
  phrase->log_probability = get_number (object, "log_probability");
  phrase->before = get_number (object, "before");
  phrase->certain_first = g_strcmp0 (order, "most_certain") == 0;
  phrase->one_word = !json_object_has_member (object, "one_word")
                     || json_object_get_boolean_member_with_default (object, "one_word", TRUE);
  if (phrase->word[0] != '\0' && !isnan (phrase->log_probability))
    return phrase;
  phrase_free (phrase);
  return NULL;
}

static void
mask_free (gpointer data)
{
  CzPredictionMask *mask = data;

  g_ptr_array_unref (mask->top);
  g_ptr_array_unref (mask->moved);
  g_ptr_array_unref (mask->targets);
  g_ptr_array_unref (mask->words);
  g_free (mask->note);
  g_free (mask);
}

static gpointer
read_mask (JsonObject *object)
{
  CzPredictionMask *mask = g_new0 (CzPredictionMask, 1);

  mask->top = read_array (object, "top", read_word, word_free);
  for (guint i = 0; i < mask->top->len; i++)
    ((CzPredictionWord *)mask->top->pdata[i])->rank = i + 1;
  mask->moved = read_array (object, "moved", read_move, move_free);
  mask->targets = read_array (object, "targets", read_phrase, phrase_free);
  mask->words = read_array (object, "words", read_phrase, phrase_free);
  mask->divergence = get_number (object, "divergence");
  mask->note = get_string (object, "note");
  return mask;
}

CzPredictionAnswer *
cz_prediction_answer_new (JsonObject *answer)
{
  CzPredictionAnswer *self = g_new0 (CzPredictionAnswer, 1);

  self->model = get_string (answer, "model");
  self->note = get_string (answer, "note");
  self->masks = read_array (answer, "masks", read_mask, mask_free);
  self->joint = read_array (answer, "joint", read_phrase, phrase_free);
  return self;
}

void
cz_prediction_answer_free (CzPredictionAnswer *self)
{
  g_free (self->model);
  g_free (self->note);
  g_ptr_array_unref (self->masks);
  g_ptr_array_unref (self->joint);
  g_free (self);
}

// ---- Asking ----

CzPredictionMask *
cz_prediction_answer_get_mask (CzPredictionAnswer *self, guint mask)
{
  return mask < self->masks->len ? self->masks->pdata[mask] : NULL;
}

double
cz_prediction_answer_get_highest (CzPredictionAnswer *self)
{
  double highest = 0;

  for (guint m = 0; m < self->masks->len; m++)
    {
      CzPredictionMask *mask = self->masks->pdata[m];

      for (guint i = 0; i < mask->top->len; i++)
        highest = fmax (highest, ((CzPredictionWord *)mask->top->pdata[i])->score);
    }
  return highest;
}

static const CzPredictionWord *
find_word (CzPredictionMask *mask, gint64 id)
{
  for (guint i = 0; mask != NULL && i < mask->top->len; i++)
    {
      const CzPredictionWord *word = mask->top->pdata[i];

      if (word->id == id)
        return word;
    }
  return NULL;
}

void
cz_prediction_answer_compare (CzPredictionAnswer *self, CzPredictionAnswer *base)
{
  for (guint m = 0; m < self->masks->len; m++)
    {
      CzPredictionMask *mask = self->masks->pdata[m];

      for (guint i = 0; i < mask->top->len; i++)
        {
          CzPredictionWord *word = mask->top->pdata[i];
          const CzPredictionWord *before
              = find_word (cz_prediction_answer_get_mask (base, m), word->id);

          word->before = before != NULL ? before->score : NAN;
          word->before_rank = before != NULL ? before->rank : 0;
          word->unlikely_before = before == NULL;
        }
    }
}
