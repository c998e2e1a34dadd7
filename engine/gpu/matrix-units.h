// A device's matrix units, as VK_KHR_cooperative_matrix tells of them: which products of small
// matrices of half precision, with sums in fp32, a subgroup can do at once.
//
// The environment's CZ_COOPERATIVE_MATRIX: 0 means that they are never used; 1 that they are also
// on processors, whose drivers only imitate them (slowly: for tests). Otherwise they are used where
// the device is no processor.
#pragma once

#include "engine/gpu/cooperative-vulkan.h"
#include "engine/gpu/device.h"

G_BEGIN_DECLS

// C (m, n) += A (m, k) · B (k, n); all 0: none.
typedef struct
{
  guint m, n, k;
} CzMatrixShape;

typedef struct
{
  CzMatrixShape fp16, bf16;
  guint subgroup_size;     // that the kernels are made for
  gboolean rounds_to_even; // a kernel may demand that conversions to fp16 do
} CzMatrixUnits;

// The best shape for kernels among what a device offers, for inputs of that type: sums and results
// fp32, within a subgroup, sizes that the kernels can use (8, 16 or 32). Gives FALSE, and all 0,
// where there is none.
gboolean cz_matrix_shape_choose (const VkCooperativeMatrixPropertiesKHR *properties,
                                 guint n,
                                 VkComponentTypeKHR inputs,
                                 CzMatrixShape *ret_shape);

// What is known of a device before its matrix units are asked for.
typedef struct
{
  VkPhysicalDevice physical;
  const CzDeviceInfo *info; // its own of matrices and bf16: what the driver offers
  gboolean fp16;            // shaders may compute with it
  gboolean memory_model;    // Vulkan's own, of whole workgroups
  gboolean size_control;    // subgroups of one size can be demanded
} CzMatrixAsked;

// What of them is to be used: all 0 for what is missing or unwanted.
void cz_matrix_units_query (const CzMatrixAsked *asked, CzMatrixUnits *ret_units);

G_END_DECLS
