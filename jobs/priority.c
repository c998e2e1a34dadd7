#include "jobs/priority.h"

#include <errno.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICE      5
#define NICE_MOST 19
// linux/ioprio.h: of the class "best effort" the last.
#define IO_OF_THIS_THREAD 1
#define IO_BEST_EFFORT    (2 << 13 | 7)
#define IO_IDLE           (3 << 13)

void
cz_priority_lower (void)
{
  const struct sched_param none = { 0 };

  errno = 0;
  if (getpriority (PRIO_PROCESS, 0 /* this thread */) < NICE && errno == 0
      && setpriority (PRIO_PROCESS, 0 /* this thread */, NICE) != 0)
    g_debug ("The run is not nice: %s", g_strerror (errno));
  if (sched_getscheduler (0 /* this thread */) == SCHED_OTHER
      && sched_setscheduler (0 /* this thread */, SCHED_BATCH, &none) != 0)
    g_debug ("The run is not a batch: %s", g_strerror (errno));
  if (syscall (SYS_ioprio_set, IO_OF_THIS_THREAD, 0, IO_BEST_EFFORT) != 0)
    g_debug ("The run's files do not come last: %s", g_strerror (errno));
}

void
cz_priority_lower_most (void)
{
  cz_priority_lower ();
  if (setpriority (PRIO_PROCESS, 0 /* this thread */, NICE_MOST) != 0)
    g_debug ("The process is not nice: %s", g_strerror (errno));
  if (syscall (SYS_ioprio_set, IO_OF_THIS_THREAD, 0, IO_IDLE) != 0)
    g_debug ("The process' files do not come last: %s", g_strerror (errno));
}
