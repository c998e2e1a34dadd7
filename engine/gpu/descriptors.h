// Descriptor sets and texel buffer views for what one tape records; all are given back together.
#pragma once

#include <vulkan/vulkan.h>

#include "engine/gpu/buffer.h"
#include "engine/gpu/kernel.h"

G_BEGIN_DECLS

typedef struct _CzDescriptors CzDescriptors;

CzDescriptors *cz_descriptors_new (CzDevice *device);
void cz_descriptors_free (CzDescriptors *descriptors); // when the device is done with them

// A descriptor set of kernel's bindings to spans, which were checked before. Owned by descriptors.
gboolean cz_descriptors_get (CzDescriptors *descriptors,
                             CzKernel *kernel,
                             const CzSpan spans[CZ_MAX_BINDINGS],
                             VkDescriptorSet *ret_set,
                             GError **error);

G_END_DECLS
