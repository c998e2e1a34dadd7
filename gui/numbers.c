#include "gui/numbers.h"

#include <glib/gi18n.h>
#include <math.h>

char *
cz_numbers_count (gint64 n)
{
  return g_strdup_printf ("%'" G_GINT64_FORMAT, n);
}

char *
cz_numbers_documents (gint64 n)
{
  g_autofree char *count = cz_numbers_count (n);

  // Translators: %s is a number of documents.
  return g_strdup_printf (ngettext ("%s document", "%s documents", (gulong)n), count);
}

char *
cz_numbers_short (gint64 n)
{
  if (n < 10000)
    return cz_numbers_count (n);
  if (n < 1000000)
    // Translators: thousands, as in "15 k tokens".
    return g_strdup_printf (_ ("%.0f k"), (double)n / 1e3);
  if (n < 1000000000)
    // Translators: millions, as in "1.9 M tokens".
    return g_strdup_printf (_ ("%.1f M"), (double)n / 1e6);
  // Translators: thousand millions, as in "3.3 G words".
  return g_strdup_printf (_ ("%.1f G"), (double)n / 1e9);
}

char *
cz_numbers_probability (double p)
{
  if (p < 0.001)
    return g_strdup_printf ("<%.3f", 0.001);
  return g_strdup_printf (p < 0.0995 ? "%.3f" : "%.2f", p);
}

char *
cz_numbers_perplexity (double value)
{
  return g_strdup_printf ("%'.2f", value);
}

char *
cz_numbers_duration (double seconds)
{
  long whole = lround (fmax (seconds, 0));

  if (whole < 60)
    // Translators: seconds.
    return g_strdup_printf (_ ("%ld s"), whole);
  if (whole < 3600)
    // Translators: minutes.
    return g_strdup_printf (_ ("%ld min"), (whole + 30) / 60);
  // Translators: hours and minutes.
  return g_strdup_printf (_ ("%ld h %ld min"), whole / 3600, whole / 60 % 60);
}

char *
cz_numbers_time_left (double seconds)
{
  g_autofree char *duration = NULL;

  if (!(seconds >= 0))
    return g_strdup ("");
  if (seconds < 5)
    return g_strdup (_ ("almost done"));
  duration = cz_numbers_duration (seconds);
  // Translators: %s is a duration: "14 min left".
  return g_strdup_printf (_ ("%s left"), duration);
}
