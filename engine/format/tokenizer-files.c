#include "engine/format/tokenizer-files.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/json-text.h"
#include "engine/format/lfs-pointer.h"

#define N_ROLES 5

static const char *const role_keys[N_ROLES]
    = { "unk_token", "cls_token", "sep_token", "pad_token", "mask_token" };

// What the files say, gathered from the most binding to the least: what is set stays.
typedef struct
{
  CzTokenizerOptions options;
  gboolean has_lowercase, has_accents, has_cjk, has_clean, has_length;
  char *roles[N_ROLES];
} Settings;

static void
clear_settings (Settings *settings)
{
  for (guint i = 0; i < N_ROLES; i++)
    g_clear_pointer (&settings->roles[i], g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Settings, clear_settings)

static JsonNode *
find_member (JsonObject *object, const char *key)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, key) : NULL;

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

static JsonObject *
find_object (JsonObject *object, const char *key)
{
  JsonNode *node = find_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
find_string (JsonObject *object, const char *key)
{
  JsonNode *node = find_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
set_wrong (GError **error, const char *path, const char *key, const char *wanted)
{
  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
               _ ("“%s” gives “%s” a wrong kind of value; %s is expected."), path, key, wanted);
  return FALSE;
}

static gboolean
read_flag (JsonObject *object,
           const char *path,
           const char *key,
           gboolean *has,
           gboolean *value,
           GError **error)
{
  JsonNode *node = find_member (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return set_wrong (error, path, key, _ ("true or false"));
  if (!*has)
    {
      *value = json_node_get_boolean (node);
      *has = TRUE;
    }
  return TRUE;
}

// Special tokens: a string, or an object with the string as "content".
static gboolean
read_roles (Settings *settings, JsonObject *object, const char *path, GError **error)
{
  for (guint i = 0; i < N_ROLES; i++)
    {
      JsonNode *node = find_member (object, role_keys[i]);
      const char *text = find_string (object, role_keys[i]);
      if (text == NULL)
        text = find_string (find_object (object, role_keys[i]), "content");
      if (node != NULL && text == NULL)
        return set_wrong (error, path, role_keys[i], _ ("text in quotes"));
      if (text != NULL && settings->roles[i] == NULL)
        settings->roles[i] = g_strdup (text);
    }
  return TRUE;
}

static gboolean
read_length (
    Settings *settings, JsonObject *object, const char *path, const char *key, GError **error)
{
  JsonNode *node = find_member (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64
      || json_node_get_int (node) < 1 || json_node_get_int (node) > 1 << 20)
    return set_wrong (error, path, key, _ ("a whole number from 1 to 1048576"));
  if (!settings->has_length)
    {
      settings->options.max_word_characters = (guint)json_node_get_int (node);
      settings->has_length = TRUE;
    }
  return TRUE;
}

// Only BERT's way of cutting words is ours.
static gboolean
check_class (JsonObject *object, const char *path, GError **error)
{
  const char *name = find_string (object, "tokenizer_class");

  if (name == NULL || g_str_equal (name, "PreTrainedTokenizerFast")
      || (!g_str_has_prefix (name, "BertJapanese")
          && (g_str_has_prefix (name, "Bert") || g_str_has_prefix (name, "DistilBert")
              || g_str_has_prefix (name, "Electra"))))
    return TRUE;
  g_set_error (
      error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
      _ ("“%s” asks for the tokenizer “%.40s”; choose a model with BERT's word pieces, the "
         "only ones supported."),
      path, name);
  return FALSE;
}

static gboolean
read_tokenizer_config (Settings *settings, JsonObject *object, const char *path, GError **error)
{
  return check_class (object, path, error)
         && read_flag (object, path, "do_lower_case", &settings->has_lowercase,
                       &settings->options.lowercase, error)
         && read_flag (object, path, "strip_accents", &settings->has_accents,
                       &settings->options.strip_accents, error)
         && read_flag (object, path, "tokenize_chinese_chars", &settings->has_cjk,
                       &settings->options.cjk_spacing, error)
         && read_flag (object, path, "clean_text", &settings->has_clean,
                       &settings->options.clean_text, error)
         && read_length (settings, object, path, "max_input_chars_per_word", error)
         && read_roles (settings, object, path, error);
}

// The BertNormalizer of tokenizer.json, alone or first of its kind in a sequence.
static JsonObject *
find_bert_normalizer (JsonObject *object)
{
  JsonObject *normalizer = find_object (object, "normalizer");
  JsonNode *list = find_member (normalizer, "normalizers");

  if (g_strcmp0 (find_string (normalizer, "type"), "BertNormalizer") == 0)
    return normalizer;
  if (list == NULL || !JSON_NODE_HOLDS_ARRAY (list))
    return NULL;
  JsonArray *array = json_node_get_array (list);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      if (JSON_NODE_HOLDS_OBJECT (node)
          && g_strcmp0 (find_string (json_node_get_object (node), "type"), "BertNormalizer") == 0)
        return json_node_get_object (node);
    }
  return NULL;
}

static gboolean
read_tokenizer_json (Settings *settings, JsonObject *object, const char *path, GError **error)
{
  JsonObject *model = find_object (object, "model"), *normalizer = find_bert_normalizer (object);
  const char *type = find_string (model, "type");
  const char *prefix = find_string (model, "continuing_subword_prefix");
  const char *unk = find_string (model, "unk_token");

  // Old files give no type; a list of merges would betray another kind.
  if (model == NULL || (type != NULL && !g_str_equal (type, "WordPiece"))
      || (type == NULL && find_member (model, "merges") != NULL)
      || (prefix != NULL && !g_str_equal (prefix, "##")))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                   _ ("“%s” is no tokenizer of BERT's word pieces (WordPiece with “##”), the only "
                      "kind supported; choose another model."),
                   path);
      return FALSE;
    }
  if (unk != NULL && settings->roles[0] == NULL)
    settings->roles[0] = g_strdup (unk);
  return read_length (settings, model, path, "max_input_chars_per_word", error)
         && (normalizer == NULL
             || (read_flag (normalizer, path, "lowercase", &settings->has_lowercase,
                            &settings->options.lowercase, error)
                 && read_flag (normalizer, path, "strip_accents", &settings->has_accents,
                               &settings->options.strip_accents, error)
                 && read_flag (normalizer, path, "handle_chinese_chars", &settings->has_cjk,
                               &settings->options.cjk_spacing, error)
                 && read_flag (normalizer, path, "clean_text", &settings->has_clean,
                               &settings->options.clean_text, error)));
}

