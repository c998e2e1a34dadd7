#include "gui/welcome/sample-sentence.h"

#include "gui/experiments/examples.h"

typedef struct
{
  const char *text; // the examples'
  double moved;
} Ranked;

// The words in front at the first mask, the likeliest first; NULL: there are none.
static JsonArray *
get_top (JsonObject *answer)
{
  JsonNode *masks = answer != NULL ? json_object_get_member (answer, "masks") : NULL;
  JsonNode *first, *top;

  if (masks == NULL || !JSON_NODE_HOLDS_ARRAY (masks)
      || json_array_get_length (json_node_get_array (masks)) == 0)
    return NULL;
  first = json_array_get_element (json_node_get_array (masks), 0);
  top = JSON_NODE_HOLDS_OBJECT (first)
            ? json_object_get_member (json_node_get_object (first), "top")
            : NULL;
  return top != NULL && JSON_NODE_HOLDS_ARRAY (top)
                 && json_array_get_length (json_node_get_array (top)) > 0
             ? json_node_get_array (top)
             : NULL;
}

static const char *
get_token (JsonArray *top, guint i)
{
  JsonNode *node = json_array_get_element (top, i);

  return JSON_NODE_HOLDS_OBJECT (node)
             ? json_object_get_string_member_with_default (json_node_get_object (node), "token", "")
             : "";
}

static double
get_score (JsonArray *top, guint i)
{
  JsonNode *node = json_array_get_element (top, i);

  return JSON_NODE_HOLDS_OBJECT (node)
             ? json_object_get_double_member_with_default (json_node_get_object (node), "score", 0)
             : 0;
}

// Of a word that is not among those in front no more is known than that it is behind the last.
static double
find_score (JsonArray *top, const char *token)
{
  guint n = json_array_get_length (top);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (get_token (top, i), token))
      return get_score (top, i);
  return get_score (top, n - 1);
}

// Not a mark and not the end of a word, which tell a person little.
static gboolean
is_word (const char *token)
{
  return g_unichar_isalpha (g_utf8_get_char_validated (token, -1));
}

static double
reckon_moved (JsonArray *before, JsonArray *after)
{
  double moved = 0;

  for (guint i = 0; i < json_array_get_length (after); i++)
    if (is_word (get_token (after, i)))
      moved += MAX (0, get_score (after, i) - find_score (before, get_token (after, i)));
  // Another word in front is what a person sees first.
  if (is_word (get_token (after, 0)) && !g_str_equal (get_token (before, 0), get_token (after, 0)))
    moved += 1;
  return moved;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Ranked *one = a, *other = b;

  return (one->moved < other->moved) - (one->moved > other->moved);
}

char **
cz_sample_sentence_rank (CzLibrary *library, gint64 run, gint64 best_step, GError **error)
{
  g_autoptr (CzExamples) examples = cz_examples_new ();
  g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (Ranked));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint last;

  if (!cz_examples_read (examples, library, run, error))
    return NULL;
  last = cz_examples_get_n_evaluations (examples);
  last = last > 0 ? last - 1 : 0;
  for (guint i = 0; i < examples->steps->len; i++)
    if (g_array_index (examples->steps, gint64, i) == best_step)
      last = i;
  for (guint i = 0; i < cz_examples_get_n_sentences (examples); i++)
    {
      JsonArray *before = get_top (cz_examples_get (examples, 0, i));
      JsonArray *after = get_top (cz_examples_get (examples, last, i));
      Ranked one = { .text = examples->sentences[i] };

      if (before == NULL || after == NULL)
        continue;
      one.moved = reckon_moved (before, after);
      g_array_append_val (ranked, one);
    }
  g_array_sort (ranked, compare);
  for (guint i = 0; i < ranked->len; i++)
    g_strv_builder_add (builder, g_array_index (ranked, Ranked, i).text);
  return g_strv_builder_end (builder);
}
