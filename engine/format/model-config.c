#include "engine/format/model-config.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/json-text.h"

#define MAX_VOCABULARY ((1u << 24) - 1) // engine/text's token words
#define MAX_ELEMENTS   (G_GUINT64_CONSTANT (1) << 32)

static const char *const activation_names[] = { "gelu", "relu" };

void
cz_model_config_init (CzModelConfig *config, guint vocab_size)
{
  *config = (CzModelConfig){
    .vocab_size = vocab_size,
    .dim = 768,
    .hidden_dim = 3072,
    .n_layers = 6,
    .n_heads = 12,
    .max_position_embeddings = 512,
    .pad_token_id = 0,
    .dropout = 0.1,
    .attention_dropout = 0.1,
    .activation = CZ_ACTIVATION_GELU,
    .sinusoidal_pos_embds = FALSE,
    .initializer_range = 0.02,
    .tie_word_embeddings = TRUE,
  };
}

static gboolean
check_range (const char *where, const char *key, guint value, guint low, guint high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
               _ ("“%s” gives “%s” as %u; it must be from %u to %u."), where, key, value, low,
               high);
  return FALSE;
}

static gboolean
check_share (const char *where, const char *key, double value, GError **error)
{
  if (value >= 0 && value < 1)
    return TRUE;
  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
               _ ("“%s” gives “%s” as %g; it must be at least 0 and below 1."), where, key, value);
  return FALSE;
}

gboolean
cz_model_config_check (const CzModelConfig *config, const char *where, GError **error)
{
  if (!check_range (where, "vocab_size", config->vocab_size, 1, MAX_VOCABULARY, error)
      || !check_range (where, "dim", config->dim, 1, 1 << 16, error)
      || !check_range (where, "hidden_dim", config->hidden_dim, 1, 1 << 18, error)
      || !check_range (where, "n_layers", config->n_layers, 1, 256, error)
      || !check_range (where, "n_heads", config->n_heads, 1, 1024, error)
      || !check_range (where, "max_position_embeddings", config->max_position_embeddings, 3,
                       1 << 16, error)
      || !check_share (where, "dropout", config->dropout, error)
      || !check_share (where, "attention_dropout", config->attention_dropout, error))
    return FALSE;
  if (config->dim % config->n_heads != 0)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” gives “dim” as %u, which its “n_heads” of %u doesn't divide."), where,
                   config->dim, config->n_heads);
      return FALSE;
    }
  if (config->pad_token_id >= config->vocab_size)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” gives “pad_token_id” as %u, but the vocabulary has only %u words."),
                   where, config->pad_token_id, config->vocab_size);
      return FALSE;
    }
  if (!(config->initializer_range >= 0 && config->initializer_range <= 10))
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” gives “initializer_range” as %g; it must be from 0 to 10."), where,
                   config->initializer_range);
      return FALSE;
    }
  guint64 dim = config->dim;
  guint64 layer = 4 * dim * dim + 2 * dim * config->hidden_dim;
  guint64 elements = dim * ((guint64)config->vocab_size + config->max_position_embeddings + dim)
                     + config->n_layers * layer;
  if (elements >= MAX_ELEMENTS)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                   _ ("“%s” describes a model of %.1f thousand million numbers; this program takes "
                      "fewer than 4.3."),
                   where, (double)elements / 1e9);
      return FALSE;
    }
  return TRUE;
}

// The member if it is there and not null.
static JsonNode *
find_member (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

static char *
describe_value (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);
  g_autofree char *start = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), 40));

  return strlen (start) < strlen (text) ? g_strconcat (start, "…", NULL) : g_steal_pointer (&start);
}

static gboolean
set_wrong_kind (
    const char *where, const char *key, JsonNode *node, const char *wanted, GError **error)
{
  g_autofree char *value = describe_value (node);

  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
               _ ("“%s” gives “%s” as %s, where %s is expected."), where, key, value, wanted);
  return FALSE;
}

static gboolean
read_whole (JsonObject *object,
            const char *where,
            const char *key,
            gboolean required,
            guint *ret_value,
            GError **error)
{
  JsonNode *node = find_member (object, key);

  if (node == NULL && !required)
    return TRUE;
  if (node == NULL)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” lacks “%s”; add it, or get the file again."), where, key);
      return FALSE;
    }
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64
      || json_node_get_int (node) < 0 || json_node_get_int (node) > G_MAXINT32)
    return set_wrong_kind (where, key, node, _ ("a whole number from 0 to 2147483647"), error);
  *ret_value = (guint)json_node_get_int (node);
  return TRUE;
}

static gboolean
read_real (
    JsonObject *object, const char *where, const char *key, double *ret_value, GError **error)
{
  JsonNode *node = find_member (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_INT64
          && json_node_get_value_type (node) != G_TYPE_DOUBLE)
      || !isfinite (json_node_get_double (node)))
    return set_wrong_kind (where, key, node, _ ("a number"), error);
  *ret_value = json_node_get_double (node);
  return TRUE;
}

