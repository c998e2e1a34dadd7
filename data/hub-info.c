#include "data/hub-info.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/hub-address.h"
#include "data/hub-cache.h"
#include "data/hub-call.h"
#include "data/import-place.h"
#include "data/import.h"
#include "data/model.h"

#define DISTILBERT    "DistilBert"
#define POINTER_BYTES 1024 // more than any Git-LFS pointer has, less than any weights

void
cz_hub_file_free (CzHubFile *file)
{
  g_free (file->path);
  g_free (file->sha256);
  g_free (file->etag);
  g_free (file->split);
  g_free (file);
}

void
cz_hub_info_free (CzHubInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->asked);
  g_free (info->repo);
  g_free (info->commit);
  g_free (info->licence);
  g_free (info->architecture);
  g_free (info->reason);
  g_clear_pointer (&info->files, g_ptr_array_unref);
  g_free (info);
}

CzHubFile *
cz_hub_info_find (const CzHubInfo *info, const char *path)
{
  for (guint i = 0; i < info->files->len; i++)
    if (g_str_equal (((CzHubFile *)info->files->pdata[i])->path, path))
      return info->files->pdata[i];
  return NULL;
}

static const char *
get_text_of (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
is_hex (const char *text, gsize length)
{
  return text != NULL && strlen (text) == length && strspn (text, "0123456789abcdef") == length;
}

// ---- the repository ----

// What the card says, else the tag "license:…".
static char *
find_licence (JsonObject *object)
{
  JsonObject *card = cz_hub_call_get_object (object, "cardData");
  JsonArray *several = cz_hub_call_get_array (card, "license");
  JsonArray *tags = cz_hub_call_get_array (object, "tags");
  const char *one = cz_hub_call_get_string (card, "license");

  if (one == NULL && several != NULL && json_array_get_length (several) > 0)
    one = get_text_of (json_array_get_element (several, 0));
  for (guint i = 0; one == NULL && tags != NULL && i < json_array_get_length (tags); i++)
    {
      const char *tag = get_text_of (json_array_get_element (tags, i));

      if (tag != NULL && g_str_has_prefix (tag, "license:"))
        one = tag + strlen ("license:");
    }
  // "other" has a name of its own.
  if (one != NULL && g_str_equal (one, "other")
      && cz_hub_call_get_string (card, "license_name") != NULL)
    one = cz_hub_call_get_string (card, "license_name");
  return g_strdup (one);
}

CzHubInfo *
cz_hub_info_from_json (CzHubKind kind, const char *asked, JsonNode *root, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  const char *repo = cz_hub_call_get_string (object, "id");
  const char *commit = cz_hub_call_get_string (object, "sha");
  JsonObject *config = cz_hub_call_get_object (object, "config");
  JsonArray *architectures = cz_hub_call_get_array (config, "architectures");

  if (repo == NULL || !is_hex (commit, 40) || !cz_hub_repo_is_possible (repo))
    {
      g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
                   _ ("What the Hub says of “%s” makes no sense (it lacks the name or the commit); "
                      "check HF_ENDPOINT in the environment, or update Clozebench."),
                   asked);
      return NULL;
    }
  CzHubInfo *info = g_new0 (CzHubInfo, 1);
  info->kind = kind;
  info->asked = g_strdup (asked);
  info->repo = g_strdup (repo);
  info->commit = g_strdup (commit);
  info->licence = find_licence (object);
  // False, "auto" or "manual".
  info->gated = cz_hub_call_get_boolean (object, "gated")
                || cz_hub_call_get_string (object, "gated") != NULL;
  info->private = cz_hub_call_get_boolean (object, "private");
  if (architectures != NULL && json_array_get_length (architectures) > 0)
    info->architecture = g_strdup (get_text_of (json_array_get_element (architectures, 0)));
  if (info->architecture == NULL)
    info->architecture = g_strdup (cz_hub_call_get_string (config, "model_type"));
  info->files = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_hub_file_free);
  return info;
}

