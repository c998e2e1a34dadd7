#pragma once

#include "cli/invocation.h"
#include "data/run.h"

// Runs named on the command line.

// The run that argument `argument` names.
CzRun *cz_run_argument_get (CzInvocation *invocation, guint argument, GError **error);
// Those that all arguments name, in their order, each once: elements CzRun.
GPtrArray *cz_run_arguments_get (CzInvocation *invocation, GError **error);
// Those of one argument with commas ("3,5"), in their order, each once.
GPtrArray *cz_run_argument_get_list (CzInvocation *invocation, guint argument, GError **error);
