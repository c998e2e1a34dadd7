// What a run's parameters are where nobody chose: the defaults, which are the preset `thorough`,
// and the preset `course`. For marking what differs; the command cloze decides what they are.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// The keys in the order people read them, NULL-terminated.
const char *const *cz_run_default_get_keys (void);

// The default as the record writes it; NULL for an unknown key. mask: the run's masking, on which
// the masked share depends.
const char *cz_run_default_get (const char *key, const char *mask);

// The same in the preset course.
const char *cz_run_default_get_course (const char *key, const char *mask);

// Whether two values are the same: as numbers where both are numbers, else as texts. NULL is a
// value of its own.
gboolean cz_run_default_same (const char *a, const char *b);

G_END_DECLS
