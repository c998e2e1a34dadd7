// cloze model new: models from nothing.
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/model-entry.h"
#include "cli/progress.h"
#include "data/model.h"
#include "engine/format/atomic-file.h"
#include "jobs/model-making.h"

static char *option_name, *option_vocabulary;
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
  if (cz_model_enter (invocation, library, path, option_name, "random", error))
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

const CzCommand cz_model_making_commands[] = {
  { "model new", N_ ("--vocabulary FILE|corpus:C --name N"),
    N_ ("Make a model with random weights."), new_options, 0, 0, new_model },
  { NULL },
};
