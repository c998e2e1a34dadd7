#include "engine/format/model-folder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/tokenizer-files.h"

struct _CzModelFolder
{
  char *path;
  CzModelConfig config;
  CzParameterTable *table;
  CzTokenizer *tokenizer;
  CzSafetensors *weights;
  const CzTensor **tensors; // by parameter; the file's
  GPtrArray *notes;
};

static gboolean
has_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
is_empty (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);

  return folder != NULL && g_dir_read_name (folder) == NULL;
}

// Reading a pipe or a device in a file's place could wait for ever.
static gboolean
check_files (const char *path, GError **error)
{
  static const char *const names[] = { "config.json",
                                       "model.safetensors",
                                       "vocab.txt",
                                       "tokenizer_config.json",
                                       "special_tokens_map.json",
                                       "tokenizer.json",
                                       "README.md",
                                       "training.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_build_filename (path, names[i], NULL);
      if (g_file_test (file, G_FILE_TEST_EXISTS) && !g_file_test (file, G_FILE_TEST_IS_REGULAR))
        {
          g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                       _ ("“%s” is no ordinary file; get the model's folder again."), file);
          return FALSE;
        }
    }
  return TRUE;
}

// A folder that can't be a model at all is told apart from one that lacks a file.
static gboolean
check_folder (const char *path, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
                 _ ("There is no folder “%s”; choose a model's folder."), path);
  else if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                 _ ("“%s” is not a folder; choose the folder that holds the model's files."), path);
  else if (is_empty (path))
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
                 _ ("The folder “%s” is empty; choose one with config.json, model.safetensors and "
                    "vocab.txt."),
                 path);
  else if (!has_file (path, "config.json"))
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
                 _ ("“%s” holds no config.json, so it is no model's folder; choose one with "
                    "config.json, model.safetensors and vocab.txt."),
                 path);
  else
    return check_files (path, error);
  return FALSE;
}

static gboolean
check_weights_file (const char *path, GError **error)
{
  if (has_file (path, "model.safetensors"))
    return TRUE;
  if (has_file (path, "model.safetensors.index.json"))
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                 _ ("The weights in “%s” are split into several files; save the model again as one "
                    "model.safetensors (in Python: model.save_pretrained (…, "
                    "max_shard_size=\"100GB\"))."),
                 path);
  else if (has_file (path, "pytorch_model.bin"))
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                 _ ("“%s” has only pytorch_model.bin, which may carry programs and is not read; "
                    "convert it in Python with DistilBertForMaskedLM.from_pretrained "
                    "(\"%s\").save_pretrained (\"%s\", safe_serialization=True)."),
                 path, path, path);
  else if (has_file (path, "tf_model.h5") || has_file (path, "flax_model.msgpack"))
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                 _ ("“%s” has weights of TensorFlow or Flax only; save the model from PyTorch as "
                    "model.safetensors."),
                 path);
  else
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
                 _ ("“%s” holds no model.safetensors; copy the model's weights into it."), path);
  return FALSE;
}

// With or without the "distilbert." of checkpoints that carry a head.
static const CzTensor *
find_tensor (CzSafetensors *weights, const char *name)
{
  const CzTensor *tensor = cz_safetensors_lookup (weights, name);

  if (tensor == NULL && g_str_has_prefix (name, "distilbert."))
    tensor = cz_safetensors_lookup (weights, name + strlen ("distilbert."));
  return tensor;
}

static gboolean
check_tensor (CzModelFolder *folder,
              const CzParameter *parameter,
              const CzTensor *tensor,
              GError **error)
{
  const char *path = cz_safetensors_get_path (folder->weights);
  gboolean fits = tensor->n_dims == parameter->n_dims;

  if (tensor->dtype != CZ_DTYPE_F32 && tensor->dtype != CZ_DTYPE_F16
      && tensor->dtype != CZ_DTYPE_BF16)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                   _ ("“%s” stores “%s” as %s; supported are F32, F16 and BF16."), path,
                   tensor->name, cz_dtype_get_name (tensor->dtype));
      return FALSE;
    }
  if (fits && parameter->n_dims == 2)
    fits = tensor->dims[0] == parameter->rows && tensor->dims[1] == parameter->columns;
  else if (fits)
    fits = tensor->dims[0] == parameter->columns;
  if (fits)
    return TRUE;

  g_autoptr (GString) shape = g_string_new (NULL);
  for (guint i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (shape, "%s%" G_GUINT64_FORMAT, i > 0 ? " × " : "", tensor->dims[i]);
  g_autofree char *wanted = parameter->n_dims == 2
                                ? g_strdup_printf ("%u × %u", parameter->rows, parameter->columns)
                                : g_strdup_printf ("%u", parameter->columns);
  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
               _ ("“%s” stores “%s” as %s, but config.json asks for %s; use the config.json that "
                  "belongs to these weights."),
               path, tensor->name, shape->str, wanted);
  return FALSE;
}

