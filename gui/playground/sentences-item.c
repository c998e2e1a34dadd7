#include "gui/playground/sentences-item.h"

#include <glib/gi18n.h>
#include <math.h>

#include "data/sentence-set.h"

struct _CzSentencesItem
{
  GObject parent_instance;
  char *text, *answers, *markup;
  GArray *said; // of CzSentencesSaid
};

G_DEFINE_FINAL_TYPE (CzSentencesItem, cz_sentences_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
said_clear (gpointer data)
{
  CzSentencesSaid *said = data;

  g_free (said->word);
  g_free (said->answer);
  g_free (said->told);
}

static void
cz_sentences_item_finalize (GObject *object)
{
  CzSentencesItem *self = CZ_SENTENCES_ITEM (object);

  g_free (self->text);
  g_free (self->answers);
  g_free (self->markup);
  g_array_unref (self->said);
  G_OBJECT_CLASS (cz_sentences_item_parent_class)->finalize (object);
}

static void
cz_sentences_item_class_init (CzSentencesItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_sentences_item_finalize;
  changed_signal = g_signal_new ("changed", CZ_TYPE_SENTENCES_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
cz_sentences_item_init (CzSentencesItem *self)
{
  self->said = g_array_new (FALSE, TRUE, sizeof (CzSentencesSaid));
  g_array_set_clear_func (self->said, said_clear);
}

CzSentencesItem *
cz_sentences_item_new (const char *text, const char *answers)
{
  CzSentencesItem *self = g_object_new (CZ_TYPE_SENTENCES_ITEM, NULL);

  self->text = g_strdup (text);
  self->answers = g_strdup (answers != NULL ? answers : "");
  return self;
}

const char *
cz_sentences_item_get_text (CzSentencesItem *self)
{
  return self->text;
}

const char *
cz_sentences_item_get_answers (CzSentencesItem *self)
{
  return self->answers;
}

const char *
cz_sentences_item_get_markup (CzSentencesItem *self)
{
  if (self->markup == NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (self->text, -1);
      g_auto (GStrv) parts = g_strsplit (escaped, CZ_SENTENCE_MASK, -1);

      self->markup = g_strjoinv ("<b>[…]</b>", parts);
    }
  return self->markup;
}

// ---- What was said ----

void
cz_sentences_item_clear (CzSentencesItem *self)
{
  g_array_set_size (self->said, 0);
}

static gboolean
has_value (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node);
}

static char *
dup_string (JsonObject *object, const char *name)
{
  return g_strdup (json_object_get_string_member_with_default (object, name, NULL));
}

static double
get_number (JsonObject *object, const char *name)
{
  return has_value (object, name) ? json_object_get_double_member (object, name) : NAN;
}

static gboolean
is_true (JsonObject *object, const char *name)
{
  return has_value (object, name) && json_object_get_boolean_member (object, name);
}

void
cz_sentences_item_add_said (CzSentencesItem *self, JsonObject *sentence)
{
  CzSentencesSaid said = { .score = NAN };
  JsonNode *node = json_object_get_member (sentence, "top");
  JsonArray *top = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (top != NULL && json_array_get_length (top) > 0)
    {
      JsonObject *first = json_array_get_object_element (top, 0);

      said.word = dup_string (first, "token");
      said.score = get_number (first, "score");
    }
  said.answer = dup_string (sentence, "answer");
  said.rank
      = has_value (sentence, "rank") ? (guint)json_object_get_int_member (sentence, "rank") : 0;
  said.log_probability = get_number (sentence, "log_probability");
  said.hit = is_true (sentence, "hit");
  said.hit_top_k = is_true (sentence, "hit_top_k");
  said.told = dup_string (sentence, has_value (sentence, "error") ? "error" : "note");
  g_array_append_val (self->said, said);
}

const CzSentencesSaid *
cz_sentences_item_get_said (CzSentencesItem *self, guint model)
{
  return model < self->said->len ? &g_array_index (self->said, CzSentencesSaid, model) : NULL;
}

void
cz_sentences_item_tell_changed (CzSentencesItem *self)
{
  g_signal_emit (self, changed_signal, 0);
}
