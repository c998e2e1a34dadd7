// From where attention is asked for: the first mask at first (the first word where there is none),
// then the mask or the word that a person chose, for as long as the text up to its end stays.
#pragma once

#include "gui/playground/attention-answer.h"

G_BEGIN_DECLS

typedef struct _CzAttentionQuery CzAttentionQuery;

CzAttentionQuery *cz_attention_query_new (void);
void cz_attention_query_free (CzAttentionQuery *query);

// A token of an answer is chosen.
void cz_attention_query_choose (CzAttentionQuery *query,
                                const CzAttentionAnswer *answer,
                                guint token);

// The text is this one now: gives up a word that is not in it any more.
void cz_attention_query_follow (CzAttentionQuery *query, const char *text);

// Adds to a question from where it asks.
void cz_attention_query_add (const CzAttentionQuery *query, JsonObject *question);

// The token of an answer to all that is asked about.
guint cz_attention_query_find (const CzAttentionQuery *query, const CzAttentionAnswer *answer);

G_END_DECLS
