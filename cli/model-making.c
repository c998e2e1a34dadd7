// cloze model new, model extend: models from nothing, and models with more words.
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/model-entry.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/model.h"
#include "engine/format/atomic-file.h"
#include "jobs/character-bits.h"
#include "jobs/json-members.h"
#include "jobs/model-extension.h"
#include "jobs/model-making.h"
#include "jobs/model-source.h"
#include "jobs/token-cache.h"

static char *option_name, *option_vocabulary;
static char *option_size, *option_dim, *option_layers, *option_heads, *option_hidden;
static char *option_positions, *option_seed;
static char *option_range;
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
  { "initializer-range", 0, 0, G_OPTION_ARG_FILENAME, &option_range,
    N_ ("Standard deviation of the random weights (default: 0.02)"), N_ ("X") },
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

// 0 would give weights that are all alike and never come apart.
static gboolean
parse_range (CzModelConfig *config, GError **error)
{
  char *end = NULL;

  if (option_range == NULL)
    return TRUE;
  config->initializer_range = g_ascii_strtod (option_range, &end);
  if (*option_range != '\0' && *end == '\0' && config->initializer_range > 0
      && config->initializer_range <= 1)
    return TRUE;
  g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
               _ ("--initializer-range is a number above 0 and up to 1, as 0.02, not “%.40s”."),
               option_range);
  return FALSE;
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

static gboolean
make_model (CzInvocation *invocation, CzModelConfig *config, guint64 seed, GError **error)
{
  CzTokenizerOptions options = CZ_TOKENIZER_DEFAULTS;
  CzLibrary *library = cz_invocation_get_library (invocation, error);

  if (library == NULL)
    return FALSE;
  g_autofree char *path = cz_model_make_path (library, option_name);
  if (!cz_model_check_name (library, option_name, error))
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
         && parse_range (&config, error)
         && (option_seed == NULL
             || cz_invocation_parse_number (option_seed, "--seed", 0, G_MAXUINT64, &seed, error))
         && make_model (invocation, &config, seed, error);
}

// ---- extend ----

static char *option_words, *option_corpus, *option_count, *option_blocks;
static gboolean option_propose;

static const GOptionEntry extend_options[] = {
  { "name", 'n', 0, G_OPTION_ARG_FILENAME, &option_name, N_ ("The larger model's name"),
    N_ ("NAME") },
  { "words", 0, 0, G_OPTION_ARG_FILENAME, &option_words, N_ ("The words, one a line"),
    N_ ("FILE") },
  { "corpus", 'c', 0, G_OPTION_ARG_FILENAME, &option_corpus,
    N_ ("The text to measure the gain on; without --words its most broken words are added"),
    N_ ("C") },
  { "count", 0, 0, G_OPTION_ARG_FILENAME, &option_count,
    N_ ("Words to take from the corpus (default: 200)"), N_ ("N") },
  { "propose", 0, 0, G_OPTION_ARG_NONE, &option_propose,
    N_ ("Only list the words that would be added"), NULL },
  { "test-blocks", 0, 0, G_OPTION_ARG_FILENAME, &option_blocks,
    N_ ("Blocks to measure bits per character on (default: 200; 0: don't)"), N_ ("N") },
  { NULL },
};

// What there is to say of a line of the file of words.
typedef struct
{
  guint line;
  char *sentence;
} LineNote;

static void
line_note_free (gpointer data)
{
  g_free (((LineNote *)data)->sentence);
  g_free (data);
}

// What `model extend` works with and what it finds out.
typedef struct
{
  CzInvocation *invocation;
  CzLibrary *library;
  CzProgress *progress;
  CzModelSource *source;
  CzModelFolder *folder, *larger;
  CzCorpus *corpus; // NULL: none
  CzTokenFile *tokens;
  CzModelExtension *extension;
  GPtrArray *left_out, *changed; // LineNote: why, and into what
  char *note;                    // what of the old model the larger one lacks; NULL: nothing
  double tokens_per_word[2];
  CzCharacterBits bits[2];
  guint64 characters; // 0: bits were not measured
} Extending;

