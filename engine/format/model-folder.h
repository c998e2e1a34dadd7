#pragma once

#include "engine/format/model-config.h"
#include "engine/format/parameter-table.h"
#include "engine/format/safetensors.h"
#include "engine/text/tokenizer.h"

// A Hugging Face folder of a DistilBERT for masked words: config.json, model.safetensors, vocab.txt
// (or tokenizer.json alone), tokenizer_config.json, special_tokens_map.json. Immutable once open.
typedef struct _CzModelFolder CzModelFolder;

// Opens and checks the whole folder: every parameter is there with its shape and a type we read,
// the vocabulary fits the config, the special tokens are in it. Weights stay in the mapped file.
// Errors: CZ_FORMAT_ERROR_*; each message is one sentence that names the file.
CzModelFolder *cz_model_folder_open (const char *path, GError **error);
void cz_model_folder_free (CzModelFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzModelFolder, cz_model_folder_free)

// Only the tokenizer of a folder; weights are neither needed nor looked at.
CzTokenizer *cz_model_folder_load_tokenizer (const char *path, GError **error);

// All stay the folder's.
const char *cz_model_folder_get_path (CzModelFolder *folder);
const CzModelConfig *cz_model_folder_get_config (CzModelFolder *folder);
CzParameterTable *cz_model_folder_get_table (CzModelFolder *folder);
CzTokenizer *cz_model_folder_get_tokenizer (CzModelFolder *folder);
// What the person should know though it is no error (one sentence each), NULL-terminated.
const char *const *cz_model_folder_get_notes (CzModelFolder *folder);

// The tensor of a parameter, and its numbers as floats: `n` elements from `first` on.
const CzTensor *cz_model_folder_get_tensor (CzModelFolder *folder, guint parameter);
gboolean cz_model_folder_read (CzModelFolder *folder,
                               guint parameter,
                               guint64 first,
                               guint64 n,
                               float *ret_floats,
                               GError **error);

// A file to lie in the folder besides (README.md, training.json).
typedef struct
{
  const char *name;
  const char *text;
} CzFolderFile;

// Writes a whole folder (beside, fsynced, renamed; a folder of that name is replaced): config.json,
// model.safetensors (`dtype` F32 or F16; names and shapes of the config's table, numbers from
// `reader`, whose index is the table's), vocab.txt, tokenizer_config.json, special_tokens_map.json,
// and `files`. Errors: IO, NO_SPACE, and the reader's.
gboolean cz_model_folder_save (const char *path,
                               const CzModelConfig *config,
                               CzTokenizer *tokenizer,
                               CzDtype dtype,
                               CzTensorReader reader,
                               gpointer data,
                               const CzFolderFile *files,
                               guint n_files,
                               GError **error);
