#pragma once

#include <gio/gio.h>

// Who a token belongs to.
typedef struct
{
  char *user;
  char **organizations; // names under which the person may push too
  gboolean reads_only;  // the token has no right to write
} CzHubAccount;
void cz_hub_account_free (CzHubAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHubAccount, cz_hub_account_free)

// Asks the Hub. Errors: CZ_HTTP_ERROR_* (1401: no such token).
CzHubAccount *cz_hub_account_ask (const char *token, GCancellable *cancellable, GError **error);

// The page where tokens are made; freed by the caller.
char *cz_hub_account_get_token_page (void);