static gboolean
equal_tensors (const CzTensor *a, const CzTensor *b)
{
  return a->dtype == b->dtype && a->n_bytes == b->n_bytes
         && memcmp (a->data, b->data, a->n_bytes) == 0;
}

// The output matrix is the word embeddings. A file may store it once more, or in their stead.
static gboolean
check_tying (CzModelFolder *folder, GError **error)
{
  const CzTensor *output = cz_safetensors_lookup (folder->weights, "vocab_projector.weight");
  const CzTensor *input = folder->tensors[0];
  gboolean equal = output == NULL || output == input || equal_tensors (output, input);

  if (!folder->config.tie_word_embeddings && (output == NULL || !equal))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                   _ ("The model in “%s” has an output matrix of its own (tie_word_embeddings is "
                      "false), which is not supported; choose a model whose output is tied to its "
                      "word embeddings."),
                   folder->path);
      return FALSE;
    }
  if (!equal)
    g_ptr_array_add (folder->notes,
                     g_strdup_printf (_ ("“%s” stores an output matrix that differs from the word "
                                         "embeddings; as config.json ties the two, the word "
                                         "embeddings count."),
                                      cz_safetensors_get_path (folder->weights)));
  folder->config.tie_word_embeddings = TRUE;
  return TRUE;
}

static gboolean
read_weights (CzModelFolder *folder, GError **error)
{
  guint n = cz_parameter_table_get_size (folder->table);

  folder->tensors = g_new0 (const CzTensor *, n);
  for (guint i = 0; i < n; i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (folder->table, i);
      const CzTensor *tensor = find_tensor (folder->weights, parameter->name);
      if (tensor == NULL && i == 0)
        tensor = cz_safetensors_lookup (folder->weights, "vocab_projector.weight");
      if (tensor == NULL)
        {
          gboolean head = parameter->layer == (int)folder->config.n_layers;
          g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
                       head ? _ ("“%s” has no head for masked words (“%s” is missing); choose a "
                                 "model saved as DistilBertForMaskedLM.")
                            : _ ("“%s” lacks “%s”, which config.json asks for; use the config.json "
                                 "that belongs to these weights."),
                       cz_safetensors_get_path (folder->weights), parameter->name);
          return FALSE;
        }
      if (!check_tensor (folder, parameter, tensor, error))
        return FALSE;
      folder->tensors[i] = tensor;
    }
  return check_tying (folder, error);
}

// Some models round their rows up to a multiple of 8 … 128; any other surplus is the sign of a
// vocabulary of another model.
static gboolean
is_rounded_up (guint words, guint rows)
{
  for (guint multiple = 8; multiple <= 128; multiple *= 2)
    if (rows == (words + multiple - 1) / multiple * multiple)
      return TRUE;
  return FALSE;
}

static gboolean
check_vocabulary (CzModelFolder *folder, GError **error)
{
  guint words = cz_vocabulary_get_size (cz_tokenizer_get_vocabulary (folder->tokenizer));
  guint rows = folder->config.vocab_size;

  if (words != rows && !is_rounded_up (words, rows))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("The vocabulary in “%s” has %u words, but config.json says “vocab_size” %u; "
                      "use the vocabulary that the model was made with."),
                   folder->path, words, rows);
      return FALSE;
    }
  if (words < rows)
    g_ptr_array_add (folder->notes,
                     g_strdup_printf (_ ("The model in “%s” has %u rows for words that its "
                                         "vocabulary doesn't name."),
                                      folder->path, rows - words));
  if (cz_tokenizer_get_pad_id (folder->tokenizer) != folder->config.pad_token_id)
    g_ptr_array_add (folder->notes,
                     g_strdup_printf (_ ("In “%s” config.json says “pad_token_id” %u, but the "
                                         "vocabulary has its padding token at %u."),
                                      folder->path, folder->config.pad_token_id,
                                      cz_tokenizer_get_pad_id (folder->tokenizer)));
  return TRUE;
}

