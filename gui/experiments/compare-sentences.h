// The same sentences under the models of several runs: what each said of its examples at its last
// evaluation, and of a sentence that a person types.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_COMPARE_SENTENCES (cz_compare_sentences_get_type ())
G_DECLARE_FINAL_TYPE (CzCompareSentences, cz_compare_sentences, CZ, COMPARE_SENTENCES, AdwBin)

void cz_compare_sentences_set_workbench (CzCompareSentences *self, CzWorkbench *workbench);

// names: what each is called. Read anew only where there are other runs or evaluations.
void cz_compare_sentences_show (CzCompareSentences *self,
                                CzRunItem *const *items,
                                const char *const *names,
                                guint n);

G_END_DECLS
