// What is asked before the window closes over work that would end with it.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

// keep and end: the buttons' labels. The response is "keep", which is also Escape's, or "end".
GtkWidget *cz_closing_question_new (
    GtkWindow *parent, const char *heading, const char *body, const char *keep, const char *end);

G_END_DECLS
