// What the program brings with it to begin with: the sample corpus, how a run on it is asked for,
// and the sentences it is looked at with. The terminal's main-job.sh reads the same files. The
// environment's CZ_SAMPLE names another folder with the same files, for tests.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// The name that the corpus gets in the library, and the model that is adapted to it.
#define CZ_SAMPLE_CORPUS "Jargon File"
#define CZ_SAMPLE_MODEL  "starter"

// The corpus' file; NULL: it is not installed. Freed by the caller.
char *cz_sample_folder_find_corpus (void);

// Arguments of `cloze run create` beside model and corpus, and the sentences, each with a [MASK];
// both NULL-terminated, g_strfreev (). NULL where they can't be read. Errors: G_FILE_ERROR_*, with
// a sentence.
char **cz_sample_folder_read_arguments (GError **error);
char **cz_sample_folder_read_sentences (GError **error);

G_END_DECLS
