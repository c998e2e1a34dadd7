#include "gui/playground/surprisal-scores.h"

#include <math.h>
#include <string.h>

// ---- Reading what the server wrote ----

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static guint
get_length (JsonArray *array)
{
  return array != NULL ? json_array_get_length (array) : 0;
}

static JsonObject *
get_object (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

// NAN where there is no number: the server writes null for one that is not known.
static double
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                            : G_TYPE_INVALID;

  return type == G_TYPE_DOUBLE || type == G_TYPE_INT64 ? json_node_get_double (node) : NAN;
}

// A count or an index; missing where it is none.
static guint
get_index (JsonObject *object, const char *name, guint missing)
{
  double number = get_number (object, name);

  return number >= 0 && number < (double)G_MAXUINT ? (guint)number : missing;
}

// A part of the text that begins and ends between characters.
static gboolean
get_span (JsonObject *object, const char *text, gsize length, guint *ret_start, guint *ret_end)
{
  guint start = get_index (object, "start", G_MAXUINT), end = get_index (object, "end", 0);

  if (start >= end || end > length || (text[start] & 0xC0) == 0x80
      || (end < length && (text[end] & 0xC0) == 0x80))
    return FALSE;
  *ret_start = start;
  *ret_end = end;
  return TRUE;
}

// ---- Building ----

static void
piece_clear (gpointer data)
{
  g_free (((CzSurprisalPiece *)data)->token);
}

static CzSurprisalWord *
word_at (const CzSurprisalScores *self, guint word)
{
  return &g_array_index (self->words, CzSurprisalWord, word);
}

// The word of a span, which is added if it is not there; `known` finds it by start and end.
static guint
find_word (CzSurprisalScores *self, GHashTable *known, guint start, guint end)
{
  gint64 key = (gint64)start << 32 | end;
  gpointer index;
  CzSurprisalWord word = { .start = start, .end = end };

  if (g_hash_table_lookup_extended (known, &key, NULL, &index))
    return GPOINTER_TO_UINT (index);
  for (guint i = 0; i < CZ_SURPRISAL_MODELS; i++)
    word.bits[i] = NAN;
  g_array_append_val (self->words, word);
  g_hash_table_insert (known, g_memdup2 (&key, sizeof key),
                       GUINT_TO_POINTER (self->words->len - 1));
  return self->words->len - 1;
}

// words: of each of the server's words the index here.
static void
read_pieces (CzSurprisalScores *self, guint m, JsonObject *answer, GArray *words)
{
  CzSurprisalModel *model = &self->models[m];
  JsonArray *tokens = get_array (answer, "tokens");

  for (guint i = 0; i < get_length (tokens); i++)
    {
      JsonObject *object = get_object (tokens, i);
      guint of = object != NULL ? get_index (object, "word", G_MAXUINT) : G_MAXUINT;
      CzSurprisalPiece piece = { NULL, NAN, G_MAXUINT, 0 };
      CzSurprisalWord *word;

      if (object == NULL)
        continue;
      piece.token = g_strdup (get_string (object, "token"));
      piece.bits = get_number (object, "bits");
      piece.window = get_index (object, "window", 0);
      if (of < words->len)
        piece.word = g_array_index (words, guint, of);
      if (piece.word != G_MAXUINT)
        {
          word = word_at (self, piece.word);
          if (word->n[m]++ == 0)
            word->first[m] = model->pieces->len;
        }
      g_array_append_val (model->pieces, piece);
    }
}

static void
read_model (CzSurprisalScores *self, guint m, JsonObject *answer, GHashTable *known)
{
  CzSurprisalModel *model = &self->models[m];
  JsonArray *words = get_array (answer, "words");
  gsize length = strlen (self->text);
  g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < get_length (words); i++)
    {
      JsonObject *object = get_object (words, i);
      guint start, end, index = G_MAXUINT;

      if (object != NULL && get_span (object, self->text, length, &start, &end))
        {
          index = find_word (self, known, start, end);
          word_at (self, index)->bits[m] = get_number (object, "bits");
        }
      g_array_append_val (indices, index);
    }
  read_pieces (self, m, answer, indices);
  model->n_windows = get_length (get_array (answer, "windows"));
  model->pseudo_perplexity = get_number (answer, "pseudo_perplexity");
  model->scored = get_index (answer, "scored", 0);
  model->note = g_strdup (get_string (answer, "note"));
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  const CzSurprisalWord *one = a, *other = b;

  if (one->start != other->start)
    return one->start < other->start ? -1 : 1;
  return one->end < other->end ? -1 : one->end > other->end;
}

