// Attention taken along: as CSV, and as a picture.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/attention-answer.h"

G_BEGIN_DECLS

// A row for each model, chosen head and key: "model,layer,head,from,from_token,to,to_token,
// probability"; layers, heads and tokens count from 1. answers: n; those that have other layers or
// heads than the first are left out. words_only: as cz_attention_answer_make_rows () has it. The
// caller frees it.
char *cz_attention_table_write (CzAttentionAnswer *const *answers,
                                guint n,
                                guint query,
                                const gboolean *chosen,
                                gboolean words_only);

// What widgets of one window show now, in full also where they are scrolled, one below the other.
// NULL where nothing can be drawn. The caller unrefs it.
GdkTexture *cz_attention_picture_make (GtkWidget *const *widgets, guint n);

G_END_DECLS
