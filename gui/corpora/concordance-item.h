// A line of a concordance as a list shows it.
#pragma once

#include <glib-object.h>

#include "data/concordance.h"

G_BEGIN_DECLS

#define CZ_TYPE_CONCORDANCE_ITEM (cz_concordance_item_get_type ())
G_DECLARE_FINAL_TYPE (CzConcordanceItem, cz_concordance_item, CZ, CONCORDANCE_ITEM, GObject)

// Takes the line over.
CzConcordanceItem *cz_concordance_item_new (CzConcordanceLine *line);
const CzConcordanceLine *cz_concordance_item_get (CzConcordanceItem *self);

G_END_DECLS
