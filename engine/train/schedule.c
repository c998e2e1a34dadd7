#include "engine/train/schedule.h"

#include <math.h>

CzSchedule
cz_schedule_new (CzScheduleKind kind, double peak, double warmup, guint64 total_steps)
{
  CzSchedule schedule = { .kind = kind, .peak = peak, .total_steps = total_steps };

  if (warmup < 1)
    schedule.warmup_steps = (guint64)ceil (warmup * (double)total_steps);
  else
    schedule.warmup_steps = (guint64)warmup;
  return schedule;
}

double
cz_schedule_get_rate (const CzSchedule *schedule, guint64 step)
{
  guint64 warmup = schedule->warmup_steps, total = schedule->total_steps;

  if (step < warmup)
    return schedule->peak * ((double)step / (double)MAX (1, warmup));
  if (schedule->kind == CZ_SCHEDULE_CONSTANT)
    return schedule->peak;
  double span = (double)MAX (1, total > warmup ? total - warmup : 1);
  if (schedule->kind == CZ_SCHEDULE_COSINE)
    {
      double progress = (double)(step - warmup) / span;
      return schedule->peak * MAX (0.0, 0.5 * (1.0 + cos (G_PI * progress)));
    }
  return schedule->peak * MAX (0.0, ((double)total - (double)step) / span);
}

double
cz_schedule_get_highest (const CzSchedule *schedule)
{
  if (schedule->total_steps == 0)
    return 0;
  return cz_schedule_get_rate (schedule, MIN (schedule->warmup_steps, schedule->total_steps - 1));
}
