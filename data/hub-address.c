#include "data/hub-address.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/data-error.h"

#define ENDPOINT     "https://huggingface.co"
#define LONGEST_NAME 96
// Of what was written, in an error: characters.
#define LONGEST_QUOTED 80

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
         && g_strstr_len (text, (gssize)length, "--") == NULL
         && !(length > 4 && strncmp (text + length - 4, ".git", 4) == 0);
}

gboolean
cz_hub_repo_is_possible (const char *repo)
{
  const char *slash = strchr (repo, '/');

  return slash == NULL
             ? is_name (repo, strlen (repo))
             : is_name (repo, (gsize)(slash - repo)) && is_name (slash + 1, strlen (slash + 1));
}

// As git has them; it allows "@" too, which parts a name from its revision here.
static gboolean
is_revision (const char *revision)
{
  return cz_hub_path_is_safe (revision) && strpbrk (revision, " ?#%\\^~:*[@") == NULL
         && revision[0] != '-' && revision[0] != '.' && strstr (revision, "..") == NULL
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

// ---- what a person writes ----

void
cz_hub_address_clear (CzHubAddress *address)
{
  g_clear_pointer (&address->repo, g_free);
  g_clear_pointer (&address->revision, g_free);
  g_clear_pointer (&address->file, g_free);
}

gboolean
cz_hub_is_address (const char *text)
{
  return g_str_has_prefix (text, "hub:");
}

// Without what surrounds it; freed by the caller.
static char *
strip (const char *typed)
{
  char *text = g_strstrip (g_strdup (typed));
  gsize n = strlen (text);

  // Copied out of a program: "distilbert-base-uncased".
  if (n >= 2 && strchr ("\"'`<", text[0]) != NULL
      && text[n - 1] == (text[0] == '<' ? '>' : text[0]))
    {
      text[0] = text[n - 1] = ' ';
      g_strstrip (text);
    }
  if (cz_hub_is_address (text))
    {
      memset (text, ' ', strlen ("hub:"));
      g_strstrip (text);
    }
  return text;
}

// As an error tells it: a whole page that was pasted is not repeated. Freed by the caller.
static char *
quote (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  if (g_utf8_strlen (valid, -1) <= LONGEST_QUOTED)
    return g_steal_pointer (&valid);
  *g_utf8_offset_to_pointer (valid, LONGEST_QUOTED) = '\0';
  return g_strconcat (valid, "…", NULL);
}

// Where the path begins in a text that begins with this host; NULL: it doesn't.
static const char *
skip_host (const char *text, const char *host)
{
  gsize n = strlen (host);

  if (n == 0 || g_ascii_strncasecmp (text, host, n) != 0)
    return NULL;
  return text[n] == '/' || text[n] == '\0' ? text + n : NULL;
}

// Where the path begins in an address of the Hub; NULL: it is a name, or, *ret_foreign, an address
// of somewhere else.
static const char *
find_path (const char *text, gboolean *ret_foreign)
{
  g_autofree char *endpoint = cz_hub_endpoint (NULL);
  const char *const hosts[] = { "huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co",
                                endpoint != NULL ? strstr (endpoint, "://") + 3 : "" };
  const char *host = text;

  *ret_foreign = FALSE;
  if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    host = text + 8;
  else if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    host = text + 7;
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      const char *path = skip_host (host, hosts[i]);

      if (path != NULL)
        return path;
    }
  // Nobody's name: only paths begin so.
  if (g_str_has_prefix (text + strspn (text, "/"), "datasets/"))
    return text;
  *ret_foreign = strstr (text, "://") != NULL;
  return NULL;
}

// The parts between slashes that are not empty.
static GStrv
split (const char *path, gsize length)
{
  g_autofree char *text = g_strndup (path, length);
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != '\0')
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

