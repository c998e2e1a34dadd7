#pragma once

#include <gio/gio.h>

// The person's token for the Hub. It lives in the desktop's keyring (the Secret Service, by
// libsecret), one for each endpoint (HF_ENDPOINT), or comes from the environment: HF_TOKEN goes
// first. It is never written to a file, a log, an argument or a message; memory that held it is
// wiped.
//
// Whoever asks the keyring waits in his thread, at most 10 seconds, or a minute where the keyring
// may ask the person to unlock it (CLOZE_KEYRING_SECONDS says otherwise); never ask on the window's
// own thread.

#define CZ_HUB_TOKEN_ERROR (cz_hub_token_error_quark ())
GQuark cz_hub_token_error_quark (void);
typedef enum
{
  CZ_HUB_TOKEN_ERROR_ABSENT,  // there is no keyring: no service, no session bus
  CZ_HUB_TOKEN_ERROR_LOCKED,  // it is locked and was not unlocked
  CZ_HUB_TOKEN_ERROR_REFUSED, // it would not do what was asked
  CZ_HUB_TOKEN_ERROR_TIMEOUT, // it did not answer
  CZ_HUB_TOKEN_ERROR_INVALID, // what was given is no token
} CzHubTokenError;

typedef enum
{
  CZ_HUB_TOKEN_NOWHERE,
  CZ_HUB_TOKEN_ENVIRONMENT, // HF_TOKEN
  CZ_HUB_TOKEN_KEYRING,
} CzHubTokenPlace;

// HF_TOKEN, else the keyring's; NULL: none, or none that can be had without asking the person.
// Wiped and freed with cz_hub_token_free ().
char *cz_hub_token_get (void);
void cz_hub_token_free (char *token);

// The same with where it is and what stood in the way. unlock: the keyring may ask the person to
// unlock it. NULL without an error: there is none. Errors: CZ_HUB_TOKEN_ERROR_*,
// G_IO_ERROR_CANCELLED.
char *cz_hub_token_find (gboolean unlock,
                         CzHubTokenPlace *ret_place,
                         GCancellable *cancellable,
                         GError **error);

// A token as it was typed or piped: blanks around it are taken off in place, in memory that is the
// caller's. Error: INVALID (empty, or with characters that no token has).
gboolean cz_hub_token_clean (char *token, GError **error);

// Into the keyring, in place of the one that was there. `user`: whose it is, for its label.
gboolean cz_hub_token_store (const char *token,
                             const char *user,
                             GCancellable *cancellable,
                             GError **error);
// Out of the keyring. ret_removed: whether there was one.
gboolean cz_hub_token_forget (gboolean *ret_removed, GCancellable *cancellable, GError **error);
