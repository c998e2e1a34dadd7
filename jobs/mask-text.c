#include "jobs/mask-text.h"

#include <string.h>

gboolean
cz_mask_text_has (CzTokenizer *tokenizer, const char *text)
{
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  guint32 mask = cz_tokenizer_get_mask_id (tokenizer);

  cz_tokenizer_encode (tokenizer, text, -1, FALSE /* add_special */, encoding);
  for (gsize i = 0; i < encoding->n; i++)
    if (encoding->ids[i] == mask)
      return TRUE;
  return FALSE;
}

char *
cz_mask_text_put (CzTokenizer *tokenizer, const char *text)
{
  const char *mask = cz_tokenizer_get_options (tokenizer)->mask;
  g_auto (GStrv) parts = NULL;

  if (strcmp (mask, CZ_MASK_TEXT_USUAL) == 0 || cz_mask_text_has (tokenizer, text))
    return g_strdup (text);
  parts = g_strsplit (text, CZ_MASK_TEXT_USUAL, -1);
  return g_strjoinv (mask, parts);
}