// Takes over what a path says besides the name, which is returned: of
// "datasets/owner/name/blob/v1/x.csv" the kind, the revision and the file. Freed by the caller.
static char *
read_path (const char *const *parts, CzHubAddress *address)
{
  static const char *const pages[] = { "tree",    "blob",        "resolve", "raw",   "commit",
                                       "commits", "discussions", "viewer",  "blame", NULL };
  static const char *const revisions[] = { "tree", "blob", "resolve", "raw", "commit", NULL };
  static const char *const files[] = { "blob", "resolve", "raw", NULL };
  const char *const *page;

  address->dataset = g_strcmp0 (parts[0], "datasets") == 0;
  address->model = !address->dataset;
  // Alone it is the list of them all.
  if (address->dataset || g_strcmp0 (parts[0], "models") == 0)
    parts++;
  if (parts[0] == NULL)
    return g_strdup ("");
  // The oldest have no owner.
  page = parts[1] == NULL || g_strv_contains (pages, parts[1]) ? parts + 1 : parts + 2;
  // "https://huggingface.co/owner/name@v1:x.csv"
  if (strpbrk (parts[0], "@:") != NULL || strpbrk (page[-1], "@:") != NULL)
    return g_strjoinv ("/", (GStrv)parts);
  if (page[0] != NULL && page[1] != NULL && g_strv_contains (revisions, page[0]))
    {
      address->revision = g_strdup (page[1]);
      if (page[2] != NULL && g_strv_contains (files, page[0]))
        address->file = g_strjoinv ("/", (GStrv)page + 2);
    }
  return page == parts + 1 ? g_strdup (parts[0]) : g_strconcat (parts[0], "/", parts[1], NULL);
}

// Cuts the revision and the file off "owner/name@revision:file".
static void
read_name (char *name, CzHubAddress *address)
{
  char *colon = strchr (name, ':'), *at;

  if (colon != NULL)
    {
      *colon = '\0';
      address->file = g_strdup (colon + 1);
    }
  at = strchr (name, '@');
  if (at != NULL)
    {
      *at = '\0';
      address->revision = g_strdup (at + 1);
    }
}

// Freed by the caller; NULL: nothing like a name.
static char *
find_repo (const char *name)
{
  g_auto (GStrv) parts = split (name, strlen (name));
  g_autofree char *repo = g_strjoinv ("/", parts);

  // A slash beside a single part: the other is missing.
  if (strchr (repo, '/') == NULL && strchr (name, '/') != NULL)
    return NULL;
  return cz_hub_repo_is_possible (repo) ? g_steal_pointer (&repo) : NULL;
}

static gboolean
check_parts (const CzHubAddress *address, GError **error)
{
  gboolean right = address->revision == NULL || is_revision (address->revision);
  g_autofree char *quoted = NULL;

  if (right && (address->file == NULL || cz_hub_path_is_safe (address->file)))
    return TRUE;
  quoted = quote (right ? address->file : address->revision);
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
               right ? _ ("“%s” cannot be a file of a repository; “cloze hub show” lists them.")
                     : _ ("“%s” cannot be a revision; name a branch, a tag or a commit."),
               quoted);
  return FALSE;
}

gboolean
cz_hub_address_parse (const char *text, CzHubAddress *ret_address, GError **error)
{
  g_auto (CzHubAddress) address = { 0 };
  g_autofree char *bare = strip (text), *quoted = quote (text), *name = NULL;
  gboolean foreign;
  const char *path = find_path (bare, &foreign);
  g_auto (GStrv) parts = path != NULL ? split (path, strcspn (path, "?#")) : NULL;

  if (foreign)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” is not on the Hub; only addresses of huggingface.co name a "
                      "repository."),
                   quoted);
      return FALSE;
    }
  if (parts != NULL && g_strcmp0 (parts[0], "spaces") == 0)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” is the address of a Space, a program that runs on the Hub; it holds no "
                      "model and no data set."),
                   quoted);
      return FALSE;
    }
  name = parts != NULL ? read_path ((const char *const *)parts, &address) : g_strdup (bare);
  read_name (name, &address);
  address.repo = find_repo (name);
  if (address.repo == NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” cannot be a repository's name: that is like “distilbert-base-uncased” "
                      "or “owner/name”, with letters, digits, “-”, “_” and “.”."),
                   quoted);
      return FALSE;
    }
  if (!check_parts (&address, error))
    return FALSE;
  if (g_strcmp0 (address.revision, "main") == 0)
    g_clear_pointer (&address.revision, g_free);
  *ret_address = address;
  address = (CzHubAddress){ 0 };
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
