// Watches how long the main thread is kept from answering: for `./dev bench ui`, off unless asked.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// Begins when the environment's CZ_WATCHDOG names a file, which gets a line of JSON for each turn
// of the main loop: `at` (monotonic seconds), `ms` it took from poll to poll, `cpu_ms` of them that
// this thread ran, and, where it took over 50 ms, `stack`: where it was then. Called once, in the
// main thread, before the main loop.
void cz_watchdog_begin (void);

G_END_DECLS
