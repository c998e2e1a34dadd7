// Tokens of a sample as Pango markup: the pieces of a word in one tint, words taking turns, what is
// hidden from the model marked.
#pragma once

#include "gui/corpora/block-sample.h"

G_BEGIN_DECLS

// Word pieces from `start` on, unmasked. Freed by the caller.
char *cz_block_markup_pieces (const CzBlockSample *sample, guint start, guint n, gboolean dark);
// A block as it was cut and masked. Freed by the caller.
char *cz_block_markup_block (const CzBlockSample *sample, guint block, gboolean dark);
// What the marks mean. Freed by the caller.
char *cz_block_markup_legend (gboolean masked, gboolean dark);

G_END_DECLS
