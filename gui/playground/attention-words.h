// The text with each piece tinted by how much it is looked at, and the piece from which that is
// framed. A click or Enter on another piece asks from there ("query-chosen", its token). The arrows
// move a cursor; "pointed" tells that cz_attention_words_describe_pointed () has changed.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/attention-answer.h"

G_BEGIN_DECLS

#define CZ_TYPE_ATTENTION_WORDS (cz_attention_words_get_type ())
G_DECLARE_FINAL_TYPE (CzAttentionWords, cz_attention_words, CZ, ATTENTION_WORDS, GtkWidget)

// row: (n_tokens), copied. specials: show [CLS] and [SEP] as well.
void cz_attention_words_show (CzAttentionWords *self,
                              CzAttentionAnswer *answer,
                              guint query,
                              const float *row,
                              gboolean difference,
                              gboolean specials);

// Where the piece is that is asked about, or with the keyboard's focus the cursor; FALSE where
// there is none.
gboolean cz_attention_words_get_area (CzAttentionWords *self, graphene_rect_t *ret);

// The piece under the pointer or the cursor and its value; NULL where there is none. The caller
// frees it.
char *cz_attention_words_describe_pointed (CzAttentionWords *self);

G_END_DECLS
