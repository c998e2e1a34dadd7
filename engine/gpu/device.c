#include "engine/gpu/device.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/gpu/device-info.h"
#include "engine/gpu/device-private.h"
#include "engine/gpu/instance.h"
#include "engine/gpu/pipeline-cache.h"
#include "engine/gpu/system-memory.h"

#define ZEROS_BYTES 256

GQuark
cz_gpu_error_quark (void)
{
  return g_quark_from_static_string ("cz-gpu-error-quark");
}

// The device that selector means, or NULL with error set.
static const CzPhysicalDevice *
select_device (GArray *devices, const char *selector, GError **error)
{
  const CzPhysicalDevice *all = (const CzPhysicalDevice *)devices->data;
  guint64 index;

  if (selector == NULL || selector[0] == '\0')
    return &all[0];
  if (g_ascii_string_to_unsigned (selector, 10, 0, devices->len - 1, &index, NULL))
    return &all[index];

  g_autofree char *wanted = g_utf8_casefold (selector, -1);
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < devices->len; i++)
    {
      g_autofree char *name = g_utf8_casefold (all[i].info.name, -1);
      if (strstr (name, wanted) != NULL)
        return &all[i];
      g_string_append_printf (names, "%s%u = %s", i > 0 ? ", " : "", i, all[i].info.name);
    }
  g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_NO_DEVICE,
               _ ("There is no Vulkan device “%s”: choose one of %s"), selector, names->str);
  return NULL;
}

// Makes the logical device with all that kernels may need and this one offers.
static gboolean
create_logical_device (CzDevice *device, const CzPhysicalDevice *chosen, GError **error)
{
  static const float priority = 1;
  VkPhysicalDeviceVulkan12Features offered12
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES };
  VkPhysicalDeviceVulkan11Features offered11
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, .pNext = &offered12 };
  VkPhysicalDeviceFeatures2 offered
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &offered11 };
  vkGetPhysicalDeviceFeatures2 (chosen->physical, &offered);

  device->float16 = offered12.shaderFloat16;
  device->storage16 = offered11.storageBuffer16BitAccess;
  device->int8 = offered12.shaderInt8;
  device->storage8 = offered12.storageBuffer8BitAccess;
  device->int16 = offered.features.shaderInt16;
  device->int64 = offered.features.shaderInt64;

  // What is not asked for is left out of the chain.
  const CzMatrixUnits *units = &chosen->matrices;
  gboolean matrices = units->fp16.m != 0 || units->bf16.m != 0, bf16 = units->bf16.m != 0;
  VkPhysicalDeviceShaderBfloat16FeaturesKHR bf16_features = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_BFLOAT16_FEATURES_KHR,
    .shaderBFloat16Type = VK_TRUE,
    .shaderBFloat16CooperativeMatrix = VK_TRUE,
  };
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix_features = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR,
    .pNext = bf16 ? &bf16_features : NULL,
    .cooperativeMatrix = VK_TRUE,
  };
  VkPhysicalDeviceSubgroupSizeControlFeaturesEXT size_control = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT,
    .pNext = matrices ? &matrix_features : NULL,
    .subgroupSizeControl = VK_TRUE,
    .computeFullSubgroups = VK_TRUE,
  };
  VkPhysicalDeviceVulkan12Features features12 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
    .pNext = chosen->size_control ? (void *)&size_control
             : matrices           ? &matrix_features
                                  : NULL,
    .storageBuffer8BitAccess = offered12.storageBuffer8BitAccess,
    .shaderFloat16 = offered12.shaderFloat16,
    .shaderInt8 = offered12.shaderInt8,
    .scalarBlockLayout = offered12.scalarBlockLayout,
    .vulkanMemoryModel = matrices,
    .shaderSubgroupExtendedTypes = offered12.shaderSubgroupExtendedTypes,
  };
  VkPhysicalDeviceVulkan11Features features11 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES,
    .pNext = &features12,
    .storageBuffer16BitAccess = offered11.storageBuffer16BitAccess,
  };
  VkPhysicalDeviceFeatures2 features = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
    .pNext = &features11,
    .features
    = { .shaderInt16 = offered.features.shaderInt16, .shaderInt64 = offered.features.shaderInt64 },
  };
  VkDeviceQueueCreateInfo queue = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
    .queueFamilyIndex = chosen->queue_family,
    .queueCount = 1,
    .pQueuePriorities = &priority,
  };
  const char *extensions[3];
  guint n_extensions = 0;
  if (chosen->size_control)
    extensions[n_extensions++] = VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME;
  if (matrices)
    extensions[n_extensions++] = VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME;
  if (bf16)
    extensions[n_extensions++] = VK_KHR_SHADER_BFLOAT16_EXTENSION_NAME;
  VkDeviceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
    .pNext = &features,
    .queueCreateInfoCount = 1,
    .pQueueCreateInfos = &queue,
    .enabledExtensionCount = n_extensions,
    .ppEnabledExtensionNames = extensions,
  };
  VK (device, vkCreateDevice (device->physical, &info, NULL, &device->vk),
      _ ("Opening the device “%s”"), device->info.name);
  vkGetDeviceQueue (device->vk, device->queue_family, 0, &device->queue);
  return TRUE;

