#include "gui/playground/attention-answer.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/numbers.h"

// Nothing sensible is larger; what is would only be a broken answer.
#define MOST_TOKENS 100000
#define MOST_HEADS  10000

static gboolean
complain (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The process that predicts gave an answer that can't be read."));
  return FALSE;
}

static void
clear (gpointer data)
{
  CzAttentionAnswer *answer = data;

  for (guint i = 0; answer->tokens != NULL && i < answer->n_tokens; i++)
    g_free (answer->tokens[i].piece);
  for (guint i = 0; answer->words != NULL && i < answer->n_words; i++)
    g_free (answer->words[i].text);
  g_free (answer->tokens);
  g_free (answer->words);
  g_free (answer->probabilities);
  g_free (answer->model);
  g_free (answer->text);
  g_free (answer->note);
}

CzAttentionAnswer *
cz_attention_answer_ref (CzAttentionAnswer *answer)
{
  return g_rc_box_acquire (answer);
}

void
cz_attention_answer_unref (CzAttentionAnswer *answer)
{
  g_rc_box_release_full (answer, clear);
}

// ---- Reading ----

// A member that is an array; NULL if it is none.
static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

// A member that is a whole number, else -1.
static int
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 number = -1;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_INT64)
    number = json_node_get_int (node);
  return number >= 0 && number <= G_MAXINT ? (int)number : -1;
}

// The element at a place that is an array of n elements (0: of any number); NULL if it is none.
static JsonArray *
get_inner (JsonArray *array, guint index, guint n)
{
  JsonNode *node = json_array_get_element (array, index);
  JsonArray *inner = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  return inner != NULL && json_array_get_length (inner) > 0
                 && (n == 0 || json_array_get_length (inner) == n)
             ? inner
             : NULL;
}

static gboolean
read_token (JsonNode *node, const char *text, CzAttentionToken *token, GError **error)
{
  int length = (int)strlen (text);
  const char *piece;

  token->start = token->end = -1;
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);

      piece = get_string (object, "token");
      token->start = get_number (object, "start");
      token->end = get_number (object, "end");
      // Both or none, within the text, and no letter cut in two.
      if (token->start < 0 || token->end <= token->start || token->end > length
          || (text[token->start] & 0xc0) == 0x80 || (text[token->end] & 0xc0) == 0x80)
        token->start = token->end = -1;
    }
  else
    piece = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
  if (piece == NULL)
    return complain (error);
  token->piece = g_strdup (piece);
  return TRUE;
}

static gboolean
continues (const CzAttentionToken *token)
{
  return g_str_has_prefix (token->piece, "##") && token->piece[2] != '\0';
}

// Pieces are joined to words, which are called as the text writes them where it is known.
static void
find_words (CzAttentionAnswer *answer)
{
  answer->words = g_new0 (CzAttentionWord, answer->n_tokens);
  for (guint i = 0; i < answer->n_tokens; i++)
    {
      if (i == 0 || !continues (&answer->tokens[i])
          || cz_attention_answer_is_special (answer, i - 1))
        answer->words[answer->n_words++].first = i;
      answer->words[answer->n_words - 1].n++;
      answer->tokens[i].word = answer->n_words - 1;
    }
  for (guint w = 0; w < answer->n_words; w++)
    {
      CzAttentionWord *word = &answer->words[w];
      const CzAttentionToken *first = &answer->tokens[word->first], *last = first + word->n - 1;
      GString *text;

      if (first->start >= 0 && last->end > first->start)
        {
          word->text = g_strndup (answer->text + first->start, (gsize)(last->end - first->start));
          continue;
        }
      text = g_string_new (first->piece);
      for (const CzAttentionToken *token = first + 1; token <= last; token++)
        g_string_append (text, token->piece + 2);
      word->text = g_string_free (text, FALSE);
    }
}

static gboolean
read_row (JsonArray *row, float *ret, GError **error)
{
  guint n = json_array_get_length (row);

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (row, i);
      double p = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) != G_TYPE_STRING
                     ? json_node_get_double (node)
                     : NAN;

      if (!(p >= 0 && p <= 1.001))
        return complain (error);
      ret[i] = (float)p;
    }
  return TRUE;
}

// layers: an array of layers of heads of rows (n_queries: n_tokens), or of one row each (1).
static gboolean
read_probabilities (CzAttentionAnswer *answer, JsonArray *layers, GError **error)
{
  guint n = answer->n_tokens;
  JsonArray *heads;
  float *at;

  answer->n_layers = json_array_get_length (layers);
  heads = answer->n_layers > 0 ? get_inner (layers, 0, 0 /* any */) : NULL;
  if (heads == NULL)
    return complain (error);
  answer->n_heads = json_array_get_length (heads);
  if ((guint64)answer->n_layers * answer->n_heads > MOST_HEADS)
    return complain (error);
  at = answer->probabilities
      = g_try_new (float, (gsize)answer->n_layers * answer->n_heads * answer->n_queries * n);
  if (at == NULL)
    return complain (error);
  for (guint layer = 0; layer < answer->n_layers; layer++)
    {
      heads = get_inner (layers, layer, answer->n_heads);
      for (guint head = 0; heads != NULL && head < answer->n_heads; head++)
        {
          JsonArray *rows
              = get_inner (heads, head, answer->query == CZ_ATTENTION_NONE ? answer->n_queries : n);

          for (guint query = 0; rows != NULL && query < answer->n_queries; query++, at += n)
            {
              JsonArray *row
                  = answer->query == CZ_ATTENTION_NONE ? get_inner (rows, query, n) : rows;

              if (row == NULL)
                return complain (error);
              if (!read_row (row, at, error))
                return FALSE;
            }
          if (rows == NULL)
            return complain (error);
        }
      if (heads == NULL)
        return complain (error);
    }
  return TRUE;
}

