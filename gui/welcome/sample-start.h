// "Start with the sample": imports the sample corpus where the library does not have it yet, makes
// a run of the starter on it, as long as this device needs for the time there is, and follows it.
// One for each workbench, without widgets; main thread only. The run is a process of its own: it
// goes on when nobody looks. Signals: "changed" whenever there is something new to tell; "adapted"
// when a run that was begun, or found at work, has ended with a model.
#pragma once

#include "gui/workbench.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_SAMPLE_IDLE,
  CZ_SAMPLE_IMPORTING,
  CZ_SAMPLE_PLANNING, // cutting the corpus into tokens, measuring the device
  CZ_SAMPLE_TRAINING,
  CZ_SAMPLE_CANCELLING,
  CZ_SAMPLE_ADAPTED,
  CZ_SAMPLE_FAILED,
} CzSampleStage;

#define CZ_TYPE_SAMPLE_START (cz_sample_start_get_type ())
G_DECLARE_FINAL_TYPE (CzSampleStart, cz_sample_start, CZ, SAMPLE_START, GObject)

// The workbench's, made at the first call; finds what an earlier session left behind.
CzSampleStart *cz_sample_start_get (CzWorkbench *workbench);

// Begins, or goes on where an earlier start ended; what is in the library already is used. Adapted
// already: emits "adapted" at once.
void cz_sample_start_begin (CzSampleStart *self);
// Takes an import back; a run is paused, so that the next start goes on with it.
void cz_sample_start_cancel (CzSampleStart *self);

CzSampleStage cz_sample_start_get_stage (CzSampleStart *self);
gboolean cz_sample_start_is_active (CzSampleStart *self);
// Whether a run waits to be gone on with.
gboolean cz_sample_start_is_paused (CzSampleStart *self);
// What is happening, in a few words; the object's.
const char *cz_sample_start_get_status (CzSampleStart *self);
// FAILED: why, and what to do; else NULL.
const char *cz_sample_start_get_trouble (CzSampleStart *self);
// 0 to 1, and seconds; NAN: not known.
double cz_sample_start_get_share (CzSampleStart *self);
double cz_sample_start_get_seconds_left (CzSampleStart *self);
// The run; 0: not made yet.
gint64 cz_sample_start_get_run (CzSampleStart *self);
// Perplexities found so far, the first one before training; doubles, the object's.
GArray *cz_sample_start_get_perplexities (CzSampleStart *self);
// Since "adapted" was emitted: the sentences, those first whose answers moved most,
// NULL-terminated; the object's.
const char *const *cz_sample_start_get_sentences (CzSampleStart *self);

G_END_DECLS
