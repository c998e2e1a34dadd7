// The run parameters a person can set in the dialog: their keys, and what values make sense.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CZ_RUN_PARAMETER_WHOLE,  // a whole number
  CZ_RUN_PARAMETER_NUMBER, // any number; comma or point
  CZ_RUN_PARAMETER_WORD,   // one of a list
} CzRunParameterKind;

typedef struct
{
  const char *key; // as `cloze run create --set` and the dialog's template name it
  CzRunParameterKind kind;
  double low, high;
  const char *words[4]; // the values of a list, in the order of the drop-down after "as the preset"
} CzRunParameter;

#define CZ_N_RUN_PARAMETERS 13
extern const CzRunParameter cz_run_parameters[CZ_N_RUN_PARAMETERS];

// A parameter's name for people, translated; the key itself for one that has none.
const char *cz_run_parameter_get_title (const char *key);

// Checks what was typed. Gives the value as cloze reads it (a point in numbers), NULL for text that
// is empty; FALSE with a sentence when it makes no sense.
gboolean cz_run_parameter_parse (const CzRunParameter *parameter,
                                 const char *typed,
                                 char **ret_value,
                                 char **ret_sentence);

G_END_DECLS
