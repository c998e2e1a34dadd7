// Model folders: written and read again, and every way they can be wrong.
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/model-folder.h"
#include "engine/format/model-summary.h"

#define N_WORDS 40

typedef struct
{
  char *parent;
  char *path;
  CzModelConfig config;
  CzTokenizer *tokenizer;
} Fixture;

// Any number that tells parameter and element apart.
static gboolean
read_number (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer data, GError **error)
{
  for (guint64 i = 0; i < n; i++)
    ret_floats[i] = (float)parameter + (float)(first + i) / 4096;
  return TRUE;
}

static CzTokenizer *
make_tokenizer (guint n_words)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  static const char *const special[] = { "<pad>", "[UNK]", "[CLS]", "[SEP]", "[MASK]" };
  CzTokenizerOptions options = CZ_TOKENIZER_DEFAULTS;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_words; i++)
    g_ptr_array_add (words, i < 5 ? g_strdup (special[i]) : g_strdup_printf ("w%u", i));
  g_autoptr (CzVocabulary) vocabulary
      = cz_vocabulary_new ((const char *const *)words->pdata, words->len, &error);
  g_assert_no_error (error);
  options.pad = "<pad>";
  options.lowercase = FALSE;
  CzTokenizer *tokenizer = cz_tokenizer_new (vocabulary, &options, &error);
  g_assert_no_error (error);
  return tokenizer;
}

