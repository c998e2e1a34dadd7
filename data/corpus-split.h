#pragma once

#include "data/corpus.h"

// A split of a corpus's documents made here: whole documents, at random, none in two splits; equal
// texts always in the same one, so that nothing tested on was trained on.
typedef struct
{
  const char *name; // "test", "validation", …
  double share;     // of the documents, above 0 and below 1; 0: as `documents` says
  gint64 documents;
} CzSplitPart;

// Gives every document its split: those of `parts`, and `rest` to all others ("train"). Documents
// of the split "unsup" keep it, as in a run. Which go where: the units of equal texts, in the order
// of their first documents, are shuffled with CZ_RANDOM_SPLIT and `seed`; each part takes, in that
// order, those that still fit. A part is smaller than asked for only where equal texts do not fit.
// One change, which can be undone; in one transaction, since a split that is half written must not
// be seen: only the rows are written in it, all else is worked out before.
// Errors: INVALID (a name, more than there are), STATE (changed meanwhile), NOT_FOUND, as SQLite's,
// G_IO_ERROR_CANCELLED.
gboolean cz_corpus_split (CzLibrary *library,
                          gint64 corpus,
                          const CzSplitPart *parts,
                          gsize n_parts,
                          const char *rest,
                          guint64 seed,
                          GCancellable *cancellable,
                          GError **error);
