#include "engine/text/characters.h"

#include "engine/text/character-table.inc"

// Hangul syllables are decomposed by arithmetic (The Unicode Standard, 3.12).
#define HANGUL_SYLLABLES 0xAC00u
#define HANGUL_COUNT     11172u
#define HANGUL_L         0x1100u
#define HANGUL_V         0x1161u
#define HANGUL_T         0x11A7u
#define HANGUL_N_V       21u
#define HANGUL_N_T       28u

static void
decompose_hangul (gunichar c, CzCharacter *character)
{
  guint s = c - HANGUL_SYLLABLES;

  character->parts[0] = HANGUL_L + s / (HANGUL_N_V * HANGUL_N_T);
  character->parts[1] = HANGUL_V + s % (HANGUL_N_V * HANGUL_N_T) / HANGUL_N_T;
  character->parts[2] = HANGUL_T + s % HANGUL_N_T;
  character->n_parts = s % HANGUL_N_T == 0 ? 2 : 3;
}

void
cz_character_get (gunichar c, CzCharacter *ret_character)
{
  CzCharacter *r = ret_character;

  r->n_parts = r->n_lower = 1;
  r->parts[0] = r->lower[0] = c;
  r->flags = r->combining = 0;
  if (c >= 0x110000)
    return;

  guint group = table_top[c >> 12];
  guint block = table_groups[group << 6 | (c >> 6 & 63)];
  guint entry = table_blocks[block << 6 | (c & 63)];
  if (entry < TABLE_PLAIN)
    {
      r->flags = table_plain[entry].flags;
      r->combining = table_plain[entry].combining;
      r->lower[0] = (gunichar)((gint32)c + table_plain[entry].lower);
      if (c - HANGUL_SYLLABLES < HANGUL_COUNT)
        decompose_hangul (c, r);
      return;
    }

  const guint32 *pool = &table_pool[entry - TABLE_PLAIN];
  r->flags = (guint8)pool[0];
  r->combining = (guint8)(pool[0] >> 8);
  pool++;
  if (*pool == 0)
    {
      pool++;
      r->n_lower = 2;
      r->lower[1] = pool[1];
      r->lower[0] = *pool++;
    }
  else
    r->lower[0] = *pool;
  pool++;
  r->n_parts = (guint8)*pool++;
  for (guint i = 0; i < r->n_parts; i++)
    r->parts[i] = pool[i];
}

gunichar
cz_character_decode (const guint8 *text, gsize length, guint *ret_bytes)
{
  guint8 lead = text[0];
  guint n;                        // bytes of the sequence
  guint8 low = 0x80, high = 0xBF; // what the second byte may be
  gunichar c;

  *ret_bytes = 1;
  if (lead < 0x80)
    return lead;
  if (lead < 0xC2 || lead > 0xF4)
    return 0xFFFD;
  if (lead < 0xE0)
    {
      n = 2;
      c = lead & 0x1F;
    }
  else if (lead < 0xF0)
    {
      n = 3;
      c = lead & 0x0F;
      low = lead == 0xE0 ? 0xA0 : 0x80;
      high = lead == 0xED ? 0x9F : 0xBF;
    }
  else
    {
      n = 4;
      c = lead & 0x07;
      low = lead == 0xF0 ? 0x90 : 0x80;
      high = lead == 0xF4 ? 0x8F : 0xBF;
    }
  for (guint i = 1; i < n; i++)
    {
      if (i >= length || text[i] < low || text[i] > high)
        {
          *ret_bytes = i;
          return 0xFFFD;
        }
      c = c << 6 | (text[i] & 0x3F);
      low = 0x80;
      high = 0xBF;
    }
  *ret_bytes = n;
  return c;
}
