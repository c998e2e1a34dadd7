// cloze model …: the models the library knows.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/model.h"
#include "engine/format/atomic-file.h"
#include "jobs/json-members.h"
#include "jobs/model-making.h"
#include "jobs/model-source.h"

// ---- list, show ----

static gboolean
list (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) models = library != NULL ? cz_model_list (library, error) : NULL;

  if (models == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      json_builder_begin_array (builder);
      for (guint i = 0; i < models->len; i++)
        {
          const CzModel *model = models->pdata[i];
          json_builder_begin_object (builder);
          cz_json_set_string (builder, "name", model->name);
          cz_json_set_string (builder, "origin", model->origin);
          cz_json_set_int (builder, "parameters", model->parameters);
          cz_json_set_string (builder, "folder", model->folder);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      cz_print_json (builder);
      return TRUE;
    }
  if (models->len == 0)
    {
      cz_print (_ ("The library has no models yet; “cloze model add FOLDER” adds one.\n"));
      return TRUE;
    }
  CzListing *table
      = cz_listing_new (_ ("name"), _ ("origin"), _ (">parameters"), _ ("folder"), NULL);
  for (guint i = 0; i < models->len; i++)
    {
      const CzModel *model = models->pdata[i];
      cz_listing_add (table, model->name);
      cz_listing_add (table, model->origin);
      cz_listing_add_take (table, cz_format_count ((double)model->parameters));
      cz_listing_add (table, model->folder);
    }
  cz_listing_print (table);
  return TRUE;
}

static void
print_model (CzInvocation *invocation,
             const char *name,
             const char *origin,
             CzModelFolder *folder,
             const char *hash)
{
  const CzModelConfig *config = cz_model_folder_get_config (folder);
  guint64 parameters = cz_parameter_table_get_n_elements (cz_model_folder_get_table (folder));
  const CzTokenizerOptions *tokenizer
      = cz_tokenizer_get_options (cz_model_folder_get_tokenizer (folder));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *count = cz_format_count ((double)parameters);

  if (!invocation->json)
    {
      cz_print (_ ("%s (%s)\nfolder      %s\nparameters  %s\nshape       %u layers, %u wide, %u "
                   "heads, %u hidden\nwindow      %u tokens\nvocabulary  %u pieces, %s\n"),
                name, origin, cz_model_folder_get_path (folder), count, config->n_layers,
                config->dim, config->n_heads, config->hidden_dim, config->max_position_embeddings,
                config->vocab_size, tokenizer->lowercase ? _ ("lowercase") : _ ("cased"));
      cz_print ("sha256      %s\n", hash != NULL ? hash : "–");
      for (const char *const *note = cz_model_folder_get_notes (folder); *note != NULL; note++)
        cz_print ("%s\n", *note);
      return;
    }
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "name", name);
  cz_json_set_string (builder, "origin", origin);
  cz_json_set_int (builder, "parameters", (gint64)parameters);
  cz_json_set_string (builder, "folder", cz_model_folder_get_path (folder));
  cz_json_set_string (builder, "sha256", hash);
  cz_json_set_int (builder, "vocabulary", config->vocab_size);
  cz_json_set_boolean (builder, "lowercase", tokenizer->lowercase);
  cz_json_set_int (builder, "dim", config->dim);
  cz_json_set_int (builder, "hidden_dim", config->hidden_dim);
  cz_json_set_int (builder, "layers", config->n_layers);
  cz_json_set_int (builder, "heads", config->n_heads);
  cz_json_set_int (builder, "positions", config->max_position_embeddings);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean
show (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, invocation->arguments[0], error) : NULL;
  g_autoptr (CzModelFolder) folder
      = source != NULL ? cz_model_folder_open (source->folder, error) : NULL;

  if (folder == NULL)
    return FALSE;
  g_autoptr (CzModel) model
      = source->model_id > 0 ? cz_model_get (library, source->model_id, NULL) : NULL;
  g_autofree char *run = source->run > 0 ? g_strdup_printf ("run:%" PRId64, source->run) : NULL;
  g_autofree char *hash = cz_model_hash_folder (source->folder, NULL);
  print_model (invocation, source->name,
               model != NULL ? model->origin
               : run != NULL ? run
                             : "folder",
               folder, hash);
  return TRUE;
}

// ---- add, remove, export ----

static char *option_name;

static const GOptionEntry add_options[] = {
  { "name", 'n', 0, G_OPTION_ARG_FILENAME, &option_name,
    N_ ("Its name in the library (default: the folder's)"), N_ ("NAME") },
  { NULL },
};

