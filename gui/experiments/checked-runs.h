// The runs that a person checked to compare them: a list of CzRunItem, in the order they were
// checked.
#pragma once

#include <gio/gio.h>

#include "gui/experiments/run-item.h"

G_BEGIN_DECLS

GListStore *cz_checked_runs_new (void);

// A run was checked, or is no more: the list follows.
void cz_checked_runs_follow (GListStore *self, CzRunItem *item);
// All of them are looked at: runs that went into the trash or are gone are checked no more.
void cz_checked_runs_follow_all (GListStore *self);

void cz_checked_runs_check (GListStore *self, CzRunItem *item);
void cz_checked_runs_check_none (GListStore *self);

G_END_DECLS
