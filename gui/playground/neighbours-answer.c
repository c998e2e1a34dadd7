#include "gui/playground/neighbours-answer.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/playground/prompt.h"

// Letters of the word that is shown unasked: long enough to mean something, short enough to be one
// piece.
#define SHORTEST_FIRST 4
#define LONGEST_FIRST  10

static void
word_clear (gpointer data)
{
  g_free (((CzNeighboursWord *)data)->token);
}

static const CzNeighboursWord *
get_word (const CzNeighboursModel *model, guint i)
{
  return &g_array_index (model->words, CzNeighboursWord, i);
}

// Where a token stands among a model's; -1: nowhere.
static int
find (const CzNeighboursModel *model, const char *token)
{
  for (guint i = 0; i < model->words->len; i++)
    {
      if (g_str_equal (get_word (model, i)->token, token))
        return (int)i;
    }
  return -1;
}

// ---- Reading what the server wrote ----

static const char *
get_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
read_word (JsonNode *node, CzNeighboursWord *ret_word)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *similarity = object != NULL ? json_object_get_member (object, "similarity") : NULL;
  const char *token = object != NULL ? get_string (json_object_get_member (object, "token")) : NULL;

  if (token == NULL || similarity == NULL || !JSON_NODE_HOLDS_VALUE (similarity)
      || json_node_get_value_type (similarity) == G_TYPE_STRING)
    return FALSE;
  *ret_word = (CzNeighboursWord){ .token = g_strdup (token),
                                  .similarity = json_node_get_double (similarity) };
  return TRUE;
}

static void
read_model (CzNeighboursModel *model, JsonObject *answer)
{
  JsonArray *pieces = get_array (answer, "pieces"), *words = get_array (answer, "neighbours");
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (guint i = 0; pieces != NULL && i < json_array_get_length (pieces); i++)
    {
      const char *piece = get_string (json_array_get_element (pieces, i));

      if (piece != NULL)
        g_strv_builder_add (list, piece);
    }
  model->pieces = g_strv_builder_end (list);
  for (guint i = 0; words != NULL && i < json_array_get_length (words); i++)
    {
      CzNeighboursWord word;

      if (read_word (json_array_get_element (words, i), &word))
        g_array_append_val (model->words, word);
    }
}

static void
compare (const CzNeighboursModel *base, CzNeighboursModel *model)
{
  g_autoptr (GStrvBuilder) gone = g_strv_builder_new ();
  double sum = 0;

  for (guint i = 0; i < model->words->len; i++)
    {
      CzNeighboursWord *word = &g_array_index (model->words, CzNeighboursWord, i);
      int before = find (base, word->token);

      word->added = before < 0;
      if (before < 0)
        continue;
      word->moved = before - (int)i;
      sum += fabs (word->similarity - get_word (base, (guint)before)->similarity);
      model->shared++;
    }
  model->change = model->shared > 0 ? sum / model->shared : NAN;
  for (guint i = 0; i < base->words->len; i++)
    {
      if (find (model, get_word (base, i)->token) < 0)
        g_strv_builder_add (gone, get_word (base, i)->token);
    }
  g_strfreev (model->gone);
  model->gone = g_strv_builder_end (gone);
}

CzNeighboursAnswer *
cz_neighbours_answer_new (JsonNode *result, const char *const *titles, const guint *colors)
{
  guint n = g_strv_length ((GStrv)titles);
  JsonArray *answers
      = result != NULL && JSON_NODE_HOLDS_ARRAY (result) ? json_node_get_array (result) : NULL;
  g_autoptr (CzNeighboursAnswer) self = NULL;

  if (answers == NULL || json_array_get_length (answers) != n || n == 0 || n > CZ_NEIGHBOURS_MODELS)
    return NULL;
  self = g_new0 (CzNeighboursAnswer, 1);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (answers, i);
      CzNeighboursModel *model = &self->models[i];

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return NULL;
      model->title = g_strdup (titles[i]);
      model->color = colors[i];
      model->words = g_array_new (FALSE, FALSE, sizeof (CzNeighboursWord));
      g_array_set_clear_func (model->words, word_clear);
      model->gone = g_new0 (char *, 1);
      model->change = NAN;
      self->n_models = i + 1;
      read_model (model, json_node_get_object (node));
      if (i == 0)
        self->word
            = g_strdup (get_string (json_object_get_member (json_node_get_object (node), "word")));
      else
        compare (&self->models[0], model);
    }
  return self->word != NULL ? g_steal_pointer (&self) : NULL;
}

