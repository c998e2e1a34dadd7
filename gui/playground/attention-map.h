// Where one head looks, as a small strip: a stripe for each token of the text in reading order, the
// strongest of several where there are more tokens than pixels. A difference has what is more in
// the upper half and what is less in the lower.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CZ_TYPE_ATTENTION_MAP (cz_attention_map_get_type ())
G_DECLARE_FINAL_TYPE (CzAttentionMap, cz_attention_map, CZ, ATTENTION_MAP, GtkWidget)

GtkWidget *cz_attention_map_new (void);

// row: n values, not copied: they stay until other ones are shown. rtl: the text begins at the
// right.
void cz_attention_map_show (
    CzAttentionMap *self, const float *row, guint n, gboolean difference, gboolean rtl);

// Chosen ones are framed; those that are not fade while others are.
void cz_attention_map_set_chosen (CzAttentionMap *self, gboolean chosen, gboolean others);

// The strongest value in each of `columns` equal parts of a row, kept with its sign: (columns).
void cz_attention_map_reduce (const float *row, guint n, guint columns, float *ret);

G_END_DECLS