CzAttentionAnswer *
cz_attention_answer_read (JsonObject *object, GError **error)
{
  g_autoptr (CzAttentionAnswer) answer = g_rc_box_new0 (CzAttentionAnswer);
  JsonArray *tokens = get_array (object, "tokens");
  JsonArray *from = get_array (object, "from");
  JsonArray *layers = from != NULL ? from : get_array (object, "layers");
  const char *text = get_string (object, "text");
  guint n = tokens != NULL ? json_array_get_length (tokens) : 0;

  if (n == 0 || n > MOST_TOKENS || layers == NULL || text == NULL)
    {
      complain (error);
      return NULL;
    }
  answer->model = g_strdup (get_string (object, "model"));
  answer->text = g_strdup (text);
  answer->note = g_strdup (get_string (object, "note"));
  answer->n_tokens = n;
  answer->tokens = g_new0 (CzAttentionToken, n);
  for (guint i = 0; i < n; i++)
    {
      if (!read_token (json_array_get_element (tokens, i), text, &answer->tokens[i], error))
        return NULL;
    }
  answer->n_skipped = (guint)MAX (get_number (object, "skipped"), 0);
  answer->n_total = MAX ((guint)MAX (get_number (object, "total"), 0), n);
  find_words (answer);
  answer->query = CZ_ATTENTION_NONE;
  answer->n_queries = n;
  if (from != NULL)
    {
      int position = get_number (object, "position");

      if (position < 0 || (guint)position >= n)
        {
          complain (error);
          return NULL;
        }
      answer->query = (guint)position;
      answer->n_queries = 1;
    }
  if (!read_probabilities (answer, layers, error))
    return NULL;
  return g_steal_pointer (&answer);
}

char *
cz_attention_answer_read_both (JsonNode *result,
                               const char *sentence,
                               CzAttentionAnswer **ret_answer,
                               CzAttentionAnswer **ret_base)
{
  g_autoptr (CzAttentionAnswer) answer = NULL;
  g_autoptr (CzAttentionAnswer) base = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *answers
      = result != NULL && JSON_NODE_HOLDS_ARRAY (result) ? json_node_get_array (result) : NULL;
  guint n = answers != NULL ? json_array_get_length (answers) : 0;

  if (sentence != NULL)
    return g_strdup (sentence);
  if (n == 0 || n > 2)
    complain (&error);
  for (guint i = 0; i < n && error == NULL; i++)
    {
      JsonNode *node = json_array_get_element (answers, i);

      base = g_steal_pointer (&answer);
      if (JSON_NODE_HOLDS_OBJECT (node))
        answer = cz_attention_answer_read (json_node_get_object (node), &error);
      else
        complain (&error);
    }
  if (error != NULL)
    return g_strdup (error->message);
  *ret_answer = g_steal_pointer (&answer);
  *ret_base = g_steal_pointer (&base);
  return NULL;
}

// ---- Asking ----

gboolean
cz_attention_answer_is_like (const CzAttentionAnswer *a, const CzAttentionAnswer *b)
{
  if (a->n_tokens != b->n_tokens || a->n_layers != b->n_layers || a->n_heads != b->n_heads
      || a->query != b->query)
    return FALSE;
  for (guint i = 0; i < a->n_tokens; i++)
    {
      if (!g_str_equal (a->tokens[i].piece, b->tokens[i].piece))
        return FALSE;
    }
  return TRUE;
}

guint
cz_attention_answer_get_position (const CzAttentionAnswer *answer, guint token)
{
  return token == 0                      ? 0
         : token == answer->n_tokens - 1 ? answer->n_total - 1
                                         : token + answer->n_skipped;
}

gboolean
cz_attention_answer_is_special (const CzAttentionAnswer *answer, guint token)
{
  return token == 0 || token == answer->n_tokens - 1;
}

const float *
cz_attention_answer_get (const CzAttentionAnswer *answer, guint layer, guint head, guint query)
{
  gsize at = (gsize)layer * answer->n_heads + head;

  if (answer->query != CZ_ATTENTION_NONE)
    query = 0;
  return answer->probabilities + (at * answer->n_queries + query) * answer->n_tokens;
}