static gboolean
enter (CzInvocation *invocation,
       CzLibrary *library,
       const char *path,
       const char *name,
       const char *origin,
       GError **error)
{
  g_autoptr (CzModel) model = cz_model_add (library, path, name, origin, error);
  g_autoptr (CzModelFolder) folder = model != NULL ? cz_model_folder_open (path, error) : NULL;

  if (folder == NULL)
    return FALSE;
  print_model (invocation, model->name, model->origin, folder, model->hash);
  return TRUE;
}

static gboolean
add (CzInvocation *invocation, GError **error)
{
  const char *path = invocation->arguments[0];

  if (!cz_invocation_check_text (option_name, "--name", error))
    return FALSE;
  if (g_str_has_prefix (path, "hub:"))
    {
      g_set_error (
          error, CZ_JOB_ERROR, CZ_JOB_ERROR_UNAVAILABLE,
          _ ("Fetching models from the Hub (“%s”) is not available yet; download the folder "
             "and give its path."),
          path);
      return FALSE;
    }
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  return library != NULL
         && enter (invocation, library, path, option_name, NULL /* origin */, error);
}

static gboolean
remove_model (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModel) model
      = library != NULL ? cz_model_find (library, invocation->arguments[0], error) : NULL;

  return model != NULL && cz_model_remove (library, model->id, error);
}

static gboolean option_float16;

static const GOptionEntry export_options[] = {
  { "float16", 0, 0, G_OPTION_ARG_NONE, &option_float16,
    N_ ("Numbers of 16 bits instead of 32: half the size"), NULL },
  { NULL },
};

static gboolean export(CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, invocation->arguments[0], error) : NULL;
  g_autoptr (CzModelFolder) folder
      = source != NULL ? cz_model_folder_open (source->folder, error) : NULL;
  g_autofree char *target = g_canonicalize_filename (invocation->arguments[1], NULL);

  return folder != NULL
         && cz_model_making_export (folder, target, option_float16 ? CZ_DTYPE_F16 : CZ_DTYPE_F32,
                                    error);
}

// ---- new ----

static char *option_vocabulary;
static char *option_size, *option_dim, *option_layers, *option_heads, *option_hidden;
static char *option_positions, *option_seed;
static gboolean option_cased;

static const GOptionEntry new_options[] = {
  { "vocabulary", 0, 0, G_OPTION_ARG_FILENAME, &option_vocabulary,
    N_ ("A vocab.txt, or the corpus to learn the word pieces of"), N_ ("FILE|corpus:C") },
  { "size", 0, 0, G_OPTION_ARG_FILENAME, &option_size,
    N_ ("Pieces to be learned from the corpus (default: 30522)"), N_ ("N") },
  { "cased", 0, 0, G_OPTION_ARG_NONE, &option_cased, N_ ("Tell capital letters from small ones"),
    NULL },
  { "name", 'n', 0, G_OPTION_ARG_FILENAME, &option_name, N_ ("Its name in the library"),
    N_ ("NAME") },
  { "dim", 0, 0, G_OPTION_ARG_FILENAME, &option_dim, N_ ("Width (default: 768)"), N_ ("N") },
  { "layers", 0, 0, G_OPTION_ARG_FILENAME, &option_layers, N_ ("Layers (default: 6)"), N_ ("N") },
  { "heads", 0, 0, G_OPTION_ARG_FILENAME, &option_heads,
    N_ ("Attention heads (default: one for 64 of the width)"), N_ ("N") },
  { "hidden", 0, 0, G_OPTION_ARG_FILENAME, &option_hidden,
    N_ ("Width of the feed-forward layers (default: four times the width)"), N_ ("N") },
  { "positions", 0, 0, G_OPTION_ARG_FILENAME, &option_positions,
    N_ ("The longest block in tokens (default: 512)"), N_ ("N") },
  { "seed", 0, 0, G_OPTION_ARG_FILENAME, &option_seed, N_ ("Of the random weights (default: 42)"),
    N_ ("SEED") },
  { NULL },
};

static gboolean
parse_size (
    const char *text, const char *what, guint high, guint preset, guint *ret_size, GError **error)
{
  guint64 size = preset;

  if (text != NULL && !cz_invocation_parse_number (text, what, 1, high, &size, error))
    return FALSE;
  *ret_size = (guint)size;
  return TRUE;
}

static gboolean
parse_shape (CzModelConfig *config, GError **error)
{
  return parse_size (option_dim, "--dim", 1 << 14, 768, &config->dim, error)
         && parse_size (option_layers, "--layers", 256, 6, &config->n_layers, error)
         && parse_size (option_heads, "--heads", 1 << 10, MAX (1, config->dim / 64),
                        &config->n_heads, error)
         && parse_size (option_hidden, "--hidden", 1 << 16, 4 * config->dim, &config->hidden_dim,
                        error)
         && parse_size (option_positions, "--positions", 1 << 16, 512,
                        &config->max_position_embeddings, error);
}

