#pragma once

#include "engine/train/train-options.h"

// The learning rate of each step, by the formulas of transformers' get_*_schedule_with_warmup.
typedef struct
{
  CzScheduleKind kind;
  double peak;
  guint64 warmup_steps;
  guint64 total_steps;
} CzSchedule;

// `warmup` below 1 is a share of all steps (rounded up, as transformers' Trainer does), else steps.
CzSchedule cz_schedule_new (CzScheduleKind kind, double peak, double warmup, guint64 total_steps);
// The rate of `step` (0-based): with warm-up the first is 0.
double cz_schedule_get_rate (const CzSchedule *schedule, guint64 step);
// The highest rate the run reaches (a warm-up longer than the run never reaches its peak).
double cz_schedule_get_highest (const CzSchedule *schedule);
