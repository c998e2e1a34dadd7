#pragma once

#include "data/run.h"
#include "engine/train/trainer.h"
#include "jobs/job.h"

// A run's folder: checkpoint-STEP (weights, optimizer, position), and the model folders best,
// epoch-N, last and state-STEP. A folder counts once the library knows it; what it doesn't know is
// left over from a process that died, and is swept when the next one begins. Only who holds the
// run's lock may call the functions that write.

// The whole checkpoint that the run goes on from; NULL if there is none. Freed by the caller.
char *cz_run_folder_find_checkpoint (CzLibrary *library, gint64 run);

// Errors: CZ_FORMAT_ERROR_*, CZ_GPU_ERROR_*, CZ_DATA_ERROR_*; what stood there before still does.
gboolean cz_run_folder_save_checkpoint (CzLibrary *library,
                                        const CzRun *run,
                                        CzTrainer *trainer,
                                        GError **error);
// `best` sets run->result_folder.
gboolean cz_run_folder_save_best (CzLibrary *library,
                                  CzRun *run,
                                  CzTrainer *trainer,
                                  GError **error);
// Keeps the `keep` last epochs.
gboolean cz_run_folder_save_epoch (
    CzLibrary *library, const CzRun *run, CzTrainer *trainer, guint keep, GError **error);
// The state a run ended in.
gboolean cz_run_folder_save_last (CzLibrary *library,
                                  CzRun *run,
                                  CzTrainer *trainer,
                                  GError **error);
// Writes training.json and README.md anew, with what the run has come to, where models stand.
gboolean cz_run_folder_describe (CzLibrary *library, const CzRun *run, GError **error);

// The model folder state-STEP of what the run's checkpoint holds, made where it isn't there yet:
// for a run that is not at its end, which has no other model of where it stands. Whoever asks may
// make it. NULL without an error: there is no checkpoint. Freed by the caller.
char *cz_run_folder_export_checkpoint (CzLibrary *library, const CzRun *run, GError **error);

// Removes what no record knows.
void cz_run_folder_sweep (CzLibrary *library, gint64 run);
// Removes the checkpoint of a run that has finished.
gboolean cz_run_folder_drop_checkpoint (CzLibrary *library, gint64 run, GError **error);
