// Which runs are shown: those that hold all the words typed (in name, notes, tags, model or corpus,
// without regard to case) and fit every choice.
#pragma once

#include <gtk/gtk.h>

#include "gui/experiments/run-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_FILTER (cz_run_filter_get_type ())
G_DECLARE_FINAL_TYPE (CzRunFilter, cz_run_filter, CZ, RUN_FILTER, GtkFilter)

CzRunFilter *cz_run_filter_new (void);

void cz_run_filter_set_text (CzRunFilter *self, const char *text);
const char *cz_run_filter_get_text (CzRunFilter *self);

// The choices; states: a set of bits 1 << CzRunState, 0 for all; NULL for all.
typedef struct
{
  guint states;
  gboolean starred;
  char *model, *corpus, *tag;
} CzRunChoices;

// The filter's.
const CzRunChoices *cz_run_filter_get_choices (CzRunFilter *self);
void cz_run_filter_choose_states (CzRunFilter *self, guint states);
void cz_run_filter_choose_starred (CzRunFilter *self, gboolean starred);
void cz_run_filter_choose_model (CzRunFilter *self, const char *model);
void cz_run_filter_choose_corpus (CzRunFilter *self, const char *corpus);
void cz_run_filter_choose_tag (CzRunFilter *self, const char *tag);

// The choices in words, "" for none; freed by the caller.
char *cz_run_filter_tell (CzRunFilter *self);
// Whether it leaves anything out.
gboolean cz_run_filter_is_active (CzRunFilter *self);
// Text and choices.
void cz_run_filter_clear (CzRunFilter *self);

G_END_DECLS
