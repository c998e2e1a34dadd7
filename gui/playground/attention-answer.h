// What one model says of where its heads look: the answer of `cloze serve` to "attention", read,
// checked, and as arrays of floats.
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

// What a position is that is not there.
#define CZ_ATTENTION_NONE G_MAXUINT

typedef struct
{
  char *piece;    // as the vocabulary writes it
  int start, end; // UTF-8 bytes of the text; -1: it is none of it ([CLS], [SEP])
  guint word;     // that it is part of
} CzAttentionToken;

// One token, or a first piece and those that continue it.
typedef struct
{
  char *text;
  guint first, n; // of its tokens
} CzAttentionWord;

typedef struct
{
  char *model;
  char *text;
  char *note; // or NULL: only a part of a long text was seen
  guint n_layers, n_heads, n_tokens, n_words;
  guint n_skipped, n_total; // of the text's tokens: left out after [CLS]; all
  CzAttentionToken *tokens; // (n_tokens), [CLS] first and [SEP] last
  CzAttentionWord *words;   // (n_words)
  guint query;              // the token asked about; CZ_ATTENTION_NONE: every token was
  guint n_queries;          // 1, or n_tokens
  float *probabilities;     // (n_layers, n_heads, n_queries, n_tokens)
} CzAttentionAnswer;

// object: an element of the result. NULL with G_IO_ERROR_INVALID_DATA where it is not what the
// protocol says. Released with cz_attention_answer_unref ().
CzAttentionAnswer *cz_attention_answer_read (JsonObject *object, GError **error);
// The answers of one model, or of the first model and another one, the latter *ret_answer;
// *ret_base is NULL where there is only one. What is wrong with them, to be freed by the caller, or
// NULL. sentence: what the predictor has said went wrong.
char *cz_attention_answer_read_both (JsonNode *result,
                                     const char *sentence,
                                     CzAttentionAnswer **ret_answer,
                                     CzAttentionAnswer **ret_base);
CzAttentionAnswer *cz_attention_answer_ref (CzAttentionAnswer *answer);
void cz_attention_answer_unref (CzAttentionAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzAttentionAnswer, cz_attention_answer_unref)

// Whether both are about the same tokens, layers and heads, so that they can be subtracted.
gboolean cz_attention_answer_is_like (const CzAttentionAnswer *a, const CzAttentionAnswer *b);

// Which of all the text's tokens one of the answer's is.
guint cz_attention_answer_get_position (const CzAttentionAnswer *answer, guint token);

// [CLS] and [SEP], which stand around every text.
gboolean cz_attention_answer_is_special (const CzAttentionAnswer *answer, guint token);

// The probabilities over the keys (n_tokens) of one query, all there where only one was asked for.
const float *cz_attention_answer_get (const CzAttentionAnswer *answer,
                                      guint layer,
                                      guint head,
                                      guint query);

// Sets special tokens to 0 and makes what is left add up to 1 again; nothing left stays nothing.
// Gives the share that was left.
double cz_attention_answer_leave_words (const CzAttentionAnswer *answer, float *row);

// What is shown of a head: the probabilities of the query, those of words alone where words_only,
// less those of base where there is one (which is like answer). ret: (n_tokens).
void cz_attention_answer_copy_row (const CzAttentionAnswer *answer,
                                   const CzAttentionAnswer *base,
                                   guint layer,
                                   guint head,
                                   guint query,
                                   gboolean words_only,
                                   float *ret);

// The same of each head: (n_layers, n_heads, n_tokens). g_free () it.
float *cz_attention_answer_make_rows (const CzAttentionAnswer *answer,
                                      const CzAttentionAnswer *base,
                                      guint query,
                                      gboolean words_only);

// The mean over the chosen heads (n_layers × n_heads flags), shown in the same way: (n_tokens).
// Special tokens are left out of the mean, not of each head, so that a head that hardly looks at
// words weighs hardly anything. All 0 where none is chosen. g_free () it.
float *cz_attention_answer_make_mean (const CzAttentionAnswer *answer,
                                      const CzAttentionAnswer *base,
                                      guint query,
                                      const gboolean *chosen,
                                      gboolean words_only);

// Adds up the pieces of each word: (n_words). g_free () it.
float *cz_attention_answer_add_up (const CzAttentionAnswer *answer, const float *row);

// A value as people read it, of a difference with its sign. The caller frees it.
char *cz_attention_write (double value, gboolean difference);

// How spread a distribution of n values is, in bits: 0 for one place, log2 (n) for all alike.
double cz_attention_entropy (const float *row, guint n);

// Where the value of the largest size stands.
guint cz_attention_find_most (const float *row, guint n);

// Whether the text begins at the right: the direction of its first letter.
gboolean cz_attention_answer_is_rtl (const CzAttentionAnswer *answer);

G_END_DECLS
