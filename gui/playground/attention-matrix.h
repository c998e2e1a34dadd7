// The whole map of one head: a row for each token that looks, a column for each that is looked at.
// The token asked about is framed. A click or Enter on a row asks from its token ("query-chosen").
// The arrows move a cursor; "pointed" tells that cz_attention_matrix_describe_pointed () changed.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/attention-answer.h"

G_BEGIN_DECLS

// Longer texts have no whole map: its cells would be too small to be told apart.
#define CZ_ATTENTION_MATRIX_MOST 64

#define CZ_TYPE_ATTENTION_MATRIX (cz_attention_matrix_get_type ())
G_DECLARE_FINAL_TYPE (CzAttentionMatrix, cz_attention_matrix, CZ, ATTENTION_MATRIX, GtkWidget)

// answer: of every query, kept. base: what is subtracted from it, like it, or NULL. query: the row
// that is framed.
void cz_attention_matrix_show (CzAttentionMatrix *self,
                               CzAttentionAnswer *answer,
                               const CzAttentionAnswer *base,
                               guint layer,
                               guint head,
                               guint query,
                               gboolean words_only);

// “great” → “film”: 0.12; NULL where nothing is pointed at. The caller frees it.
char *cz_attention_matrix_describe_pointed (CzAttentionMatrix *self);

G_END_DECLS
