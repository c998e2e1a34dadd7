// A kernel's Vulkan objects, for tapes.
#pragma once

#include <vulkan/vulkan.h>

#include "engine/gpu/kernel.h"
#include "engine/gpu/spirv.h"

G_BEGIN_DECLS

struct _CzKernel
{
  CzDevice *device; // that owns it
  char *name;
  CzSpirv spirv;
  guint n_storage, n_texel; // bindings of each sort
  VkDescriptorSetLayout set_layout;
  VkPipelineLayout layout;
  VkPipeline pipeline;
};

G_END_DECLS