static void
clear_extending (Extending *x)
{
  g_clear_pointer (&x->extension, cz_model_extension_free);
  g_clear_pointer (&x->tokens, cz_token_file_unref);
  g_clear_pointer (&x->corpus, cz_corpus_free);
  g_clear_pointer (&x->larger, cz_model_folder_free);
  g_clear_pointer (&x->folder, cz_model_folder_free);
  g_clear_pointer (&x->source, cz_model_source_free);
  g_clear_pointer (&x->progress, cz_progress_free);
  g_clear_pointer (&x->left_out, g_ptr_array_unref);
  g_clear_pointer (&x->changed, g_ptr_array_unref);
  g_clear_pointer (&x->note, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Extending, clear_extending)

static void
note_word (GPtrArray *notes, guint line, char *sentence)
{
  LineNote *note = g_new (LineNote, 1);

  *note = (LineNote){ line, sentence };
  g_ptr_array_add (notes, note);
}

// One line of the file. What cannot be a word is told and left out; so is that capital letters
// become small.
static void
add_word (Extending *x, const char *text, guint line)
{
  g_autoptr (GError) reason = NULL;

  if (!cz_model_extension_add (x->extension, text, 0, &reason))
    {
      note_word (x->left_out, line, g_strdup (reason->message));
      return;
    }
  const GPtrArray *words = cz_model_extension_get_words (x->extension);
  const CzBrokenWord *added = words->pdata[words->len - 1];
  if (strcmp (added->word, text) != 0)
    note_word (x->changed, line,
               g_strdup_printf (_ ("“%.60s” is added as “%s”, as the model's tokenizer reads it."),
                                text, added->word));
}

static gboolean
add_words (Extending *x, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (option_words, &text, &length, error))
    return FALSE;
  if (strlen (text) != length)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("“%s” is no text file; give a file with one word a line."), option_words);
      return FALSE;
    }
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_strstrip (lines[i])[0] != '\0')
      add_word (x, lines[i], i + 1);
  if (cz_model_extension_get_words (x->extension)->len > 0)
    return TRUE;
  if (x->left_out->len > 0)
    g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                 _ ("“%s” holds no word that can be added; line %u: %s"), option_words,
                 ((const LineNote *)x->left_out->pdata[0])->line,
                 ((const LineNote *)x->left_out->pdata[0])->sentence);
  else
    g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID, _ ("“%s” holds no words."),
                 option_words);
  return FALSE;
}

static gboolean
open_corpus (Extending *x, GError **error)
{
  if (option_corpus == NULL)
    return TRUE;
  x->corpus = cz_corpus_find (x->library, option_corpus, error);
  if (x->corpus == NULL)
    return FALSE;
  x->tokens
      = cz_token_cache_open (x->library, x->corpus, cz_model_folder_get_tokenizer (x->folder),
                             cz_progress_callback, x->progress, cz_interruption_get (), error);
  return x->tokens != NULL;
}

static gboolean
gather_words (Extending *x, guint count, GError **error)
{
  x->extension = cz_model_extension_new (x->folder);
  return open_corpus (x, error)
         && (option_words != NULL ? add_words (x, error)
                                  : cz_model_extension_propose (x->extension, x->tokens, count,
                                                                cz_interruption_get (), error));
}

static gboolean
count_tokens (CzTokenFile *file, CzModelFolder *folder, double *ret_tokens_per_word, GError **error)
{
  g_auto (CzCorpusTokens) counted = { 0 };

  if (!cz_corpus_tokens_count (file, cz_model_folder_get_tokenizer (folder), 128 /* block_size */,
                               0 /* n_broken */, cz_interruption_get (), &counted, error))
    return FALSE;
  *ret_tokens_per_word = (double)counted.pieces / (double)MAX (counted.words, 1);
  return TRUE;
}

