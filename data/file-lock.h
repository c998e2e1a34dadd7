#pragma once

#include <glib.h>

// A file whose lock tells that a process is at work. The kernel lets go of it however the process
// ends.

// Takes the lock of `path`, which is made where it is not there; it is held until the descriptor is
// closed. -1: STATE with the sentence `taken` where another process has it, IO.
int cz_file_lock_take (const char *path, const char *taken, GError **error);
// Whether any process has it.
gboolean cz_file_lock_is_held (const char *path);
