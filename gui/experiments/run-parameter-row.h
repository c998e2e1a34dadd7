// A row of the dialog New run: a parameter, what it does, and the person's own value or values for
// it. Left empty, the preset's value holds, which stands there dimmed. Emits "changed".
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-parameter.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_PARAMETER_ROW (cz_run_parameter_row_get_type ())
G_DECLARE_FINAL_TYPE (CzRunParameterRow, cz_run_parameter_row, CZ, RUN_PARAMETER_ROW, AdwActionRow)

CzRunParameterRow *cz_run_parameter_row_new (const CzRunParameter *parameter);

// The person's own values as cloze reads them, none where the preset's is meant; the row's, until
// it changes. NULL when what was typed makes no sense: the row says why.
const char *const *cz_run_parameter_row_get_values (CzRunParameterRow *self);

// As if a person had typed it; NULL: nothing.
void cz_run_parameter_row_set_value (CzRunParameterRow *self, const char *value);

// What the preset says, as cloze reads it; NULL: not known yet.
void cz_run_parameter_row_set_preset (CzRunParameterRow *self, const char *value);
const char *cz_run_parameter_row_get_preset (CzRunParameterRow *self);

G_END_DECLS
