#include <stdlib.h>

#include "tests/fuzz/targets.h"

// What libFuzzer calls. CZ_FUZZ_TARGET names the target.

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *bytes, size_t length);

static const FuzzTarget *target;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  target = fuzz_target_find (g_getenv ("CZ_FUZZ_TARGET"));
  if (target == NULL)
    {
      g_printerr ("CZ_FUZZ_TARGET names no target.\n");
      exit (2);
    }
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, size_t length)
{
  target->take (bytes, length);
  return 0;
}