static CzVocabulary *
get_vocabulary (CzInvocation *invocation, CzLibrary *library, GError **error)
{
  CzVocabularyTrainerOptions options = CZ_VOCABULARY_TRAINER_DEFAULTS;
  guint64 size = options.size;

  if (!g_str_has_prefix (option_vocabulary, "corpus:"))
    return cz_vocabulary_load (option_vocabulary, error);
  if (option_size != NULL
      && !cz_invocation_parse_number (option_size, "--size", 10, CZ_VOCABULARY_MAX - 1, &size,
                                      error))
    return NULL;
  g_autoptr (CzCorpus) corpus
      = cz_corpus_find (library, option_vocabulary + strlen ("corpus:"), error);
  if (corpus == NULL)
    return NULL;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  options.size = (guint32)size;
  options.lowercase = !option_cased;
  return cz_model_making_learn_vocabulary (library, corpus->id, &options, cz_progress_callback,
                                           progress, cz_interruption_get (), error);
}

// A folder of that name in the library's folder.
static char *
make_path (CzLibrary *library, const char *name)
{
  g_autofree char *folder = g_strdelimit (g_strdup (name), "/\\", '_');

  if (folder[0] == '.')
    folder[0] = '_';
  return g_build_filename (cz_library_get_folder (library), "models", folder, NULL);
}

// Whether a new model may be called so, before work is spent on it.
static gboolean
check_name (CzLibrary *library, const char *path, GError **error)
{
  g_autoptr (CzModel) known = cz_model_find (library, option_name, NULL);

  if (known == NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
               _ ("There is a model “%s” already; choose another name, or remove it first."),
               option_name);
  return FALSE;
}

static gboolean
make_model (CzInvocation *invocation, CzModelConfig *config, guint64 seed, GError **error)
{
  CzTokenizerOptions options = CZ_TOKENIZER_DEFAULTS;
  CzLibrary *library = cz_invocation_get_library (invocation, error);

  if (library == NULL)
    return FALSE;
  g_autofree char *path = make_path (library, option_name);
  if (!check_name (library, path, error))
    return FALSE;
  g_autoptr (CzVocabulary) vocabulary = get_vocabulary (invocation, library, error);
  options.lowercase = !option_cased;
  g_autoptr (CzTokenizer) tokenizer
      = vocabulary != NULL ? cz_tokenizer_new (vocabulary, &options, error) : NULL;
  if (tokenizer == NULL)
    return FALSE;
  config->vocab_size = cz_vocabulary_get_size (vocabulary);
  config->pad_token_id = cz_tokenizer_get_pad_id (tokenizer);
  if (!cz_model_config_check (config, option_name, error))
    return FALSE;
  CzDevice *device = cz_invocation_get_device (invocation, error);
  if (device == NULL || !cz_model_making_randomize (device, config, tokenizer, seed, path, error))
    return FALSE;
  if (enter (invocation, library, path, option_name, "random", error))
    return TRUE;
  cz_folder_remove (path);
  return FALSE;
}

static gboolean
new_model (CzInvocation *invocation, GError **error)
{
  CzModelConfig config;
  guint64 seed = 42;

  if (option_vocabulary == NULL || option_name == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Give both --vocabulary FILE|corpus:C and --name NAME."));
      return FALSE;
    }
  cz_model_config_init (&config, 1);
  return cz_invocation_check_text (option_name, "--name", error) && parse_shape (&config, error)
         && (option_seed == NULL
             || cz_invocation_parse_number (option_seed, "--seed", 0, G_MAXUINT64, &seed, error))
         && make_model (invocation, &config, seed, error);
}

const CzCommand cz_model_commands[] = {
  { "model add", N_ ("FOLDER|hub:REPO [--name N]"),
    N_ ("Enter a model folder in Hugging Face's layout into the library."), add_options, 1, 1,
    add },
  { "model new", N_ ("--vocabulary FILE|corpus:C --name N"),
    N_ ("Make a model with random weights."), new_options, 0, 0, new_model },
  { "model list", NULL, N_ ("List the library's models."), NULL, 0, 0, list },
  { "model show", N_ ("MODEL"), N_ ("Show a model: its shape, vocabulary and place."), NULL, 1, 1,
    show },
  { "model remove", N_ ("MODEL"),
    N_ ("Forget a model; its files go only where the library made them."), NULL, 1, 1,
    remove_model },
  { "model export", N_ ("MODEL FOLDER"), N_ ("Write a model's folder elsewhere."), export_options,
    2, 2, export },
  { NULL },
};
