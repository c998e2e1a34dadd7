// How a table of runs is laid out, as a person left it: the columns' order, widths and which are
// shown, the order of the rows. Kept in the library as a line of text.
#pragma once

#include "gui/experiments/run-column.h"

G_BEGIN_DECLS

typedef struct
{
  guint columns[CZ_N_RUN_COLUMNS];  // each column once, in their order
  int widths[CZ_N_RUN_COLUMNS];     // by column, pixels
  gboolean shown[CZ_N_RUN_COLUMNS]; // by column
  guint sort;                       // a column
  gboolean descending;
  gboolean differing; // of parameters, those that differ are shown in place of those chosen
} CzRunLayout;

void cz_run_layout_init (CzRunLayout *layout);
// Reads what was written. What cannot be read stays as cz_run_layout_init () has it: columns that
// the text does not know (of an older version) come last.
void cz_run_layout_read (CzRunLayout *layout, const char *text);
// Freed by the caller.
char *cz_run_layout_write (const CzRunLayout *layout);

G_END_DECLS
