#pragma once

#include <glib.h>

// Removes a folder and all in it; links are removed, not followed. What is not there is no error.
// Returns FALSE if anything stayed.
gboolean cz_folder_remove (const char *path);
