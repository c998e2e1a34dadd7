#include <glib/gi18n-lib.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "jobs/json-members.h"
#include "jobs/model-making.h"

static char *option_corpus, *option_size, *option_frequency;
static gboolean option_cased;

static const GOptionEntry options[] = {
  { "corpus", 'c', 0, G_OPTION_ARG_STRING, &option_corpus, N_ ("Of which text (needed)"),
    N_ ("CORPUS") },
  { "size", 0, 0, G_OPTION_ARG_STRING, &option_size, N_ ("Word pieces at most (needed)"),
    N_ ("N") },
  { "cased", 0, 0, G_OPTION_ARG_NONE, &option_cased, N_ ("Keep capitals and accents"), NULL },
  { "min-frequency", 0, 0, G_OPTION_ARG_STRING, &option_frequency,
    N_ ("How often a pair must occur to be joined (default: 2)"), N_ ("N") },
  { NULL },
};

static gboolean
read_options (CzVocabularyTrainerOptions *ret_options, GError **error)
{
  guint64 size, frequency = 2;

  if (option_corpus == NULL || option_size == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Say of which text and how many pieces: --corpus CORPUS --size N."));
      return FALSE;
    }
  if (!cz_invocation_parse_number (option_size, "--size", 7, CZ_VOCABULARY_MAX - 1, &size, error)
      || (option_frequency != NULL
          && !cz_invocation_parse_number (option_frequency, "--min-frequency", 1, G_MAXINT64,
                                          &frequency, error)))
    return FALSE;
  *ret_options = CZ_VOCABULARY_TRAINER_DEFAULTS;
  ret_options->size = (guint32)size;
  ret_options->min_frequency = frequency;
  ret_options->lowercase = !option_cased;
  return TRUE;
}

static void
print_result (CzInvocation *invocation, guint32 size)
{
  const char *path = invocation->arguments[0];
  g_autofree char *name = g_filename_display_name (path);

  if (!invocation->json)
    {
      cz_print (_ ("%u word pieces in “%s”.\n"), size, name);
      return;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "file", name);
  cz_json_set_int (builder, "size", size);
  cz_json_set_boolean (builder, "cased", option_cased);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean
train (CzInvocation *invocation, GError **error)
{
  CzVocabularyTrainerOptions trainer_options;

  if (!read_options (&trainer_options, error))
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzCorpus) corpus
      = library != NULL ? cz_corpus_find (library, option_corpus, error) : NULL;
  if (corpus == NULL)
    return FALSE;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  g_autoptr (CzVocabulary) vocabulary = cz_model_making_learn_vocabulary (
      library, corpus->id, &trainer_options, cz_progress_callback, progress, cz_interruption_get (),
      error);
  if (vocabulary == NULL || !cz_vocabulary_save (vocabulary, invocation->arguments[0], error))
    return FALSE;
  guint32 size = cz_vocabulary_get_size (vocabulary);
  if (size < trainer_options.size)
    {
      g_autofree char *note
          = g_strdup_printf (_ ("The text gives no more than %u word pieces."), size);
      cz_progress_note (progress, note);
    }
  g_clear_pointer (&progress, cz_progress_free);
  print_result (invocation, size);
  return TRUE;
}

const CzCommand cz_vocabulary_commands[] = {
  { .words = "vocabulary train",
    .arguments = N_ ("FILE"),
    .summary = N_ ("Learn the word pieces of a corpus and write them into a vocab.txt."),
    .options = options,
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = train },
  { NULL },
};
