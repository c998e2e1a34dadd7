#include "engine/text/special-tokens.h"

#include <string.h>

void
cz_special_tokens_init (CzSpecialTokens *tokens, const char *const strings[CZ_SPECIAL_TOKENS])
{
  memset (tokens, 0, sizeof *tokens);
  tokens->only_first = -1;
  for (guint i = 0; i < CZ_SPECIAL_TOKENS; i++)
    {
      tokens->strings[i] = strings[i];
      tokens->lengths[i] = strlen (strings[i]);
      if (tokens->lengths[i] > 0)
        tokens->first[(guint8)strings[i][0]] = TRUE;
    }

  guint n = 0;
  for (int byte = 0; byte < 256; byte++)
    if (tokens->first[byte])
      {
        tokens->only_first = byte;
        n++;
      }
  if (n != 1)
    tokens->only_first = -1;
}

// The longest string that begins here, or -1.
static int
find_here (const CzSpecialTokens *tokens, const char *text, gsize length)
{
  int found = -1;

  for (guint i = 0; i < CZ_SPECIAL_TOKENS; i++)
    {
      gsize n = tokens->lengths[i];
      if (n == 0 || n > length || memcmp (text, tokens->strings[i], n) != 0)
        continue;
      if (found < 0 || n > tokens->lengths[found])
        found = (int)i;
    }
  return found;
}

gboolean
cz_special_tokens_find (const CzSpecialTokens *tokens,
                        const char *text,
                        gsize length,
                        gsize from,
                        gsize *ret_at,
                        guint *ret_which)
{
  for (gsize at = from; at < length; at++)
    {
      if (tokens->only_first >= 0)
        {
          const char *next = memchr (text + at, tokens->only_first, length - at);
          if (next == NULL)
            return FALSE;
          at = (gsize)(next - text);
        }
      else if (!tokens->first[(guint8)text[at]])
        continue;

      int which = find_here (tokens, text + at, length - at);
      if (which >= 0)
        {
          *ret_at = at;
          *ret_which = (guint)which;
          return TRUE;
        }
    }
  return FALSE;
}