static void
save (Fixture *fixture, CzDtype dtype)
{
  g_autoptr (GError) error = NULL;
  const CzFolderFile file = { "README.md", "# A model\n" };

  g_assert_true (cz_model_folder_save (fixture->path, &fixture->config, fixture->tokenizer, dtype,
                                       read_number, NULL, &file, 1, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->parent = g_dir_make_tmp ("cz-model-folder-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->parent, "model", NULL);
  cz_model_config_init (&fixture->config, N_WORDS);
  fixture->config.dim = 12;
  fixture->config.hidden_dim = 20;
  fixture->config.n_layers = 2;
  fixture->config.n_heads = 3;
  fixture->config.max_position_embeddings = 16;
  fixture->tokenizer = make_tokenizer (N_WORDS);
  save (fixture, CZ_DTYPE_F32);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  cz_folder_remove (fixture->parent);
  cz_tokenizer_unref (fixture->tokenizer);
  g_free (fixture->parent);
  g_free (fixture->path);
}

static char *
read_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  if (text == NULL)
    g_unlink (path);
  else
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
assert_refused (Fixture *fixture, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (fixture->path, &error);

  g_assert_null (folder);
  g_assert_nonnull (error);
  if (error->domain != CZ_FORMAT_ERROR || error->code != code
      || strstr (error->message, words) == NULL || strstr (error->message, fixture->path) == NULL
      || strchr (error->message, '\n') != NULL)
    g_error ("code %d, “%s” expected, got %d: %s", code, words, error->code, error->message);
}

static CzModelFolder *
open_folder (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  CzModelFolder *folder = cz_model_folder_open (fixture->path, &error);

  g_assert_no_error (error);
  return folder;
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  for (guint pass = 0; pass < 2; pass++)
    {
      save (fixture, pass == 0 ? CZ_DTYPE_F32 : CZ_DTYPE_F16);
      g_autoptr (CzModelFolder) folder = open_folder (fixture);
      CzParameterTable *table = cz_model_folder_get_table (folder);
      g_assert_cmpuint (cz_parameter_table_get_size (table), ==, 16 * 2 + 9);
      g_assert_cmpstr (cz_tokenizer_get_hash (cz_model_folder_get_tokenizer (folder)), ==,
                       cz_tokenizer_get_hash (fixture->tokenizer));
      g_assert_cmpint (cz_model_folder_get_config (folder)->n_heads, ==, 3);
      g_assert_cmpfloat (cz_model_folder_get_config (folder)->dropout, ==, 0.1);
      g_assert_null (cz_model_folder_get_notes (folder)[0]);
      for (guint i = 0; i < cz_parameter_table_get_size (table); i++)
        {
          float wanted, got;
          const CzParameter *parameter = cz_parameter_table_get (table, i);
          read_number (i, parameter->n_elements - 1, 1, &wanted, NULL, NULL);
          g_assert_true (
              cz_model_folder_read (folder, i, parameter->n_elements - 1, 1, &got, NULL));
          g_assert_cmpfloat_with_epsilon (got, wanted, pass == 0 ? 1e-30 : 0.02);
        }
      g_autofree char *readme = read_file (fixture, "README.md");
      g_assert_cmpstr (readme, ==, "# A model\n");
    }
}

// Equal models are equal byte for byte.
static void
test_deterministic (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "model.safetensors", NULL);
  g_autofree char *first = NULL, *second = NULL;
  gsize n_first, n_second;

  g_assert_true (g_file_get_contents (path, &first, &n_first, NULL));
  save (fixture, CZ_DTYPE_F32);
  g_assert_true (g_file_get_contents (path, &second, &n_second, NULL));
  g_assert_cmpmem (first, n_first, second, n_second);
}

static void
test_table (void)
{
  CzModelConfig config;
  guint n_decayed;

  cz_model_config_init (&config, 30522);
  g_autoptr (CzParameterTable) table = cz_parameter_table_new (&config);
  g_assert_cmpuint (cz_parameter_table_get_n_elements (table), ==, 66985530);
  n_decayed = cz_parameter_table_get_n_decayed (table);
  for (guint i = 0; i < cz_parameter_table_get_size (table); i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (table, i);
      gboolean vector = strstr (parameter->name, "bias") != NULL
                        || strstr (parameter->name, "Norm.weight") != NULL
                        || strstr (parameter->name, "_norm.weight") != NULL;
      g_assert_cmpint (parameter->decay, ==, i < n_decayed);
      g_assert_cmpint (parameter->decay, ==, !vector);
      g_assert_cmpint (cz_parameter_table_find (table, parameter->name), ==, (int)i);
    }
  g_assert_cmpint (cz_parameter_table_find (table, "embeddings.word_embeddings.weight"), ==, 0);
  g_assert_cmpint (cz_parameter_table_find (table, "no such"), ==, -1);
}

static void
test_config (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *from, *to;
    int code;
    const char *words;
  } cases[] = {
    { "\"dim\": 12", "\"dim\": \"12\"", CZ_FORMAT_ERROR_INVALID, "dim" },
    { "\"dim\": 12", "\"dim\": 12.5", CZ_FORMAT_ERROR_INVALID, "dim" },
    { "\"dim\": 12", "\"dim\": -12", CZ_FORMAT_ERROR_INVALID, "dim" },
    { "\"dim\": 12", "\"dim\": 13", CZ_FORMAT_ERROR_INVALID, "n_heads" },
    { "\"dim\": 12", "\"dim\": 24", CZ_FORMAT_ERROR_INVALID, "asks for" },
    { "\"dim\": 12", "\"dim\": 99999999999999999999", CZ_FORMAT_ERROR_INVALID, "dim" },
    { "\"dim\": 12", "\"dam\": 12", CZ_FORMAT_ERROR_INVALID, "lacks “dim”" },
    { "\"dim\": 12", "\"dim\": null", CZ_FORMAT_ERROR_INVALID, "lacks “dim”" },
    { "\"n_layers\": 2", "\"n_layers\": 0", CZ_FORMAT_ERROR_INVALID, "n_layers" },
    { "\"n_layers\": 2", "\"n_layers\": 3", CZ_FORMAT_ERROR_MISSING, "layer.2" },
    { "\"n_layers\": 2", "\"n_layers\": 2000000000", CZ_FORMAT_ERROR_INVALID, "n_layers" },
    { "\"n_heads\": 3", "\"n_heads\": 0", CZ_FORMAT_ERROR_INVALID, "n_heads" },
    { "\"n_heads\": 3", "\"n_heads\": []", CZ_FORMAT_ERROR_INVALID, "n_heads" },
    { "\"hidden_dim\": 20", "\"hidden_dim\": true", CZ_FORMAT_ERROR_INVALID, "hidden_dim" },
    { "\"vocab_size\": 40", "\"vocab_size\": 0", CZ_FORMAT_ERROR_INVALID, "vocab_size" },
    { "\"vocab_size\": 40", "\"vocab_size\": 2000000000", CZ_FORMAT_ERROR_INVALID, "vocab_size" },
    { "\"max_position_embeddings\": 16", "\"max_position_embeddings\": 17", CZ_FORMAT_ERROR_INVALID,
      "asks for" },
    { "\"pad_token_id\": 0", "\"pad_token_id\": 40", CZ_FORMAT_ERROR_INVALID, "pad_token_id" },
    { "\"dropout\": 0.1", "\"dropout\": 1", CZ_FORMAT_ERROR_INVALID, "dropout" },
    { "\"dropout\": 0.1", "\"dropout\": -0.5", CZ_FORMAT_ERROR_INVALID, "dropout" },
    { "\"dropout\": 0.1", "\"dropout\": 1e999", CZ_FORMAT_ERROR_INVALID, "dropout" },
    { "\"initializer_range\": 0.02", "\"initializer_range\": 1e9", CZ_FORMAT_ERROR_INVALID,
      "initializer_range" },
    { "\"gelu\"", "\"swish\"", CZ_FORMAT_ERROR_UNSUPPORTED, "swish" },
    { "\"gelu\"", "3", CZ_FORMAT_ERROR_INVALID, "activation" },
    { "\"distilbert\"", "\"bert\"", CZ_FORMAT_ERROR_UNSUPPORTED, "“bert”" },
    { "\"model_type\": \"distilbert\"", "\"x\": 1", CZ_FORMAT_ERROR_INVALID, "model_type" },
    { "\"sinusoidal_pos_embds\": false", "\"sinusoidal_pos_embds\": 0", CZ_FORMAT_ERROR_INVALID,
      "sinusoidal_pos_embds" },
    { "\"tie_weights_\": true", "\"tie_word_embeddings\": false", CZ_FORMAT_ERROR_UNSUPPORTED,
      "tie_word_embeddings" },
    { "{", "", CZ_FORMAT_ERROR_INVALID, "not JSON" },
    { "{", "[{", CZ_FORMAT_ERROR_INVALID, "not JSON" },
  };
  g_autofree char *text = read_file (fixture, "config.json");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *found = strstr (text, cases[i].from);
      g_assert_nonnull (found);
      g_autofree char *before = g_strndup (text, (gsize)(found - text));
      g_autofree char *changed
          = g_strconcat (before, cases[i].to, found + strlen (cases[i].from), NULL);
      write_file (fixture, "config.json", changed);
      assert_refused (fixture, cases[i].code, cases[i].words);
    }
  write_file (fixture, "config.json", "");
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "config.json");
  write_file (fixture, "config.json", "[]");
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "object");
  write_file (fixture, "config.json", "{\n  \"dim\": 1,\n  \"n_layers\" 2\n}\n");
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "line 3");
}

