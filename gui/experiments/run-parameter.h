// The run parameters a person can set: what they are called, what they do, what values make sense.
// The same as cloze accepts; cloze has the last word.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CZ_RUN_PARAMETER_WHOLE,    // a whole number
  CZ_RUN_PARAMETER_NUMBER,   // any number
  CZ_RUN_PARAMETER_WORD,     // one of a list
  CZ_RUN_PARAMETER_INTERVAL, // "5min", "30s", or a whole number of steps
  CZ_RUN_PARAMETER_LAYERS,   // a word, or "layers:N", for which a person may type N
} CzRunParameterKind;

typedef enum
{
  CZ_RUN_PARAMETERS_TRAINING,
  CZ_RUN_PARAMETERS_MASKING,
  CZ_RUN_PARAMETERS_DATA,
  CZ_RUN_PARAMETERS_OPTIMIZER,
  CZ_RUN_PARAMETERS_KEEPING,
  CZ_RUN_PARAMETERS_DEVICE,
  CZ_N_RUN_PARAMETER_GROUPS
} CzRunParameterGroup;

typedef struct
{
  const char *key; // as `cloze run create --set` names it
  CzRunParameterGroup group;
  CzRunParameterKind kind;
  double low, high;          // of the number; G_MAXUINT64 as high: that many exactly
  gboolean open_low;         // low itself is too little
  const char *words[5];      // what may stand in place of a number, as cloze reads it
  const char *word_names[5]; // the same for people, to be translated
  const char *title;         // to be translated
  const char *explanation;   // one sentence, to be translated
} CzRunParameter;

#define CZ_N_RUN_PARAMETERS 30
extern const CzRunParameter cz_run_parameters[CZ_N_RUN_PARAMETERS];

// NULL: there is none of this key.
const CzRunParameter *cz_run_parameter_find (const char *key);

// A parameter's name for people, translated; the key itself for one that has none.
const char *cz_run_parameter_get_title (const char *key);

const char *cz_run_parameter_group_get_title (CzRunParameterGroup group);

// Checks what was typed: a value, or several separated by blanks, “;” or, where that can't be taken
// for a decimal comma, by commas. Gives them as cloze reads them, NULL-terminated, none for text
// that is empty; FALSE with a sentence when it makes no sense.
gboolean cz_run_parameter_parse (const CzRunParameter *parameter,
                                 const char *typed,
                                 char ***ret_values,
                                 char **ret_sentence);

// A value as a person reads and types it: "0,06" for "0.06" where a comma is the decimal point,
// words translated. Freed by the caller.
char *cz_run_parameter_format (const CzRunParameter *parameter, const char *value);
// Several, so that they can be typed. Freed by the caller.
char *cz_run_parameter_format_list (const CzRunParameter *parameter, const char *const *values);

G_END_DECLS