double
cz_attention_answer_leave_words (const CzAttentionAnswer *answer, float *row)
{
  double left = 0;

  for (guint i = 0; i < answer->n_tokens; i++)
    {
      if (cz_attention_answer_is_special (answer, i))
        row[i] = 0;
      left += row[i];
    }
  for (guint i = 0; left > 0 && i < answer->n_tokens; i++)
    row[i] = (float)(row[i] / left);
  return left;
}

static void
subtract (float *row, const float *base, guint n)
{
  for (guint i = 0; i < n; i++)
    row[i] -= base[i];
}

void
cz_attention_answer_copy_row (const CzAttentionAnswer *answer,
                              const CzAttentionAnswer *base,
                              guint layer,
                              guint head,
                              guint query,
                              gboolean words_only,
                              float *ret)
{
  guint n = answer->n_tokens;

  memcpy (ret, cz_attention_answer_get (answer, layer, head, query), n * sizeof (float));
  if (words_only)
    cz_attention_answer_leave_words (answer, ret);
  if (base != NULL)
    {
      g_autofree float *before = g_new (float, n);

      cz_attention_answer_copy_row (base, NULL, layer, head, query, words_only, before);
      subtract (ret, before, n);
    }
}

float *
cz_attention_answer_make_rows (const CzAttentionAnswer *answer,
                               const CzAttentionAnswer *base,
                               guint query,
                               gboolean words_only)
{
  guint n_rows = answer->n_layers * answer->n_heads;
  float *rows = g_new (float, (gsize)n_rows * answer->n_tokens);

  for (guint i = 0; i < n_rows; i++)
    cz_attention_answer_copy_row (answer, base, i / answer->n_heads, i % answer->n_heads, query,
                                  words_only, rows + (gsize)i * answer->n_tokens);
  return rows;
}

static float *
make_plain_mean (const CzAttentionAnswer *answer,
                 guint query,
                 const gboolean *chosen,
                 gboolean words_only)
{
  guint n = answer->n_tokens, n_chosen = 0;
  float *mean = g_new0 (float, n);

  for (guint i = 0; i < answer->n_layers * answer->n_heads; i++)
    {
      const float *row
          = cz_attention_answer_get (answer, i / answer->n_heads, i % answer->n_heads, query);

      if (!chosen[i])
        continue;
      n_chosen++;
      for (guint key = 0; key < n; key++)
        mean[key] += row[key];
    }
  for (guint key = 0; n_chosen > 0 && key < n; key++)
    mean[key] /= (float)n_chosen;
  if (words_only)
    cz_attention_answer_leave_words (answer, mean);
  return mean;
}

float *
cz_attention_answer_make_mean (const CzAttentionAnswer *answer,
                               const CzAttentionAnswer *base,
                               guint query,
                               const gboolean *chosen,
                               gboolean words_only)
{
  float *mean = make_plain_mean (answer, query, chosen, words_only);

  if (base != NULL)
    {
      g_autofree float *before = make_plain_mean (base, query, chosen, words_only);

      subtract (mean, before, answer->n_tokens);
    }
  return mean;
}

float *
cz_attention_answer_add_up (const CzAttentionAnswer *answer, const float *row)
{
  float *sums = g_new0 (float, answer->n_words);

  for (guint i = 0; i < answer->n_tokens; i++)
    sums[answer->tokens[i].word] += row[i];
  return sums;
}

char *
cz_attention_write (double value, gboolean difference)
{
  if (!difference)
    return cz_numbers_probability (value);
  return g_strdup_printf ("%s%.3f", value < 0 ? "−" : "+", fabs (value));
}

double
cz_attention_entropy (const float *row, guint n)
{
  double bits = 0;

  for (guint i = 0; i < n; i++)
    {
      if (row[i] > 0)
        bits -= row[i] * log2 (row[i]);
    }
  return fmax (bits, 0);
}

guint
cz_attention_find_most (const float *row, guint n)
{
  guint most = 0;

  for (guint i = 1; i < n; i++)
    {
      if (fabsf (row[i]) > fabsf (row[most]))
        most = i;
    }
  return most;
}

// Whether a letter's script is written from right to left.
static gboolean
is_rtl_letter (gunichar letter)
{
  switch (g_unichar_get_script (letter))
    {
    case G_UNICODE_SCRIPT_ARABIC:
    case G_UNICODE_SCRIPT_HEBREW:
    case G_UNICODE_SCRIPT_MANDAIC:
    case G_UNICODE_SCRIPT_NKO:
    case G_UNICODE_SCRIPT_SAMARITAN:
    case G_UNICODE_SCRIPT_SYRIAC:
    case G_UNICODE_SCRIPT_THAANA:
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
cz_attention_answer_is_rtl (const CzAttentionAnswer *answer)
{
  const char *at = answer->text;

  while (*at != '\0')
    {
      gunichar letter = g_utf8_get_char (at);

      // A mask's letters say nothing about the text it stands in.
      if (g_str_has_prefix (at, "[MASK]"))
        at += strlen ("[MASK]");
      else if (g_unichar_isalpha (letter))
        return is_rtl_letter (letter);
      else
        at = g_utf8_next_char (at);
    }
  return FALSE;
}
