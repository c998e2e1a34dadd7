#include "jobs/bench.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/bench-output.h"
#include "cli/command.h"
#include "cli/json-line.h"
#include "cli/line-reader.h"
#include "cli/places.h"
#include "engine/text/vocabulary-trainer.h"
#include "jobs/model-source.h"

#define TEXT_MOST (8 << 20) // bytes of text that the tokenizer is measured with
#define LEARNED   8000      // word pieces, where no model is there

static char *option_blocks, *option_block_size, *option_runs, *option_layers;
static char *option_precision, *option_model, *option_text;
static gboolean option_peer, option_tune;

static const GOptionEntry options[] = {
  { "blocks", 0, 0, G_OPTION_ARG_STRING, &option_blocks, N_ ("Of a batch (default: 8)"), N_ ("N") },
  { "block-size", 0, 0, G_OPTION_ARG_STRING, &option_block_size,
    N_ ("Tokens in a block (default: 128), or in the text of surprisal (default: 512)"), N_ ("N") },
  { "runs", 0, 0, G_OPTION_ARG_STRING, &option_runs, N_ ("That count (default: 5)"), N_ ("N") },
  { "layers", 0, 0, G_OPTION_ARG_STRING, &option_layers,
    N_ ("Of the model with random weights (default: 6)"), N_ ("N") },
  { "precision", 0, 0, G_OPTION_ARG_STRING, &option_precision,
    N_ ("Of a training step: auto, fp32, fp16 or bf16 (default: auto)"), N_ ("PRECISION") },
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model,
    N_ ("Whose tokenizer (default: the starter), and which model predicts"), N_ ("MODEL") },
  { "text", 0, 0, G_OPTION_ARG_FILENAME, &option_text,
    N_ ("To be tokenized (default: the sample corpus), a file or a folder of them; .jsonl: the "
        "“text” of each line"),
    N_ ("FILE") },
  { "peer", 0, 0, G_OPTION_ARG_NONE, &option_peer,
    N_ ("Compare with the other programs that are found on this machine"), NULL },
  { "tune", 0, 0, G_OPTION_ARG_NONE, &option_tune,
    N_ ("Of gemm: find the fastest matrix kernels for this device, and use them from now on"),
    NULL },
  { NULL },
};

static gboolean
read_number (const char *text, const char *what, guint high, guint *number, GError **error)
{
  guint64 value;

  if (text == NULL)
    return TRUE;
  if (!cz_invocation_parse_number (text, what, 1, high, &value, error))
    return FALSE;
  *number = (guint)value;
  return TRUE;
}

static gboolean
read_options (CzBenchOptions *ret_options, GError **error)
{
  *ret_options
      = (CzBenchOptions){ .blocks = 8, .block_size = 128, .runs = 5, .surprisal_tokens = 512 };
  // As many words as BERT's English vocabulary.
  cz_model_config_init (&ret_options->config, 30522);
  return read_number (option_blocks, "--blocks", 4096, &ret_options->blocks, error)
         && read_number (option_block_size, "--block-size",
                         ret_options->config.max_position_embeddings, &ret_options->block_size,
                         error)
         && read_number (option_block_size, "--block-size",
                         ret_options->config.max_position_embeddings,
                         &ret_options->surprisal_tokens, error)
         && read_number (option_runs, "--runs", 1000, &ret_options->runs, error)
         && read_number (option_layers, "--layers", 256, &ret_options->config.n_layers, error)
         && cz_invocation_parse_precision (option_precision, &ret_options->precision, error);
}

// ---- The tokenizer's text ----

