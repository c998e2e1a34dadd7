// The files of a data set that hold texts, each to be chosen or not. At first those of one
// configuration are chosen, in one format: a data set often has the same texts several times. Emits
// "changed".
#pragma once

#include <adwaita.h>

#include "gui/hub/repository.h"

G_BEGIN_DECLS

#define CZ_TYPE_DATASET_FILES (cz_dataset_files_get_type ())
G_DECLARE_FINAL_TYPE (CzDatasetFiles, cz_dataset_files, CZ, DATASET_FILES, AdwBin)

void cz_dataset_files_show (CzDatasetFiles *self, const CzRepository *repository);

// How many there are, and are chosen.
guint cz_dataset_files_get_n (CzDatasetFiles *self);
guint cz_dataset_files_get_n_chosen (CzDatasetFiles *self);
// The paths of those chosen, NULL-terminated; freed with g_strfreev ().
char **cz_dataset_files_get_chosen (CzDatasetFiles *self);

// Which are chosen at first: whether the file at `index` of the repository is.
gboolean cz_dataset_files_is_preset (const CzRepository *repository, guint index);

G_END_DECLS
