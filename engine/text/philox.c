#include "engine/text/philox.h"

void
cz_philox (const guint32 counter[4], const guint32 key[2], guint32 ret[4])
{
  guint32 c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  guint32 k0 = key[0], k1 = key[1];

  for (int round = 0; round < 10; round++)
    {
      guint64 even = (guint64)0xD2511F53u * c0;
      guint64 odd = (guint64)0xCD9E8D57u * c2;

      c0 = (guint32)(odd >> 32) ^ c1 ^ k0;
      c1 = (guint32)odd;
      c2 = (guint32)(even >> 32) ^ c3 ^ k1;
      c3 = (guint32)even;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
  ret[0] = c0;
  ret[1] = c1;
  ret[2] = c2;
  ret[3] = c3;
}

void
cz_random (
    guint64 seed, guint32 purpose, guint32 step, guint32 slot, guint32 element, guint32 ret[4])
{
  const guint32 counter[4] = { element, slot, step, purpose };
  const guint32 key[2] = { (guint32)seed, (guint32)(seed >> 32) };

  cz_philox (counter, key, ret);
}

guint32
cz_random_threshold (double p)
{
  if (!(p > 0))
    return 0;
  if (p * 4294967296.0 >= 4294967295.0)
    return G_MAXUINT32;
  return (guint32)(p * 4294967296.0);
}

void
cz_random_permutation (guint64 seed, guint32 purpose, guint32 step, guint32 n, guint32 *ret)
{
  for (guint32 i = 0; i < n; i++)
    ret[i] = i;
  for (guint32 i = n; i-- > 1;)
    {
      guint32 draw[4];
      cz_random (seed, purpose, step, /* slot */ 0, i, draw);
      guint32 other = (guint32)(((guint64)draw[0] * ((guint64)i + 1)) >> 32);
      guint32 kept = ret[i];
      ret[i] = ret[other];
      ret[other] = kept;
    }
}