// Adds the lines of a file, up to TEXT_MOST bytes in all.
static gboolean
read_file (const char *path, GString *text, GError **error)
{
  g_autoptr (CzLineReader) reader = cz_line_reader_new (path, error);
  g_autoptr (GString) member = g_string_new (NULL);
  g_autoptr (GError) failed = NULL;
  gboolean jsonl = g_str_has_suffix (path, ".jsonl");
  const char *line;
  gsize length;

  if (reader == NULL)
    return FALSE;
  while (text->len < TEXT_MOST
         && (line = cz_line_reader_next (reader, &length, NULL, NULL, &failed)) != NULL)
    {
      if (jsonl && cz_json_read_text (line, length, "text", member))
        {
          line = member->str;
          length = member->len;
        }
      g_string_append_len (text, line, (gssize)length);
      g_string_append_c (text, '\n');
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

// A file, or the files of a folder in the order of their names.
static GString *
read_text (const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return read_file (path, text, error) ? g_steal_pointer (&text) : NULL;
  g_autoptr (GDir) folder = g_dir_open (path, 0, error);
  if (folder == NULL)
    return NULL;
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (files, g_build_filename (path, name, NULL));
  g_ptr_array_sort (files, compare_names);
  for (guint i = 0; i < files->len; i++)
    if (g_file_test (files->pdata[i], G_FILE_TEST_IS_REGULAR)
        && !read_file (files->pdata[i], text, error))
      return NULL;
  return g_steal_pointer (&text);
}

static CzTokenizer *
learn_tokenizer (const GString *text, GError **error)
{
  CzVocabularyTrainerOptions learning = CZ_VOCABULARY_TRAINER_DEFAULTS;

  learning.size = LEARNED;
  g_autoptr (CzVocabularyTrainer) trainer = cz_vocabulary_trainer_new (&learning, error);
  if (trainer == NULL)
    return NULL;
  cz_vocabulary_trainer_feed (trainer, text->str, (gssize)text->len);
  g_autoptr (CzVocabulary) vocabulary
      = cz_vocabulary_trainer_train (trainer, NULL, NULL, NULL, error);
  return vocabulary != NULL ? cz_tokenizer_new (vocabulary, NULL, error) : NULL;
}

// The folder of --model; NULL without an error where none was named.
static char *
find_model (CzInvocation *invocation, GError **error)
{
  if (option_model == NULL)
    return NULL;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, option_model, error) : NULL;
  return source != NULL ? g_strdup (source->folder) : NULL;
}

static gboolean
measure_tokenizer (CzInvocation *invocation, const CzBenchOptions *bench, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *sample = option_text != NULL ? g_strdup (option_text)
                                                : cz_places_find_data ("sample/jargon-file.jsonl");
  g_autofree char *named = find_model (invocation, &failed);

  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  if (sample == NULL)
    {
      g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                           _ ("The sample corpus is not installed; name a text with --text FILE."));
      return FALSE;
    }
  g_autofree char *starter = cz_places_find_data ("starter/model");
  g_autoptr (GString) text = read_text (sample, error);
  if (text == NULL)
    return FALSE;
  const char *folder = named != NULL ? named : starter;
  g_autoptr (CzTokenizer) tokenizer = folder != NULL
                                          ? cz_model_folder_load_tokenizer (folder, error)
                                          : learn_tokenizer (text, error);
  return tokenizer != NULL && cz_bench_tokenize (tokenizer, text->str, text->len, bench, error);
}

// The command itself from start to answer, with the model named or the starter.
static gboolean
measure_start (CzInvocation *invocation,
               CzDevice *device,
               const char *folder,
               const CzBenchOptions *bench,
               GError **error)
{
  g_autoptr (CzTokenizer) tokenizer = cz_model_folder_load_tokenizer (folder, error);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", error);
  g_autoptr (GPtrArray) line = g_ptr_array_new ();

  if (tokenizer == NULL || program == NULL)
    return FALSE;
  g_autofree char *text
      = g_strdup_printf ("This is a great %s.", cz_tokenizer_get_options (tokenizer)->mask);
  const char *const first[] = { program, "--json", "--quiet", "fill", "--model", folder };
  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    g_ptr_array_add (line, (gpointer)first[i]);
  if (invocation->library != NULL)
    {
      g_ptr_array_add (line, (gpointer) "--library");
      g_ptr_array_add (line, invocation->library);
    }
  if (invocation->device != NULL)
    {
      g_ptr_array_add (line, (gpointer) "--device");
      g_ptr_array_add (line, invocation->device);
    }
  g_ptr_array_add (line, (gpointer) "--");
  g_ptr_array_add (line, text);
  g_ptr_array_add (line, NULL);
  return cz_bench_start (device, (const char *const *)line->pdata, bench, error);
}

static gboolean
measure_fill (CzInvocation *invocation, const CzBenchOptions *bench, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *named = find_model (invocation, &failed);

  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  CzDevice *device = cz_invocation_get_device (invocation, error);
  if (device == NULL)
    return FALSE;
  g_autoptr (CzModelFolder) folder = named != NULL ? cz_model_folder_open (named, error) : NULL;
  if ((named != NULL && folder == NULL) || !cz_bench_fill (device, folder, bench, error))
    return FALSE;
  g_autofree char *starter = cz_places_find_data ("starter/model");
  const char *started = named != NULL ? named : starter;
  return started == NULL || measure_start (invocation, device, started, bench, error);
}

static gboolean
measure_surprisal (CzInvocation *invocation, const CzBenchOptions *bench, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *named = find_model (invocation, &failed);

  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  CzDevice *device = cz_invocation_get_device (invocation, error);
  g_autoptr (CzModelFolder) folder
      = device != NULL && named != NULL ? cz_model_folder_open (named, error) : NULL;
  return device != NULL && (named == NULL || folder != NULL)
         && cz_bench_surprisal (device, folder, bench, error);
}

