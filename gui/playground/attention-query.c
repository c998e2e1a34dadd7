#include "gui/playground/attention-query.h"

#include <string.h>

#define MASK      "[MASK]"
#define MASK_SIZE 6

struct _CzAttentionQuery
{
  gboolean is_token; // a token was chosen; else a mask
  guint mask;        // which one of the text's, from 0
  guint token;       // its position among all of the text's
  gsize end;         // the byte at which the token ends: up to there the text has to stay
  char *text;        // that all this is about
};

CzAttentionQuery *
cz_attention_query_new (void)
{
  return g_new0 (CzAttentionQuery, 1);
}

void
cz_attention_query_free (CzAttentionQuery *query)
{
  g_free (query->text);
  g_free (query);
}

static guint
count_masks (const char *text)
{
  guint n = 0;

  for (const char *at = strstr (text, MASK); at != NULL; at = strstr (at + MASK_SIZE, MASK))
    n++;
  return n;
}

static gboolean
is_mask (const CzAttentionAnswer *answer, guint token)
{
  return g_str_equal (answer->tokens[token].piece, MASK);
}

void
cz_attention_query_choose (CzAttentionQuery *query, const CzAttentionAnswer *answer, guint token)
{
  g_free (query->text);
  query->text = g_strdup (answer->text);
  query->is_token = !is_mask (answer, token);
  query->mask = 0;
  query->token = cz_attention_answer_get_position (answer, token);
  for (guint i = 0; !query->is_token && i < token; i++)
    query->mask += is_mask (answer, i) ? 1 : 0;
  // [CLS] stands before every text; of [SEP] and of what is unknown the whole text has to stay.
  query->end = token == 0                       ? 0
               : answer->tokens[token].end >= 0 ? (gsize)answer->tokens[token].end
                                                : strlen (answer->text) + 1;
}

void
cz_attention_query_follow (CzAttentionQuery *query, const char *text)
{
  gboolean stays = !query->is_token
                       ? query->mask < count_masks (text)
                       : query->text != NULL
                             && (strncmp (query->text, text, query->end) == 0
                                 // A word that goes on is another one.
                                 && (query->end == 0 || query->end > strlen (text)
                                     || text[query->end] == query->text[query->end]
                                     || !g_unichar_isalnum (g_utf8_get_char (text + query->end))));

  if (!stays)
    {
      query->is_token = FALSE;
      query->mask = 0;
    }
  g_free (query->text);
  query->text = g_strdup (text);
}

void
cz_attention_query_add (const CzAttentionQuery *query, JsonObject *question)
{
  if (query->is_token)
    json_object_set_int_member (question, "token", query->token);
  else if (query->text != NULL && count_masks (query->text) > 0)
    json_object_set_int_member (question, "mask", query->mask);
  else
    json_object_set_int_member (question, "token", 1);
}

guint
cz_attention_query_find (const CzAttentionQuery *query, const CzAttentionAnswer *answer)
{
  guint masks = 0;

  for (guint i = 0; i < answer->n_tokens; i++)
    {
      if (query->is_token && cz_attention_answer_get_position (answer, i) == query->token)
        return i;
      if (!query->is_token && is_mask (answer, i) && masks++ == query->mask)
        return i;
    }
  return answer->n_tokens > 1 ? 1 : 0;
}
