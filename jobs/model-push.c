#include "jobs/model-push.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/hub-account.h"
#include "data/model.h"

#define CARD  "README.md"
#define PLACE "PATH_TO_THIS_FOLDER" // as jobs/model-card.c writes it

// ---- The card ----

// Whether a value of the card's head ("base_model: VALUE") may be a name of the Hub's.
static gboolean
is_hub_name (const char *value)
{
  g_autofree char *bare = g_strdup (value);

  g_strstrip (bare);
  gsize length = strlen (bare);
  if (length >= 2 && (bare[0] == '"' || bare[0] == '\'') && bare[length - 1] == bare[0])
    {
      bare[length - 1] = '\0';
      return cz_hub_push_check_name (bare + 1, NULL);
    }
  return cz_hub_push_check_name (bare, NULL);
}

// The card's head without what the Hub would refuse.
static void
append_head (GString *card, const char *head, gsize length)
{
  g_autofree char *text = g_strndup (head, length);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *value
          = g_str_has_prefix (lines[i], "base_model:") ? strchr (lines[i], ':') + 1 : NULL;
      if (value != NULL && value[strspn (value, " ")] != '\0' && !is_hub_name (value))
        continue;
      g_string_append_printf (card, "%s%s", lines[i], lines[i + 1] != NULL ? "\n" : "");
    }
}

// The card as it goes to `repo`; freed by the caller. `readme`: the folder's, NULL: none.
static char *
write_card (const char *readme, const char *name, const char *repo)
{
  g_autoptr (GString) card = g_string_new (NULL);

  if (readme == NULL)
    g_string_append_printf (
        card,
        "---\nlibrary_name: transformers\npipeline_tag: fill-mask\ntags:\n- distilbert\n"
        "- masked-lm\n---\n\n# %s\n\nA masked language model, pushed with Clozebench %s.\n\n"
        "## Use\n\n```python\nfrom transformers import pipeline\n"
        "fill = pipeline(\"fill-mask\", model=\"" PLACE "\")\n"
        "fill(\"This is a great [MASK].\")\n```\n",
        name, CZ_VERSION);
  else
    {
      const char *end = g_str_has_prefix (readme, "---\n") ? strstr (readme + 3, "\n---\n") : NULL;
      if (end != NULL)
        append_head (card, readme, (gsize)(end - readme));
      g_string_append (card, end != NULL ? end : readme);
    }
  g_string_replace (card, PLACE, repo, 0 /* all */);
  return g_string_free (g_steal_pointer (&card), FALSE);
}

static GBytes *
make_card (const CzModelPush *push, const char *repo)
{
  g_autofree char *path = g_build_filename (push->folder, CARD, NULL);
  g_autofree char *readme = NULL;

  g_file_get_contents (path, &readme, NULL, NULL);
  char *card = write_card (readme, push->name, repo);
  return g_bytes_new_take (card, strlen (card));
}

// ---- The push ----

// The repository with its owner, who stands in the card, too.
static char *
find_repo (const CzModelPush *push, GCancellable *cancellable, GError **error)
{
  if (push->token == NULL)
    {
      g_set_error_literal (
          error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
          _ ("Nobody is signed in to the Hub; “cloze hub login” does that, or give "
             "a token in the environment as HF_TOKEN."));
      return NULL;
    }
  if (!cz_hub_push_check_name (push->repo, error))
    return NULL;
  if (strchr (push->repo, '/') != NULL)
    return g_strdup (push->repo);
  g_autoptr (CzHubAccount) account = cz_hub_account_ask (push->token, cancellable, error);
  return account != NULL ? g_strdup_printf ("%s/%s", account->user, push->repo) : NULL;
}

static gboolean
fail_incomplete (const CzModelPush *push, const char *name, GError **error)
{
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
               _ ("“%s” has no %s and is no model that could be pushed."), push->folder, name);
  return FALSE;
}

// `paths`: owns the local ones.
static gboolean
collect (const CzModelPush *push, GArray *files, GPtrArray *paths, GError **error)
{
  for (const char *const *name = cz_model_get_files (); *name != NULL; name++)
    {
      g_autofree char *path = g_build_filename (push->folder, *name, NULL);
      CzHubPushFile file = { .path = *name, .local = path };

      if (g_str_equal (*name, CARD))
        continue;
      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        {
          if (g_str_equal (*name, "config.json") || g_str_equal (*name, "model.safetensors"))
            return fail_incomplete (push, *name, error);
          continue;
        }
      g_ptr_array_add (paths, g_steal_pointer (&path));
      g_array_append_val (files, file);
    }
  return TRUE;
}

CzHubPushed *
cz_model_push (const CzModelPush *push, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (CzHubPushFile));
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!collect (push, files, paths, error))
    return NULL;
  g_autofree char *repo = find_repo (push, cancellable, error);
  if (repo == NULL)
    return NULL;
  g_autoptr (GBytes) card = make_card (push, repo);
  const CzHubPushFile readme = { .path = CARD, .bytes = card };
  g_array_append_val (files, readme);
  g_autofree char *message = g_strdup_printf ("Push %s with Clozebench", push->name);
  const CzHubPush hub = { .repo = repo,
                          .token = push->token,
                          .is_private = push->is_private,
                          .message = push->message != NULL ? push->message : message,
                          .files = (const CzHubPushFile *)(void *)files->data,
                          .n_files = files->len,
                          .progress = push->progress,
                          .data = push->data };
  return cz_hub_push (&hub, cancellable, error);
}
