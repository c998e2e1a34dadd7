#include "engine/gpu/fault.h"

static int remaining[CZ_GPU_FAULT_LAST + 1]; // atomic; 0: disarmed

void
cz_gpu_fault_arm (CzGpuFault kind, guint n)
{
  g_return_if_fail (kind <= CZ_GPU_FAULT_LAST);
  g_atomic_int_set (&remaining[kind], (int)n);
}

gboolean
cz_gpu_fault_strikes (CzGpuFault kind)
{
  if (g_atomic_int_get (&remaining[kind]) == 0)
    return FALSE;
  return g_atomic_int_add (&remaining[kind], -1) == 1;
}

void
cz_gpu_fault_arm_from_environment (void)
{
  static const char *const names[] = { "allocation", "submit", "kernel", "wait", "submit-memory" };
  const char *value = g_getenv ("CZ_GPU_FAULT");
  if (value == NULL)
    return;
  g_auto (GStrv) parts = g_strsplit (value, ":", 2);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strv_length (parts) == 2 && g_str_equal (parts[0], names[i]))
      cz_gpu_fault_arm (i, (guint)g_ascii_strtoull (parts[1], NULL, 10));
}
