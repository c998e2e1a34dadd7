#include "jobs/bench.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/json-line.h"
#include "cli/line-reader.h"
#include "cli/output.h"
#include "cli/places.h"
#include "engine/text/vocabulary-trainer.h"
#include "jobs/json-members.h"
#include "jobs/model-source.h"

#define TEXT_MOST (8 << 20) // bytes of text that the tokenizer is measured with
#define LEARNED   8000      // word pieces, where no model is there

static char *option_blocks, *option_block_size, *option_runs, *option_layers;
static char *option_model, *option_text;
static gboolean option_peer;

static const GOptionEntry options[] = {
  { "blocks", 0, 0, G_OPTION_ARG_STRING, &option_blocks, N_ ("Of a batch (default: 8)"), N_ ("N") },
  { "block-size", 0, 0, G_OPTION_ARG_STRING, &option_block_size,
    N_ ("Tokens in a block (default: 128)"), N_ ("N") },
  { "runs", 0, 0, G_OPTION_ARG_STRING, &option_runs, N_ ("That count (default: 5)"), N_ ("N") },
  { "layers", 0, 0, G_OPTION_ARG_STRING, &option_layers,
    N_ ("Of the model with random weights (default: 6)"), N_ ("N") },
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model,
    N_ ("Whose tokenizer (default: the starter), and which model fills"), N_ ("MODEL") },
  { "text", 0, 0, G_OPTION_ARG_FILENAME, &option_text,
    N_ ("To be tokenized (default: the sample corpus); .jsonl: the “text” of each line"),
    N_ ("FILE") },
  { "peer", 0, 0, G_OPTION_ARG_NONE, &option_peer, N_ ("Compare with other programs"), NULL },
  { NULL },
};

static void
print_figure (const CzBenchFigure *figure, gpointer data)
{
  const CzInvocation *invocation = data;

  if (!invocation->json)
    {
      g_autofree char *name = figure->detail != NULL
                                  ? g_strdup_printf ("%s  %s", figure->bench, figure->detail)
                                  : g_strdup (figure->bench);
      if (figure->min < figure->max)
        cz_print (_ ("%-50s %9.4g %s  (%.4g to %.4g in %u runs)\n"), name, figure->value,
                  figure->unit, figure->min, figure->max, figure->runs);
      else
        cz_print ("%-50s %9.4g %s\n", name, figure->value, figure->unit);
      fflush (stdout);
      return;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "bench", figure->bench);
  if (figure->detail != NULL)
    cz_json_set_string (builder, "detail", figure->detail);
  cz_json_set_string (builder, "device", figure->device);
  cz_json_set_number (builder, "value", figure->value);
  cz_json_set_string (builder, "unit", figure->unit);
  cz_json_set_int (builder, "threads", figure->threads);
  cz_json_set_int (builder, "runs", figure->runs);
  cz_json_set_number (builder, "min", figure->min);
  cz_json_set_number (builder, "max", figure->max);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

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
read_options (CzInvocation *invocation, CzBenchOptions *ret_options, GError **error)
{
  *ret_options = (CzBenchOptions){
    .blocks = 8, .block_size = 128, .runs = 5, .func = print_figure, .data = invocation
  };
  // As many words as BERT's English vocabulary.
  cz_model_config_init (&ret_options->config, 30522);
  return read_number (option_blocks, "--blocks", 4096, &ret_options->blocks, error)
         && read_number (option_block_size, "--block-size",
                         ret_options->config.max_position_embeddings, &ret_options->block_size,
                         error)
         && read_number (option_runs, "--runs", 1000, &ret_options->runs, error)
         && read_number (option_layers, "--layers", 256, &ret_options->config.n_layers, error);
}

// ---- The tokenizer's text ----

// The lines of a file, at most TEXT_MOST bytes of them.
static GString *
read_text (const char *path, GError **error)
{
  g_autoptr (CzLineReader) reader = cz_line_reader_new (path, error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) member = g_string_new (NULL);
  g_autoptr (GError) failed = NULL;
  gboolean jsonl = g_str_has_suffix (path, ".jsonl");
  const char *line;
  gsize length;

  if (reader == NULL)
    return NULL;
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
    return g_steal_pointer (&text);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
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
  return (named == NULL || folder != NULL) && cz_bench_fill (device, folder, bench, error);
}

// ---- The command ----

static gboolean
measure (CzInvocation *invocation, const char *what, const CzBenchOptions *bench, GError **error)
{
  static const struct
  {
    const char *name;
    gboolean (*measure) (CzDevice *device, const CzBenchOptions *bench, GError **error);
  } on_device[] = {
    { "step", cz_bench_step },
    { "evaluate", cz_bench_evaluate },
    { "gemm", cz_bench_gemm },
  };
  gboolean all = strcmp (what, "all") == 0, known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (on_device); i++)
    if (all || strcmp (what, on_device[i].name) == 0)
      {
        CzDevice *device = cz_invocation_get_device (invocation, error);
        if (device == NULL || !on_device[i].measure (device, bench, error))
          return FALSE;
        known = TRUE;
      }
  if (all || strcmp (what, "tokenize") == 0)
    {
      if (!measure_tokenizer (invocation, bench, error))
        return FALSE;
      known = TRUE;
    }
  if (all || strcmp (what, "fill") == 0)
    {
      if (!measure_fill (invocation, bench, error))
        return FALSE;
      known = TRUE;
    }
  if (known)
    return TRUE;
  g_autofree char *valid = g_utf8_make_valid (what, -1);
  g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
               _ ("“%s” cannot be measured; choose gemm, step, evaluate, tokenize, fill or all."),
               valid);
  return FALSE;
}

static gboolean
bench (CzInvocation *invocation, GError **error)
{
  CzBenchOptions bench_options;

  if (!read_options (invocation, &bench_options, error))
    return FALSE;
  if (option_peer)
    {
      g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_UNAVAILABLE,
                           _ ("Comparing with other programs is not available yet; leave out "
                              "--peer."));
      return FALSE;
    }
  bench_options.cancellable = cz_interruption_get ();
  return measure (invocation, invocation->n_arguments > 0 ? invocation->arguments[0] : "all",
                  &bench_options, error);
}

const CzCommand cz_bench_commands[] = {
  { .words = "bench",
    .arguments = "[gemm|step|evaluate|tokenize|fill|all]",
    .summary = N_ ("Measure how fast this device is."),
    .options = options,
    .max_arguments = 1,
    .carry_out = bench,
    .description = N_ ("The model is DistilBERT-base with random weights. A value is the median of "
                       "its runs.") },
  { NULL },
};
