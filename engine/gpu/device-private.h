// What the files of engine/gpu share: the device's inside and the VK () macro.
#pragma once

#include <vulkan/vulkan.h>

#include "engine/gpu/buffer.h"
#include "engine/gpu/device.h"
#include "engine/gpu/fault.h"
#include "engine/gpu/gemm-matrix.h"
#include "engine/gpu/gemm-tuned.h"

G_BEGIN_DECLS

// Of the scratch buffer.
#define CZ_SCRATCH_BYTES ((gsize)16 << 20)

struct _CzDevice
{
  gatomicrefcount references;
  CzDeviceInfo info;

  VkPhysicalDevice physical;
  VkPhysicalDeviceMemoryProperties memory;
  VkDevice vk;
  VkQueue queue;
  guint32 queue_family;
  guint max_group_subgroups; // of one workgroup whose subgroup size is demanded
  guint64 timestamp_mask;    // of the valid bits; 0: none
  double timestamp_period;   // nanoseconds a tick
  gboolean memory_budget;    // VK_EXT_memory_budget
  gboolean storage16, float16, int64, int16, storage8, int8; // features enabled
  CzMatrixUnits matrices;                                    // that are to be used
  gsize allocated;                                           // bytes of all buffers; atomic

  // Guards the queue, what is for one submission at a time, the kernels and what was lost why.
  GRecMutex lock;
  VkCommandPool once_pool;
  VkCommandBuffer once_commands;
  VkFence once_fence;
  CzBuffer *staging; // made when first needed
  CzBuffer *zeros;
  CzBuffer *scratch;   // made when first needed
  GHashTable *kernels; // key (kernel.c) → CzKernel
  VkPipelineCache pipeline_cache;
  char *pipeline_cache_path;
  gboolean pipeline_cache_dirty;
  PFN_vkSetDebugUtilsObjectNameEXT set_object_name; // with validation only
  CzGemmTuned *gemm_tuned;                          // the measured table in force, or NULL
  CzGemmMatrix gemm_matrix[CZ_ROUNDINGS];           // by rounding; see gemm-matrix.c
  char *failure; // why the device is marked failed, or NULL; set once
};

// Fails when the device is marked failed.
gboolean cz_device_check (CzDevice *device, GError **error);

// Turns a failed Vulkan call into error; VK_ERROR_DEVICE_LOST marks the device (which may be NULL).
// The sentence says what was being done: "Creating the buffer “x”".
void cz_device_set_error (CzDevice *device,
                          GError **error,
                          VkResult result,
                          const char *call,
                          const char *file,
                          int line,
                          const char *format,
                          ...) G_GNUC_PRINTF (7, 8);

// Calls Vulkan; on failure sets the local variable error and goes to the local label fail.
#define VK(device, call, ...)                                                                    \
  G_STMT_START                                                                                   \
  {                                                                                              \
    VkResult vk_result_ = (call);                                                                \
    if (vk_result_ != VK_SUCCESS)                                                                \
      {                                                                                          \
        cz_device_set_error (device, error, vk_result_, #call, __FILE__, __LINE__, __VA_ARGS__); \
        goto fail;                                                                               \
      }                                                                                          \
  }                                                                                              \
  G_STMT_END

// Submits command buffers in order, split as given (one vkQueueSubmit each), with fence on the
// last.
gboolean cz_device_submit (CzDevice *device,
                           const VkCommandBuffer *commands,
                           guint n_commands,
                           VkFence fence,
                           const char *label,
                           GError **error);

// Waits for a fence for at most that many microseconds; ret_done tells whether it is signalled.
gboolean cz_device_wait (CzDevice *device,
                         VkFence fence,
                         gint64 microseconds,
                         const char *label,
                         gboolean *ret_done,
                         GError **error);

// Records commands with record () and runs them to the end; holds the lock meanwhile.
gboolean cz_device_run_once (CzDevice *device,
                             void (*record) (VkCommandBuffer commands, gpointer data),
                             gpointer data,
                             const char *label,
                             GError **error);

// Marks the device failed for that reason, unless it is already.
void cz_device_mark_failed (CzDevice *device, const char *reason);

void cz_device_name_object (CzDevice *device, VkObjectType type, guint64 handle, const char *name);

// Of buffer.c: the device's own buffers hold no reference to it.
CzBuffer *cz_buffer_new_internal (
    CzDevice *device, gsize bytes, CzMemory kind, const char *label, GError **error);
VkBuffer cz_buffer_get_vk (CzBuffer *buffer);

// A span of the scratch buffer, for what a tape's commands leave for its next ones: any tape may
// write over it, and no later than the next that asks for it does. At most CZ_SCRATCH_BYTES.
CzSpan cz_tape_get_scratch (CzTape *tape, gsize size);

// Of kernel.c.
void cz_device_init_kernels (CzDevice *device);
void cz_device_clear_kernels (CzDevice *device);

G_END_DECLS
