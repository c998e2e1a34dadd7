// The two ways that attention is done, shared by attention.c, attention-products.c (matrix products
// with all scores in memory) and attention-fused.c (kernels of its own without).
#pragma once

#include "engine/model/attention.h"

void cz_attention_products_forward (CzTape *tape, const CzAttention *op);
void cz_attention_products_backward (CzTape *tape, const CzAttentionBackward *op);

// Whether the fused kernels can run there and have that head size.
gboolean cz_attention_fused_fits (const CzDeviceInfo *info, guint head_size);
void cz_attention_fused_forward (CzTape *tape, const CzAttention *op);
void cz_attention_fused_backward (CzTape *tape, const CzAttentionBackward *op);
