// Where each head looks: a table of small maps, a row for each layer and a column for each head,
// with each layer's mean at its end. A click or Enter chooses one head, on a name a whole layer or
// column; with Ctrl several; the corner, Ctrl+A or Escape all. The arrows move among them, Tab
// leaves.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/attention-answer.h"

G_BEGIN_DECLS

#define CZ_TYPE_ATTENTION_GRID (cz_attention_grid_get_type ())
G_DECLARE_FINAL_TYPE (CzAttentionGrid, cz_attention_grid, CZ, ATTENTION_GRID, GtkWidget)

// Shows what cz_attention_answer_make_rows () makes of these; both are kept.
void cz_attention_grid_show (CzAttentionGrid *self,
                             CzAttentionAnswer *answer,
                             CzAttentionAnswer *base,
                             guint query,
                             gboolean words_only);

// The heads that are chosen: a flag for each of (n_layers, n_heads), all at first. Owned by the
// grid, until it changes. "chosen-changed" tells of it.
const gboolean *cz_attention_grid_get_chosen (CzAttentionGrid *self);
guint cz_attention_grid_get_n_chosen (CzAttentionGrid *self);

// The first of those that are chosen; FALSE where there is nothing yet.
gboolean cz_attention_grid_get_first (CzAttentionGrid *self, guint *ret_layer, guint *ret_head);

// What is chosen, in words: "Layer 3, head 5", "12 of 72 heads". The caller frees it.
char *cz_attention_grid_name_chosen (CzAttentionGrid *self);

// What the head under the pointer or the keyboard's cursor does, in a sentence; NULL where there is
// none. "pointed" tells when it changes. The caller frees it.
char *cz_attention_grid_describe_pointed (CzAttentionGrid *self);

G_END_DECLS
