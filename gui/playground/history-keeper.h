// Enters what is tried in the playground into its history: a text that has rested and was answered,
// and one of whose predictions a word was taken. What is half typed is not kept.
#pragma once

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_HISTORY_KEEPER (cz_history_keeper_get_type ())
G_DECLARE_FINAL_TYPE (CzHistoryKeeper, cz_history_keeper, CZ, HISTORY_KEEPER, GObject)

// Emits "kept" when the library has a new entry. playground: the keeper's life, not more.
CzHistoryKeeper *cz_history_keeper_new (CzPlayground *playground);

// What the playground shows now is not entered any more: it was removed from the history.
void cz_history_keeper_skip (CzHistoryKeeper *self);

G_END_DECLS
