// An entry of the playground's history.
#pragma once

#include <gio/gio.h>

#include "data/playground-history.h"

G_BEGIN_DECLS

#define CZ_TYPE_HISTORY_ITEM (cz_history_item_get_type ())
G_DECLARE_FINAL_TYPE (CzHistoryItem, cz_history_item, CZ, HISTORY_ITEM, GObject)

// entry: taken.
CzHistoryItem *cz_history_item_new (CzPlaygroundEntry *entry);
// The item's.
const CzPlaygroundEntry *cz_history_item_get (CzHistoryItem *self);
// The text on one line as Pango markup, its masks as […]; of a long one the beginning. The item's.
const char *cz_history_item_get_markup (CzHistoryItem *self);
// Whether text, models or targets hold all of the words (casefolded, NULL-terminated).
gboolean cz_history_item_matches (CzHistoryItem *self, const char *const *words);
// "today, 14:05": when it was tried; freed by the caller. now: local.
char *cz_history_item_format_time (CzHistoryItem *self, GDateTime *now);

G_END_DECLS
