// Philox 4x32-10 (Salmon et al. 2011), the same bits as engine/text/philox.c.
#define PHILOX_ROUND \
  umulExtended (0xd2511f53u, c.x, high0, low0); \
  umulExtended (0xcd9e8d57u, c.z, high1, low1); \
  c = uvec4 (high1 ^ c.y ^ k.x, low1, high0 ^ c.w ^ k.y, low0); \
  k += uvec2 (0x9e3779b9u, 0xbb67ae85u);

// Counter {element, slot, step, purpose}, key {low, high half of the seed}.
uvec4
philox (uvec4 c, uvec2 k)
{
  uint high0, low0, high1, low1;
  PHILOX_ROUND PHILOX_ROUND PHILOX_ROUND PHILOX_ROUND PHILOX_ROUND
  PHILOX_ROUND PHILOX_ROUND PHILOX_ROUND PHILOX_ROUND PHILOX_ROUND
  return c;
}
