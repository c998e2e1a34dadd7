#include "engine/gpu/device-info.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/gpu/instance.h"
#include "engine/gpu/system-memory.h"

static gboolean
has_extension (const VkExtensionProperties *extensions, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (extensions[i].extensionName, name))
      return TRUE;
  return FALSE;
}

static CzDeviceType
type_from_vk (VkPhysicalDeviceType type)
{
  switch (type)
    {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return CZ_DEVICE_DISCRETE;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return CZ_DEVICE_INTEGRATED;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return CZ_DEVICE_VIRTUAL;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return CZ_DEVICE_CPU;
    default:
      return CZ_DEVICE_OTHER;
    }
}

const char *
cz_device_type_to_string (CzDeviceType type)
{
  static const char *const names[] = { "discrete", "integrated", "virtual", "cpu", "other" };
  return names[MIN ((guint)type, G_N_ELEMENTS (names) - 1)];
}

static gboolean
find_queue_family (CzPhysicalDevice *device)
{
  guint32 n = 0;
  vkGetPhysicalDeviceQueueFamilyProperties (device->physical, &n, NULL);
  g_autofree VkQueueFamilyProperties *families = g_new0 (VkQueueFamilyProperties, n + 1);
  vkGetPhysicalDeviceQueueFamilyProperties (device->physical, &n, families);
  for (guint32 i = 0; i < n; i++)
    if (families[i].queueCount > 0 && (families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) != 0)
      {
        device->queue_family = i;
        device->timestamp_bits = families[i].timestampValidBits;
        return TRUE;
      }
  return FALSE;
}

