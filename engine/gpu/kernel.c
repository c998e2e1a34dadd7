#include "engine/gpu/kernel.h"

#include <glib/gi18n-lib.h>
#include <gio/gio.h>
#include <string.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/kernel-private.h"
#include "shaders/cz-shaders.h"

#define MAX_CONSTANTS 32

static void
kernel_free (CzKernel *kernel)
{
  VkDevice vk = kernel->device->vk;
  vkDestroyPipeline (vk, kernel->pipeline, NULL);
  vkDestroyPipelineLayout (vk, kernel->layout, NULL);
  vkDestroyDescriptorSetLayout (vk, kernel->set_layout, NULL);
  g_free (kernel->name);
  g_free (kernel);
}

void
cz_device_init_kernels (CzDevice *device)
{
  device->kernels
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)kernel_free);
}

void
cz_device_clear_kernels (CzDevice *device)
{
  g_clear_pointer (&device->kernels, g_hash_table_unref);
}

static GBytes *
look_up_shader (const char *name, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/org/clozebench/shaders/%s.spv", name);
  return g_resource_lookup_data (cz_shaders_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                 error);
}

gboolean
cz_kernel_exists (const char *name)
{
  g_autoptr (GBytes) bytes = look_up_shader (name, NULL);
  return bytes != NULL;
}

// Fails where the device lacks what the shader declares.
static gboolean
check_needs (CzKernel *kernel, GError **error)
{
  const CzDevice *device = kernel->device;
  const CzDeviceInfo *info = &device->info;
  const CzSpirv *spirv = &kernel->spirv;
  const struct
  {
    gboolean needed, had;
    const char *what;
  } needs[] = {
    { spirv->float16, device->float16, _ ("16-bit floats") },
    { spirv->storage16, device->storage16, _ ("16-bit storage") },
    { spirv->int64, device->int64, _ ("64-bit integers") },
    { spirv->int16, device->int16, _ ("16-bit integers") },
    { spirv->int8, device->int8, _ ("8-bit integers") },
    { spirv->storage8, device->storage8, _ ("8-bit storage") },
    { spirv->subgroups, info->subgroup_basic, _ ("subgroup operations") },
    { spirv->matrices, device->matrices.subgroup_size != 0, _ ("cooperative matrices") },
    { spirv->bf16_matrices, device->matrices.bf16.m != 0, _ ("cooperative matrices of bf16") },
    { spirv->rounds_to_even, device->matrices.rounds_to_even, _ ("rounding to nearest even") },
  };
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    if (needs[i].needed && !needs[i].had)
      {
        g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                     _ ("The kernel “%s” needs %s, which the device “%s” does not have: choose "
                        "another device"),
                     kernel->name, needs[i].what, info->name);
        return FALSE;
      }

  const guint *size = spirv->local_size;
  guint64 threads = (guint64)size[0] * size[1] * size[2];
  if (size[0] > info->max_group_size[0] || size[1] > info->max_group_size[1]
      || size[2] > info->max_group_size[2] || threads > info->max_invocations)
    {
      g_set_error (
          error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
          _ ("The kernel “%s” has workgroups of %u × %u × %u threads, more than the device "
             "“%s” can run: choose another device"),
          kernel->name, size[0], size[1], size[2], info->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
create_layouts (CzKernel *kernel, GError **error)
{
  CzDevice *device = kernel->device;
  VkDescriptorSetLayoutBinding bindings[CZ_MAX_BINDINGS];
  guint n = 0;
  for (guint i = 0; i < CZ_MAX_BINDINGS; i++)
    {
      CzBinding binding = kernel->spirv.bindings[i];
      if (binding == CZ_BINDING_NONE)
        continue;
      gboolean texel = binding == CZ_BINDING_TEXEL_VEC4 || binding == CZ_BINDING_TEXEL_UINT;
      kernel->n_texel += texel;
      kernel->n_storage += !texel;
      bindings[n++] = (VkDescriptorSetLayoutBinding){
        .binding = i,
        .descriptorType
        = texel ? VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
        .descriptorCount = 1,
        .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
      };
    }
  VkDescriptorSetLayoutCreateInfo set = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
    .bindingCount = n,
    .pBindings = bindings,
  };
  VkPushConstantRange push
      = { .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT, .offset = 0, .size = CZ_MAX_PUSH };
  VkPipelineLayoutCreateInfo layout = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
    .setLayoutCount = 1,
    .pSetLayouts = &kernel->set_layout,
    .pushConstantRangeCount = 1,
    .pPushConstantRanges = &push,
  };
  VK (device, vkCreateDescriptorSetLayout (device->vk, &set, NULL, &kernel->set_layout),
      _ ("Building the kernel “%s”"), kernel->name);
  VK (device, vkCreatePipelineLayout (device->vk, &layout, NULL, &kernel->layout),
      _ ("Building the kernel “%s”"), kernel->name);
  return TRUE;

fail:
  return FALSE;
}

