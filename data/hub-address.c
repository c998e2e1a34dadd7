#include "data/hub-address.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/data-error.h"

#define ENDPOINT     "https://huggingface.co"
#define LONGEST_NAME 96

char *
cz_hub_endpoint (GError **error)
{
  const char *text = g_getenv ("HF_ENDPOINT");
  g_autofree char *endpoint = g_strdup (text != NULL && *text != '\0' ? text : ENDPOINT);
  g_autoptr (GUri) uri = NULL;

  for (gsize n = strlen (endpoint); n > 0 && endpoint[n - 1] == '/'; n--)
    endpoint[n - 1] = '\0';
  uri = g_uri_parse (endpoint, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
      && (g_str_equal (g_uri_get_scheme (uri), "https")
          || g_str_equal (g_uri_get_scheme (uri), "http"))
      && g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL)
    return g_steal_pointer (&endpoint);
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                       _ ("HF_ENDPOINT in the environment is no web address such as "
                          "https://huggingface.co; correct it, or unset it."));
  return NULL;
}

gboolean
cz_hub_is_offline (void)
{
  static const char *const names[] = { "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *text = g_getenv (names[i]);

      // As huggingface_hub reads it.
      if (text != NULL
          && (g_str_equal (text, "1") || g_ascii_strcasecmp (text, "on") == 0
              || g_ascii_strcasecmp (text, "yes") == 0 || g_ascii_strcasecmp (text, "true") == 0))
        return TRUE;
    }
  return FALSE;
}

// ---- names ----

static gboolean
is_name (const char *text, gsize length)
{
  if (length == 0 || length > LONGEST_NAME || text[0] == '.' || text[0] == '-'
      || text[length - 1] == '.' || text[length - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("-_.", text[i]) == NULL)
      return FALSE;
  return g_strstr_len (text, (gssize)length, "..") == NULL
         && g_strstr_len (text, (gssize)length, "--") == NULL;
}

static gboolean
is_repository (const char *repo)
{
  const char *slash = strchr (repo, '/');

  return slash == NULL
             ? is_name (repo, strlen (repo))
             : is_name (repo, (gsize)(slash - repo)) && is_name (slash + 1, strlen (slash + 1));
}

static gboolean
is_revision (const char *revision)
{
  return cz_hub_path_is_safe (revision) && strpbrk (revision, " ?#%\\^~:*[") == NULL
         && strlen (revision) < 256;
}

gboolean
cz_hub_path_is_safe (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  if (*path == '\0' || strlen (path) > 1024 || !g_utf8_validate (path, -1, NULL))
    return FALSE;
  for (const char *c = path; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) || *c == '\\')
      return FALSE;
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], "..")
        || strlen (parts[i]) > 255)
      return FALSE;
  return TRUE;
}

// A page's address becomes what stands behind the Hub's name in it: "owner/name@revision:file".
static char *
shorten_page (const char *text)
{
  g_autofree char *endpoint = cz_hub_endpoint (NULL);
  const char *places[] = { endpoint, ENDPOINT, "http://huggingface.co", "https://hf.co" };
  const char *rest = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places) && rest == NULL; i++)
    if (places[i] != NULL && g_str_has_prefix (text, places[i]) && text[strlen (places[i])] == '/')
      rest = text + strlen (places[i]) + 1;
  if (rest == NULL)
    return g_strdup (text);
  if (g_str_has_prefix (rest, "datasets/"))
    rest += strlen ("datasets/");
  else if (g_str_has_prefix (rest, "models/"))
    rest += strlen ("models/");
  g_autofree char *path = g_strndup (rest, strcspn (rest, "?#"));
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_autoptr (GString) result = g_string_new (NULL);
  guint i = 0;

  for (; parts[i] != NULL && *parts[i] != '\0'; i++)
    {
      gboolean places_file = g_str_equal (parts[i], "tree") || g_str_equal (parts[i], "blob")
                             || g_str_equal (parts[i], "resolve");
      if (i > 0 && places_file && parts[i + 1] != NULL)
        {
          g_autofree char *file = g_strjoinv ("/", parts + i + 2);

          g_string_append_printf (result, "@%s", parts[i + 1]);
          if (*file != '\0' && !g_str_equal (parts[i], "tree"))
            g_string_append_printf (result, ":%s", file);
          break;
        }
      g_string_append_printf (result, "%s%s", i > 0 ? "/" : "", parts[i]);
    }
  return g_string_free (g_steal_pointer (&result), FALSE);
}

