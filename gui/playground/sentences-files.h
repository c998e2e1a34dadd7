// Sets of sentences and results as files that a person chooses. Reading and writing is done in a
// thread; what goes wrong is told in a dialog.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

// Asks where to, and writes text (taken). name: what is proposed, without ".csv".
void cz_sentences_files_save (GtkWidget *from, const char *title, const char *name, char *text);

// What was read: the file's name without its ending, and elements CzSentence, of the caller's only
// during the call. `from` is alive.
typedef void (*CzSentencesRead) (GtkWidget *from,
                                 const char *name,
                                 GArray *sentences,
                                 gpointer data);
// Asks for a file and reads it. data: alive as long as `from`.
void cz_sentences_files_open (GtkWidget *from, CzSentencesRead read, gpointer data);

G_END_DECLS