// ---- The command ----

static gboolean
measure_peaks (CzInvocation *invocation, CzBenchOptions *bench, GError **error)
{
  CzDevice *device = cz_invocation_get_device (invocation, error);

  return device != NULL && cz_bench_peaks (device, bench, error);
}

static gboolean
measure_on_device (CzInvocation *invocation,
                   gboolean (*measure) (CzDevice *, const CzBenchOptions *, GError **),
                   const CzBenchOptions *bench,
                   GError **error)
{
  CzDevice *device = cz_invocation_get_device (invocation, error);

  return device != NULL && measure (device, bench, error);
}

// What the device can do at most comes first: the rest is told as a share of it.
static gboolean
measure (CzInvocation *invocation, const char *what, CzBenchOptions *bench, GError **error)
{
  gboolean all = strcmp (what, "all") == 0;
  gboolean step = all || strcmp (what, "step") == 0, gemm = all || strcmp (what, "gemm") == 0;
  gboolean evaluate = all || strcmp (what, "evaluate") == 0;
  gboolean tokenize = all || strcmp (what, "tokenize") == 0,
           fill = all || strcmp (what, "fill") == 0;
  gboolean surprisal = all || strcmp (what, "surprisal") == 0;

  if (!step && !gemm && !evaluate && !tokenize && !fill && !surprisal)
    {
      g_autofree char *valid = g_utf8_make_valid (what, -1);
      g_set_error (
          error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
          _ ("“%s” cannot be measured; choose gemm, step, evaluate, tokenize, fill, surprisal "
             "or all."),
          valid);
      return FALSE;
    }
  if (option_tune && (all || !gemm || option_peer))
    {
      g_set_error_literal (
          error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
          _ ("--tune goes with the matrix products alone: cloze bench gemm --tune."));
      return FALSE;
    }
  if (option_tune)
    return measure_on_device (invocation, cz_bench_tune, bench, error);
  return (!(step || gemm) || measure_peaks (invocation, bench, error))
         && (!step || measure_on_device (invocation, cz_bench_step, bench, error))
         && (!evaluate || measure_on_device (invocation, cz_bench_evaluate, bench, error))
         && (!gemm || measure_on_device (invocation, cz_bench_gemm, bench, error))
         && (!tokenize || measure_tokenizer (invocation, bench, error))
         && (!fill || measure_fill (invocation, bench, error))
         && (!surprisal || measure_surprisal (invocation, bench, error));
}

static CzBenchPeers *
find_peers (GError **error)
{
  g_autofree char *scripts = cz_places_find_data ("peers");

  if (scripts != NULL)
    return cz_bench_peers_new (scripts);
  g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                       _ ("The scripts that drive other programs are not installed; install "
                          "Clozebench anew, or leave out --peer."));
  return NULL;
}

static gboolean
bench (CzInvocation *invocation, GError **error)
{
  CzBenchOptions options_given;

  if (!read_options (&options_given, error))
    return FALSE;
  g_autoptr (CzBenchPeers) peers = option_peer ? find_peers (error) : NULL;
  if (option_peer && peers == NULL)
    return FALSE;
  CzBenchOutput *output = cz_bench_output_new (invocation->json, invocation->quiet);
  options_given.peers = peers;
  options_given.func = cz_bench_output_tell;
  options_given.note = cz_bench_output_note;
  options_given.progress = cz_bench_output_progress;
  options_given.data = output;
  options_given.cancellable = cz_interruption_get ();
  gboolean done
      = measure (invocation, invocation->n_arguments > 0 ? invocation->arguments[0] : "all",
                 &options_given, error);
  // Also when something failed on the way: what was measured until then is true.
  cz_bench_output_free (output);
  cz_bench_options_clear (&options_given);
  return done;
}

const CzCommand cz_bench_commands[] = {
  { .words = "bench",
    .arguments = "[gemm|step|evaluate|tokenize|fill|surprisal|all]",
    .summary = N_ ("Measure how fast this device is."),
    .options = options,
    .max_arguments = 1,
    .carry_out = bench,
    .description
    = N_ ("The model is DistilBERT-base with random weights. A value is the median of its runs. "
          "With --peer other programs do the same work in turn with ours: PyTorch, transformers, "
          "OpenBLAS, onnxruntime, tokenizers. They are looked for in PATH and in the folder that "
          "CLOZE_PEERS names: a virtual environment of Python, or one where npm installed them.\n\n"
          "--tune writes a table of matrix kernels for this device, a file that it names. It is "
          "recorded in each run; CZ_GEMM_TABLE names another file, or, empty, none.") },
  { NULL },
};