// Words that a later model added stand at the end: into the text's order, and the pieces' words
// with them.
static void
put_in_order (CzSurprisalScores *self)
{
  g_array_sort (self->words, compare_words);
  for (guint m = 0; m < self->n_models; m++)
    {
      for (guint w = 0; w < self->words->len; w++)
        {
          const CzSurprisalWord *word = word_at (self, w);

          for (guint i = 0; i < word->n[m]; i++)
            g_array_index (self->models[m].pieces, CzSurprisalPiece, word->first[m] + i).word = w;
        }
    }
}

static void
scores_clear (gpointer data)
{
  CzSurprisalScores *self = data;

  for (guint i = 0; i < self->n_models; i++)
    {
      g_free (self->models[i].title);
      g_free (self->models[i].note);
      g_array_unref (self->models[i].pieces);
    }
  g_array_unref (self->words);
  g_free (self->text);
}

CzSurprisalScores *
cz_surprisal_scores_new (JsonNode *result, const char *const *titles, const guint *colors)
{
  guint n = g_strv_length ((GStrv)titles);
  JsonArray *answers
      = result != NULL && JSON_NODE_HOLDS_ARRAY (result) ? json_node_get_array (result) : NULL;
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (CzSurprisalScores) self = NULL;

  if (get_length (answers) != n || n == 0 || n > CZ_SURPRISAL_MODELS)
    return NULL;
  self = g_rc_box_new0 (CzSurprisalScores);
  self->words = g_array_new (FALSE, FALSE, sizeof (CzSurprisalWord));
  for (guint i = 0; i < n; i++)
    {
      JsonObject *answer = get_object (answers, i);
      const char *text = answer != NULL ? get_string (answer, "text") : NULL;
      CzSurprisalModel *model = &self->models[i];

      if (text == NULL || (self->text != NULL && !g_str_equal (text, self->text)))
        return NULL;
      if (self->text == NULL)
        self->text = g_strdup (text);
      model->title = g_strdup (titles[i]);
      model->color = colors[i];
      model->pieces = g_array_new (FALSE, FALSE, sizeof (CzSurprisalPiece));
      g_array_set_clear_func (model->pieces, piece_clear);
      self->n_models = i + 1;
      read_model (self, i, answer, known);
    }
  put_in_order (self);
  return g_steal_pointer (&self);
}

CzSurprisalScores *
cz_surprisal_scores_ref (CzSurprisalScores *self)
{
  return g_rc_box_acquire (self);
}

void
cz_surprisal_scores_unref (CzSurprisalScores *self)
{
  g_rc_box_release_full (self, scores_clear);
}

// ---- Asking ----

const CzSurprisalWord *
cz_surprisal_scores_get_word (const CzSurprisalScores *self, guint word)
{
  return word_at (self, word);
}

char *
cz_surprisal_scores_dup_text (const CzSurprisalScores *self, guint word)
{
  const CzSurprisalWord *at = word_at (self, word);

  return g_strndup (self->text + at->start, at->end - at->start);
}

guint
cz_surprisal_scores_get_window (const CzSurprisalScores *self, guint word, guint m)
{
  const CzSurprisalWord *at = word_at (self, word);

  return at->n[m] > 0
             ? g_array_index (self->models[m].pieces, CzSurprisalPiece, at->first[m]).window
             : 0;
}

double
cz_surprisal_scores_get_difference (const CzSurprisalScores *self, guint word, guint model)
{
  const CzSurprisalWord *at = word_at (self, word);

  return at->bits[model] - at->bits[0];
}

gboolean
cz_surprisal_scores_is_comparable (const CzSurprisalScores *self)
{
  GArray *base = self->models[0].pieces;

  for (guint m = 1; m < self->n_models; m++)
    {
      GArray *pieces = self->models[m].pieces;

      if (pieces->len != base->len)
        return FALSE;
      for (guint i = 0; i < base->len; i++)
        {
          if (g_strcmp0 (g_array_index (pieces, CzSurprisalPiece, i).token,
                         g_array_index (base, CzSurprisalPiece, i).token)
              != 0)
            return FALSE;
        }
    }
  return TRUE;
}
