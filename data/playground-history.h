#pragma once

#include "data/library.h"

// What was tried in the playground, each text once: trying it again makes it the newest.

// As many entries are kept, and as many bytes of text; older ones go.
#define CZ_PLAYGROUND_HISTORY_MAX       10000
#define CZ_PLAYGROUND_HISTORY_BYTES_MAX (64 << 20)
// A longer text is not kept.
#define CZ_PLAYGROUND_TEXT_MAX (1 << 20)

typedef struct
{
  gint64 id; // grows: the newest has the highest; none is given twice
  char *text;
  char **models;  // as cloze names them, NULL-terminated
  char **targets; // words whose probability was asked for, NULL-terminated
  char *view;     // the view it was tried in, "predictions", …
  gint64 tried;   // seconds since 1970
} CzPlaygroundEntry;

void cz_playground_entry_free (CzPlaygroundEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPlaygroundEntry, cz_playground_entry_free)

// Enters what was tried now, in place of an older entry of the same text; models and targets may be
// NULL. Returns the entry's id, 0 on failure. Errors: INVALID (no text, too long, no UTF-8), and
// the library's.
gint64 cz_playground_history_add (CzLibrary *library,
                                  const char *text,
                                  const char *const *models,
                                  const char *const *targets,
                                  const char *view,
                                  GError **error);

// The highest id and the number of entries: what tells whether a list is still right.
gboolean cz_playground_history_get_state (CzLibrary *library,
                                          gint64 *ret_newest,
                                          guint *ret_n,
                                          GError **error);
// Elements CzPlaygroundEntry, the newest first; those with a higher id than `after` (0: all).
GPtrArray *cz_playground_history_list (CzLibrary *library, gint64 after, GError **error);

// Removes entries, also those whose text was tried again since; what is gone already is fine.
gboolean cz_playground_history_remove (CzLibrary *library, GPtrArray *entries, GError **error);
// Puts removed entries back where they were. A text that was tried again since stays as it is.
gboolean cz_playground_history_restore (CzLibrary *library, GPtrArray *entries, GError **error);
