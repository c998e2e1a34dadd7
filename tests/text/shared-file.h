#pragma once

#include <glib.h>

// A file of ../shared, which lies beside the checkout (CZ_SHARED). NULL where it is absent: the
// test was skipped then, or has failed if CI says that it must be there. Caller frees.
char *shared_file (const char *name);
