#include <glib/gi18n-lib.h>

#include "data/file-hash.h"
#include "data/model-front-matter.h"
#include "data/model-private.h"
#include "engine/format/json-text.h"
#include "engine/format/model-folder.h"

char *
cz_model_hash_folder (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, CZ_MODEL_WEIGHTS, NULL);

  return cz_file_hash (path, NULL /* progress */, NULL, NULL /* cancellable */, error);
}

const char *const *
cz_model_get_files (void)
{
  static const char *const files[] = { CZ_MODEL_WEIGHTS,
                                       "config.json",
                                       "vocab.txt",
                                       "tokenizer.json",
                                       "tokenizer_config.json",
                                       "special_tokens_map.json",
                                       "training.json",
                                       "README.md",
                                       "LICENSE",
                                       NULL };

  return files;
}

char *
cz_model_get_vocabulary_file (const char *folder)
{
  char *path = g_build_filename (folder, "vocab.txt", NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_free (path);
  return g_build_filename (folder, "tokenizer.json", NULL);
}

gint64
cz_model_get_modified (const struct stat *status)
{
  return (gint64)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

// ---- What a folder says of itself ----

void
cz_model_facts_clear (CzModelFacts *facts)
{
  g_clear_pointer (&facts->vocabulary_hash, g_free);
  g_clear_pointer (&facts->licence, g_free);
  g_clear_pointer (&facts->trained_on, g_free);
  g_clear_pointer (&facts->parent_name, g_free);
  g_clear_pointer (&facts->parent_hash, g_free);
}

// A string member of a member, or NULL.
static char *
get_inner (JsonObject *object, const char *name, const char *inner)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonNode *value = json_object_get_member (json_node_get_object (node), inner);
      if (value != NULL && JSON_NODE_HOLDS_VALUE (value)
          && json_node_get_value_type (value) == G_TYPE_STRING)
        text = json_node_get_string (value);
    }
  return text != NULL && text[0] != '\0' ? g_strdup (text) : NULL;
}

// training.json, as our runs write it. Nothing is said about a file that is none.
static void
read_record (const char *folder, CzModelFacts *facts)
{
  g_autofree char *path = g_build_filename (folder, "training.json", NULL);
  g_autoptr (JsonObject) record = cz_json_load_object (path, NULL);

  if (record == NULL)
    return;
  facts->parent_name = get_inner (record, "model", "name");
  facts->parent_hash = get_inner (record, "model", "sha256");
  facts->trained_on = get_inner (record, "corpus", "name");
}

static void
read_card (const char *folder, CzModelFacts *facts)
{
  g_auto (CzModelFrontMatter) card = { 0 };

  cz_model_front_matter_read (folder, &card);
  facts->licence = g_steal_pointer (&card.licence);
  if (card.trained_on != NULL)
    {
      g_free (facts->trained_on);
      facts->trained_on = g_steal_pointer (&card.trained_on);
    }
  if (facts->parent_name == NULL)
    facts->parent_name = g_steal_pointer (&card.base_model);
}

gboolean
cz_model_facts_read (const char *folder, CzModelFacts *ret_facts, GError **error)
{
  g_auto (CzModelFacts) facts = { 0 };
  g_autoptr (CzModelFolder) opened = cz_model_folder_open (folder, error);
  g_autofree char *weights = g_build_filename (folder, CZ_MODEL_WEIGHTS, NULL);
  g_autofree char *vocabulary = cz_model_get_vocabulary_file (folder);
  struct stat status;

  if (opened == NULL)
    return FALSE;
  facts.vocabulary_hash = cz_file_hash (vocabulary, NULL, NULL, NULL, error);
  if (facts.vocabulary_hash == NULL)
    return FALSE;
  if (stat (weights, &status) == 0)
    {
      facts.bytes = status.st_size;
      facts.modified = cz_model_get_modified (&status);
    }
  facts.parameters = (gint64)cz_parameter_table_get_n_elements (cz_model_folder_get_table (opened));
  facts.vocabulary = cz_model_folder_get_config (opened)->vocab_size;
  facts.lowercase = cz_tokenizer_get_options (cz_model_folder_get_tokenizer (opened))->lowercase;
  read_record (folder, &facts);
  read_card (folder, &facts);
  *ret_facts = facts;
  facts = (CzModelFacts){ 0 };
  return TRUE;
}
