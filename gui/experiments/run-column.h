// The columns a table of runs offers: what each says of a run, and how runs compare in it. Columns
// are numbered: first those below, then one for each of cz_run_keys.
#pragma once

#include "gui/experiments/run-item.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_RUN_COLUMN_STAR,
  CZ_RUN_COLUMN_NAME,
  CZ_RUN_COLUMN_STATE,
  CZ_RUN_COLUMN_MODEL,
  CZ_RUN_COLUMN_CORPUS,
  CZ_RUN_COLUMN_BEFORE,
  CZ_RUN_COLUMN_AFTER,
  CZ_RUN_COLUMN_BEST,
  CZ_RUN_COLUMN_CHANGE,
  CZ_RUN_COLUMN_MASKS,
  CZ_RUN_COLUMN_LOSS,
  CZ_RUN_COLUMN_SPEED,
  CZ_RUN_COLUMN_MEMORY,
  CZ_RUN_COLUMN_DEVICE,
  CZ_RUN_COLUMN_CREATED,
  CZ_RUN_COLUMN_DURATION,
  CZ_RUN_COLUMN_TAGS,
  CZ_RUN_COLUMN_NOTES,
  CZ_N_RUN_FACTS,
} CzRunColumn;

#define CZ_N_RUN_COLUMNS (CZ_N_RUN_FACTS + CZ_N_RUN_KEYS)

// Its name in settings: "name", "best", or the parameter's key.
const char *cz_run_column_get_id (guint column);
// CZ_N_RUN_COLUMNS for an id that no column has.
guint cz_run_column_find (const char *id);
// Its title, translated; what the title leaves open, or NULL.
const char *cz_run_column_get_title (guint column);
const char *cz_run_column_get_tooltip (guint column);
gboolean cz_run_column_is_parameter (guint column);
// Whether it holds numbers, which stand at the right.
gboolean cz_run_column_is_number (guint column);
// Whether it holds perplexities, which compare only among runs evaluated on the same masks.
gboolean cz_run_column_is_perplexity (guint column);
int cz_run_column_get_width (guint column);     // pixels
gboolean cz_run_column_is_basic (guint column); // shown unless a person says otherwise

// What it says of a run, "" where nothing is known; freed by the caller. Not for
// CZ_RUN_COLUMN_STAR and CZ_RUN_COLUMN_MASKS, which are no texts of the run alone.
char *cz_run_column_get_text (guint column, CzRunItem *item);
// Whether anything is known: what is not known comes last, whatever the order.
gboolean cz_run_column_has (guint column, CzRunItem *item);
// Below 0, 0, above 0; both are known. Without effort: keys are prepared.
int cz_run_column_compare (guint column, CzRunItem *a, CzRunItem *b);

// Which parameters differ among the runs of a list: `ret_differ` has CZ_N_RUN_KEYS places.
void cz_run_column_find_differing (GListModel *runs, gboolean *ret_differ);

G_END_DECLS
