#include "data/http-retry.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_WAIT_MS 60000
#define NAP_MS          50

CzHttpTimes
cz_http_times (void)
{
  CzHttpTimes times = { 10000, 30000, 1000 };
  const char *text = g_getenv ("CZ_HTTP_TIMES");
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ",", 4);
  guint *fields[] = { &times.connect_ms, &times.stall_ms, &times.wait_ms };

  for (guint i = 0; i < G_N_ELEMENTS (fields) && parts[i] != NULL; i++)
    {
      guint64 number = 0;

      if (g_ascii_string_to_unsigned (parts[i], 10, 1, 600000, &number, NULL))
        *fields[i] = (guint)number;
    }
  return times;
}

gboolean
cz_http_status_may_pass (guint status)
{
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503
         || status == 504;
}

gboolean
cz_http_error_may_pass (const GError *error)
{
  return g_error_matches (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_TIMEOUT)
         || g_error_matches (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_CUT)
         || cz_http_status_may_pass (cz_http_error_get_status (error));
}

// "Wed, 21 Oct 2015 07:28:00 GMT" as seconds since 1970; -1: it is none.
static gint64
parse_date (const char *text)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char month[4] = "", zone[4] = "";
  int day, year, hour, minute, second;

  if (sscanf (text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %3[A-Z]", &day, month, &year,
              &hour, &minute, &second, zone)
          != 7
      || strlen (month) != 3 || strstr (months, month) == NULL || strcmp (zone, "GMT") != 0)
    return -1;
  g_autoptr (GDateTime) date = g_date_time_new_utc (
      year, (int)(strstr (months, month) - months) / 3 + 1, day, hour, minute, second);
  return date != NULL ? g_date_time_to_unix (date) : -1;
}

guint
cz_http_retry_wait (const CzHttpTimes *times, guint n, const CzHttpReply *reply, gint64 now)
{
  const char *after = reply != NULL ? cz_http_reply_get_header (reply, "retry-after") : NULL;
  const char *limit = reply != NULL ? cz_http_reply_get_header (reply, "ratelimit") : NULL;
  guint64 seconds = 0;

  if (after != NULL && g_ascii_string_to_unsigned (after, 10, 0, G_MAXUINT32, &seconds, NULL))
    return (guint)MIN (seconds * 1000, LONGEST_WAIT_MS);
  if (after != NULL)
    {
      gint64 date = parse_date (after);

      if (date >= 0)
        return (guint)CLAMP ((date - now) * 1000, 0, LONGEST_WAIT_MS);
    }
  // RateLimit: "api";r=0;t=55
  if (limit != NULL && reply->status == 429 && strstr (limit, ";t=") != NULL)
    {
      seconds = g_ascii_strtoull (strstr (limit, ";t=") + 3, NULL, 10);
      return (guint)MIN (seconds * 1000, LONGEST_WAIT_MS);
    }
  return MIN (times->wait_ms << MIN (n - 1, 6), LONGEST_WAIT_MS);
}

gboolean
cz_http_sleep (guint milliseconds, GCancellable *cancellable, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64)milliseconds * 1000;

  for (;;)
    {
      gint64 left = end - g_get_monotonic_time ();

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (left <= 0)
        return TRUE;
      g_usleep ((gulong)MIN (left, NAP_MS * 1000));
    }
}
