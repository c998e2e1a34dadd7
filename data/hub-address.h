#pragma once

#include "data/hub.h"
#include "data/http.h"

// How repositories are named and where the Hub keeps what.

typedef struct
{
  char *repo;       // "name" or "owner/name"
  char *revision;   // a branch, a tag or a commit; NULL: not given, or main
  char *file;       // a path in it; NULL: not given
  gboolean dataset; // it was said that it is a data set
  gboolean model;   // it was said that it is a model
} CzHubAddress;
void cz_hub_address_clear (CzHubAddress *address);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzHubAddress, cz_hub_address_clear)

// Takes apart what a person writes: "hub:owner/name@revision:file" ("hub:", "@…" and ":…" may be
// missing), or the address of a page, which tells the kind, too
// ("https://huggingface.co/datasets/imdb/blob/main/x.csv", "hf.co/imdb", "datasets/imdb"). What
// comes out is safe as an argument and as a path: it begins with no dash (a file may) and leads
// nowhere else. Error: CZ_DATA_ERROR_INVALID, *ret_address is untouched then.
gboolean cz_hub_address_parse (const char *text, CzHubAddress *ret_address, GError **error);

// Whether a repository may be called so, with an owner or without: as the Hub allows it, and never
// with a dash or a dot first.
gboolean cz_hub_repo_is_possible (const char *repo);

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
