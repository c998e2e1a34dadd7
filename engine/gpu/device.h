// A Vulkan device: found, opened, described.
//
// The instance is made once per process, on the first call, and never given back. Before that call
// LP_NATIVE_VECTOR_WIDTH is set to 512 where the processor has AVX-512 (lavapipe then works with
// subgroups of 16) and MESA_SHADER_CACHE_DIR to a folder of its own for each width, unless the
// environment has them already; so open the first device before starting threads.
//
// Threads: a device may be shared; a buffer or a tape belongs to one thread at a time.
//
// Every function of this room that has a GError gives CZ_GPU_ERROR. A device that was lost is
// marked failed: from then on every call on it fails with CZ_GPU_ERROR_DEVICE_LOST, and says why.
//
// Environment: CZ_VALIDATION=1 turns on the validation layer with synchronization validation; each
// of its messages is collected and logged as a warning (fatal in tests).
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CZ_GPU_ERROR (cz_gpu_error_quark ())
GQuark cz_gpu_error_quark (void);

typedef enum
{
  CZ_GPU_ERROR_NO_DEVICE,     // no Vulkan driver, no device, or none of that name
  CZ_GPU_ERROR_OUT_OF_MEMORY, // of the device or of the host; smaller sizes may work
  CZ_GPU_ERROR_DEVICE_LOST,   // the device is of no use any more to this process
  CZ_GPU_ERROR_FAILED,        // anything else, also what this device cannot do
} CzGpuError;

typedef enum
{
  CZ_DEVICE_DISCRETE,
  CZ_DEVICE_INTEGRATED,
  CZ_DEVICE_VIRTUAL,
  CZ_DEVICE_CPU,
  CZ_DEVICE_OTHER,
} CzDeviceType;

typedef struct
{
  guint index; // in cz_device_list (), best first
  char name[256];
  CzDeviceType type;
  char driver[256]; // name and version, as "llvmpipe, Mesa 22.3.6 (LLVM 15.0.6)"
  guint32 vendor_id, device_id, driver_version, api_version;
  guint8 driver_uuid[16], cache_uuid[16];
  guint64 memory_bytes;    // of the largest device-local heap; on a CPU device the machine's memory
  gboolean unified_memory; // CPU or integrated: CZ_MEMORY_DEVICE buffers can be mapped too

  // What shaders may use.
  gboolean fp16;               // arithmetic and storage
  gboolean bf16;               // offered by the driver
  gboolean cooperative_matrix; // offered by the driver (VK_KHR_cooperative_matrix)
  gboolean int64;
  guint subgroup_size;                        // what kernels with subgroup operations run at
  guint min_subgroup_size, max_subgroup_size; // both subgroup_size where it cannot be chosen
  gboolean subgroup_basic, subgroup_arithmetic, subgroup_shuffle, subgroup_ballot;
  gboolean full_subgroups; // can be demanded (see kernel.h)

  // Limits: bytes unless said.
  gsize max_storage_range;  // of one storage binding
  gsize max_texel_range;    // of one samplerBuffer binding (elements × 16)
  gsize max_texel_elements; // of one texel buffer binding, elements
  gsize storage_alignment;  // of a storage binding's offset
  gsize texel_alignment;    // of a texel buffer binding's offset
  gsize max_buffer_bytes;   // of one buffer
  gsize max_shared_memory;  // of one workgroup
  guint max_invocations;    // threads of one workgroup
  guint max_group_size[3];  // threads of one workgroup, each way
  guint max_groups[3];      // workgroups of one dispatch, each way
  gboolean timestamps;      // tapes can be timed
} CzDeviceInfo;

typedef struct _CzDevice CzDevice;

// All devices, best first (discrete, integrated, virtual, other, CPU; then the driver's order).
// Gives an array of CzDeviceInfo (never empty), or NULL with CZ_GPU_ERROR_NO_DEVICE.
GArray *cz_device_list (GError **error);

// Opens a device. selector: NULL or "" for the best, an index of cz_device_list (), or a part of
// its name in any case.
CzDevice *cz_device_open (const char *selector, GError **error);

CzDevice *cz_device_ref (CzDevice *device);
void cz_device_unref (CzDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzDevice, cz_device_unref)

const CzDeviceInfo *cz_device_get_info (CzDevice *device);
const char *cz_device_type_to_string (CzDeviceType type); // "discrete", …: a word for JSON

// Bytes that can still be had: the system's available memory on a CPU device (what a control group
// leaves, if that is less), else the heap's budget where the driver tells it, else the heap's size.
guint64 cz_device_get_available_memory (CzDevice *device);

// Bytes in use by this process: all of its memory on a CPU device, else what its buffers on the
// device take. Cheap.
guint64 cz_device_get_used_memory (CzDevice *device);

// Whether the device was lost.
gboolean cz_device_is_failed (CzDevice *device);

// What the validation layer has said in this process since the last call, one string a message;
// empty when it is off or content. Free with g_strfreev ().
char **cz_device_get_validation_messages (CzDevice *device);

G_END_DECLS