static void
test_missing_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *weights = read_file (fixture, "model.safetensors");

  write_file (fixture, "model.safetensors", NULL);
  assert_refused (fixture, CZ_FORMAT_ERROR_MISSING, "model.safetensors");
  write_file (fixture, "pytorch_model.bin", "x");
  assert_refused (fixture, CZ_FORMAT_ERROR_UNSUPPORTED, "safe_serialization=True");
  write_file (fixture, "model.safetensors.index.json", "{}");
  assert_refused (fixture, CZ_FORMAT_ERROR_UNSUPPORTED, "several files");
  write_file (fixture, "model.safetensors", "version https://git-lfs.github.com/spec/v1\nsize 9\n");
  assert_refused (fixture, CZ_FORMAT_ERROR_LFS_POINTER, "Git-LFS");
  write_file (fixture, "config.json", NULL);
  assert_refused (fixture, CZ_FORMAT_ERROR_MISSING, "config.json");
  g_autofree char *pipe = g_build_filename (fixture->path, "config.json", NULL);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0); // nobody ever writes into it
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "no ordinary file");

  cz_folder_remove (fixture->path);
  assert_refused (fixture, CZ_FORMAT_ERROR_MISSING, "no folder");
  g_mkdir (fixture->path, 0777);
  assert_refused (fixture, CZ_FORMAT_ERROR_MISSING, "empty");
  cz_folder_remove (fixture->path);
  g_assert_true (g_file_set_contents (fixture->path, "x", -1, NULL));
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "not a folder");
}

static void
test_vocabulary (Fixture *fixture, gconstpointer data)
{
  g_autofree char *words = read_file (fixture, "vocab.txt");
  g_autofree char *more = g_strconcat (words, "one\n", NULL);
  g_autofree char *fewer = g_strndup (words, (gsize)(strstr (words, "w20") - words));
  g_autofree char *padded = g_strndup (words, (gsize)(strstr (words, "w35") - words));

  write_file (fixture, "vocab.txt", more);
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "41 words");
  write_file (fixture, "vocab.txt", fewer);
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "20 words");
  write_file (fixture, "vocab.txt", words + strlen ("<pad>\n"));
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "<pad>");
  write_file (fixture, "vocab.txt", NULL);
  assert_refused (fixture, CZ_FORMAT_ERROR_MISSING, "vocab.txt");

  // Forty rows are thirty-five rounded up to a multiple of eight.
  write_file (fixture, "vocab.txt", padded);
  g_autoptr (CzModelFolder) folder = open_folder (fixture);
  g_assert_nonnull (cz_model_folder_get_notes (folder)[0]);
}

