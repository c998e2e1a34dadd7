// A run as the window shows it: a copy of its record in the library, brought up to date in place,
// so that a row or a view can hold on to it. "changed" is emitted when anything differs.
#pragma once

#include <glib-object.h>

#include "data/run.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_ITEM (cz_run_item_get_type ())
G_DECLARE_FINAL_TYPE (CzRunItem, cz_run_item, CZ, RUN_ITEM, GObject)

// Takes the run over.
CzRunItem *cz_run_item_new (CzRun *run);
void cz_run_item_take (CzRunItem *self, CzRun *run);

const CzRun *cz_run_item_get (CzRunItem *self);

// Its colour in the palette: what a person chose, else by its id.
guint cz_run_item_get_color (CzRunItem *self);

// The state in a word or two, translated.
const char *cz_run_item_get_state_name (CzRunItem *self);

// Whether a process is at work on it.
gboolean cz_run_item_is_active (CzRunItem *self);

// How far it is, 0 to 1.
double cz_run_item_get_share (CzRunItem *self);

G_END_DECLS