fail:
  return FALSE;
}

// What is for one submission at a time: writes, reads, fills.
static gboolean
create_once (CzDevice *device, GError **error)
{
  VkCommandPoolCreateInfo pool = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
    .queueFamilyIndex = device->queue_family,
  };
  VK (device, vkCreateCommandPool (device->vk, &pool, NULL, &device->once_pool),
      _ ("Opening the device “%s”"), device->info.name);
  VkCommandBufferAllocateInfo commands = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = device->once_pool,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };
  VK (device, vkAllocateCommandBuffers (device->vk, &commands, &device->once_commands),
      _ ("Opening the device “%s”"), device->info.name);
  VkFenceCreateInfo fence = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO };
  VK (device, vkCreateFence (device->vk, &fence, NULL, &device->once_fence),
      _ ("Opening the device “%s”"), device->info.name);
  return TRUE;

fail:
  return FALSE;
}

// Without it the fixed table does; what is wrong with it is said once a process.
static void
load_gemm_table (CzDevice *device)
{
  static gint told;
  g_autoptr (GError) error = NULL;
  device->gemm_tuned = cz_gemm_tuned_load (device, &error);
  if (error != NULL && g_atomic_int_compare_and_exchange (&told, 0, 1))
    g_message ("%s", error->message);
}

CzDevice *
cz_device_open (const char *selector, GError **error)
{
  cz_gpu_fault_arm_from_environment ();
  g_autoptr (GArray) devices = cz_physical_device_list (error);
  if (devices == NULL)
    return NULL;
  const CzPhysicalDevice *chosen = select_device (devices, selector, error);
  if (chosen == NULL)
    return NULL;

  g_autoptr (CzDevice) device = g_new0 (CzDevice, 1);
  g_atomic_ref_count_init (&device->references);
  g_rec_mutex_init (&device->lock);
  device->info = chosen->info;
  device->physical = chosen->physical;
  device->queue_family = chosen->queue_family;
  device->max_group_subgroups = chosen->max_group_subgroups;
  device->timestamp_period = chosen->timestamp_period;
  device->memory_budget = chosen->memory_budget;
  device->matrices = chosen->matrices;
  if (chosen->info.timestamps)
    device->timestamp_mask = chosen->timestamp_bits >= 64
                                 ? G_MAXUINT64
                                 : (G_GUINT64_CONSTANT (1) << chosen->timestamp_bits) - 1;
  vkGetPhysicalDeviceMemoryProperties (device->physical, &device->memory);

  if (!create_logical_device (device, chosen, error) || !create_once (device, error))
    return NULL;
  if (cz_instance_is_validated ())
    device->set_object_name = (PFN_vkSetDebugUtilsObjectNameEXT)vkGetDeviceProcAddr (
        device->vk, "vkSetDebugUtilsObjectNameEXT");
  cz_device_init_kernels (device);
  cz_pipeline_cache_load (device);
  device->zeros = cz_buffer_new_internal (device, ZEROS_BYTES, CZ_MEMORY_DEVICE, "zeros", error);
  if (device->zeros == NULL)
    return NULL;
  load_gemm_table (device);
  return g_steal_pointer (&device);
}

CzDevice *
cz_device_ref (CzDevice *device)
{
  g_atomic_ref_count_inc (&device->references);
  return device;
}

void
cz_device_unref (CzDevice *device)
{
  if (!g_atomic_ref_count_dec (&device->references))
    return;

  if (device->vk != VK_NULL_HANDLE)
    {
      vkDeviceWaitIdle (device->vk);
      cz_pipeline_cache_save (device);
      g_clear_pointer (&device->staging, cz_buffer_unref);
      g_clear_pointer (&device->zeros, cz_buffer_unref);
      g_clear_pointer (&device->scratch, cz_buffer_unref);
      cz_device_clear_kernels (device);
      vkDestroyPipelineCache (device->vk, device->pipeline_cache, NULL);
      vkDestroyFence (device->vk, device->once_fence, NULL);
      vkDestroyCommandPool (device->vk, device->once_pool, NULL);
      vkDestroyDevice (device->vk, NULL);
    }
  g_clear_pointer (&device->gemm_tuned, cz_gemm_tuned_free);
  g_free (device->pipeline_cache_path);
  g_free (device->failure);
  g_rec_mutex_clear (&device->lock);
  g_free (device);
}

const CzDeviceInfo *
cz_device_get_info (CzDevice *device)
{
  return &device->info;
}

CzSpan
cz_device_get_zeros (CzDevice *device)
{
  return cz_span_all (device->zeros);
}