// Settings come from tokenizer_config.json, then special_tokens_map.json, then tokenizer.json.
static void
test_tokenizer_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) json = g_string_new (
      "{\"added_tokens\":[{\"id\":4,\"content\":\"[MASK]\",\"special\":true}],"
      "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"BertNormalizer\","
      "\"lowercase\":false,\"strip_accents\":true,\"clean_text\":true,"
      "\"handle_chinese_chars\":false}]},"
      "\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"max_input_chars_per_word\":50,"
      "\"continuing_subword_prefix\":\"##\",\"vocab\":{");
  for (guint i = N_WORDS; i-- > 0;)
    {
      static const char *const special[] = { "<pad>", "[UNK]", "[CLS]", "[SEP]" };
      if (i < 4)
        g_string_append_printf (json, "\"%s\":%u%s", special[i], i, i > 0 ? "," : "}}}");
      else if (i > 4)
        g_string_append_printf (json, "\"w%u\":%u,", i, i);
    }
  write_file (fixture, "vocab.txt", NULL);
  write_file (fixture, "tokenizer.json", json->str);
  write_file (fixture, "tokenizer_config.json", "{\"tokenize_chinese_chars\": true}");
  write_file (fixture, "special_tokens_map.json", "{\"pad_token\": {\"content\": \"<pad>\"}}");
  g_autoptr (CzModelFolder) folder = open_folder (fixture);
  const CzTokenizerOptions *options
      = cz_tokenizer_get_options (cz_model_folder_get_tokenizer (folder));
  g_assert_false (options->lowercase);
  g_assert_true (options->strip_accents);
  g_assert_true (options->cjk_spacing);
  g_assert_cmpuint (options->max_word_characters, ==, 50);
  g_assert_cmpstr (options->pad, ==, "<pad>");

  write_file (fixture, "tokenizer_config.json", "{\"do_lower_case\": \"yes\"}");
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "do_lower_case");
  write_file (fixture, "tokenizer_config.json", "{\"tokenizer_class\": \"RobertaTokenizer\"}");
  assert_refused (fixture, CZ_FORMAT_ERROR_UNSUPPORTED, "RobertaTokenizer");
  write_file (fixture, "tokenizer_config.json", "{\"mask_token\": 3}");
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "mask_token");
  write_file (fixture, "tokenizer_config.json", NULL);
  write_file (fixture, "tokenizer.json", "{\"model\":{\"type\":\"BPE\",\"vocab\":{}}}");
  assert_refused (fixture, CZ_FORMAT_ERROR_UNSUPPORTED, "tokenizer.json");
}

// A file may store the output matrix too, and names may lack "distilbert.".
static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "model.safetensors", NULL);
  g_autoptr (CzParameterTable) table = cz_parameter_table_new (&fixture->config);
  guint n = cz_parameter_table_get_size (table);
  g_autofree CzTensorSource *sources = g_new0 (CzTensorSource, n + 1);
  g_autofree float *matrix = g_new (float, N_WORDS * 12);
  g_autoptr (GError) error = NULL;

  for (guint pass = 0; pass < 4; pass++)
    {
      guint skipped = pass == 3 ? 1 : 0; // word embeddings stand only as the output matrix
      for (guint i = 0; i < n; i++)
        {
          const CzParameter *parameter = cz_parameter_table_get (table, i);
          sources[i].name = parameter->name;
          if (pass == 1 && g_str_has_prefix (parameter->name, "distilbert."))
            sources[i].name += strlen ("distilbert.");
          sources[i].n_dims = parameter->n_dims;
          sources[i].dims[0] = parameter->n_dims == 2 ? parameter->rows : parameter->columns;
          sources[i].dims[1] = parameter->columns;
        }
      sources[n] = sources[0];
      sources[n].name = "vocab_projector.weight";
      // Read as parameter n the output matrix differs; in pass 2 it is to.
      read_number (pass == 2 ? n : 0, 0, N_WORDS * 12, matrix, NULL, NULL);
      sources[n].data = matrix;
      if (skipped)
        sources[0] = sources[n];
      g_assert_true (cz_safetensors_write (path, sources, n + 1 - skipped, CZ_DTYPE_F32, NULL,
                                           read_number, NULL, &error));
      g_assert_no_error (error);
      g_autoptr (CzModelFolder) folder = open_folder (fixture);
      float got;
      g_assert_true (cz_model_folder_read (folder, 0, 0, 1, &got, NULL));
      g_assert_cmpfloat (got, ==, 0);
      g_assert_cmpint (cz_model_folder_get_notes (folder)[0] != NULL, ==, pass == 2);
    }
  // Without its head it cannot guess words; whole numbers are no weights.
  sources[n - 1].name = "something.else";
  g_assert_true (
      cz_safetensors_write (path, sources, n, CZ_DTYPE_F32, NULL, read_number, NULL, &error));
  assert_refused (fixture, CZ_FORMAT_ERROR_MISSING, "DistilBertForMaskedLM");
}

