#include "engine/model/attention-private.h"

// Of scores at a time by products: ten blocks of 128 tokens and 12 heads.
#define SCRATCH_BYTES ((gsize)8 << 20)

guint
cz_attention_pad (guint block_size)
{
  return (block_size + 3) / 4 * 4;
}

gsize
cz_attention_get_bytes (guint blocks, guint block_size, guint heads)
{
  return (gsize)blocks * heads * block_size * cz_attention_pad (block_size) * sizeof (float);
}

gsize
cz_attention_get_scratch_bytes (guint blocks, guint block_size, guint heads)
{
  gsize one = cz_attention_get_bytes (1, block_size, heads);

  return MIN (blocks, MAX (SCRATCH_BYTES / one, 1)) * one;
}

gsize
cz_attention_get_stats_bytes (guint blocks, guint block_size, guint heads)
{
  return (gsize)blocks * heads * block_size * 4 * sizeof (float);
}

gboolean
cz_attention_is_fused (CzDevice *device, guint head_size)
{
  const char *wish = g_getenv ("CZ_ATTENTION");

  if (!cz_attention_fused_fits (cz_device_get_info (device), head_size))
    return FALSE;
  if (g_strcmp0 (wish, "fused") == 0 || g_strcmp0 (wish, "products") == 0)
    return wish[0] == 'f';
  return cz_device_get_info (device)->type != CZ_DEVICE_CPU;
}

void
cz_attention_forward (CzTape *tape, const CzAttention *op)
{
  if (op->stats.buffer != NULL)
    cz_attention_fused_forward (tape, op);
  else
    cz_attention_products_forward (tape, op);
}

void
cz_attention_backward (CzTape *tape, const CzAttentionBackward *op)
{
  if (op->forward->stats.buffer != NULL)
    cz_attention_fused_backward (tape, op);
  else
    cz_attention_products_backward (tape, op);
}