void
cz_neighbours_answer_free (CzNeighboursAnswer *self)
{
  for (guint i = 0; i < self->n_models; i++)
    {
      g_free (self->models[i].title);
      g_strfreev (self->models[i].pieces);
      g_strfreev (self->models[i].gone);
      g_array_unref (self->models[i].words);
    }
  g_free (self->word);
  g_free (self);
}

// ---- In words ----

char *
cz_neighbours_answer_describe_change (const CzNeighboursAnswer *self, guint m)
{
  const CzNeighboursModel *model = &self->models[m];
  guint gone = g_strv_length (model->gone);
  GString *text = g_string_new (NULL);

  if (model->shared == 0)
    {
      // Translators: two models' names.
      g_string_append_printf (text, _ ("%s and %s have no neighbour in common."),
                              self->models[0].title, model->title);
      return g_string_free (text, FALSE);
    }
  g_string_append_printf (text,
                          // Translators: two models' names and a number of words.
                          ngettext ("Under %s and %s %u neighbour is the same",
                                    "Under %s and %s %u neighbours are the "
                                    "same",
                                    model->shared),
                          self->models[0].title, model->title, model->shared);
  if (gone > 0)
    // Translators: follows "8 neighbours are the same".
    g_string_append_printf (text, ngettext (", %u is another", ", %u are others", gone), gone);
  g_string_append_printf (
      text,
      // Translators: follows "8 neighbours are the same": a number such as 0.0031.
      _ ("; the cosines of those that are the same changed by %.4f on average."), model->change);
  return g_string_free (text, FALSE);
}

gboolean
cz_neighbours_answer_can_ask (const char *token)
{
  return !g_str_has_prefix (token, "##") && token[0] != '[' && token[0] != '\0';
}

// ---- The words of a text ----

static gboolean
is_letter (gunichar u)
{
  return g_unichar_isalnum (u) || g_unichar_ismark (u);
}

// The words of a text so far, and which of them is best to begin with.
typedef struct
{
  GPtrArray *words;
  GHashTable *known;  // those in words
  guint length;       // of the first, in letters
  gboolean mask_seen; // the word before it is taken
} Found;

static void
add_word (Found *found, const char *start, gsize length, guint *ret_first)
{
  g_autofree char *word = g_strndup (start, length);
  guint letters = (guint)g_utf8_strlen (word, -1);

  if (g_hash_table_contains (found->known, word))
    return;
  if (letters > found->length && letters <= LONGEST_FIRST)
    {
      found->length = letters;
      *ret_first = found->words->len;
    }
  g_hash_table_add (found->known, word);
  g_ptr_array_add (found->words, g_steal_pointer (&word));
}

static void
meet_mask (Found *found, guint *ret_first)
{
  for (guint i = found->words->len; !found->mask_seen && i-- > 0;)
    {
      if (g_utf8_strlen (g_ptr_array_index (found->words, i), -1) < SHORTEST_FIRST)
        continue;
      *ret_first = i;
      found->length = G_MAXUINT;
      break;
    }
  found->mask_seen = TRUE;
}

char **
cz_neighbours_answer_list_words (const char *text, guint most, guint *ret_first)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  Found found = { .words = g_ptr_array_new (), .known = known };
  const char *c = text;

  *ret_first = 0;
  while (*c != '\0' && found.words->len < most)
    {
      const char *start = c;

      if (g_str_has_prefix (c, CZ_MASK_TEXT))
        {
          meet_mask (&found, ret_first);
          c += strlen (CZ_MASK_TEXT);
          continue;
        }
      while (*c != '\0' && is_letter (g_utf8_get_char (c)))
        c = g_utf8_next_char (c);
      if (c > start)
        add_word (&found, start, (gsize)(c - start), ret_first);
      else
        c = g_utf8_next_char (c);
    }
  g_ptr_array_add (found.words, NULL);
  return (char **)g_ptr_array_free (found.words, FALSE);
}