// ---- its files ----

static void
describe_data_file (CzHubFile *file)
{
  g_autofree char *label = NULL, *lower = g_ascii_strdown (file->path, -1);
  static const char *const packed[] = { ".gz", ".xz", ".zst", ".bz2" };
  static const char *const archives[] = { ".tar", ".tgz", ".txz", ".zip", ".7z" };
  gboolean archive = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (packed); i++)
    if (g_str_has_suffix (lower, packed[i]))
      {
        lower[strlen (lower) - strlen (packed[i])] = '\0';
        break;
      }
  for (guint i = 0; i < G_N_ELEMENTS (archives); i++)
    archive = archive || g_str_has_suffix (lower, archives[i]);
  CzFormat format = cz_format_of_name (lower);
  if (cz_place_is_description (file->path) || cz_place_refuse (file->path) != NULL)
    return;
  if (g_str_has_suffix (lower, "dataset_infos.json")
      || g_str_has_suffix (lower, "dataset_info.json"))
    return; // describes the others
  if (archive)
    file->format = "archive";
  else if (format != CZ_FORMAT_TEXT || g_str_has_suffix (lower, ".txt"))
    file->format = cz_format_get_name (format);
  else
    return;
  cz_place_find (file->path, &file->split, &label);
  if (file->split == NULL)
    file->split = g_strdup (cz_place_find_split_of_name (file->path));
}

static CzHubFile *
read_file (JsonObject *object)
{
  const char *path = cz_hub_call_get_string (object, "path");
  const char *oid = cz_hub_call_get_string (object, "oid");
  JsonObject *large = cz_hub_call_get_object (object, "lfs");
  const char *sha256 = cz_hub_call_get_string (large, "oid");
  gint64 bytes = cz_hub_call_get_int (large != NULL ? large : object, "size", -1);

  if (sha256 == NULL)
    sha256 = cz_hub_call_get_string (large, "sha256");
  if (g_strcmp0 (cz_hub_call_get_string (object, "type"), "file") != 0 || path == NULL
      || !cz_hub_path_is_safe (path) || bytes < 0
      || (large != NULL ? !is_hex (sha256, 64) : !is_hex (oid, 40)))
    return NULL;
  CzHubFile *file = g_new0 (CzHubFile, 1);
  file->path = g_strdup (path);
  file->bytes = bytes;
  file->sha256 = large != NULL ? g_strdup (sha256) : NULL;
  file->etag = large != NULL ? NULL : g_strdup (oid);
  return file;
}

gboolean
cz_hub_info_add_files (CzHubInfo *info, JsonNode *root, GError **error)
{
  JsonArray *entries = JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;

  if (entries == NULL)
    {
      g_set_error (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
                   _ ("What the Hub says of the files of “%s” makes no sense; check HF_ENDPOINT in "
                      "the environment, or update Clozebench."),
                   info->repo);
      return FALSE;
    }
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonNode *node = json_array_get_element (entries, i);
      CzHubFile *file
          = JSON_NODE_HOLDS_OBJECT (node) ? read_file (json_node_get_object (node)) : NULL;

      if (file != NULL && info->kind == CZ_HUB_DATASET)
        describe_data_file (file);
      if (file != NULL)
        g_ptr_array_add (info->files, file);
    }
  return TRUE;
}

// ---- whether it can be used ----

static gboolean
has (const CzHubInfo *info, const char *path)
{
  return cz_hub_info_find (info, path) != NULL;
}

