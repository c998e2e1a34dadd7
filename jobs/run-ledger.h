#pragma once

#include "data/run.h"
#include "jobs/job.h"

// What a run at work writes into the library as it goes: metrics and where it stands, gathered and
// written about once a second in short transactions.
typedef struct _CzRunLedger CzRunLedger;

// `run` stays the caller's; its fields of cz_run_report () are written from.
CzRunLedger *cz_run_ledger_new (CzLibrary *library, CzRun *run);
void cz_run_ledger_free (CzRunLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRunLedger, cz_run_ledger_free)

void cz_run_ledger_add (CzRunLedger *ledger,
                        guint64 step,
                        double epoch,
                        double seconds,
                        const char *name,
                        double value);
gboolean cz_run_ledger_is_due (CzRunLedger *ledger);
// Writes if it is due. A library that is busy is tried again later.
gboolean cz_run_ledger_write (CzRunLedger *ledger, GError **error);
// Writes now.
gboolean cz_run_ledger_flush (CzRunLedger *ledger, GError **error);
