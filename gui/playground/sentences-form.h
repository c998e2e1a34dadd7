// The small dialogs about sets of sentences: a name, and a sentence with what is accepted. They
// check what is typed; the response "do" tells that it is to be done.
#pragma once

#include "gui/corpora/form-dialog.h"
#include "gui/playground/sentences-store.h"

G_BEGIN_DECLS

// name: what is proposed; a set that is called so already may keep it if `keep`.
CzFormDialog *cz_sentences_form_new_name (GtkWidget *from,
                                          CzSentencesStore *store,
                                          const char *heading,
                                          const char *body,
                                          const char *deed,
                                          const char *name,
                                          gboolean keep);
const char *cz_sentences_form_get_name (CzFormDialog *form);

CzFormDialog *cz_sentences_form_new_sentence (
    GtkWidget *from, const char *heading, const char *deed, const char *text, const char *answers);
const char *cz_sentences_form_get_text (CzFormDialog *form);
const char *cz_sentences_form_get_answers (CzFormDialog *form);

G_END_DECLS
