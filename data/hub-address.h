#pragma once

#include "data/hub.h"
#include "data/http.h"

// How repositories are named and where the Hub keeps what.

// What a person writes: "hub:owner/name@revision:file" ("hub:", "@…" and ":…" may be missing), or a
// page's address ("https://huggingface.co/datasets/imdb"). NULL outputs: not given. Freed by the
// caller. Error: CZ_DATA_ERROR_INVALID.
gboolean cz_hub_address_parse (
    const char *text, char **ret_repo, char **ret_revision, char **ret_file, GError **error);

// Whether a text names something on the Hub rather than on the disk: "hub:…".
gboolean cz_hub_is_address (const char *text);

// HF_ENDPOINT or the Hub's own, without a slash at its end; freed by the caller. Error: INVALID.
char *cz_hub_endpoint (GError **error);

// Whether HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) is set.
gboolean cz_hub_is_offline (void);

// Addresses; freed by the caller. revision NULL: the information alone.
char *cz_hub_address_info (const char *endpoint,
                           CzHubKind kind,
                           const char *repo,
                           const char *revision);
char *cz_hub_address_tree (const char *endpoint,
                           CzHubKind kind,
                           const char *repo,
                           const char *revision);
char *cz_hub_address_file (
    const char *endpoint, CzHubKind kind, const char *repo, const char *revision, const char *path);
// The page that people read.
char *cz_hub_address_page (const char *endpoint, CzHubKind kind, const char *repo);

// Whether a path stays within the folder that it is put into: no "..", not absolute, no control
// characters.
gboolean cz_hub_path_is_safe (const char *path);

// Sends a request to the Hub with the account's token. A status of 400 or more becomes an error
// that says what the Hub means by it for `repo`: gated, private, not there, …
CzHttpReply *cz_hub_send (const CzHttpRequest *request,
                          CzHubKind kind,
                          const char *repo,
                          GCancellable *cancellable,
                          GError **error);