static gboolean
measure_gain (Extending *x, guint blocks, GError **error)
{
  if (x->tokens == NULL)
    return TRUE;
  g_autoptr (CzTokenFile) tokens
      = cz_token_cache_open (x->library, x->corpus, cz_model_folder_get_tokenizer (x->larger),
                             cz_progress_callback, x->progress, cz_interruption_get (), error);
  if (tokens == NULL || !count_tokens (x->tokens, x->folder, &x->tokens_per_word[0], error)
      || !count_tokens (tokens, x->larger, &x->tokens_per_word[1], error))
    return FALSE;
  if (blocks == 0)
    return TRUE;
  const CzCharacterBitsModel models[] = { { x->folder, x->tokens }, { x->larger, tokens } };
  CzDevice *device = cz_invocation_get_device (x->invocation, error);
  return device != NULL
         && cz_character_bits_measure (device, models, 2, blocks, cz_progress_callback, x->progress,
                                       cz_interruption_get (), x->bits, &x->characters, error);
}

static void
add_pair (JsonBuilder *builder, const char *name, double before, double after)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  cz_json_set_number (builder, "before", before);
  cz_json_set_number (builder, "after", after);
  json_builder_end_object (builder);
}

static void
add_word_list (JsonBuilder *builder, const GPtrArray *words)
{
  json_builder_set_member_name (builder, option_propose ? "proposed" : "added");
  json_builder_begin_array (builder);
  for (guint i = 0; i < words->len; i++)
    {
      const CzBrokenWord *word = words->pdata[i];
      g_auto (GStrv) pieces = g_strsplit (word->pieces, " ", -1);

      json_builder_begin_object (builder);
      cz_json_set_string (builder, "word", word->word);
      json_builder_set_member_name (builder, "pieces");
      json_builder_begin_array (builder);
      for (guint k = 0; pieces[k] != NULL; k++)
        json_builder_add_string_value (builder, pieces[k]);
      json_builder_end_array (builder);
      cz_json_set_int (builder, "count", word->count);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_notes (JsonBuilder *builder, const char *name, const GPtrArray *notes)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < notes->len; i++)
    {
      const LineNote *note = notes->pdata[i];

      json_builder_begin_object (builder);
      cz_json_set_int (builder, "line", note->line);
      cz_json_set_string (builder, "reason", note->sentence);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_extending_json (const Extending *x)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "model", option_propose ? x->source->name : option_name);
  add_word_list (builder, cz_model_extension_get_words (x->extension));
  add_notes (builder, "left_out", x->left_out);
  add_notes (builder, "changed", x->changed);
  cz_json_set_string (builder, "note", x->note);
  if (x->tokens_per_word[0] > 0)
    add_pair (builder, "tokens_per_word", x->tokens_per_word[0], x->tokens_per_word[1]);
  if (x->characters > 0)
    add_pair (builder, "bits_per_character", x->bits[0].bits, x->bits[1].bits);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static void
print_extending (const Extending *x)
{
  const GPtrArray *words = cz_model_extension_get_words (x->extension);
  CzListing *table = cz_listing_new (_ ("Word"), _ (">Count"), _ ("Pieces"), NULL);

  for (guint i = 0; i < words->len; i++)
    {
      const CzBrokenWord *word = words->pdata[i];

      cz_listing_add (table, word->word);
      cz_listing_add_take (table,
                           word->count > 0 ? cz_format_count ((double)word->count) : g_strdup (""));
      cz_listing_add (table, word->pieces);
    }
  cz_listing_print (table);
  if (option_propose)
    return;
  cz_print (_ ("%u words were added: “%s”.\n"), words->len, option_name);
  if (x->tokens_per_word[0] > 0)
    cz_print (_ ("tokens per word     %.4f before, %.4f after\n"), x->tokens_per_word[0],
              x->tokens_per_word[1]);
  if (x->characters > 0)
    {
      cz_print (_ ("bits per character  %.4f before, %.4f after\n"), x->bits[0].bits,
                x->bits[1].bits);
      if (x->bits[1].bits > x->bits[0].bits)
        cz_print ("%s\n", _ ("The new words have yet to be learnt: train the model on this text, "
                             "then the bits per character fall."));
    }
}

static void
tell_notes (Extending *x, const GPtrArray *notes)
{
  for (guint i = 0; i < notes->len; i++)
    {
      const LineNote *note = notes->pdata[i];
      g_autofree char *text
          = g_strdup_printf (_ ("%s, line %u: %s"), option_words, note->line, note->sentence);
      cz_progress_note (x->progress, text);
    }
}

static void
print_result (Extending *x)
{
  tell_notes (x, x->left_out);
  tell_notes (x, x->changed);
  if (x->note != NULL)
    cz_progress_note (x->progress, x->note);
  g_clear_pointer (&x->progress, cz_progress_free);
  if (x->invocation->json)
    print_extending_json (x);
  else
    print_extending (x);
}

// A tokenizer.json holds the old words only, so it stays behind.
static char *
note_tokenizer (const Extending *x)
{
  g_autofree char *path = g_build_filename (x->source->folder, "tokenizer.json", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS)
             ? g_strdup_printf (_ ("The tokenizer.json of “%s” was not taken over, as it lacks the "
                                   "new words. vocab.txt holds them all; transformers reads that."),
                                x->source->name)
             : NULL;
}

// Makes, measures and enters the larger model; nothing is left of it if that fails.
static gboolean
make_larger (Extending *x, guint blocks, GError **error)
{
  g_autofree char *path = cz_model_make_path (x->library, option_name);
  const CzModelDetails details = { .origin = "extended",
                                   .parent = x->source->model_id,
                                   .parent_name = x->source->name,
                                   .run = x->source->run };

  if (!cz_model_check_name (x->library, option_name, error)
      || !cz_model_extension_save (x->extension, path, error))
    return FALSE;
  x->larger = cz_model_folder_open (path, error);
  g_autoptr (CzModel) model = x->larger != NULL && measure_gain (x, blocks, error)
                                  ? cz_model_add (x->library, path, option_name, &details, error)
                                  : NULL;
  if (model == NULL)
    cz_folder_remove (path);
  else
    x->note = note_tokenizer (x);
  return model != NULL;
}

static gboolean
extend (CzInvocation *invocation, GError **error)
{
  g_auto (Extending) x = { .invocation = invocation };
  guint64 count = 200, blocks = 200;

  if ((option_name == NULL && !option_propose) || (option_words == NULL && option_corpus == NULL))
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Give --name NAME and the words: --words FILE, or --corpus C to take "
                              "those that it has broken most."));
      return FALSE;
    }
  if ((option_name != NULL && !cz_invocation_check_text (option_name, "--name", error))
      || (option_count != NULL
          && !cz_invocation_parse_number (option_count, "--count", 1, CZ_MODEL_EXTENSION_MAX,
                                          &count, error))
      || (option_blocks != NULL
          && !cz_invocation_parse_number (option_blocks, "--test-blocks", 0, 1 << 20, &blocks,
                                          error)))
    return FALSE;
  x.library = cz_invocation_get_library (invocation, error);
  x.source = x.library != NULL ? cz_model_source_find (x.library, invocation->arguments[0], error)
                               : NULL;
  x.folder = x.source != NULL ? cz_model_folder_open (x.source->folder, error) : NULL;
  if (x.folder == NULL)
    return FALSE;
  x.progress = cz_progress_new (invocation->quiet);
  x.left_out = g_ptr_array_new_with_free_func (line_note_free);
  x.changed = g_ptr_array_new_with_free_func (line_note_free);
  if (!gather_words (&x, (guint)count, error)
      || (!option_propose && !make_larger (&x, (guint)blocks, error)))
    return FALSE;
  print_result (&x);
  return TRUE;
}

static const char extend_help[] = N_ (
    "The words become entries behind the old ones; a new word's row begins as the mean of its "
    "pieces' rows, all other weights stay as they are. With a corpus the gain is told: tokens "
    "per word, and bits per character, by which different vocabularies compare. For these, "
    "15 in a hundred words of the corpus's test part are masked, the same ones for both "
    "models; the sum of -log2 p over all pieces of the masked words, each guessed with all of "
    "them masked, is divided by the characters of these words. Words that are [UNK] to either "
    "model are left out. Perplexity does not compare here: it is a mean over tokens.");

const CzCommand cz_model_making_commands[] = {
  { "model new", N_ ("--vocabulary FILE|corpus:C --name N"),
    N_ ("Make a model with random weights."), new_options, 0, 0, new_model },
  { "model extend", N_ ("MODEL --name N (--words FILE | --corpus C)"),
    N_ ("Make a model with more words in its vocabulary."), extend_options, 1, 1, extend,
    extend_help },
  { NULL },
};
