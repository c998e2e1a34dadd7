#pragma once

#include <glib.h>

// The strings that are cut out of raw text before anything else happens to it, anywhere, by their
// bytes. Where several begin at one place the longest counts.

#define CZ_SPECIAL_TOKENS 5

typedef struct
{
  const char *strings[CZ_SPECIAL_TOKENS]; // borrowed
  gsize lengths[CZ_SPECIAL_TOKENS];
  gboolean first[256]; // a string begins with this byte
  int only_first;      // all begin with this byte; else -1
} CzSpecialTokens;

// Empty strings are never found.
void cz_special_tokens_init (CzSpecialTokens *tokens, const char *const strings[CZ_SPECIAL_TOKENS]);

// Finds the first string at or behind `from`: its place and which one, or FALSE.
gboolean cz_special_tokens_find (const CzSpecialTokens *tokens,
                                 const char *text,
                                 gsize length,
                                 gsize from,
                                 gsize *ret_at,
                                 guint *ret_which);
