// Documents of a corpus with the same text: those that stand in training and test, too, as rows,
// and a button that excludes them from training.
#pragma once

#include <adwaita.h>

#include "data/corpus-duplicates.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

// duplicates: not kept. What is excluded is told with the action corpus.tell.
GtkWidget *cz_duplicate_documents_new (CzWorkbench *workbench,
                                       gint64 corpus,
                                       const CzCorpusDuplicates *duplicates);

G_END_DECLS
