// A seam for tests: fails the n-th Vulkan call of a kind on purpose, so that every error path runs.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CZ_GPU_FAULT_ALLOCATION,    // device memory: out of memory
  CZ_GPU_FAULT_SUBMIT,        // a submission: device lost
  CZ_GPU_FAULT_KERNEL,        // a pipeline: out of host memory
  CZ_GPU_FAULT_WAIT,          // waiting for a submission: device lost
  CZ_GPU_FAULT_SUBMIT_MEMORY, // a submission: out of memory
  CZ_GPU_FAULT_LAST = CZ_GPU_FAULT_SUBMIT_MEMORY,
} CzGpuFault;

// The n-th call of that kind from now on fails (1: the next), once; 0 disarms. The environment can
// do it too, when a device is opened: CZ_GPU_FAULT=submit:3 (allocation, submit, kernel, wait,
// submit-memory).
void cz_gpu_fault_arm (CzGpuFault kind, guint n);

// For the callers within engine/gpu: TRUE when this call is to fail.
gboolean cz_gpu_fault_strikes (CzGpuFault kind);

// Reads CZ_GPU_FAULT.
void cz_gpu_fault_arm_from_environment (void);

G_END_DECLS
