#pragma once

#include "data/run.h"

// The command that repeats a run: `cloze train` with everything its record says.

// NULL-terminated, "cloze" first; freed with g_strfreev. What stands in the way of the same bits
// (a corpus that has changed since …) is told in `ret_notes`, one sentence each (NULL: not wanted),
// freed likewise. Errors: CZ_FORMAT_ERROR_*, CZ_TRAIN_ERROR_PARAMETER (the record),
// CZ_DATA_ERROR_*.
char **cz_run_command_make (CzLibrary *library,
                            const CzRun *run,
                            char ***ret_notes,
                            GError **error);
// The same as a line for a shell.
char *cz_run_command_make_line (CzLibrary *library,
                                const CzRun *run,
                                char ***ret_notes,
                                GError **error);
