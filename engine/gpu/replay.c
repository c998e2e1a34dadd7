// Replaying tapes: submission, waiting, timings, and the end of a tape.

#include <glib/gi18n-lib.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/tape-private.h"

#define HANG_SECONDS          600 // without an answer, and
#define HANG_FLOPS_A_SECOND   1e9 // this much more for work that was announced
#define FAILED_DEVICE_SECONDS 5   // how long the end of a tape waits for a device marked failed

gboolean
cz_tape_submit (CzTape *tape, GError **error)
{
  CzDevice *device = tape->device;
  g_return_val_if_fail (tape->finished, FALSE);
  if (tape->error != NULL)
    {
      if (error != NULL)
        *error = g_error_copy (tape->error);
      return FALSE;
    }
  if (!cz_tape_wait (tape, error) || !cz_device_check (device, error))
    return FALSE;

  g_autofree VkCommandBuffer *commands = g_new (VkCommandBuffer, tape->segments->len);
  for (guint i = 0; i < tape->segments->len; i++)
    commands[i] = g_array_index (tape->segments, CzSegment, i).commands;
  VK (device, vkResetFences (device->vk, 1, &tape->fence), _ ("Starting “%s”"), tape->label);
  if (!cz_device_submit (device, commands, tape->segments->len, tape->fence, tape->label, error))
    return FALSE;
  tape->pending = TRUE;
  tape->submitted_at = g_get_monotonic_time ();
  return TRUE;

fail:
  return FALSE;
}

// Adds the last replay's timestamps to the timings. Each command is charged the time since the one
// before it, so that the labels' sum is the whole.
static gboolean
collect_timings (CzTape *tape, GError **error)
{
  CzDevice *device = tape->device;
  for (guint i = 0; i < tape->segments->len; i++)
    {
      const CzSegment *segment = &g_array_index (tape->segments, CzSegment, i);
      g_autofree guint64 *ticks = g_new0 (guint64, segment->n_entries + 1);
      VK (device,
          vkGetQueryPoolResults (device->vk, segment->queries, 0, segment->n_entries + 1,
                                 (segment->n_entries + 1) * sizeof *ticks, ticks, sizeof *ticks,
                                 VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
          _ ("Reading the timings of “%s”"), tape->label);
      for (guint j = 0; j < segment->n_entries; j++)
        {
          const CzEntry *entry = &g_array_index (tape->entries, CzEntry, segment->first_entry + j);
          CzTiming *timing = &g_array_index (tape->timings, CzTiming, entry->timing);
          guint64 passed = (ticks[j + 1] - ticks[j]) & device->timestamp_mask;
          timing->count++;
          timing->seconds += (double)passed * device->timestamp_period * 1e-9;
          timing->flops += entry->flops;
          timing->bytes += entry->bytes;
        }
    }
  return TRUE;

fail:
  return FALSE;
}

gboolean
cz_tape_wait_for (CzTape *tape, gint64 microseconds, gboolean *ret_done, GError **error)
{
  gboolean done = FALSE;
  if (!tape->pending)
    {
      *ret_done = TRUE;
      return TRUE;
    }
  if (!cz_device_wait (tape->device, tape->fence, microseconds, tape->label, &done, error))
    return FALSE;
  if (done)
    {
      tape->pending = FALSE;
      if (tape->timed && !collect_timings (tape, error))
        return FALSE;
    }
  else
    {
      double seconds = (double)(g_get_monotonic_time () - tape->submitted_at) / G_USEC_PER_SEC;
      if (seconds > HANG_SECONDS + tape->flops / HANG_FLOPS_A_SECOND)
        {
          cz_device_set_error (tape->device, error, VK_ERROR_DEVICE_LOST, "vkWaitForFences",
                               __FILE__, __LINE__, _ ("Waiting %.0f seconds for “%s”"), seconds,
                               tape->label);
          return FALSE;
        }
    }
  *ret_done = done;
  return TRUE;
}

gboolean
cz_tape_wait (CzTape *tape, GError **error)
{
  gboolean done = FALSE;
  while (!done)
    if (!cz_tape_wait_for (tape, G_USEC_PER_SEC, &done, error))
      return FALSE;
  return TRUE;
}

gboolean
cz_tape_run (CzTape *tape, GError **error)
{
  return cz_tape_submit (tape, error) && cz_tape_wait (tape, error);
}

GArray *
cz_tape_get_timings (CzTape *tape)
{
  GArray *timings = g_array_new (FALSE, FALSE, sizeof (CzTiming));
  if (tape->timed)
    g_array_append_vals (timings, tape->timings->data, tape->timings->len);
  return timings;
}

void
cz_tape_reset_timings (CzTape *tape)
{
  for (guint i = 0; i < tape->timings->len; i++)
    {
      CzTiming *timing = &g_array_index (tape->timings, CzTiming, i);
      *timing = (CzTiming){ .label = timing->label };
    }
}

// Whether the device is done with the tape, so that what it uses may be given back.
static gboolean
settle (CzTape *tape)
{
  VkResult result = VK_TIMEOUT;
  gboolean failed = cz_device_is_failed (tape->device);
  guint64 patience = failed ? FAILED_DEVICE_SECONDS : HANG_SECONDS;
  if (!tape->pending)
    return TRUE;
  result = vkWaitForFences (tape->device->vk, 1, &tape->fence, VK_TRUE,
                            patience * G_GUINT64_CONSTANT (1000000000));
  return result != VK_TIMEOUT;
}

void
cz_tape_free (CzTape *tape)
{
  if (!settle (tape))
    {
      // A hung device still uses the tape: better to lose the memory than the process.
      g_debug ("“%s” is still running on a hung device and is not freed", tape->label);
      return;
    }

  VkDevice vk = tape->device->vk;
  for (guint i = 0; i < tape->segments->len; i++)
    vkDestroyQueryPool (vk, g_array_index (tape->segments, CzSegment, i).queries, NULL);
  vkDestroyCommandPool (vk, tape->pool, NULL);
  vkDestroyFence (vk, tape->fence, NULL);
  cz_descriptors_free (tape->descriptors);
  cz_hazards_free (tape->hazards);
  g_hash_table_unref (tape->buffers);
  g_hash_table_unref (tape->labels);
  g_array_unref (tape->segments);
  g_array_unref (tape->entries);
  g_array_unref (tape->timings);
  g_clear_error (&tape->error);
  g_free (tape->label);
  cz_device_unref (tape->device);
  g_free (tape);
}
