// The machine's memory as this process may use it: the system's, or what its control groups leave
// it.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint64 cz_system_memory_available (void); // bytes left now
guint64 cz_system_memory_total (void);     // bytes at most
guint64 cz_system_memory_used (void);      // bytes that this process holds; 0: not known

G_END_DECLS
