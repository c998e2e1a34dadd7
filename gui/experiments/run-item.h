// A run as the window shows it: a copy of its record in the library, brought up to date in place,
// so that a row or a view can hold on to it. "changed" is emitted when anything differs. What
// tables sort and filter by is prepared when the record comes, in whatever thread that is.
#pragma once

#include <glib-object.h>

#include "data/run.h"
#include "gui/experiments/run-settings.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_ITEM (cz_run_item_get_type ())
G_DECLARE_FINAL_TYPE (CzRunItem, cz_run_item, CZ, RUN_ITEM, GObject)

// Takes the run over.
CzRunItem *cz_run_item_new (CzRun *run);
void cz_run_item_take (CzRunItem *self, CzRun *run);
// Takes the record of `newer`, an item of the same run that nobody else holds.
void cz_run_item_take_from (CzRunItem *self, CzRunItem *newer);

const CzRun *cz_run_item_get (CzRunItem *self);
const CzRunSettings *cz_run_item_get_settings (CzRunItem *self);

// Whether a person checked it, to be compared with others: property "checked".
gboolean cz_run_item_is_checked (CzRunItem *self);
void cz_run_item_set_checked (CzRunItem *self, gboolean checked);

// Its colour in the palette: what a person chose, else by its id.
guint cz_run_item_get_color (CzRunItem *self);

// The state in a word or two, translated.
const char *cz_run_item_get_state_name (CzRunItem *self);

// Whether a process is at work on it.
gboolean cz_run_item_is_active (CzRunItem *self);

// Whether it waits in the queue.
gboolean cz_run_item_waits (CzRunItem *self);

// How far it is, 0 to 1.
double cz_run_item_get_share (CzRunItem *self);

// What words are looked for in: name, notes, tags, model and corpus, folded by
// cz_run_item_fold ().
const char *cz_run_item_get_words (CzRunItem *self);
// Text without regard to case and to how accents are written; freed by the caller.
char *cz_run_item_fold (const char *text);
// A key by which names sort, as strcmp () compares it.
const char *cz_run_item_get_name_key (CzRunItem *self);
// The device's name; NULL: not known.
const char *cz_run_item_get_device (CzRunItem *self);
// The masks it was evaluated on: one pointer for equal ones, NULL: not evaluated.
const char *cz_run_item_get_fingerprint (CzRunItem *self);
// Whether one of its tags is `tag`.
gboolean cz_run_item_has_tag (CzRunItem *self, const char *tag);

G_END_DECLS
