#include "gui/playground/key-trace.h"

#include <stdio.h>

static FILE *file;
static gboolean answered; // and not painted yet

static void
tell (const char *what)
{
  fprintf (file, "{\"what\":\"%s\",\"at\":%.6f}\n", what, (double)g_get_monotonic_time () * 1e-6);
}

// The display server's time of a key is milliseconds of the same clock, where it runs on this
// machine.
static gboolean
key_pressed (GtkEventControllerKey *controller,
             guint keyval,
             guint keycode,
             GdkModifierType state,
             gpointer data)
{
  guint32 now = (guint32)(g_get_monotonic_time () / 1000);
  guint32 ago
      = now - gtk_event_controller_get_current_event_time (GTK_EVENT_CONTROLLER (controller));

  fprintf (file, "{\"what\":\"key\",\"at\":%.6f,\"waited\":%u}\n",
           (double)g_get_monotonic_time () * 1e-6, ago < 10000 ? ago : 0);
  return GDK_EVENT_PROPAGATE;
}

static void
edited (void)
{
  tell ("edited");
}

static void
painted (void)
{
  if (answered)
    tell ("painted");
  answered = FALSE;
}

static void
realized (GtkWidget *prompt)
{
  g_signal_connect (gtk_widget_get_frame_clock (prompt), "after-paint", G_CALLBACK (painted), NULL);
}

void
cz_key_trace_follow (GtkWidget *prompt)
{
  const char *path = g_getenv ("CZ_KEY_TRACE");
  GtkEventController *keys;

  if (path == NULL || path[0] == '\0' || file != NULL)
    return;
  file = fopen (path, "we");
  if (file == NULL)
    {
      g_warning ("%s can't be written: keys are not traced.", path);
      return;
    }
  // It may be killed.
  setvbuf (file, NULL, _IOLBF, BUFSIZ);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), NULL);
  gtk_widget_add_controller (prompt, keys);
  g_signal_connect (prompt, "prompt-changed", G_CALLBACK (edited), NULL);
  g_signal_connect (prompt, "realize", G_CALLBACK (realized), NULL);
}

void
cz_key_trace_asked (void)
{
  if (file != NULL)
    tell ("asked");
}

void
cz_key_trace_answered (void)
{
  if (file == NULL)
    return;
  tell ("answered");
  answered = TRUE;
}
