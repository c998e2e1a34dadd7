#include "engine/text/masking.h"

guint
cz_mask_block (const CzMasking *masking,
               guint32 step,
               guint32 slot,
               const guint32 *words,
               guint n,
               guint32 *ret_ids,
               gint32 *ret_labels)
{
  guint scored = 0;
  guint first = 0; // position of the first piece of the word at hand

  for (guint i = 0; i < n; i++)
    {
      guint32 id = words[i] & CZ_TOKEN_ID_MASK;
      guint32 draw[4];

      if (words[i] & CZ_TOKEN_WORD_START)
        first = i;
      ret_ids[i] = id;
      ret_labels[i] = CZ_MASKING_IGNORED;
      if (words[i] & CZ_TOKEN_SPECIAL)
        continue;

      gboolean whole_word = masking->strategy == CZ_MASKING_WORD;
      cz_random (masking->seed, masking->purpose, step, slot, whole_word ? first : i, draw);
      if (draw[0] >= masking->threshold)
        continue;

      scored++;
      ret_labels[i] = (gint32)id;
      if (whole_word || draw[1] < CZ_MASKING_REPLACE)
        ret_ids[i] = masking->mask_id;
      else if (draw[1] < CZ_MASKING_RANDOM)
        ret_ids[i] = (guint32)(((guint64)draw[2] * masking->vocabulary_size) >> 32);
    }
  return scored;
}
