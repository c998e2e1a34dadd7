// The parameters of a new run, to be set by the person: a group of rows for the dialog New run,
// folded by what they are about. Several values in a field make a sweep. Emits "changed".
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_RUN_FORM (cz_run_form_get_type ())
G_DECLARE_FINAL_TYPE (CzRunForm, cz_run_form, CZ, RUN_FORM, AdwPreferencesGroup)

// What is wrong, a sentence that names the field; NULL: nothing. Freed by the caller.
char *cz_run_form_get_obstacle (CzRunForm *self);

// Whether any value is the person's own.
gboolean cz_run_form_has_own (CzRunForm *self);

// Adds what was set as cloze's options --set and --sweep. Only without an obstacle.
void cz_run_form_add_arguments (CzRunForm *self, GStrvBuilder *arguments);

// How many runs it makes; G_MAXUINT: more than can be counted.
guint cz_run_form_count_runs (CzRunForm *self);

// What the runs differ in, "learning rate × seed"; "" for a single one. Freed by the caller.
char *cz_run_form_describe_sweep (CzRunForm *self);

// The value in force as cloze reads it: the person's own where it is one, else the preset's; NULL:
// not known, or several.
const char *cz_run_form_get (CzRunForm *self, const char *key);

// What the preset comes to: an object key → value of all parameters; NULL: not known yet.
void cz_run_form_set_preset (CzRunForm *self, JsonObject *parameters);

// Takes over another run's parameters: as own values where they differ from the preset's, as soon
// as that is known.
void cz_run_form_take (CzRunForm *self, JsonObject *parameters);

G_END_DECLS
