// What a person types or pastes to name a repository of the Hub: "imdb", "user/name",
// "user/name@revision", or an address out of a browser.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *repo;       // "name" or "owner/name"
  char *revision;   // a branch, tag or commit; NULL: not named
  gboolean dataset; // an address or name said that it is a data set
  gboolean model;   // an address said that it is a model
} CzRepositoryName;

void cz_repository_name_clear (CzRepositoryName *name);

// Takes apart what was typed. FALSE: it can't name a repository; *ret_why says why, in a static
// sentence, and *ret_name is untouched. Nothing typed: FALSE, *ret_why NULL. What comes out is safe
// as an argument: it never begins with a dash.
gboolean cz_repository_name_parse (const char *typed,
                                   CzRepositoryName *ret_name,
                                   const char **ret_why);

// A name for what is made of it: the part behind the owner. Freed by the caller.
char *cz_repository_name_get_short (const char *repo);

G_END_DECLS
