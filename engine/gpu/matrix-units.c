#include "engine/gpu/matrix-units.h"

#include "engine/gpu/instance.h"

#define VENDOR_INTEL 0x8086

static gboolean
is_usable (guint size)
{
  return size == 8 || size == 16 || size == 32;
}

// Of two shapes the larger does more for what it loads, up to 16 × 16 × 16, which is what the units
// of most devices do at once; beyond that a subgroup's registers get few for its part of a tile.
static guint
rate (const CzMatrixShape *shape)
{
  guint area = MIN (shape->m, 16) * MIN (shape->n, 16) * MIN (shape->k, 16);
  return area * 8 - (shape->m > 16) - (shape->n > 16) - (shape->k > 16);
}

gboolean
cz_matrix_shape_choose (const VkCooperativeMatrixPropertiesKHR *properties,
                        guint n,
                        VkComponentTypeKHR inputs,
                        CzMatrixShape *ret_shape)
{
  guint best = 0;
  *ret_shape = (CzMatrixShape){ 0 };
  for (guint i = 0; i < n; i++)
    {
      const VkCooperativeMatrixPropertiesKHR *offer = &properties[i];
      CzMatrixShape shape = { offer->MSize, offer->NSize, offer->KSize };
      if (offer->AType != inputs || offer->BType != inputs
          || offer->CType != VK_COMPONENT_TYPE_FLOAT32_KHR
          || offer->ResultType != VK_COMPONENT_TYPE_FLOAT32_KHR
          || offer->scope != VK_SCOPE_SUBGROUP_KHR || offer->saturatingAccumulation
          || !is_usable (shape.m) || !is_usable (shape.n) || !is_usable (shape.k))
        continue;
      if (rate (&shape) > best)
        {
          best = rate (&shape);
          *ret_shape = shape;
        }
    }
  return best > 0;
}

// Whether the environment wants them, and the kind of device does unless it says so.
static gboolean
are_wanted (const CzDeviceInfo *info)
{
  const char *said = g_getenv ("CZ_COOPERATIVE_MATRIX");
  if (g_strcmp0 (said, "0") == 0)
    return FALSE;
  return info->type != CZ_DEVICE_CPU || g_strcmp0 (said, "1") == 0;
}

static void
query_shapes (const CzMatrixAsked *asked, gboolean bf16, CzMatrixUnits *units)
{
  VkInstance instance = cz_instance_get (NULL);
  PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR get
      = (PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR)vkGetInstanceProcAddr (
          instance, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
  guint32 n = 0;
  if (get == NULL || get (asked->physical, &n, NULL) != VK_SUCCESS)
    return;
  g_autofree VkCooperativeMatrixPropertiesKHR *offered
      = g_new0 (VkCooperativeMatrixPropertiesKHR, n + 1);
  for (guint i = 0; i < n; i++)
    offered[i].sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
  if (get (asked->physical, &n, offered) < VK_SUCCESS)
    return;
  if (asked->fp16)
    cz_matrix_shape_choose (offered, n, VK_COMPONENT_TYPE_FLOAT16_KHR, &units->fp16);
  if (bf16)
    cz_matrix_shape_choose (offered, n, VK_COMPONENT_TYPE_BFLOAT16_KHR, &units->bf16);
}

void
cz_matrix_units_query (const CzMatrixAsked *asked, CzMatrixUnits *ret_units)
{
  const CzDeviceInfo *info = asked->info;
  CzMatrixUnits units = { 0 };
  *ret_units = units;
  if (!info->cooperative_matrix || !asked->memory_model || !are_wanted (info)
      || (!asked->size_control && info->min_subgroup_size != info->max_subgroup_size))
    return;

  VkPhysicalDeviceShaderBfloat16FeaturesKHR bf16
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_BFLOAT16_FEATURES_KHR };
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrices
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR,
          .pNext = info->bf16 ? &bf16 : NULL };
  VkPhysicalDeviceFeatures2 features
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &matrices };
  vkGetPhysicalDeviceFeatures2 (asked->physical, &features);

  VkPhysicalDeviceFloatControlsProperties floats
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FLOAT_CONTROLS_PROPERTIES };
  VkPhysicalDeviceCooperativeMatrixPropertiesKHR stages
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_PROPERTIES_KHR,
          .pNext = &floats };
  VkPhysicalDeviceProperties2 properties
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &stages };
  vkGetPhysicalDeviceProperties2 (asked->physical, &properties);
  if (!matrices.cooperativeMatrix
      || (stages.cooperativeMatrixSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT) == 0)
    return;

  // Intel's units want the narrowest of its subgroups.
  units.subgroup_size
      = info->vendor_id == VENDOR_INTEL ? info->min_subgroup_size : info->subgroup_size;
  units.rounds_to_even
      = floats.shaderRoundingModeRTEFloat16
        && floats.roundingModeIndependence != VK_SHADER_FLOAT_CONTROLS_INDEPENDENCE_NONE;
  query_shapes (
      asked, info->bf16 && bf16.shaderBFloat16Type && bf16.shaderBFloat16CooperativeMatrix, &units);
  *ret_units = units;
}