CzModelFolder *
cz_model_folder_open (const char *path, GError **error)
{
  g_autoptr (CzModelFolder) folder = g_new0 (CzModelFolder, 1);
  g_autofree char *config_path = g_build_filename (path, "config.json", NULL);
  g_autofree char *weights_path = g_build_filename (path, "model.safetensors", NULL);

  folder->path = g_strdup (path);
  folder->notes = g_ptr_array_new_with_free_func (g_free);
  if (!check_folder (path, error) || !cz_model_config_load (config_path, &folder->config, error)
      || !check_weights_file (path, error))
    return NULL;
  folder->table = cz_parameter_table_new (&folder->config);
  folder->weights = cz_safetensors_open (weights_path, error);
  if (folder->weights == NULL || !read_weights (folder, error))
    return NULL;
  folder->tokenizer = cz_tokenizer_files_load (path, error);
  if (folder->tokenizer == NULL || !check_vocabulary (folder, error))
    return NULL;
  g_ptr_array_add (folder->notes, NULL);
  return g_steal_pointer (&folder);
}

void
cz_model_folder_free (CzModelFolder *folder)
{
  g_clear_pointer (&folder->tokenizer, cz_tokenizer_unref);
  g_clear_pointer (&folder->weights, cz_safetensors_free);
  g_clear_pointer (&folder->table, cz_parameter_table_unref);
  g_ptr_array_unref (folder->notes);
  g_free (folder->tensors);
  g_free (folder->path);
  g_free (folder);
}

CzTokenizer *
cz_model_folder_load_tokenizer (const char *path, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
                   _ ("There is no folder “%s”; choose a model's folder."), path);
      return NULL;
    }
  return check_files (path, error) ? cz_tokenizer_files_load (path, error) : NULL;
}

const char *
cz_model_folder_get_path (CzModelFolder *folder)
{
  return folder->path;
}

const CzModelConfig *
cz_model_folder_get_config (CzModelFolder *folder)
{
  return &folder->config;
}

CzParameterTable *
cz_model_folder_get_table (CzModelFolder *folder)
{
  return folder->table;
}

CzTokenizer *
cz_model_folder_get_tokenizer (CzModelFolder *folder)
{
  return folder->tokenizer;
}

const char *const *
cz_model_folder_get_notes (CzModelFolder *folder)
{
  return (const char *const *)folder->notes->pdata;
}

const CzTensor *
cz_model_folder_get_tensor (CzModelFolder *folder, guint parameter)
{
  g_assert (parameter < cz_parameter_table_get_size (folder->table));
  return folder->tensors[parameter];
}

gboolean
cz_model_folder_read (CzModelFolder *folder,
                      guint parameter,
                      guint64 first,
                      guint64 n,
                      float *ret_floats,
                      GError **error)
{
  gboolean done = cz_tensor_read_floats (cz_model_folder_get_tensor (folder, parameter), first, n,
                                         ret_floats, error);

  cz_safetensors_let_go (folder->weights);
  return done;
}

static gboolean
write_files (const char *beside,
             const CzModelConfig *config,
             CzTokenizer *tokenizer,
             CzDtype dtype,
             CzTensorReader reader,
             gpointer data,
             const CzFolderFile *files,
             guint n_files,
             GError **error)
{
  g_autoptr (CzParameterTable) table = cz_parameter_table_new (config);
  guint n = cz_parameter_table_get_size (table);
  g_autofree CzTensorSource *sources = g_new0 (CzTensorSource, n);
  g_autofree char *config_path = g_build_filename (beside, "config.json", NULL);
  g_autofree char *weights_path = g_build_filename (beside, "model.safetensors", NULL);

  for (guint i = 0; i < n; i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (table, i);
      sources[i].name = parameter->name;
      sources[i].n_dims = parameter->n_dims;
      sources[i].dims[0] = parameter->n_dims == 2 ? parameter->rows : parameter->columns;
      sources[i].dims[1] = parameter->columns;
    }
  if (!cz_model_config_save (config, config_path, error)
      || !cz_tokenizer_files_save (tokenizer, beside, config->max_position_embeddings, error)
      || !cz_safetensors_write (weights_path, sources, n, dtype, NULL /* metadata */, reader, data,
                                error))
    return FALSE;
  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *path = g_build_filename (beside, files[i].name, NULL);
      if (!cz_atomic_file_save (path, files[i].text, strlen (files[i].text), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_model_folder_save (const char *path,
                      const CzModelConfig *config,
                      CzTokenizer *tokenizer,
                      CzDtype dtype,
                      CzTensorReader reader,
                      gpointer data,
                      const CzFolderFile *files,
                      guint n_files,
                      GError **error)
{
  g_autofree char *beside = cz_atomic_folder_new (path, error);

  if (beside == NULL)
    return FALSE;
  if (!write_files (beside, config, tokenizer, dtype, reader, data, files, n_files, error)
      || !cz_atomic_folder_finish (beside, path, error))
    {
      cz_folder_remove (beside);
      return FALSE;
    }
  return TRUE;
}