gboolean
cz_hub_is_address (const char *text)
{
  return g_str_has_prefix (text, "hub:");
}

gboolean
cz_hub_address_parse (
    const char *text, char **ret_repo, char **ret_revision, char **ret_file, GError **error)
{
  g_autofree char *name
      = shorten_page (g_str_has_prefix (text, "hub:") ? text + strlen ("hub:") : text);
  g_autofree char *revision = NULL, *file = NULL;
  char *colon, *at;

  g_strstrip (name);
  colon = strchr (name, ':');
  if (colon != NULL)
    {
      *colon = '\0';
      file = g_strdup (colon + 1);
    }
  at = strchr (name, '@');
  if (at != NULL)
    {
      *at = '\0';
      revision = g_strdup (at + 1);
    }
  if (!is_repository (name))
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” cannot be a repository's name; write it as on its page, such as "
                      "distilbert/distilbert-base-uncased."),
                   text);
      return FALSE;
    }
  if (revision != NULL && !is_revision (revision))
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” cannot be a revision; name a branch, a tag or a commit."), revision);
      return FALSE;
    }
  if (file != NULL && !cz_hub_path_is_safe (file))
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” cannot be a file of a repository; “cloze hub show” lists them."), file);
      return FALSE;
    }
  if (ret_repo != NULL)
    *ret_repo = g_steal_pointer (&name);
  if (ret_revision != NULL)
    *ret_revision = g_steal_pointer (&revision);
  if (ret_file != NULL)
    *ret_file = g_steal_pointer (&file);
  return TRUE;
}

// ---- addresses ----

static const char *
get_plural (CzHubKind kind)
{
  return kind == CZ_HUB_DATASET ? "datasets" : "models";
}

char *
cz_hub_address_info (const char *endpoint, CzHubKind kind, const char *repo, const char *revision)
{
  g_autofree char *escaped = g_uri_escape_string (revision != NULL ? revision : "", NULL, FALSE);

  return g_strdup_printf ("%s/api/%s/%s%s%s", endpoint, get_plural (kind), repo,
                          revision != NULL ? "/revision/" : "", escaped);
}

char *
cz_hub_address_tree (const char *endpoint, CzHubKind kind, const char *repo, const char *revision)
{
  g_autofree char *escaped = g_uri_escape_string (revision, NULL, FALSE);

  // A model's files are not in folders.
  return g_strdup_printf ("%s/api/%s/%s/tree/%s?recursive=%s&expand=false", endpoint,
                          get_plural (kind), repo, escaped,
                          kind == CZ_HUB_DATASET ? "true" : "false");
}

char *
cz_hub_address_file (
    const char *endpoint, CzHubKind kind, const char *repo, const char *revision, const char *path)
{
  g_autofree char *escaped = g_uri_escape_string (revision, NULL, FALSE);
  g_autofree char *file = g_uri_escape_string (path, "/", FALSE);

  return g_strdup_printf ("%s/%s%s/resolve/%s/%s", endpoint,
                          kind == CZ_HUB_DATASET ? "datasets/" : "", repo, escaped, file);
}

char *
cz_hub_address_page (const char *endpoint, CzHubKind kind, const char *repo)
{
  return g_strdup_printf ("%s/%s%s", endpoint, kind == CZ_HUB_DATASET ? "datasets/" : "", repo);
}
