// What a person does to sets of sentences and their rows: with the dialogs it takes, and a way
// back.
#pragma once

#include <adwaita.h>

#include "gui/playground/sentences-store.h"

G_BEGIN_DECLS

// Where it is done; all of it is the view's, which outlives its dialogs and toasts.
typedef struct
{
  GtkWidget *view;
  CzSentencesStore *store;
  AdwToastOverlay *toasts;
  GtkSingleSelection *selection; // of the store's items
  gboolean quiet;                // the selection is being changed by what is done, not by a person
} CzSentencesPlace;

// To the chosen row of an own set. text: of the row to be added.
void cz_sentences_deed_add (CzSentencesPlace *place, const char *text);
void cz_sentences_deed_edit (CzSentencesPlace *place);
// by: -1 up, 1 down.
void cz_sentences_deed_move (CzSentencesPlace *place, int by);
void cz_sentences_deed_remove (CzSentencesPlace *place);

// To the chosen set. text: the first sentence of a new one.
void cz_sentences_deed_new_set (CzSentencesPlace *place, const char *text);
void cz_sentences_deed_copy_set (CzSentencesPlace *place);
void cz_sentences_deed_rename_set (CzSentencesPlace *place);
void cz_sentences_deed_delete_set (CzSentencesPlace *place);

// From and to files. A set that is imported gets a name of the person's choice.
void cz_sentences_deed_import (CzSentencesPlace *place);
void cz_sentences_deed_export (CzSentencesPlace *place);

G_END_DECLS
