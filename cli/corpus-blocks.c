// Blocks are numbered through the training part, then the test part. The index of a token's word in
// its document is found from the token file: a document's first and last token are the [CLS] and
// [SEP] put around it, every other token with CZ_TOKEN_WORD_START begins a word.
#include "cli/corpus-blocks.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/json-line.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "engine/format/model-folder.h"
#include "engine/text/masking.h"
#include "jobs/model-source.h"
#include "jobs/run-parameters.h"
#include "jobs/token-cache.h"

#define WORD_STRIDE 1024

static char *option_model, *option_block_size, *option_mask, *option_probability;
static char *option_seed, *option_epoch, *option_split, *option_split_seed;
static char **option_sets;

const GOptionEntry cz_corpus_blocks_options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model, N_ ("Whose tokenizer (needed)"),
    N_ ("MODEL") },
  { "block-size", 0, 0, G_OPTION_ARG_STRING, &option_block_size, N_ ("Tokens in a block"),
    N_ ("B") },
  { "mask", 0, 0, G_OPTION_ARG_STRING, &option_mask,
    N_ ("Mask training blocks by token or word, test blocks as eval_mask says (default: no masks)"),
    N_ ("MASKING") },
  { "mask-probability", 0, 0, G_OPTION_ARG_STRING, &option_probability,
    N_ ("The share of tokens or words that is masked"), N_ ("P") },
  { "seed", 0, 0, G_OPTION_ARG_STRING, &option_seed, N_ ("The seed of the masks"), N_ ("S") },
  { "epoch", 0, 0, G_OPTION_ARG_STRING, &option_epoch,
    N_ ("The epoch whose masks are drawn, from 0"), N_ ("E") },
  { "split", 0, 0, G_OPTION_ARG_STRING, &option_split,
    N_ ("How test blocks are set apart: auto, corpus, documents or blocks"), N_ ("MODE") },
  { "split-seed", 0, 0, G_OPTION_ARG_STRING, &option_split_seed, N_ ("The seed of that split"),
    N_ ("S") },
  { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_sets,
    N_ ("Another parameter of a run (train_blocks, test_blocks, eval_mask, eval_seed)"),
    N_ ("KEY=VALUE") },
  { NULL },
};

typedef struct
{
  CzTokenizer *tokenizer;
  CzBlocks *blocks;
  CzTokenFile *file;
  const guint32 *tokens; // the file's
  guint64 *starts;       // word starts among the file's tokens before i * WORD_STRIDE
  gboolean masked;
  CzMasking masking[2]; // of training and test blocks, as a run masks them
  guint32 epoch;        // of training; evaluation has none
  guint32 *words, *ids;
  gint32 *labels;
  GString *line;
} Printer;

// ---- Options ----

static gboolean
set_parameter (CzTrainOptions *parameters, const char *key, const char *value, GError **error)
{
  return value == NULL || cz_train_options_set (parameters, key, value, error);
}

static gboolean
read_options (CzTrainOptions *ret_parameters, guint32 *ret_epoch, GError **error)
{
  g_autoptr (GError) reason = NULL;
  guint64 epoch = 0;

  if (option_model == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Say whose tokenizer: --model MODEL."));
      return FALSE;
    }
  if (option_epoch != NULL
      && !cz_invocation_parse_number (option_epoch, "--epoch", 0, G_MAXUINT32, &epoch, error))
    return FALSE;
  cz_train_options_init (ret_parameters);
  if (!cz_run_parameters_set_all (ret_parameters, (const char *const *)option_sets, &reason)
      || !set_parameter (ret_parameters, "block_size", option_block_size, &reason)
      || !set_parameter (ret_parameters, "mask", option_mask, &reason)
      || !set_parameter (ret_parameters, "mask_probability", option_probability, &reason)
      || !set_parameter (ret_parameters, "seed", option_seed, &reason)
      || !set_parameter (ret_parameters, "split", option_split, &reason)
      || !set_parameter (ret_parameters, "split_seed", option_split_seed, &reason))
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG, reason->message);
      return FALSE;
    }
  *ret_epoch = (guint32)epoch;
  return TRUE;
}

// ---- Words ----

static gboolean
starts_word (guint32 token)
{
  return (token & CZ_TOKEN_WORD_START) != 0;
}

