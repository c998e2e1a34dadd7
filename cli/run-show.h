#pragma once

#include "data/run.h"
#include "jobs/json-members.h"

// Runs as people and scripts read them.

// Adds the object that `run show` gives.
void cz_run_show_build (CzLibrary *library, const CzRun *run, JsonBuilder *builder);
// Its members alone, into an object that is open.
void cz_run_show_build_members (CzLibrary *library, const CzRun *run, JsonBuilder *builder);
// The whole record for people.
void cz_run_show_print (CzLibrary *library, const CzRun *run);
// A run's number from text ("3" or "run:3"); CZ_USAGE_ERROR_WRONG.
gboolean cz_run_show_parse_id (const char *text, gint64 *ret_id, GError **error);
