// Where the application finds what belongs to it: in the build tree when it runs from there, else
// where it was installed. All results are paths the caller frees.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// The command `cloze`: the environment's CLOZE, beside this program, or in PATH. NULL when there
// is none.
char *cz_surroundings_find_cloze (void);

// The folder of the translations.
char *cz_surroundings_find_locale_folder (void);

// A file or folder under resources/ ("starter/model", "sample/jargon-file.jsonl"); NULL when it is
// not there.
char *cz_surroundings_find_data (const char *name);

G_END_DECLS