static void
count_words (Printer *p)
{
  guint64 n, count = 0;

  p->tokens = cz_token_file_get_tokens (p->file, &n);
  p->starts = g_new (guint64, n / WORD_STRIDE + 1);
  for (guint64 i = 0; i < n; i++)
    {
      if (i % WORD_STRIDE == 0)
        p->starts[i / WORD_STRIDE] = count;
      count += starts_word (p->tokens[i]);
    }
  if (n % WORD_STRIDE == 0)
    p->starts[n / WORD_STRIDE] = count;
}

// Word starts among the file's tokens before `at`.
static guint64
count_before (const Printer *p, guint64 at)
{
  guint64 count = p->starts[at / WORD_STRIDE];

  for (guint64 i = at / WORD_STRIDE * WORD_STRIDE; i < at; i++)
    count += starts_word (p->tokens[i]);
  return count;
}

// The document that holds the file's token `at`.
static void
find_document (const Printer *p, guint64 at, CzTokenDocument *ret_document)
{
  guint64 low = 0, high = cz_token_file_get_n_documents (p->file);

  while (high - low > 1)
    {
      guint64 middle = low + (high - low) / 2;
      cz_token_file_get_document (p->file, middle, ret_document);
      if (ret_document->offset <= at)
        low = middle;
      else
        high = middle;
    }
  cz_token_file_get_document (p->file, low, ret_document);
}

static void
append_words (Printer *p, CzBlockPart part, guint32 index, guint length)
{
  CzTokenDocument document = { 0 };
  guint64 at = 0, before = 0; // word starts from the document's first word up to the token

  for (guint i = 0; i < cz_blocks_get_block_size (p->blocks); i++)
    {
      if (i > 0)
        g_string_append (p->line, ", ");
      if (i >= length)
        {
          g_string_append (p->line, "null");
          continue;
        }
      at++;
      if (i == 0 || at >= document.offset + document.count)
        {
          at = cz_blocks_locate (p->blocks, part, index, i);
          find_document (p, at, &document);
          before = at > document.offset
                       ? count_before (p, at) - count_before (p, document.offset + 1)
                       : 0;
        }
      gboolean added = at == document.offset || at + 1 == document.offset + document.count;
      if (!added)
        before += starts_word (p->tokens[at]);
      if (added || before == 0)
        g_string_append (p->line, "null");
      else
        cz_json_append_int (p->line, (gint64)before - 1);
    }
}

// ---- Printing ----

// What the model sees and what it is to guess; padding is never scored.
static void
mask (Printer *p, CzBlockPart part, guint length)
{
  guint size = cz_blocks_get_block_size (p->blocks);

  for (guint i = 0; i < size; i++)
    {
      p->ids[i] = p->words[i] & CZ_TOKEN_ID_MASK;
      p->labels[i] = CZ_MASKING_IGNORED;
    }
  if (p->masked)
    cz_mask_block (&p->masking[part], part == CZ_PART_TRAIN ? p->epoch : 0,
                   cz_block_hash (p->words, length), p->words, length, p->ids, p->labels);
}

static void
append_json (Printer *p, guint number, CzBlockPart part, guint32 index, guint length)
{
  guint size = cz_blocks_get_block_size (p->blocks);

  g_string_append_printf (p->line, "{\"block\": %u, \"split\": \"%s\", \"ids\": [", number,
                          part == CZ_PART_TRAIN ? "train" : "test");
  for (guint i = 0; i < size; i++)
    {
      g_string_append (p->line, i > 0 ? ", " : "");
      cz_json_append_int (p->line, p->ids[i] & CZ_TOKEN_ID_MASK);
    }
  g_string_append (p->line, "], \"labels\": [");
  for (guint i = 0; i < size; i++)
    {
      g_string_append (p->line, i > 0 ? ", " : "");
      cz_json_append_int (p->line, p->labels[i]);
    }
  g_string_append (p->line, "], \"words\": [");
  append_words (p, part, index, length);
  g_string_append (p->line, "]}\n");
}

static void
append_text (Printer *p, guint number, CzBlockPart part, guint length)
{
  g_autofree char *text
      = cz_tokenizer_decode (p->tokenizer, p->ids, length, FALSE /* skip_special */);

  g_string_append_printf (p->line, "%u  %s  %s\n", number,
                          part == CZ_PART_TRAIN ? _ ("train") : _ ("test"), text);
}