// Puts one word of tokenizer.json in its place.
static gboolean
place_word (GPtrArray *words, const char *word, JsonNode *id_node, const char *path, GError **error)
{
  if (id_node != NULL && JSON_NODE_HOLDS_VALUE (id_node)
      && json_node_get_value_type (id_node) == G_TYPE_INT64)
    {
      gint64 id = json_node_get_int (id_node);
      if (id >= 0 && id < CZ_VOCABULARY_MAX)
        {
          if ((guint)id >= words->len)
            g_ptr_array_set_size (words, (gint)id + 1);
          words->pdata[id] = (gpointer)word;
          return TRUE;
        }
    }
  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
               _ ("“%s” gives the word “%.40s” no sound number; get the file again."), path, word);
  return FALSE;
}

static CzVocabulary *
read_vocabulary (JsonObject *object, const char *path, GError **error)
{
  JsonObject *vocabulary = find_object (find_object (object, "model"), "vocab");
  JsonNode *added = find_member (object, "added_tokens");
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  JsonObjectIter iter;
  const char *word;
  JsonNode *node;

  if (vocabulary == NULL)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” holds no vocabulary; get the file again, or vocab.txt."), path);
      return NULL;
    }
  json_object_iter_init (&iter, vocabulary);
  while (json_object_iter_next (&iter, &word, &node))
    if (!place_word (words, word, node, path, error))
      return NULL;
  if (added != NULL && JSON_NODE_HOLDS_ARRAY (added))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (added)); i++)
      {
        JsonNode *element = json_array_get_element (json_node_get_array (added), i);
        if (!JSON_NODE_HOLDS_OBJECT (element))
          continue;
        word = find_string (json_node_get_object (element), "content");
        if (word != NULL
            && !place_word (words, word, find_member (json_node_get_object (element), "id"), path,
                            error))
          return NULL;
      }
  return cz_vocabulary_new ((const char *const *)words->pdata, words->len, error);
}

// FALSE with `error` untouched where the file is absent.
static gboolean
load_optional (
    const char *folder, const char *name, char **ret_path, JsonObject **ret_object, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  JsonObject *object = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      object = cz_json_load_object (path, error);
      if (object == NULL)
        return FALSE;
    }
  *ret_path = g_steal_pointer (&path);
  *ret_object = object;
  return TRUE;
}

