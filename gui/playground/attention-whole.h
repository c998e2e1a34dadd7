// The whole map of one head of a short text, folded away at first. It asks for what it needs while
// it is unfolded. "query-chosen" tells that a person chose a row, as CzAttentionMatrix does.
#pragma once

#include <adwaita.h>

#include "gui/playground/attention-answer.h"
#include "gui/playground/playground.h"

G_BEGIN_DECLS

typedef struct
{
  CzAttentionAnswer *answer, *base; // what is shown; base: what is subtracted from it, or NULL
  guint layer, head;
  guint query; // the row that is framed
  gboolean words_only;
} CzAttentionShown;

#define CZ_TYPE_ATTENTION_WHOLE (cz_attention_whole_get_type ())
G_DECLARE_FINAL_TYPE (CzAttentionWhole, cz_attention_whole, CZ, ATTENTION_WHOLE, AdwBin)

void cz_attention_whole_set_playground (CzAttentionWhole *self, CzPlayground *playground);

// shown: copied, the answers kept. one: it is of one head; else a person is told to choose one.
void cz_attention_whole_show (CzAttentionWhole *self, const CzAttentionShown *shown, gboolean one);

// What was answered is no longer true: it is asked for again.
void cz_attention_whole_forget (CzAttentionWhole *self);

G_END_DECLS
