// What several runs have in common and in what they differ: their parameters, and what they ran
// with. Without a screen.
#pragma once

#include "data/run.h"

G_BEGIN_DECLS

// One thing that runs have.
typedef struct
{
  char *key;         // a run parameter's, or "model", "corpus", "device", "engine", …
  char *title;       // for people, translated
  GPtrArray *values; // of char *, one a run in their order; NULL: not known
  gboolean differs;
} CzDifference;

void cz_difference_free (CzDifference *difference);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzDifference, cz_difference_free)

// All that is known of the runs, in the order people read it: elements CzDifference. Owned by the
// caller.
GPtrArray *cz_difference_list (const CzRun *const *runs, guint n);

// What to call each run so that they are told apart: what differs ("lr 5e-5 · word"), and its name
// where nothing does or two would be called the same. NULL-terminated, freed with g_strfreev ().
char **cz_difference_name_runs (const CzRun *const *runs, guint n, GPtrArray *differences);

// The value of a key in a JSON object's text, as the record writes it; NULL: not there. Freed by
// the caller.
char *cz_difference_read (const char *object, const char *key);

G_END_DECLS
