#include "data/hub-account.h"

#include <glib/gi18n-lib.h>

#include "data/hub-address.h"
#include "data/hub-call.h"

void
cz_hub_account_free (CzHubAccount *account)
{
  if (account == NULL)
    return;
  g_free (account->user);
  g_strfreev (account->organizations);
  g_free (account);
}

static char **
read_organizations (JsonObject *answer)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  JsonArray *list = cz_hub_call_get_array (answer, "orgs");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      const char *name = JSON_NODE_HOLDS_OBJECT (node)
                             ? cz_hub_call_get_string (json_node_get_object (node), "name")
                             : NULL;
      if (name != NULL)
        g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

CzHubAccount *
cz_hub_account_ask (const char *token, GCancellable *cancellable, GError **error)
{
  const CzHubCall call = { .url = "/api/whoami-v2", .what = _ ("Your account"), .token = token };
  g_autoptr (JsonNode) root = cz_hub_call (&call, NULL /* ret_status */, cancellable, error);

  if (root == NULL)
    return NULL;
  JsonObject *answer = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  const char *user = cz_hub_call_get_string (answer, "name");
  if (user == NULL)
    {
      g_set_error_literal (error, CZ_HTTP_ERROR, CZ_HTTP_ERROR_INVALID,
                           _ ("The Hub does not say whose token that is; check HF_ENDPOINT and the "
                              "proxy."));
      return NULL;
    }
  CzHubAccount *account = g_new0 (CzHubAccount, 1);
  JsonObject *means
      = cz_hub_call_get_object (cz_hub_call_get_object (answer, "auth"), "accessToken");
  account->user = g_strdup (user);
  account->organizations = read_organizations (answer);
  account->reads_only = g_strcmp0 (cz_hub_call_get_string (means, "role"), "read") == 0;
  return account;
}

char *
cz_hub_account_get_token_page (void)
{
  g_autofree char *endpoint = cz_hub_endpoint (NULL);

  return g_strconcat (endpoint != NULL ? endpoint : "", "/settings/tokens", NULL);
}
