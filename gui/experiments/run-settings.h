// The parameters of a run, read once from its record: key by key as text and, where it is one, as
// a number. Equal texts of all runs are one string.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CZ_N_RUN_KEYS 30

// The keys, in the order in which tables and reports show them.
extern const char *const cz_run_keys[CZ_N_RUN_KEYS];

typedef struct
{
  const char *texts[CZ_N_RUN_KEYS]; // NULL: the record does not say
  double numbers[CZ_N_RUN_KEYS];    // NAN: no number
} CzRunSettings;

// json: the text of an object, as it stands in the record; NULL and what is no object: no values.
void cz_run_settings_read (CzRunSettings *settings, const char *json);
void cz_run_settings_clear (CzRunSettings *settings);

// Whether two runs differ in a parameter: 2e-5 and 0.00002 do not.
gboolean cz_run_settings_differ (const CzRunSettings *a, const CzRunSettings *b, guint key);

G_END_DECLS
