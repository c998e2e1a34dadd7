#include "cli/progress.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"

#define BAR_WIDTH     24
#define BAR_INTERVAL  (G_USEC_PER_SEC / 8)
#define LINE_SOON     G_USEC_PER_SEC // of a stage's first lines, then twice as long each time,
#define LINE_INTERVAL (15 * G_USEC_PER_SEC) // up to this
// Says that lines are read by a program that shows them, as the window: they don't get rarer.
#define OFTEN "CZ_PROGRESS_OFTEN"

struct _CzProgress
{
  gboolean quiet;
  gboolean terminal;
  gint64 longest; // between two lines
  gboolean open;  // a bar stands on the line
  gint64 begun;
  double begun_fraction;
  gint64 told;     // when last
  gint64 interval; // until the next
  char *stage;     // the text's first word: another one is told at once
};

CzProgress *
cz_progress_new (gboolean quiet)
{
  CzProgress *progress = g_new0 (CzProgress, 1);

  progress->quiet = quiet;
  progress->terminal = isatty (STDERR_FILENO);
  progress->longest = g_getenv (OFTEN) != NULL ? LINE_SOON / 2 : LINE_INTERVAL;
  return progress;
}

static void
clear_bar (CzProgress *progress)
{
  if (progress->open)
    fputs ("\r\033[K", stderr);
  progress->open = FALSE;
}

void
cz_progress_free (CzProgress *progress)
{
  clear_bar (progress);
  fflush (stderr);
  g_free (progress->stage);
  g_free (progress);
}

// From how far it went in which time; the first moments say nothing.
static double
reckon_left (CzProgress *progress, double fraction, gint64 now)
{
  double spent = (double)(now - progress->begun) / G_USEC_PER_SEC;
  double done = fraction - progress->begun_fraction;

  return spent < 2 || done <= 0 ? NAN : spent * (1 - fraction) / done;
}

static void
draw (CzProgress *progress, double fraction, const char *text, double left)
{
  g_autofree char *time = cz_format_duration (left);
  g_autoptr (GString) line = g_string_new (NULL);

  if (progress->terminal && fraction >= 0)
    {
      guint full = (guint)(CLAMP (fraction, 0, 1) * BAR_WIDTH);
      for (guint i = 0; i < BAR_WIDTH; i++)
        g_string_append (line, i < full ? "█" : "░");
      g_string_append_c (line, ' ');
    }
  if (fraction >= 0)
    g_string_append_printf (line, "%3.0f %%  ", floor (CLAMP (fraction, 0, 1) * 100));
  g_string_append (line, text);
  if (isfinite (left))
    {
      g_string_append (line, "  ");
      g_string_append_printf (line, _ ("%s left"), time);
    }
  if (progress->terminal)
    fprintf (stderr, "\r\033[K%s", line->str);
  else
    fprintf (stderr, "%s\n", line->str);
  progress->open = progress->terminal;
  fflush (stderr);
}

void
cz_progress_tell (CzProgress *progress, double fraction, const char *text, double seconds_left)
{
  if (progress->quiet)
    return;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *stage = g_strndup (text, strcspn (text, " "));
  gboolean another = g_strcmp0 (stage, progress->stage) != 0;

  if (another)
    {
      g_free (progress->stage);
      progress->stage = g_steal_pointer (&stage);
      progress->begun = now;
      progress->interval = progress->terminal ? BAR_INTERVAL : LINE_SOON / 2;
      progress->begun_fraction = MAX (fraction, 0);
    }
  if (!another && now - progress->told < progress->interval)
    return;
  if (!progress->terminal)
    progress->interval = MIN (2 * progress->interval, progress->longest);
  progress->told = now;
  draw (progress, fraction, text,
        isfinite (seconds_left) || fraction < 0 ? seconds_left
                                                : reckon_left (progress, fraction, now));
}

void
cz_progress_callback (double fraction, const char *text, gpointer data)
{
  cz_progress_tell (data, fraction, text, NAN);
}

void
cz_progress_note (CzProgress *progress, const char *sentence)
{
  if (progress->quiet)
    return;
  clear_bar (progress);
  fprintf (stderr, "%s\n", sentence);
  fflush (stderr);
}
