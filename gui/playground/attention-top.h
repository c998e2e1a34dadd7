// The words that are looked at most, as bars; of a difference those that changed most.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/attention-answer.h"

G_BEGIN_DECLS

#define CZ_TYPE_ATTENTION_TOP (cz_attention_top_get_type ())
G_DECLARE_FINAL_TYPE (CzAttentionTop, cz_attention_top, CZ, ATTENTION_TOP, GtkWidget)

// row: (n_tokens); pieces of a word are added up.
void cz_attention_top_show (CzAttentionTop *self,
                            const CzAttentionAnswer *answer,
                            const float *row,
                            gboolean difference);

// The indices of up to n words by the size of their values, the largest first: the number of them
// that are not 0. ret: (n).
guint cz_attention_top_order (const float *words, guint n_words, guint n, guint *ret);

G_END_DECLS