static CzVocabulary *
load_vocabulary (const char *folder,
                 JsonObject *tokenizer_json,
                 const char *tokenizer_path,
                 GError **error)
{
  g_autofree char *path = g_build_filename (folder, "vocab.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) reason = NULL;
  gsize length = 0;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      if (tokenizer_json != NULL)
        return read_vocabulary (tokenizer_json, tokenizer_path, error);
      g_set_error (
          error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
          _ ("“%s” has neither vocab.txt nor tokenizer.json; copy the model's own into it."),
          folder);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &length, &reason))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_IO, _ ("“%s” could not be read: %s"),
                   path, reason->message);
      return NULL;
    }
  if (!cz_lfs_pointer_check (path, text, length, error))
    return NULL;
  return cz_vocabulary_parse (text, length, path, error);
}

CzTokenizer *
cz_tokenizer_files_load (const char *folder, GError **error)
{
  g_auto (Settings) settings = { .options = CZ_TOKENIZER_DEFAULTS };
  g_autofree char *config_path = NULL, *map_path = NULL, *tokenizer_path = NULL;
  g_autoptr (JsonObject) config = NULL;
  g_autoptr (JsonObject) map = NULL;
  g_autoptr (JsonObject) tokenizer_json = NULL;

  if (!load_optional (folder, "tokenizer_config.json", &config_path, &config, error)
      || !load_optional (folder, "special_tokens_map.json", &map_path, &map, error)
      || !load_optional (folder, "tokenizer.json", &tokenizer_path, &tokenizer_json, error))
    return NULL;
  if ((config != NULL && !read_tokenizer_config (&settings, config, config_path, error))
      || (map != NULL && !read_roles (&settings, map, map_path, error))
      || (tokenizer_json != NULL
          && !read_tokenizer_json (&settings, tokenizer_json, tokenizer_path, error)))
    return NULL;

  const char **roles[N_ROLES]
      = { &settings.options.unk, &settings.options.cls, &settings.options.sep,
          &settings.options.pad, &settings.options.mask };
  for (guint i = 0; i < N_ROLES; i++)
    if (settings.roles[i] != NULL)
      *roles[i] = settings.roles[i];
  g_autoptr (CzVocabulary) vocabulary
      = load_vocabulary (folder, tokenizer_json, tokenizer_path, error);
  if (vocabulary == NULL)
    return NULL;
  for (guint i = 0; i < N_ROLES; i++)
    if (cz_vocabulary_find (vocabulary, *roles[i], -1) < 0)
      {
        g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                     _ ("The vocabulary in “%s” lacks the special token “%.40s”; use the "
                        "vocabulary that the model was made with."),
                     folder, *roles[i]);
        return NULL;
      }
  return cz_tokenizer_new (vocabulary, &settings.options, error);
}

static gboolean
save_object (JsonObject *object, const char *folder, const char *name, GError **error)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  json_node_set_object (root, object);
  g_autofree char *text = cz_json_to_text (root);
  return cz_atomic_file_save (path, text, strlen (text), error);
}

static void
add_roles (JsonObject *object, const CzTokenizerOptions *options)
{
  json_object_set_string_member (object, "cls_token", options->cls);
  json_object_set_string_member (object, "mask_token", options->mask);
  json_object_set_string_member (object, "pad_token", options->pad);
  json_object_set_string_member (object, "sep_token", options->sep);
  json_object_set_string_member (object, "unk_token", options->unk);
}

gboolean
cz_tokenizer_files_save (CzTokenizer *tokenizer,
                         const char *folder,
                         guint max_length,
                         GError **error)
{
  const CzTokenizerOptions *options = cz_tokenizer_get_options (tokenizer);
  g_autoptr (JsonObject) config = json_object_new ();
  g_autoptr (JsonObject) map = json_object_new ();
  g_autofree char *path = g_build_filename (folder, "vocab.txt", NULL);
  gsize length = 0;
  g_autofree char *words
      = cz_vocabulary_get_text (cz_tokenizer_get_vocabulary (tokenizer), &length);

  json_object_set_boolean_member (config, "clean_text", options->clean_text);
  json_object_set_boolean_member (config, "do_lower_case", options->lowercase);
  json_object_set_int_member (config, "max_input_chars_per_word", options->max_word_characters);
  json_object_set_int_member (config, "model_max_length", max_length);
  json_object_set_boolean_member (config, "strip_accents", options->strip_accents);
  json_object_set_boolean_member (config, "tokenize_chinese_chars", options->cjk_spacing);
  json_object_set_string_member (config, "tokenizer_class", "DistilBertTokenizer");
  add_roles (config, options);
  add_roles (map, options);
  return cz_atomic_file_save (path, words, length, error)
         && save_object (config, folder, "tokenizer_config.json", error)
         && save_object (map, folder, "special_tokens_map.json", error);
}
