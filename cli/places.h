#pragma once

#include <glib.h>

// Where what was installed beside the command lies; in a build folder, in the sources.

// A file or folder of resources/ ("starter/model"); NULL where it is not there. Freed by the
// caller.
char *cz_places_find_data (const char *name);
// Makes _() speak the person's language.
void cz_places_bind_translations (void);
