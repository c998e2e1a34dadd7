// A kernel: a compute pipeline of one embedded shader (shaders/NAME.comp) and its constants.
//
// What a shader declares is found in its SPIR-V:
// - layout (set = 0, binding = 0…11) buffer: a storage buffer. Say readonly or writeonly (neither
//   means both): tapes compute barriers from it.
// - uniform samplerBuffer: texels of four floats (RGBA32F); texelFetch (a, i) reads floats 4i to
//   4i + 3. uniform usamplerBuffer: texels of one uint (R32UI); texelFetch (a, i).x reads word i.
//   A span's bytes past its last whole texel cannot be read. Offsets are multiples of the device's
//   texel_alignment (16 on lavapipe, 256 on SwiftShader), and a span has at most max_texel_elements
//   texels (2^27 on GPUs and lavapipe; Vulkan promises 65,536, and SwiftShader has no more): keep a
//   variant with a storage buffer where spans are larger than 1 MiB.
// - layout (push_constant): at most 128 bytes.
// - specialization constants 0, 1, … get constants[0], constants[1], … (32 bits each: uint, int, a
//   float's bits, or bool); those past n_constants keep the shader's value.
// A shader that uses subgroup operations is pinned to the subgroup size that CzDeviceInfo reports,
// and to full subgroups where local_size_x is a multiple of it, if the device can promise that
// (VK_EXT_subgroup_size_control); one that uses cooperative matrices to the size that those want
// (matrix-units.h).
#pragma once

#include "engine/gpu/device.h"

G_BEGIN_DECLS

#define CZ_MAX_BINDINGS 12
#define CZ_MAX_PUSH     128

typedef enum
{
  CZ_BINDING_NONE,
  CZ_BINDING_READ,       // storage buffer, readonly
  CZ_BINDING_WRITE,      // storage buffer, writeonly
  CZ_BINDING_READ_WRITE, // storage buffer
  CZ_BINDING_TEXEL_VEC4, // samplerBuffer, RGBA32F
  CZ_BINDING_TEXEL_UINT, // usamplerBuffer, R32UI
} CzBinding;

typedef struct _CzKernel CzKernel;

// The kernel of that name with those constants: made on the first call, then kept by the device,
// which owns it. Fails where the device cannot run it (what the shader needs is checked first).
CzKernel *cz_device_get_kernel (CzDevice *device,
                                const char *name,
                                const guint32 *constants,
                                guint n_constants,
                                GError **error);

// Whether there is an embedded shader of that name.
gboolean cz_kernel_exists (const char *name);

const char *cz_kernel_get_name (CzKernel *kernel);
CzBinding cz_kernel_get_binding (CzKernel *kernel, guint number);
const guint *cz_kernel_get_local_size (CzKernel *kernel); // three numbers, constants applied
gsize cz_kernel_get_push_size (CzKernel *kernel);

G_END_DECLS
