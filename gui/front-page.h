// Pages of a stack behind the one in front, as those who read the window aloud see them: not at
// all. GTK 4.8 tells assistive technology of every page alike.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

// Keeps the accessible state “hidden” of the pages of `stack` (GtkStack or AdwViewStack, its pages
// all there) in step with which of them is visible.
void cz_front_page_follow (gpointer stack);

G_END_DECLS
