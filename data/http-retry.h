#pragma once

#include "data/http.h"

// When a request is tried again, and after which wait. Tests shorten the times by CZ_HTTP_TIMES
// ("CONNECT,STALL,WAIT", milliseconds).

typedef struct
{
  guint connect_ms; // until a connection stands: 10 s
  guint stall_ms;   // until a silence is a time-out: 30 s
  guint wait_ms;    // before the second try: 1 s, then twice as long each time
} CzHttpTimes;
CzHttpTimes cz_http_times (void);

// Whether a status or an error may pass by itself. Being offline does not count.
gboolean cz_http_status_may_pass (guint status);
gboolean cz_http_error_may_pass (const GError *error);

// Milliseconds to wait after try `n` (1 …) that gave `reply` (NULL: none): what the answer's
// Retry-After (seconds or a date; else RateLimit's t=) says, at most a minute; else wait_ms ·
// 2^(n-1).
guint cz_http_retry_wait (const CzHttpTimes *times, guint n, const CzHttpReply *reply, gint64 now);
// Sleeps; FALSE: cancelled.
gboolean cz_http_sleep (guint milliseconds, GCancellable *cancellable, GError **error);
