#include "small-run.h"

#include "engine/format/atomic-file.h"
#include "engine/model/distilbert.h"
#include "engine/text/philox.h"

#define N_WORDS     61
#define N_DOCUMENTS 40

static CzTokenizer *
make_tokenizer (void)
{
  static const char *const special[] = { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" };
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_WORDS; i++)
    g_ptr_array_add (words, i < 5 ? g_strdup (special[i])
                                  : g_strdup_printf ("%sw%u", i % 4 == 0 ? "##" : "", i));
  g_autoptr (CzVocabulary) vocabulary
      = cz_vocabulary_new ((const char *const *)words->pdata, words->len, &error);
  g_assert_no_error (error);
  CzTokenizer *tokenizer = cz_tokenizer_new (vocabulary, NULL, &error);
  g_assert_no_error (error);
  return tokenizer;
}

// A model of odd shape with random weights, as a folder.
static void
make_model (CzSmallRun *run)
{
  g_autoptr (CzTokenizer) tokenizer = make_tokenizer ();
  g_autofree char *path = cz_small_run_get_path (run, "base");
  g_autoptr (GError) error = NULL;
  CzModelConfig config;

  cz_model_config_init (&config, N_WORDS);
  config.dim = 24;
  config.hidden_dim = 40;
  config.n_layers = 2;
  config.n_heads = 3;
  config.max_position_embeddings = 20;
  g_autoptr (CzDistilbert) model = cz_distilbert_new (run->device, &config, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (cz_distilbert_randomize (model, 7, &error));
  g_assert_true (cz_model_folder_save (path, &config, tokenizer, CZ_DTYPE_F32, cz_distilbert_reader,
                                       model, NULL, 0, &error));
  g_assert_no_error (error);
  run->model = cz_model_folder_open (path, &error);
  g_assert_no_error (error);
}

// Documents in which each word mostly follows from the one before, so that there is something to
// learn.
static void
make_tokens (CzSmallRun *run)
{
  CzTokenizer *tokenizer = cz_model_folder_get_tokenizer (run->model);
  g_autofree char *path = cz_small_run_get_path (run, "tokens");
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTokenWriter) writer = cz_token_writer_new (path, "small", &error);
  guint32 words[256];

  g_assert_no_error (error);
  for (guint document = 0; document < N_DOCUMENTS; document++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint word = document % 20;
      for (guint i = 0; i < 40; i++)
        {
          guint32 draw[4];
          cz_random (1, CZ_RANDOM_SAMPLE, document, 0, i, draw);
          word = draw[0] % 4 == 0 ? draw[1] % 20 : (word * 3 + 1) % 20;
          // Every fourth piece only continues a word.
          g_string_append_printf (text, word % 4 == 2 ? "w5w%u " : "w%u ", 6 + word);
        }
      cz_tokenizer_encode (tokenizer, text->str, -1, TRUE, encoding);
      g_assert_cmpuint (encoding->n, <, G_N_ELEMENTS (words));
      cz_tokenizer_get_words (tokenizer, encoding, words);
      g_assert_true (cz_token_writer_add (writer, document, document % 4 == 3 ? "test" : "train",
                                          words, encoding->n, &error));
    }
  g_assert_true (cz_token_writer_finish (writer, &error));
  run->tokens = cz_token_file_open (path, &error);
  g_assert_no_error (error);
}

gboolean
cz_small_run_set_up (CzSmallRun *run)
{
  g_autoptr (GError) error = NULL;

  *run = (CzSmallRun){ .device = cz_device_open (NULL, &error) };
  if (run->device == NULL)
    {
      if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
        g_error ("%s", error->message);
      g_test_skip (error->message);
      return FALSE;
    }
  run->folder = g_dir_make_tmp ("cz-train-XXXXXX", NULL);
  make_model (run);
  make_tokens (run);
  cz_train_options_init (&run->options);
  run->options.block_size = 16;
  run->options.pad_last = TRUE;
  run->options.test_blocks = 10;
  run->options.train_blocks = 29;
  run->options.batch_size = 8;
  run->options.micro_batch = 8;
  run->options.epochs = 3;
  run->options.learning_rate = 5e-3;
  run->options.checkpoint_seconds = 3600;
  return TRUE;
}

CzTrainer *
cz_small_run_make_trainer (CzSmallRun *run)
{
  g_autoptr (CzBlocks) blocks = cz_small_run_get_blocks (run);
  g_autoptr (GError) error = NULL;
  CzTrainer *trainer = cz_trainer_new (run->device, run->model, blocks, &run->options, &error);

  g_assert_no_error (error);
  return trainer;
}

void
cz_small_run_tear_down (CzSmallRun *run)
{
  g_clear_pointer (&run->tokens, cz_token_file_unref);
  g_clear_pointer (&run->model, cz_model_folder_free);
  g_clear_pointer (&run->device, cz_device_unref);
  if (run->folder != NULL)
    cz_folder_remove (run->folder);
  g_clear_pointer (&run->folder, g_free);
}

CzBlocks *
cz_small_run_get_blocks (CzSmallRun *run)
{
  CzBlockOptions options = cz_train_options_get_block_options (
      &run->options, cz_model_folder_get_tokenizer (run->model));
  g_autoptr (GError) error = NULL;
  CzBlocks *blocks = cz_blocks_new (run->tokens, &options, &error);

  g_assert_no_error (error);
  return blocks;
}

char *
cz_small_run_get_path (CzSmallRun *run, const char *name)
{
  return g_build_filename (run->folder, name, NULL);
}

char *
cz_small_run_get_weights_hash (CzSmallRun *run, const char *model)
{
  g_autofree char *path = g_build_filename (run->folder, model, "model.safetensors", NULL);
  g_autofree char *bytes = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *)bytes, n);
}

char *
cz_reference_get_path (const char *name)
{
  const char *shared = g_getenv ("CZ_SHARED");
  g_autofree char *path
      = g_build_filename (shared != NULL ? shared : "", "reference", "model_a", name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
    g_error ("the references are not at %s", path);
  g_test_skip ("the references do not lie beside the checkout");
  return NULL;
}
