#include "gui/hub/repository-name.h"

#include <string.h>

gboolean
cz_repository_name_parse (const char *typed, CzHubAddress *ret_name, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));

  if (text[0] == '\0' || g_str_equal (text, "hub:"))
    return FALSE;
  return cz_hub_address_parse (text, ret_name, error);
}

char *
cz_repository_name_get_short (const char *repo)
{
  const char *slash = strrchr (repo, '/');

  return g_strdup (slash != NULL ? slash + 1 : repo);
}