guint64
cz_device_get_available_memory (CzDevice *device)
{
  if (device->info.type == CZ_DEVICE_CPU)
    return cz_system_memory_available ();

  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT };
  VkPhysicalDeviceMemoryProperties2 memory
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
          .pNext = device->memory_budget ? &budget : NULL };
  guint64 best = 0;
  vkGetPhysicalDeviceMemoryProperties2 (device->physical, &memory);
  for (guint i = 0; i < memory.memoryProperties.memoryHeapCount; i++)
    {
      const VkMemoryHeap *heap = &memory.memoryProperties.memoryHeaps[i];
      guint64 left = heap->size;
      if (device->memory_budget)
        left = budget.heapBudget[i] - MIN (budget.heapBudget[i], budget.heapUsage[i]);
      if ((heap->flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0)
        best = MAX (best, left);
    }
  return best;
}

guint64
cz_device_get_used_memory (CzDevice *device)
{
  return device->info.type == CZ_DEVICE_CPU ? cz_system_memory_used ()
                                            : (gsize)g_atomic_pointer_get (&device->allocated);
}

char **
cz_device_get_validation_messages (CzDevice *device)
{
  return cz_instance_take_messages ();
}

gboolean
cz_device_is_failed (CzDevice *device)
{
  g_rec_mutex_lock (&device->lock);
  gboolean failed = device->failure != NULL;
  g_rec_mutex_unlock (&device->lock);
  return failed;
}

void
cz_device_mark_failed (CzDevice *device, const char *reason)
{
  g_rec_mutex_lock (&device->lock);
  if (device->failure == NULL)
    device->failure = g_strdup (reason);
  g_rec_mutex_unlock (&device->lock);
}

gboolean
cz_device_check (CzDevice *device, GError **error)
{
  g_rec_mutex_lock (&device->lock);
  if (device->failure != NULL)
    g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST,
                 _ ("The device “%s” cannot be used any more since it failed: %s"),
                 device->info.name, device->failure);
  gboolean usable = device->failure == NULL;
  g_rec_mutex_unlock (&device->lock);
  return usable;
}

static const char *
result_to_string (VkResult result)
{
  switch (result)
    {
#define NAME(value) \
  case value:       \
    return #value
      NAME (VK_ERROR_OUT_OF_HOST_MEMORY);
      NAME (VK_ERROR_OUT_OF_DEVICE_MEMORY);
      NAME (VK_ERROR_INITIALIZATION_FAILED);
      NAME (VK_ERROR_DEVICE_LOST);
      NAME (VK_ERROR_MEMORY_MAP_FAILED);
      NAME (VK_ERROR_LAYER_NOT_PRESENT);
      NAME (VK_ERROR_EXTENSION_NOT_PRESENT);
      NAME (VK_ERROR_FEATURE_NOT_PRESENT);
      NAME (VK_ERROR_INCOMPATIBLE_DRIVER);
      NAME (VK_ERROR_TOO_MANY_OBJECTS);
      NAME (VK_ERROR_FORMAT_NOT_SUPPORTED);
      NAME (VK_ERROR_FRAGMENTED_POOL);
      NAME (VK_ERROR_OUT_OF_POOL_MEMORY);
      NAME (VK_ERROR_INVALID_SHADER_NV);
      NAME (VK_ERROR_UNKNOWN);
#undef NAME
    default:
      return "VkResult";
    }
}

void
cz_device_set_error (CzDevice *device,
                     GError **error,
                     VkResult result,
                     const char *call,
                     const char *file,
                     int line,
                     const char *format,
                     ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *doing = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  const char *name = strstr (call, "vk"); // a fault seam may stand before it
  name = name != NULL ? name : call;
  g_autofree char *function = g_strndup (name, strcspn (name, " ("));
  g_autofree char *base = g_path_get_basename (file);
  g_autofree char *where = g_strdup_printf ("%s: %s %d, %s:%d", function, result_to_string (result),
                                            result, base, line);

  g_debug ("%s: %s", where, call);
  switch (result)
    {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
    case VK_ERROR_TOO_MANY_OBJECTS:
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY,
                   _ ("%s: there is not enough memory on “%s”. Close what else uses it, or "
                      "choose a smaller batch or block (%s)"),
                   doing, device->info.name, where);
      break;
    case VK_ERROR_DEVICE_LOST:
      {
        g_autofree char *reason = g_strdup_printf ("%s (%s)", doing, where);
        cz_device_mark_failed (device, reason);
        g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST,
                     _ ("%s: the device “%s” was lost (its driver failed or was reset). Start "
                        "again; if it happens often, update the driver (%s)"),
                     doing, device->info.name, where);
        break;
      }
    default:
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                   _ ("%s: the driver of “%s” refused (%s). Try another device or driver"), doing,
                   device->info.name, where);
    }
}

void
cz_device_name_object (CzDevice *device, VkObjectType type, guint64 handle, const char *name)
{
  if (device->set_object_name == NULL || name == NULL)
    return;
  VkDebugUtilsObjectNameInfoEXT info = {
    .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT,
    .objectType = type,
    .objectHandle = handle,
    .pObjectName = name,
  };
  device->set_object_name (device->vk, &info);
}
