#pragma once

#include <gio/gio.h>

// What all jobs share: their errors and how they tell how far they are.

typedef enum
{
  CZ_JOB_ERROR_NOT_FOUND,   // no model, corpus or run of that name
  CZ_JOB_ERROR_INVALID,     // what was given cannot be used
  CZ_JOB_ERROR_CHANGED,     // corpus or model are no longer those of the run
  CZ_JOB_ERROR_UNAVAILABLE, // this version cannot do it yet
} CzJobError;
#define CZ_JOB_ERROR (cz_job_error_quark ())
GQuark cz_job_error_quark (void);

// fraction: 0 … 1, negative: not known. `text`: what is being done, for people.
typedef void (*CzJobProgress) (double fraction, const char *text, gpointer data);