// What a repository of weights in another form only has; NULL: model.safetensors.
static char *
refuse_weights (const CzHubInfo *info)
{
  const char *repo = info->repo;

  CzHubFile *weights = cz_hub_info_find (info, "model.safetensors");

  if (weights != NULL && weights->sha256 == NULL && weights->bytes < POINTER_BYTES)
    return g_strdup_printf (_ ("In “%s” a Git-LFS pointer stands where the weights should be: they "
                               "were never uploaded. "
                               "Choose another, or tell its owner."),
                            repo);
  if (weights != NULL)
    return NULL;
  if (has (info, "model.safetensors.index.json"))
    return g_strdup_printf (
        _ ("The weights of “%s” are split into several files, which is not supported; save them as "
           "one in Python (DistilBertForMaskedLM.from_pretrained (\"%s\").save_pretrained "
           "(\"FOLDER\", max_shard_size=\"100GB\")) and add that folder."),
        repo, repo);
  if (has (info, "pytorch_model.bin") || has (info, "pytorch_model.bin.index.json"))
    return g_strdup_printf (
        _ ("“%s” has only pytorch_model.bin, which may carry programs and is not read; convert it "
           "in Python (DistilBertForMaskedLM.from_pretrained (\"%s\").save_pretrained (\"FOLDER\", "
           "safe_serialization=True)) and add that folder."),
        repo, repo);
  if (has (info, "tf_model.h5") || has (info, "flax_model.msgpack"))
    return g_strdup_printf (
        _ ("“%s” has weights of TensorFlow or Flax only; convert them in Python "
           "(DistilBertForMaskedLM.from_pretrained (\"%s\", from_tf=True).save_pretrained "
           "(\"FOLDER\", safe_serialization=True)) and add that folder."),
        repo, repo);
  return g_strdup_printf (
      _ ("“%s” holds no model.safetensors, so no weights that are read; choose another."), repo);
}

static char *
refuse_model (const CzHubInfo *info)
{
  const char *architecture = info->architecture;

  if (!has (info, "config.json"))
    return g_strdup_printf (
        _ ("“%s” holds no config.json, so no model that is read; choose a DistilBERT."),
        info->repo);
  if (architecture != NULL
      && g_ascii_strncasecmp (architecture, DISTILBERT, strlen (DISTILBERT)) != 0)
    return g_strdup_printf (
        _ ("“%s” is of another architecture (%s); only DistilBERT is supported, "
           "such as distilbert/distilbert-base-uncased."),
        info->repo, architecture);
  if (architecture != NULL && g_str_has_prefix (architecture, DISTILBERT)
      && !g_str_equal (architecture, "DistilBertForMaskedLM"))
    return g_strdup_printf (_ ("“%s” is a DistilBERT for another task (%s), without a head for "
                               "masked words; choose a DistilBertForMaskedLM."),
                            info->repo, architecture);
  char *reason = refuse_weights (info);
  if (reason == NULL && !has (info, "vocab.txt") && !has (info, "tokenizer.json"))
    reason
        = g_strdup_printf (_ ("“%s” has neither vocab.txt nor tokenizer.json, so no words; choose "
                              "another, or add a folder to which you have copied them."),
                           info->repo);
  return reason;
}

static char *
refuse_data_set (const CzHubInfo *info)
{
  for (guint i = 0; i < info->files->len; i++)
    if (((CzHubFile *)info->files->pdata[i])->format != NULL)
      return NULL;
  return g_strdup_printf (_ ("“%s” holds no file of a format that is imported (Parquet, CSV, JSON, "
                             "text …). Where its page shows a table, the revision "
                             "refs/convert/parquet has it: “%s@refs/convert/parquet”."),
                          info->repo, info->repo);
}

void
cz_hub_info_finish (CzHubInfo *info)
{
  info->reason = info->kind == CZ_HUB_DATASET ? refuse_data_set (info) : refuse_model (info);
  info->usable = info->reason == NULL;
  for (guint i = info->files->len; info->kind == CZ_HUB_MODEL && i > 0; i--)
    if (!g_strv_contains (cz_model_get_files (), ((CzHubFile *)info->files->pdata[i - 1])->path))
      g_ptr_array_remove_index (info->files, i - 1);
  for (guint i = 0; i < info->files->len; i++)
    {
      CzHubFile *file = info->files->pdata[i];

      file->cached_bytes = cz_hub_cache_measure (file);
      info->bytes += file->bytes;
      info->cached_bytes += file->cached_bytes;
    }
}
