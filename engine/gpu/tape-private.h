// A tape's inside, shared by tape.c (recording) and replay.c (submitting, waiting, timings).
#pragma once

#include <vulkan/vulkan.h>

#include "engine/gpu/descriptors.h"
#include "engine/gpu/hazards.h"
#include "engine/gpu/tape.h"

G_BEGIN_DECLS

// A part of a tape that is submitted on its own, so that no watchdog of a driver's fires.
typedef struct
{
  VkCommandBuffer commands;
  VkQueryPool queries; // n_entries + 1 timestamps, or none
  guint first_entry, n_entries;
  double flops;
} CzSegment;

// One recorded command.
typedef struct
{
  guint timing; // its label's index
  double flops, bytes;
} CzEntry;

struct _CzTape
{
  CzDevice *device;
  char *label;
  gboolean timed;
  GError *error; // the first; recording goes on without effect
  gboolean finished;
  CzRounding rounding; // of the products recorded next

  VkCommandPool pool;
  VkFence fence;
  GArray *segments;    // of CzSegment; the last is being recorded
  GArray *entries;     // of CzEntry
  GArray *timings;     // of CzTiming
  GHashTable *labels;  // interned label → its index in timings, plus one
  GHashTable *buffers; // set of references
  CzDescriptors *descriptors;
  CzHazards *hazards;
  guint n_barriers;
  double flops;

  gboolean pending;    // submitted and not known to be done
  gint64 submitted_at; // monotonic microseconds
};

G_END_DECLS