static gboolean
create_pipeline (
    CzKernel *kernel, GBytes *code, const guint32 *constants, guint n_constants, GError **error)
{
  CzDevice *device = kernel->device;
  const CzDeviceInfo *device_info = &device->info;
  guint subgroup_size
      = kernel->spirv.matrices ? device->matrices.subgroup_size : device_info->subgroup_size;
  VkSpecializationMapEntry entries[MAX_CONSTANTS];
  for (guint i = 0; i < n_constants; i++)
    entries[i] = (VkSpecializationMapEntry){ i, i * 4, 4 };
  VkSpecializationInfo specialization = {
    .mapEntryCount = n_constants,
    .pMapEntries = entries,
    .dataSize = n_constants * 4,
    .pData = constants,
  };

  VkPipelineShaderStageRequiredSubgroupSizeCreateInfoEXT size = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO_EXT,
    .requiredSubgroupSize = subgroup_size,
  };
  VkComputePipelineCreateInfo pipeline = {
    .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
    .stage = { .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
               .stage = VK_SHADER_STAGE_COMPUTE_BIT,
               .pName = "main",
               .pSpecializationInfo = &specialization },
    .layout = kernel->layout,
  };
  const guint *local = kernel->spirv.local_size;
  guint threads = local[0] * local[1] * local[2];
  if (kernel->spirv.subgroups && device_info->full_subgroups
      && threads <= subgroup_size * device->max_group_subgroups)
    {
      pipeline.stage.pNext = &size;
      if (local[0] % subgroup_size == 0)
        pipeline.stage.flags = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT_EXT;
    }

  VkShaderModuleCreateInfo module = {
    .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
    .codeSize = g_bytes_get_size (code),
    .pCode = g_bytes_get_data (code, NULL),
  };
  VK (device, vkCreateShaderModule (device->vk, &module, NULL, &pipeline.stage.module),
      _ ("Building the kernel “%s”"), kernel->name);
  VK (device,
      cz_gpu_fault_strikes (CZ_GPU_FAULT_KERNEL)
          ? VK_ERROR_OUT_OF_HOST_MEMORY
          : vkCreateComputePipelines (device->vk, device->pipeline_cache, 1, &pipeline, NULL,
                                      &kernel->pipeline),
      _ ("Building the kernel “%s”"), kernel->name);
  vkDestroyShaderModule (device->vk, pipeline.stage.module, NULL);
  cz_device_name_object (device, VK_OBJECT_TYPE_PIPELINE, (guint64)kernel->pipeline, kernel->name);
  device->pipeline_cache_dirty = TRUE;
  return TRUE;

fail:
  vkDestroyShaderModule (device->vk, pipeline.stage.module, NULL);
  return FALSE;
}

// A new kernel, or NULL. Called with the device's lock held.
static CzKernel *
kernel_new (
    CzDevice *device, const char *name, const guint32 *constants, guint n_constants, GError **error)
{
  g_autoptr (GBytes) code = look_up_shader (name, NULL);
  if (code == NULL || n_constants > MAX_CONSTANTS)
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                   code == NULL ? _ ("There is no kernel “%s” in this build: build it again")
                                : _ ("The kernel “%s” was asked for with too many constants"),
                   name);
      return NULL;
    }

  CzKernel *kernel = g_new0 (CzKernel, 1);
  kernel->device = device;
  kernel->name = g_strdup (name);
  if (!cz_spirv_reflect (g_bytes_get_data (code, NULL), g_bytes_get_size (code) / 4, constants,
                         n_constants, name, &kernel->spirv, error)
      || !check_needs (kernel, error) || !create_layouts (kernel, error)
      || !create_pipeline (kernel, code, constants, n_constants, error))
    g_clear_pointer (&kernel, kernel_free);
  return kernel;
}

CzKernel *
cz_device_get_kernel (
    CzDevice *device, const char *name, const guint32 *constants, guint n_constants, GError **error)
{
  if (!cz_device_check (device, error))
    return NULL;

  g_autoptr (GString) key = g_string_new (name);
  for (guint i = 0; i < n_constants; i++)
    g_string_append_printf (key, ",%x", constants[i]);
  g_rec_mutex_lock (&device->lock);
  CzKernel *kernel = g_hash_table_lookup (device->kernels, key->str);
  if (kernel == NULL)
    {
      kernel = kernel_new (device, name, constants, n_constants, error);
      if (kernel != NULL)
        g_hash_table_insert (device->kernels, g_strdup (key->str), kernel);
    }
  g_rec_mutex_unlock (&device->lock);
  return kernel;
}

const char *
cz_kernel_get_name (CzKernel *kernel)
{
  return kernel->name;
}

CzBinding
cz_kernel_get_binding (CzKernel *kernel, guint number)
{
  return number < CZ_MAX_BINDINGS ? kernel->spirv.bindings[number] : CZ_BINDING_NONE;
}

const guint *
cz_kernel_get_local_size (CzKernel *kernel)
{
  return kernel->spirv.local_size;
}

gsize
cz_kernel_get_push_size (CzKernel *kernel)
{
  return kernel->spirv.push_size;
}