static void
test_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint n_entries = 0;

  cz_atomic_file_fault_arm (3000);
  g_assert_false (cz_model_folder_save (fixture->path, &fixture->config, fixture->tokenizer,
                                        CZ_DTYPE_F32, read_number, NULL, NULL, 0, &error));
  cz_atomic_file_fault_arm (G_MAXUINT64);
  g_assert_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE);
  g_autoptr (CzModelFolder) folder = open_folder (fixture);
  g_autoptr (GDir) parent = g_dir_open (fixture->parent, 0, NULL);
  while (g_dir_read_name (parent) != NULL)
    n_entries++;
  g_assert_cmpuint (n_entries, ==, 1);
}

static void
test_summary (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (fixture->path, &error);
  g_assert_no_error (error);
  g_autoptr (CzModelSummary) summary = cz_model_summary_new (folder);
  guint64 n = cz_parameter_table_get_n_elements (cz_model_folder_get_table (folder));

  // Three of the embeddings, eight a layer, three of the head, from the input to the output.
  g_assert_cmpuint (summary->modules->len, ==, 3 + 8 * fixture->config.n_layers + 3);
  g_assert_cmpuint (summary->parameters, ==, n);
  g_assert_cmpuint (summary->trainable, ==, n);
  g_assert_cmpuint (summary->bytes, ==, 4 * n);
  g_assert_cmpstr (summary->dtype, ==, "F32");
  const CzModelModule *words = summary->modules->pdata[0], *norm = summary->modules->pdata[2];
  const CzModelModule *last = summary->modules->pdata[summary->modules->len - 1];
  g_assert_cmpstr (words->type, ==, "Embedding");
  g_assert_cmpuint (words->dims[0], ==, N_WORDS);
  g_assert_cmpuint (words->dims[1], ==, 12);
  g_assert_cmpstr (norm->name, ==, "distilbert.embeddings.LayerNorm");
  g_assert_cmpuint (norm->parameters, ==, 2 * 12);
  g_assert_cmpstr (last->name, ==, "vocab_projector");
  g_assert_cmpuint (last->parameters, ==, N_WORDS);
  for (guint i = 0; i < summary->modules->len; i++)
    {
      const CzModelModule *module = summary->modules->pdata[i];
      if (g_str_has_suffix (module->name, "layer.1.ffn.lin1"))
        {
          g_assert_cmpstr (module->type, ==, "Dense");
          g_assert_cmpuint (module->dims[0], ==, 20);
          g_assert_cmpuint (module->dims[1], ==, 12);
          g_assert_cmpuint (module->parameters, ==, 20 * 12 + 20);
        }
      if (i > 0)
        g_assert_cmpint (module->layer, >=,
                         ((CzModelModule *)summary->modules->pdata[i - 1])->layer);
    }
  g_autofree char *below = cz_model_summary_name_layer (-1, 2);
  g_autofree char *within = cz_model_summary_name_layer (1, 2);
  g_autofree char *above = cz_model_summary_name_layer (2, 2);
  g_assert_cmpstr (below, ==, "embeddings");
  g_assert_cmpstr (within, ==, "layer.1");
  g_assert_cmpstr (above, ==, "head");
}

static void
test_reference (void)
{
  const char *shared = g_getenv ("CZ_SHARED");
  g_autofree char *path
      = g_build_filename (shared != NULL ? shared : "", "reference", "model_a", "model_A", NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
        g_error ("the references are not at %s", path);
      g_test_skip ("the references do not lie beside the checkout");
      return;
    }
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cz_parameter_table_get_n_elements (cz_model_folder_get_table (folder)), ==,
                    158076);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/model-folder/round-trip", test_round_trip);
  ADD ("/model-folder/deterministic", test_deterministic);
  ADD ("/model-folder/config", test_config);
  ADD ("/model-folder/missing-files", test_missing_files);
  ADD ("/model-folder/vocabulary", test_vocabulary);
  ADD ("/model-folder/tokenizer-files", test_tokenizer_files);
  ADD ("/model-folder/names", test_names);
  ADD ("/model-folder/disk-full", test_disk_full);
  ADD ("/model-folder/summary", test_summary);
  g_test_add_func ("/model-folder/table", test_table);
  g_test_add_func ("/model-folder/reference", test_reference);
  return g_test_run ();
}
