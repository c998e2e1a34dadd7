#pragma once

#include <glib.h>

// Keeps the machine from suspending, by systemd's logind, until it is let go or the process is
// gone. Returns a descriptor to be closed; -1 with an error of GIO's where that cannot be had (no
// system bus, no logind, no permission), which harms nobody. `why`: for people who ask what keeps
// the machine awake. Takes 2 seconds at most.
int cz_sleep_inhibitor_take (const char *why, GError **error);
