// Describes physical devices; finds what this engine can work with.
#pragma once

#include <vulkan/vulkan.h>

#include "engine/gpu/device.h"
#include "engine/gpu/matrix-units.h"

G_BEGIN_DECLS

typedef struct
{
  VkPhysicalDevice physical;
  guint32 queue_family;      // the first that computes
  guint32 timestamp_bits;    // of that family; 0: no timestamps
  float timestamp_period;    // nanoseconds a tick
  gboolean memory_budget;    // VK_EXT_memory_budget
  guint max_group_subgroups; // of one workgroup, where size_control holds
  gboolean size_control;     // VK_EXT_subgroup_size_control, with both of its features
  CzMatrixUnits matrices;    // that are to be used
  CzDeviceInfo info;
} CzPhysicalDevice;

// All usable devices, best first: an array of CzPhysicalDevice, never empty; or NULL with
// CZ_GPU_ERROR_NO_DEVICE.
GArray *cz_physical_device_list (GError **error);

G_END_DECLS