static guint64
local_memory (VkPhysicalDevice physical)
{
  VkPhysicalDeviceMemoryProperties memory;
  guint64 largest = 0;
  vkGetPhysicalDeviceMemoryProperties (physical, &memory);
  for (guint i = 0; i < memory.memoryHeapCount; i++)
    if ((memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0)
      largest = MAX (largest, memory.memoryHeaps[i].size);
  return largest;
}

static void
describe_limits (CzDeviceInfo *info, const VkPhysicalDeviceLimits *limits)
{
  info->max_storage_range = limits->maxStorageBufferRange;
  info->max_texel_elements = limits->maxTexelBufferElements;
  info->max_texel_range = (gsize)limits->maxTexelBufferElements * 16;
  info->storage_alignment = MAX (limits->minStorageBufferOffsetAlignment, 4);
  info->texel_alignment = MAX (limits->minTexelBufferOffsetAlignment, 4);
  info->max_shared_memory = limits->maxComputeSharedMemorySize;
  info->max_invocations = limits->maxComputeWorkGroupInvocations;
  for (guint i = 0; i < 3; i++)
    {
      info->max_group_size[i] = limits->maxComputeWorkGroupSize[i];
      info->max_groups[i] = limits->maxComputeWorkGroupCount[i];
    }
}

// FALSE for a device that this engine cannot work with.
static gboolean
describe (CzPhysicalDevice *device)
{
  CzDeviceInfo *info = &device->info;
  VkPhysicalDeviceProperties basic;
  guint32 n = 0;

  vkGetPhysicalDeviceProperties (device->physical, &basic);
  if (basic.apiVersion < VK_API_VERSION_1_2 || !find_queue_family (device))
    return FALSE;

  vkEnumerateDeviceExtensionProperties (device->physical, NULL, &n, NULL);
  g_autofree VkExtensionProperties *extensions = g_new0 (VkExtensionProperties, n + 1);
  vkEnumerateDeviceExtensionProperties (device->physical, NULL, &n, extensions);
  gboolean size_control
      = has_extension (extensions, n, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);

  VkPhysicalDeviceSubgroupSizeControlPropertiesEXT sizes
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES_EXT };
  VkPhysicalDeviceMaintenance3Properties maintenance
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES,
          .pNext = size_control ? &sizes : NULL };
  VkPhysicalDeviceIDProperties ids
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES, .pNext = &maintenance };
  VkPhysicalDeviceDriverProperties driver
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES, .pNext = &ids };
  VkPhysicalDeviceSubgroupProperties subgroup
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES, .pNext = &driver };
  VkPhysicalDeviceProperties2 properties
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &subgroup };
  vkGetPhysicalDeviceProperties2 (device->physical, &properties);

  VkPhysicalDeviceSubgroupSizeControlFeaturesEXT size_features
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT };
  VkPhysicalDeviceVulkan12Features features12
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
          .pNext = size_control ? &size_features : NULL };
  VkPhysicalDeviceVulkan11Features features11
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, .pNext = &features12 };
  VkPhysicalDeviceFeatures2 features
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &features11 };
  vkGetPhysicalDeviceFeatures2 (device->physical, &features);

  g_strlcpy (info->name, basic.deviceName, sizeof info->name);
  g_snprintf (info->driver, sizeof info->driver, "%s%s%s", driver.driverName,
              driver.driverInfo[0] != '\0' ? ", " : "", driver.driverInfo);
  info->type = type_from_vk (basic.deviceType);
  info->vendor_id = basic.vendorID;
  info->device_id = basic.deviceID;
  info->driver_version = basic.driverVersion;
  info->api_version = basic.apiVersion;
  memcpy (info->driver_uuid, ids.driverUUID, sizeof info->driver_uuid);
  memcpy (info->cache_uuid, basic.pipelineCacheUUID, sizeof info->cache_uuid);
  info->unified_memory = info->type == CZ_DEVICE_CPU || info->type == CZ_DEVICE_INTEGRATED;
  info->memory_bytes
      = info->type == CZ_DEVICE_CPU ? cz_system_memory_total () : local_memory (device->physical);

  info->fp16 = features12.shaderFloat16 && features11.storageBuffer16BitAccess;
  info->bf16 = has_extension (extensions, n, VK_KHR_SHADER_BFLOAT16_EXTENSION_NAME);
  info->cooperative_matrix
      = has_extension (extensions, n, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
  info->int64 = features.features.shaderInt64;

  device->size_control = size_control && size_features.subgroupSizeControl
                         && size_features.computeFullSubgroups
                         && (sizes.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
  device->max_group_subgroups = sizes.maxComputeWorkgroupSubgroups;
  info->full_subgroups = device->size_control;
  info->subgroup_size = subgroup.subgroupSize;
  info->min_subgroup_size = device->size_control ? sizes.minSubgroupSize : subgroup.subgroupSize;
  info->max_subgroup_size = device->size_control ? sizes.maxSubgroupSize : subgroup.subgroupSize;
  if ((subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0)
    {
      VkSubgroupFeatureFlags operations = subgroup.supportedOperations;
      info->subgroup_basic = (operations & VK_SUBGROUP_FEATURE_BASIC_BIT) != 0;
      info->subgroup_arithmetic = (operations & VK_SUBGROUP_FEATURE_ARITHMETIC_BIT) != 0;
      info->subgroup_shuffle = (operations & VK_SUBGROUP_FEATURE_SHUFFLE_BIT) != 0;
      info->subgroup_ballot = (operations & VK_SUBGROUP_FEATURE_BALLOT_BIT) != 0;
    }

  cz_matrix_units_query (&(CzMatrixAsked){ .physical = device->physical,
                                           .info = info,
                                           .fp16 = features12.shaderFloat16,
                                           .memory_model = features12.vulkanMemoryModel,
                                           .size_control = device->size_control },
                         &device->matrices);

  describe_limits (info, &basic.limits);
  info->max_buffer_bytes = MIN (maintenance.maxMemoryAllocationSize, (guint64)G_MAXSIZE);
  info->timestamps = device->timestamp_bits > 0 && basic.limits.timestampPeriod > 0;
  device->timestamp_period = basic.limits.timestampPeriod;
  device->memory_budget = has_extension (extensions, n, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  return TRUE;
}

// Better devices first; index still holds the driver's order.
static gint
compare (gconstpointer a, gconstpointer b)
{
  static const gint8 ranks[] = { 0, 1, 2, 4, 3 }; // by CzDeviceType: a CPU comes last
  const CzDeviceInfo *first = &((const CzPhysicalDevice *)a)->info;
  const CzDeviceInfo *second = &((const CzPhysicalDevice *)b)->info;
  if (first->type != second->type)
    return ranks[first->type] - ranks[second->type];
  return (gint)first->index - (gint)second->index;
}

GArray *
cz_physical_device_list (GError **error)
{
  VkInstance instance = cz_instance_get (error);
  if (instance == VK_NULL_HANDLE)
    return NULL;

  guint32 n = 0;
  VkResult result = vkEnumeratePhysicalDevices (instance, &n, NULL);
  if (result != VK_SUCCESS)
    n = 0;
  g_autofree VkPhysicalDevice *found = g_new0 (VkPhysicalDevice, n + 1);
  if (n > 0)
    result = vkEnumeratePhysicalDevices (instance, &n, found);
  if (result != VK_SUCCESS && result != VK_INCOMPLETE)
    n = 0;

  g_autoptr (GArray) devices = g_array_new (FALSE, TRUE, sizeof (CzPhysicalDevice));
  for (guint32 i = 0; i < n; i++)
    {
      CzPhysicalDevice device = { .physical = found[i], .info.index = i };
      if (describe (&device))
        g_array_append_val (devices, device);
    }
  if (devices->len == 0)
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_NO_DEVICE,
                   n == 0
                       ? _ ("No Vulkan device found: install mesa-vulkan-drivers, which needs no "
                            "GPU, or the driver of your GPU")
                       : _ ("No device here has Vulkan 1.2: install a newer driver, or "
                            "mesa-vulkan-drivers, which needs no GPU"));
      return NULL;
    }

  g_array_sort (devices, compare);
  for (guint i = 0; i < devices->len; i++)
    g_array_index (devices, CzPhysicalDevice, i).info.index = i;
  return g_steal_pointer (&devices);
}

GArray *
cz_device_list (GError **error)
{
  g_autoptr (GArray) physical = cz_physical_device_list (error);
  if (physical == NULL)
    return NULL;

  GArray *infos = g_array_new (FALSE, TRUE, sizeof (CzDeviceInfo));
  for (guint i = 0; i < physical->len; i++)
    g_array_append_val (infos, g_array_index (physical, CzPhysicalDevice, i).info);
  return infos;
}
