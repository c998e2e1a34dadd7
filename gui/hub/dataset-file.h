// A file of a data set in a list; property "chosen".
#pragma once

#include "gui/hub/repository.h"

G_BEGIN_DECLS

#define CZ_TYPE_DATASET_FILE (cz_dataset_file_get_type ())
G_DECLARE_FINAL_TYPE (CzDatasetFile, cz_dataset_file, CZ, DATASET_FILE, GObject)

CzDatasetFile *cz_dataset_file_new (const CzRepositoryFile *file, gboolean chosen);

const char *cz_dataset_file_get_path (CzDatasetFile *self);
gint64 cz_dataset_file_get_missing (CzDatasetFile *self); // bytes that are to be fetched
gboolean cz_dataset_file_is_chosen (CzDatasetFile *self);
void cz_dataset_file_choose (CzDatasetFile *self, gboolean chosen);

// "train · parquet · 21 MB, already here", for people; the file's.
const char *cz_dataset_file_get_facts (CzDatasetFile *self);

G_END_DECLS