static gboolean
read_boolean (
    JsonObject *object, const char *where, const char *key, gboolean *ret_value, GError **error)
{
  JsonNode *node = find_member (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return set_wrong_kind (where, key, node, _ ("true or false"), error);
  *ret_value = json_node_get_boolean (node);
  return TRUE;
}

// The text of `key`, NULL when it is absent (no error).
static gboolean
read_string (
    JsonObject *object, const char *where, const char *key, const char **ret_value, GError **error)
{
  JsonNode *node = find_member (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return set_wrong_kind (where, key, node, _ ("text in quotes"), error);
  *ret_value = json_node_get_string (node);
  return TRUE;
}

gboolean
cz_model_config_from_json (JsonObject *object,
                           const char *where,
                           CzModelConfig *ret_config,
                           GError **error)
{
  CzModelConfig config;
  const char *type = NULL, *activation = activation_names[CZ_ACTIVATION_GELU];

  cz_model_config_init (&config, 0);
  if (!read_string (object, where, "model_type", &type, error))
    return FALSE;
  if (type == NULL)
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
                   _ ("“%s” lacks “model_type”; a DistilBERT model's says \"distilbert\"."), where);
      return FALSE;
    }
  if (strcmp (type, "distilbert") != 0)
    {
      g_set_error (
          error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
          _ ("“%s” describes a model of type “%.40s”; choose one of type “distilbert”, the "
             "only one supported."),
          where, type);
      return FALSE;
    }
  if (!read_whole (object, where, "vocab_size", TRUE, &config.vocab_size, error)
      || !read_whole (object, where, "dim", TRUE, &config.dim, error)
      || !read_whole (object, where, "hidden_dim", TRUE, &config.hidden_dim, error)
      || !read_whole (object, where, "n_layers", TRUE, &config.n_layers, error)
      || !read_whole (object, where, "n_heads", TRUE, &config.n_heads, error)
      || !read_whole (object, where, "max_position_embeddings", TRUE,
                      &config.max_position_embeddings, error)
      || !read_whole (object, where, "pad_token_id", FALSE, &config.pad_token_id, error)
      || !read_real (object, where, "dropout", &config.dropout, error)
      || !read_real (object, where, "attention_dropout", &config.attention_dropout, error)
      || !read_real (object, where, "initializer_range", &config.initializer_range, error)
      || !read_boolean (object, where, "sinusoidal_pos_embds", &config.sinusoidal_pos_embds, error)
      || !read_boolean (object, where, "tie_word_embeddings", &config.tie_word_embeddings, error)
      || !read_string (object, where, "activation", &activation, error))
    return FALSE;
  if (strcmp (activation, "gelu") == 0)
    config.activation = CZ_ACTIVATION_GELU;
  else if (strcmp (activation, "relu") == 0)
    config.activation = CZ_ACTIVATION_RELU;
  else
    {
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                   _ ("“%s” asks for the activation “%.40s”; supported are “gelu” and “relu”."),
                   where, activation);
      return FALSE;
    }
  if (!cz_model_config_check (&config, where, error))
    return FALSE;
  *ret_config = config;
  return TRUE;
}

gboolean
cz_model_config_load (const char *path, CzModelConfig *ret_config, GError **error)
{
  g_autoptr (JsonObject) object = cz_json_load_object (path, error);

  return object != NULL && cz_model_config_from_json (object, path, ret_config, error);
}

char *
cz_model_config_to_text (const CzModelConfig *config)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *architectures = json_array_new ();

  json_array_add_string_element (architectures, "DistilBertForMaskedLM");
  json_object_set_string_member (object, "activation", activation_names[config->activation]);
  json_object_set_array_member (object, "architectures", architectures);
  json_object_set_double_member (object, "attention_dropout", config->attention_dropout);
  json_object_set_int_member (object, "dim", config->dim);
  json_object_set_double_member (object, "dropout", config->dropout);
  json_object_set_int_member (object, "hidden_dim", config->hidden_dim);
  json_object_set_double_member (object, "initializer_range", config->initializer_range);
  json_object_set_int_member (object, "max_position_embeddings", config->max_position_embeddings);
  json_object_set_string_member (object, "model_type", "distilbert");
  json_object_set_int_member (object, "n_heads", config->n_heads);
  json_object_set_int_member (object, "n_layers", config->n_layers);
  json_object_set_int_member (object, "pad_token_id", config->pad_token_id);
  json_object_set_double_member (object, "qa_dropout", 0.1);
  json_object_set_double_member (object, "seq_classif_dropout", 0.2);
  json_object_set_boolean_member (object, "sinusoidal_pos_embds", config->sinusoidal_pos_embds);
  json_object_set_boolean_member (object, "tie_weights_", TRUE);
  json_object_set_string_member (object, "torch_dtype", "float32");
  json_object_set_int_member (object, "vocab_size", config->vocab_size);
  json_node_take_object (root, object);
  return cz_json_to_text (root);
}

gboolean
cz_model_config_save (const CzModelConfig *config, const char *path, GError **error)
{
  g_autofree char *text = cz_model_config_to_text (config);

  return cz_atomic_file_save (path, text, strlen (text), error);
}
