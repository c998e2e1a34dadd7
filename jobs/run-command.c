#include "jobs/run-command.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/corpus.h"
#include "data/model.h"
#include "data/run-prediction.h"
#include "data/sentence-set.h"
#include "engine/format/json-text.h"
#include "jobs/model-source.h"
#include "jobs/run-examples.h"
#include "jobs/run-parameters.h"

typedef struct
{
  CzLibrary *library;
  const CzRun *run;
  GStrvBuilder *words;
  GStrvBuilder *notes;
} Making;

static void
add_option (Making *making, const char *option, const char *value)
{
  g_strv_builder_add (making->words, option);
  g_strv_builder_add (making->words, value);
}

static gboolean
is_base_model (Making *making, const char *folder)
{
  g_autofree char *hash = folder != NULL ? cz_model_get_hash (making->library, folder, NULL) : NULL;

  return hash != NULL && strcmp (hash, making->run->model_hash) == 0;
}

// By the name it had, else by its folder.
static void
add_model (Making *making)
{
  const CzRun *run = making->run;
  g_autoptr (CzModelSource) source = cz_model_source_find (making->library, run->model, NULL);

  if (source != NULL && is_base_model (making, source->folder))
    add_option (making, "--model", run->model);
  else if (is_base_model (making, run->model_folder))
    add_option (making, "--model", run->model_folder);
  else
    {
      add_option (making, "--model", run->model);
      g_strv_builder_add (making->notes,
                          _ ("The base model is gone, or no longer what it was: put it back, or "
                             "the run is another."));
    }
}

static gboolean
add_corpus (Making *making, GError **error)
{
  const CzRun *run = making->run;
  g_autoptr (GPtrArray) corpora = cz_corpus_list (making->library, error);
  const char *found = NULL;

  if (corpora == NULL)
    return FALSE;
  for (guint i = 0; i < corpora->len; i++)
    {
      const CzCorpus *corpus = corpora->pdata[i];
      if (strcmp (corpus->hash, run->corpus_hash) == 0
          && (found == NULL || strcmp (corpus->name, run->corpus) == 0))
        found = corpus->name;
    }
  add_option (making, "--corpus", found != NULL ? found : run->corpus);
  if (found == NULL)
    g_strv_builder_add (making->notes,
                        _ ("The library has no corpus with this run's texts any more: import them "
                           "again, or the run is another."));
  return TRUE;
}

static gboolean
add_parameters (Making *making, GError **error)
{
  CzTrainOptions options, defaults;

  if (!cz_run_parameters_from_text (making->run->parameters, &options, error))
    return FALSE;
  cz_train_options_init (&defaults);
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      g_autofree char *value = cz_train_options_get (&options, *key);
      g_autofree char *usual = cz_train_options_get (&defaults, *key);
      if (strcmp (value, usual) == 0)
        continue;
      g_autofree char *pair = g_strconcat (*key, "=", value, NULL);
      add_option (making, "--set", pair);
    }
  if (making->run->changes != NULL)
    g_strv_builder_add (making->notes,
                        _ ("The micro-batch was changed on the way: the repeated run is the same "
                           "but for rounding."));
  return TRUE;
}

// The device where the run was carried out on one that somebody asked for; else whichever is the
// best. Records of before that was told do not have it.
static void
add_device (Making *making)
{
  g_autoptr (JsonNode) root
      = making->run->device != NULL ? cz_json_parse (making->run->device, -1, "", NULL) : NULL;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)
      || !json_object_get_boolean_member_with_default (json_node_get_object (root), "chosen",
                                                       FALSE))
    return;
  const char *name
      = json_object_get_string_member_with_default (json_node_get_object (root), "name", NULL);
  if (name != NULL)
    add_option (making, "--device", name);
}

static gboolean
are_usual (Making *making, char **sentences)
{
  g_autoptr (CzSentenceSet) usual
      = cz_sentence_set_get (making->library, CZ_SENTENCE_SET_DEFAULT, NULL);

  if (usual == NULL || usual->n != g_strv_length (sentences))
    return FALSE;
  for (guint i = 0; i < usual->n; i++)
    if (strcmp (usual->sentences[i].text, sentences[i]) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
add_sentences (Making *making, GError **error)
{
  g_auto (GStrv) sentences = cz_run_sentences_get (making->library, making->run->id, error);

  if (sentences == NULL)
    return FALSE;
  if (sentences[0] == NULL)
    add_option (making, "--sentences", CZ_SENTENCE_SET_NONE);
  else if (!are_usual (making, sentences))
    for (guint i = 0; sentences[i] != NULL; i++)
      add_option (making, "--sentence", sentences[i]);
  return TRUE;
}

char **
cz_run_command_make (CzLibrary *library, const CzRun *run, char ***ret_notes, GError **error)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  g_autofree char *usual = cz_library_get_default_path ();
  Making making = { library, run, words, notes };

  g_strv_builder_add (words, "cloze");
  if (strcmp (usual, cz_library_get_path (library)) != 0)
    {
      g_autofree char *path = g_canonicalize_filename (cz_library_get_path (library), NULL);
      add_option (&making, "--library", path);
    }
  add_device (&making);
  g_strv_builder_add (words, "train");
  add_model (&making);
  if (!add_corpus (&making, error))
    return NULL;
  add_option (&making, "--name", run->name);
  if (!add_parameters (&making, error) || !add_sentences (&making, error))
    return NULL;
  if (ret_notes != NULL)
    *ret_notes = g_strv_builder_end (notes);
  return g_strv_builder_end (words);
}

// Words of these characters need no quotation marks in a shell.
static gboolean
is_plain (const char *word)
{
  return word[0] != '\0'
         && word[strspn (word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_-./:=,@%+")]
                == '\0';
}

char *
cz_run_command_make_line (CzLibrary *library, const CzRun *run, char ***ret_notes, GError **error)
{
  g_auto (GStrv) words = cz_run_command_make (library, run, ret_notes, error);
  g_autoptr (GString) line = g_string_new (NULL);

  if (words == NULL)
    return NULL;
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *quoted = is_plain (words[i]) ? NULL : g_shell_quote (words[i]);
      g_string_append_printf (line, "%s%s", i > 0 ? " " : "", quoted != NULL ? quoted : words[i]);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}
