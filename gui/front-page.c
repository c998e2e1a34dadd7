#include "gui/front-page.h"

static void
tell_hidden (GtkWidget *stack)
{
  GtkWidget *front = NULL;

  g_object_get (stack, "visible-child", &front, NULL);
  for (GtkWidget *page = gtk_widget_get_first_child (stack); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    gtk_accessible_update_state (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_STATE_HIDDEN, page != front,
                                 -1);
  g_clear_object (&front);
}

void
cz_front_page_follow (gpointer stack)
{
  g_signal_connect (stack, "notify::visible-child", G_CALLBACK (tell_hidden), NULL);
  tell_hidden (stack);
}
