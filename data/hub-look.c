#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/data-error.h"
#include "data/hub-address.h"
#include "data/hub-cache.h"
#include "data/hub-info.h"
#include "engine/format/json-text.h"

#define PAGES_MAX  1000 // of 1,000 files each
#define CONFIG_MAX ((gsize)1 << 20)

typedef struct
{
  CzHubKind kind;
  const char *repo;
  GCancellable *cancellable;
} Look;

static JsonNode *
parse_reply (const Look *look, const CzHttpReply *reply, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (reply->body, &length);
  g_autoptr (GError) reason = NULL;
  JsonNode *root = cz_json_parse (text != NULL ? text : "", (gssize)length, look->repo, &reason);

  if (root == NULL)
    g_set_error (
        error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
        _ ("What the Hub says of “%s” is no JSON; check HF_ENDPOINT in the environment, and "
           "whether the network asks you to log in first."),
        look->repo);
  return root;
}

static JsonNode *
ask (const Look *look, const char *url, char **ret_next, GError **error)
{
  CzHttpRequest request = { .url = url, .what = look->repo };
  g_autoptr (CzHttpReply) reply
      = cz_hub_send (&request, look->kind, look->repo, look->cancellable, error);
  const char *link = reply != NULL ? cz_http_reply_get_header (reply, "link") : NULL;
  const char *end = link != NULL ? strstr (link, ">; rel=\"next\"") : NULL;

  if (reply == NULL)
    return NULL;
  // <https://…?cursor=…>; rel="next"
  if (ret_next != NULL && end != NULL && link[0] == '<')
    *ret_next = g_strndup (link + 1, (gsize)(end - link - 1));
  return parse_reply (look, reply, error);
}

static JsonNode *
new_array (void)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, json_array_new ());
  return node;
}

// All pages of the tree as one array.
static JsonNode *
ask_tree (const Look *look, const char *endpoint, const CzHubInfo *info, GError **error)
{
  g_autofree char *url = cz_hub_address_tree (endpoint, look->kind, info->repo, info->commit);
  g_autoptr (JsonNode) all = new_array ();

  for (guint i = 0; url != NULL && i < PAGES_MAX; i++)
    {
      g_autofree char *next = NULL;
      g_autoptr (JsonNode) page = ask (look, url, &next, error);

      if (page == NULL)
        return NULL;
      if (!JSON_NODE_HOLDS_ARRAY (page))
        return g_steal_pointer (&page);
      JsonArray *entries = json_node_get_array (page);
      for (guint k = 0; k < json_array_get_length (entries); k++)
        json_array_add_element (json_node_get_array (all), json_array_dup_element (entries, k));
      // Asked of this Hub, also where a mirror hands on the address of the one it mirrors.
      const char *path = next != NULL ? strstr (next, "/api/") : NULL;
      g_free (url);
      url = path != NULL ? g_strconcat (endpoint, path, NULL) : NULL;
    }
  return g_steal_pointer (&all);
}

static CzHubInfo *
read_record (
    CzHubKind kind, const char *repo, JsonNode *information, JsonNode *tree, GError **error)
{
  g_autoptr (CzHubInfo) info = cz_hub_info_from_json (kind, repo, information, error);

  if (info == NULL || !cz_hub_info_add_files (info, tree, error))
    return NULL;
  cz_hub_info_finish (info);
  return g_steal_pointer (&info);
}

static CzHubInfo *
recall (CzHubKind kind, const char *repo, const char *revision)
{
  g_autofree char *text = cz_hub_cache_recall (kind, repo, revision);
  g_autoptr (JsonNode) root = text != NULL ? cz_json_parse (text, -1, repo, NULL) : NULL;
  JsonArray *pair
      = root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;
  CzHubInfo *info = NULL;

  if (pair != NULL && json_array_get_length (pair) == 2)
    info = read_record (kind, repo, json_array_get_element (pair, 0),
                        json_array_get_element (pair, 1), NULL);
  if (info != NULL)
    info->offline = TRUE;
  return info;
}

static void
keep (const CzHubInfo *info, const char *revision, JsonNode *information, JsonNode *tree)
{
  g_autoptr (JsonNode) root = new_array ();
  g_autofree char *text = NULL;

  json_array_add_element (json_node_get_array (root), json_node_copy (information));
  json_array_add_element (json_node_get_array (root), json_node_copy (tree));
  text = cz_json_to_line (root);
  cz_hub_cache_keep (info->kind, info->asked, revision, text);
  cz_hub_cache_keep (info->kind, info->asked, info->commit, text);
  if (!g_str_equal (info->asked, info->repo))
    {
      cz_hub_cache_keep (info->kind, info->repo, revision, text);
      cz_hub_cache_keep (info->kind, info->repo, info->commit, text);
    }
}

static CzHubInfo *
look_online (const Look *look, const char *revision, GError **error)
{
  g_autofree char *endpoint = cz_hub_endpoint (error);
  g_autofree char *url
      = endpoint != NULL ? cz_hub_address_info (endpoint, look->kind, look->repo, revision) : NULL;
  g_autoptr (JsonNode) information = url != NULL ? ask (look, url, NULL, error) : NULL;
  g_autoptr (CzHubInfo) found
      = information != NULL ? cz_hub_info_from_json (look->kind, look->repo, information, error)
                            : NULL;
  g_autoptr (JsonNode) tree = found != NULL ? ask_tree (look, endpoint, found, error) : NULL;
  g_autoptr (CzHubInfo) info
      = tree != NULL ? read_record (look->kind, look->repo, information, tree, error) : NULL;

  if (info != NULL)
    keep (info, revision, information, tree);
  return g_steal_pointer (&info);
}

CzHubInfo *
cz_hub_look (CzHubKind kind,
             const char *repo,
             const char *revision,
             GCancellable *cancellable,
             GError **error)
{
  g_auto (CzHubAddress) address = { 0 };

  if (!cz_hub_address_parse (repo, &address, error))
    return NULL;
  if (revision == NULL)
    revision = address.revision;
  Look look = { kind, address.repo, cancellable };
  if (!cz_hub_is_offline ())
    {
      g_autoptr (GError) failed = NULL;
      g_autoptr (CzHubInfo) info = look_online (&look, revision, &failed);

      if (info != NULL)
        return g_steal_pointer (&info);
      // Without a network what is here as a whole can be used all the same.
      if (g_error_matches (failed, CZ_HTTP_ERROR, CZ_HTTP_ERROR_OFFLINE))
        info = recall (kind, address.repo, revision);
      if (info != NULL && info->cached_bytes == info->bytes && info->bytes > 0)
        return g_steal_pointer (&info);
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  CzHubInfo *info = recall (kind, address.repo, revision);
  if (info == NULL)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("“%s” is not in the cache, and HF_HUB_OFFLINE forbids to ask the Hub; unset it "
                    "and try again."),
                 address.repo);
  return info;
}
