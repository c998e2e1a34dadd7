#pragma once

#include <glib.h>

// What the datasets library notes in a Parquet file about its columns: the names of the labels that
// stand there as numbers.

typedef struct _CzParquetFeatures CzParquetFeatures;

// Of the JSON under the key "huggingface". NULL: there is nothing of use in it.
CzParquetFeatures *cz_parquet_features_new (const char *json);
void cz_parquet_features_free (CzParquetFeatures *features);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzParquetFeatures, cz_parquet_features_free)

// The names of a column's labels from 0 on, freed with g_strfreev (). NULL: they have none.
char **cz_parquet_features_get_names (CzParquetFeatures *features, const char *column);