static gboolean
print_part (CzInvocation *invocation, Printer *p, CzBlockPart part, guint first, GError **error)
{
  guint32 n = cz_blocks_get_count (p->blocks, part);

  for (guint32 index = 0; index < n; index++)
    {
      guint length = cz_blocks_copy (p->blocks, part, index, p->words);

      if (g_cancellable_set_error_if_cancelled (cz_interruption_get (), error))
        return FALSE;
      mask (p, part, length);
      g_string_truncate (p->line, 0);
      if (invocation->json)
        append_json (p, first + index, part, index, length);
      else
        append_text (p, first + index, part, length);
      fwrite (p->line->str, 1, p->line->len, stdout);
    }
  return TRUE;
}

static void
clear_printer (Printer *p)
{
  g_clear_pointer (&p->tokenizer, cz_tokenizer_unref);
  g_clear_pointer (&p->blocks, cz_blocks_unref);
  g_clear_pointer (&p->file, cz_token_file_unref);
  g_free (p->starts);
  g_free (p->words);
  g_free (p->ids);
  g_free (p->labels);
  if (p->line != NULL)
    g_string_free (p->line, TRUE);
}

// ---- Making ----

static gboolean
cut (CzInvocation *invocation,
     Printer *p,
     const CzTrainOptions *parameters,
     CzModelConfig *ret_config,
     GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, option_model, error) : NULL;
  if (source == NULL)
    return FALSE;
  g_autoptr (CzCorpus) corpus = cz_corpus_find (library, invocation->arguments[0], error);
  g_autofree char *config = g_build_filename (source->folder, "config.json", NULL);
  if (corpus == NULL || !cz_model_config_load (config, ret_config, error))
    return FALSE;
  p->tokenizer = cz_model_folder_load_tokenizer (source->folder, error);
  if (p->tokenizer == NULL)
    return FALSE;

  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  p->file = cz_token_cache_open (library, corpus, p->tokenizer, cz_progress_callback, progress,
                                 cz_interruption_get (), error);
  if (p->file == NULL)
    return FALSE;
  CzBlockOptions options = cz_train_options_get_block_options (parameters, p->tokenizer);
  p->blocks = cz_blocks_new (p->file, &options, error);
  if (p->blocks == NULL)
    return FALSE;
  for (const char *const *note = cz_blocks_get_notes (p->blocks); *note != NULL; note++)
    cz_progress_note (progress, *note);
  return TRUE;
}

// Test blocks are masked by what the evaluation goes by, whatever the run's own seed and masking.
static void
set_masking (Printer *p, const CzTrainOptions *parameters, const CzModelConfig *config)
{
  guint32 mask_id = cz_tokenizer_get_mask_id (p->tokenizer);

  p->masking[CZ_PART_TRAIN] = (CzMasking){
    .strategy = parameters->mask,
    .seed = parameters->seed,
    .purpose = CZ_RANDOM_MASK,
    .threshold = cz_random_threshold (cz_train_options_get_mask_probability (parameters)),
    .vocabulary_size = config->vocab_size,
    .mask_id = mask_id,
  };
  p->masking[CZ_PART_TEST] = (CzMasking){
    .strategy = parameters->eval_mask,
    .seed = parameters->eval_seed,
    .purpose = CZ_RANDOM_EVAL_MASK,
    .threshold = cz_random_threshold (parameters->eval_mask_probability),
    .vocabulary_size = config->vocab_size,
    .mask_id = mask_id,
  };
}

gboolean
cz_corpus_blocks (CzInvocation *invocation, GError **error)
{
  CzTrainOptions parameters;
  CzModelConfig config;
  Printer printer = { .masked = option_mask != NULL };

  if (!read_options (&parameters, &printer.epoch, error))
    return FALSE;
  cz_interruption_get ();
  gboolean done = cut (invocation, &printer, &parameters, &config, error);
  if (done)
    {
      set_masking (&printer, &parameters, &config);
      printer.words = g_new (guint32, parameters.block_size);
      printer.ids = g_new (guint32, parameters.block_size);
      printer.labels = g_new (gint32, parameters.block_size);
      printer.line = g_string_new (NULL);
      count_words (&printer);
      done = print_part (invocation, &printer, CZ_PART_TRAIN, 0, error)
             && print_part (invocation, &printer, CZ_PART_TEST,
                            cz_blocks_get_count (printer.blocks, CZ_PART_TRAIN), error);
    }
  clear_printer (&printer);
  return done;
}
