// The forms for what can be done with a corpus: renaming, splitting, making a new corpus of a part
// of it or of several, exporting. What was filled in is handed on as an operation.
#pragma once

#include <adwaita.h>

#include "gui/corpora/corpus-operation.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

typedef void (*CzCorpusFormFunc) (GtkWidget *from, CzCorpusOperation *operation);

// from: a widget of the window, which gets the operation (and takes it over) as long as it lives.
void cz_corpus_form_rename (GtkWidget *from,
                            CzWorkbench *workbench,
                            const CzCorpus *corpus,
                            CzCorpusFormFunc func);
void cz_corpus_form_split (GtkWidget *from,
                           CzWorkbench *workbench,
                           const CzCorpus *corpus,
                           CzCorpusFormFunc func);
// filter: which documents are listed now, and how many of them.
void cz_corpus_form_derive (GtkWidget *from,
                            CzWorkbench *workbench,
                            const CzCorpus *corpus,
                            const CzDocumentFilter *filter,
                            gint64 listed,
                            CzCorpusFormFunc func);
void cz_corpus_form_merge (GtkWidget *from,
                           CzWorkbench *workbench,
                           const CzCorpus *corpus,
                           CzCorpusFormFunc func);
// A file chooser.
void cz_corpus_form_export (GtkWidget *from,
                            CzWorkbench *workbench,
                            const CzCorpus *corpus,
                            const CzDocumentFilter *filter,
                            gint64 listed,
                            CzCorpusFormFunc func);

G_END_DECLS
