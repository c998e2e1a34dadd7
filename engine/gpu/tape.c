#include "engine/gpu/tape.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/kernel-private.h"
#include "engine/gpu/tape-private.h"

// Bounds of one submission (as ggml-vulkan has them).
#define SEGMENT_COMMANDS 100
#define SEGMENT_FLOPS    200e9

CzTape *
cz_tape_new (CzDevice *device, const char *label, CzTapeFlags flags)
{
  CzTape *tape = g_new0 (CzTape, 1);
  GError **error = &tape->error;
  tape->device = cz_device_ref (device);
  tape->label = g_strdup (label);
  tape->timed = (flags & CZ_TAPE_TIMESTAMPS) != 0 && device->timestamp_mask != 0;
  tape->segments = g_array_new (FALSE, TRUE, sizeof (CzSegment));
  tape->entries = g_array_new (FALSE, TRUE, sizeof (CzEntry));
  tape->timings = g_array_new (FALSE, TRUE, sizeof (CzTiming));
  tape->labels = g_hash_table_new (NULL, NULL);
  tape->buffers = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)cz_buffer_unref, NULL);
  tape->descriptors = cz_descriptors_new (device);
  tape->hazards = cz_hazards_new ();
  if (!cz_device_check (device, error))
    return tape;

  VkCommandPoolCreateInfo pool = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .queueFamilyIndex = device->queue_family,
  };
  VkFenceCreateInfo fence = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO };
  VK (device, vkCreateCommandPool (device->vk, &pool, NULL, &tape->pool), _ ("Recording “%s”"),
      label);
  VK (device, vkCreateFence (device->vk, &fence, NULL, &tape->fence), _ ("Recording “%s”"), label);

fail:
  return tape;
}

CzDevice *
cz_tape_get_device (CzTape *tape)
{
  return tape->device;
}

void
cz_tape_fail (CzTape *tape, GError *error)
{
  if (tape->error == NULL)
    tape->error = error;
  else
    g_error_free (error);
}

gboolean
cz_tape_has_failed (CzTape *tape)
{
  return tape->error != NULL;
}

G_GNUC_PRINTF (2, 3)
static void
refuse (CzTape *tape, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (tape->error == NULL)
    g_set_error (&tape->error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED, _ ("Recording “%s”: %s"),
                 tape->label, what);
}

CzKernel *
cz_tape_get_kernel (CzTape *tape, const char *name, const guint32 *constants, guint n_constants)
{
  GError *error = NULL;
  CzKernel *kernel = cz_device_get_kernel (tape->device, name, constants, n_constants, &error);
  if (kernel == NULL)
    cz_tape_fail (tape, error);
  return kernel;
}

void
cz_tape_set_rounding (CzTape *tape, CzRounding rounding)
{
  tape->rounding = rounding;
}

CzRounding
cz_tape_get_rounding (CzTape *tape)
{
  return tape->rounding;
}

CzSpan
cz_tape_get_scratch (CzTape *tape, gsize size)
{
  CzDevice *device = tape->device;
  GError *error = NULL;
  g_rec_mutex_lock (&device->lock);
  if (device->scratch == NULL)
    device->scratch
        = cz_buffer_new_internal (device, CZ_SCRATCH_BYTES, CZ_MEMORY_DEVICE, "scratch", &error);
  CzBuffer *scratch = device->scratch;
  g_rec_mutex_unlock (&device->lock);
  if (error != NULL)
    cz_tape_fail (tape, error);
  return cz_span (scratch, 0, size);
}

// A barrier between all that was recorded, in this tape or submitted before it, and all that
// follows.
static void
record_barrier (VkCommandBuffer commands, VkPipelineStageFlags from)
{
  VkMemoryBarrier barrier = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT
                     | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT
                     | VK_ACCESS_INDIRECT_COMMAND_READ_BIT,
  };
  vkCmdPipelineBarrier (commands, from,
                        VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT
                            | VK_PIPELINE_STAGE_DRAW_INDIRECT_BIT,
                        0, 1, &barrier, 0, NULL, 0, NULL);
}

static CzSegment *
last_segment (CzTape *tape)
{
  return tape->segments->len > 0
             ? &g_array_index (tape->segments, CzSegment, tape->segments->len - 1)
             : NULL;
}

static gboolean
begin_segment (CzTape *tape, GError **error)
{
  CzDevice *device = tape->device;
  CzSegment segment = { .first_entry = tape->entries->len };
  VkCommandBufferAllocateInfo allocation = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = tape->pool,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };
  VkCommandBufferBeginInfo begin = { .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO };
  VkQueryPoolCreateInfo queries = {
    .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
    .queryType = VK_QUERY_TYPE_TIMESTAMP,
    .queryCount = SEGMENT_COMMANDS + 1,
  };
  VK (device, vkAllocateCommandBuffers (device->vk, &allocation, &segment.commands),
      _ ("Recording “%s”"), tape->label);
  VK (device, vkBeginCommandBuffer (segment.commands, &begin), _ ("Recording “%s”"), tape->label);
  if (tape->timed)
    {
      VK (device, vkCreateQueryPool (device->vk, &queries, NULL, &segment.queries),
          _ ("Recording “%s”"), tape->label);
      vkCmdResetQueryPool (segment.commands, segment.queries, 0, SEGMENT_COMMANDS + 1);
    }
  if (tape->segments->len == 0)
    record_barrier (segment.commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT);
  if (tape->timed)
    vkCmdWriteTimestamp (segment.commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, segment.queries, 0);
  g_array_append_val (tape->segments, segment);
  return TRUE;

fail:
  return FALSE;
}

static gboolean
end_segment (CzTape *tape, GError **error)
{
  VK (tape->device, vkEndCommandBuffer (last_segment (tape)->commands), _ ("Recording “%s”"),
      tape->label);
  return TRUE;

fail:
  return FALSE;
}

// The command buffer for the next command, after a barrier if its accesses need one; NULL on
// failure.
static VkCommandBuffer
begin_command (CzTape *tape, const CzAccess *accesses, guint n_accesses, double flops)
{
  CzSegment *segment = last_segment (tape);
  gboolean full
      = segment != NULL && segment->n_entries > 0
        && (segment->n_entries == SEGMENT_COMMANDS || segment->flops + flops > SEGMENT_FLOPS);
  if ((full && !end_segment (tape, &tape->error))
      || ((full || segment == NULL) && !begin_segment (tape, &tape->error)))
    return VK_NULL_HANDLE;

  segment = last_segment (tape);
  if (cz_hazards_enter (tape->hazards, accesses, n_accesses))
    {
      record_barrier (segment->commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT
                                             | VK_PIPELINE_STAGE_TRANSFER_BIT
                                             | VK_PIPELINE_STAGE_DRAW_INDIRECT_BIT);
      tape->n_barriers++;
    }
  return segment->commands;
}

// Enters a command that was just recorded.
static void
end_command (CzTape *tape, const char *label, double flops, double bytes)
{
  CzSegment *segment = last_segment (tape);
  const char *interned = g_intern_string (label);
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (tape->labels, interned));
  if (index == 0)
    {
      CzTiming timing = { .label = interned };
      g_array_append_val (tape->timings, timing);
      index = tape->timings->len;
      g_hash_table_insert (tape->labels, (gpointer)interned, GUINT_TO_POINTER (index));
    }
  CzEntry entry = { .timing = index - 1, .flops = flops, .bytes = bytes };
  g_array_append_val (tape->entries, entry);
  segment->n_entries++;
  segment->flops += flops;
  tape->flops += flops;
  if (tape->timed)
    vkCmdWriteTimestamp (segment->commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, segment->queries,
                         segment->n_entries);
}

static void
keep_buffer (CzTape *tape, CzBuffer *buffer)
{
  if (!g_hash_table_contains (tape->buffers, buffer))
    g_hash_table_add (tape->buffers, cz_buffer_ref (buffer));
}

// Whether a span lies in a buffer of the tape's device; what names it in the error.
static gboolean
check_span (CzTape *tape, const CzSpan *span, const char *what)
{
  if (span->buffer == NULL)
    refuse (tape, _ ("%s has no buffer"), what);
  else if (cz_buffer_get_device (span->buffer) != tape->device)
    refuse (tape, _ ("%s: the buffer “%s” is another device's"), what,
            cz_buffer_get_label (span->buffer));
  else if (span->size == 0 || span->offset > cz_buffer_get_size (span->buffer)
           || span->size > cz_buffer_get_size (span->buffer) - span->offset)
    refuse (tape,
            _ ("%s: %zu bytes at %zu do not lie in the buffer "
               "“%s” of %zu bytes"),
            what, span->size, span->offset, cz_buffer_get_label (span->buffer),
            cz_buffer_get_size (span->buffer));
  return tape->error == NULL;
}

static gboolean
check_binding (CzTape *tape, const CzDispatch *dispatch, guint number)
{
  const CzDeviceInfo *info = &tape->device->info;
  const CzSpan *span = &dispatch->bindings[number];
  CzBinding binding = dispatch->kernel->spirv.bindings[number];
  gboolean texel = binding == CZ_BINDING_TEXEL_VEC4 || binding == CZ_BINDING_TEXEL_UINT;
  gsize alignment = texel ? info->texel_alignment : info->storage_alignment;
  gsize element = binding == CZ_BINDING_TEXEL_VEC4 ? 16 : binding == CZ_BINDING_TEXEL_UINT ? 4 : 1;
  gsize largest = texel ? info->max_texel_elements : info->max_storage_range;
  g_autofree char *what
      = g_strdup_printf (_ ("binding %u of the kernel “%s” (%s)"), number, dispatch->kernel->name,
                         dispatch->label != NULL ? dispatch->label : "–");

  if (!check_span (tape, span, what))
    return FALSE;
  if (span->offset % alignment != 0)
    refuse (tape, _ ("%s: the offset %zu is no multiple of %zu, as the device wants"), what,
            span->offset, alignment);
  else if (span->size / element > largest || span->size < element)
    refuse (tape,
            _ ("%s: %zu bytes are more than the device can bind (%zu), or less than one texel: "
               "bind a part"),
            what, span->size, largest * element);
  return tape->error == NULL;
}

static gboolean
check_dispatch (CzTape *tape, const CzDispatch *dispatch, const guint groups[3])
{
  const CzKernel *kernel = dispatch->kernel;
  const CzDeviceInfo *info = &tape->device->info;
  for (guint i = 0; i < CZ_MAX_BINDINGS; i++)
    if (kernel->spirv.bindings[i] != CZ_BINDING_NONE && !check_binding (tape, dispatch, i))
      return FALSE;

  if (dispatch->push_size < kernel->spirv.push_size || dispatch->push_size > CZ_MAX_PUSH
      || dispatch->push_size % 4 != 0)
    refuse (tape, _ ("the kernel “%s” takes %zu bytes of push constants, not %zu"), kernel->name,
            kernel->spirv.push_size, dispatch->push_size);
  else if (dispatch->indirect.buffer != NULL)
    {
      if (check_span (tape, &dispatch->indirect, _ ("the indirect group counts"))
          && (dispatch->indirect.size < 12 || dispatch->indirect.offset % 4 != 0))
        refuse (tape, _ ("the indirect group counts are three words at a multiple of 4 bytes"));
    }
  else if (groups[0] > info->max_groups[0] || groups[1] > info->max_groups[1]
           || groups[2] > info->max_groups[2])
    refuse (tape,
            _ ("the kernel “%s” is dispatched with %u × %u × %u workgroups, more than the device's "
               "%u × %u × %u"),
            kernel->name, groups[0], groups[1], groups[2], info->max_groups[0], info->max_groups[1],
            info->max_groups[2]);
  return tape->error == NULL;
}

void
cz_tape_dispatch (CzTape *tape, const CzDispatch *dispatch)
{
  CzKernel *kernel = dispatch->kernel;
  gboolean indirect = dispatch->indirect.buffer != NULL;
  const guint groups[3]
      = { dispatch->groups[0], MAX (dispatch->groups[1], 1), MAX (dispatch->groups[2], 1) };
  CzAccess accesses[CZ_MAX_BINDINGS + 1];
  guint n = 0;

  g_return_if_fail (!tape->finished);
  if (tape->error != NULL || (kernel != NULL && !indirect && groups[0] == 0))
    return;
  if (kernel == NULL)
    {
      refuse (tape, _ ("a dispatch (%s) has no kernel"),
              dispatch->label != NULL ? dispatch->label : "–");
      return;
    }
  if (!check_dispatch (tape, dispatch, groups))
    return;

  VkDescriptorSet set;
  if (!cz_descriptors_get (tape->descriptors, kernel, dispatch->bindings, &set, &tape->error))
    return;
  for (guint i = 0; i < CZ_MAX_BINDINGS; i++)
    {
      CzBinding binding = kernel->spirv.bindings[i];
      const CzSpan *span = &dispatch->bindings[i];
      if (binding == CZ_BINDING_NONE)
        continue;
      keep_buffer (tape, span->buffer);
      accesses[n++] = (CzAccess){ span->buffer, span->offset, span->size,
                                  binding == CZ_BINDING_WRITE || binding == CZ_BINDING_READ_WRITE };
    }
  if (indirect)
    {
      keep_buffer (tape, dispatch->indirect.buffer);
      accesses[n++] = (CzAccess){ dispatch->indirect.buffer, dispatch->indirect.offset, 12, FALSE };
    }

  VkCommandBuffer commands = begin_command (tape, accesses, n, dispatch->flops);
  if (commands == VK_NULL_HANDLE)
    return;
  vkCmdBindPipeline (commands, VK_PIPELINE_BIND_POINT_COMPUTE, kernel->pipeline);
  vkCmdBindDescriptorSets (commands, VK_PIPELINE_BIND_POINT_COMPUTE, kernel->layout, 0, 1, &set, 0,
                           NULL);
  if (dispatch->push_size > 0)
    vkCmdPushConstants (commands, kernel->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                        (guint32)dispatch->push_size, dispatch->push);
  if (indirect)
    vkCmdDispatchIndirect (commands, cz_buffer_get_vk (dispatch->indirect.buffer),
                           dispatch->indirect.offset);
  else
    vkCmdDispatch (commands, groups[0], groups[1], groups[2]);
  end_command (tape, dispatch->label != NULL ? dispatch->label : kernel->name, dispatch->flops,
               dispatch->bytes);
}

void
cz_tape_fill (CzTape *tape, CzSpan span, guint32 word, const char *label)
{
  g_return_if_fail (!tape->finished);
  if (tape->error != NULL || !check_span (tape, &span, label))
    return;
  if (span.offset % 4 != 0 || span.size % 4 != 0)
    {
      refuse (tape, _ ("%s: only whole words of 4 bytes can be filled"), label);
      return;
    }

  CzAccess access = { span.buffer, span.offset, span.size, TRUE };
  VkCommandBuffer commands = begin_command (tape, &access, 1, 0);
  if (commands == VK_NULL_HANDLE)
    return;
  keep_buffer (tape, span.buffer);
  vkCmdFillBuffer (commands, cz_buffer_get_vk (span.buffer), span.offset, span.size, word);
  end_command (tape, label, 0, (double)span.size);
}

void
cz_tape_copy (CzTape *tape, CzSpan from, CzSpan to, const char *label)
{
  g_return_if_fail (!tape->finished);
  if (tape->error != NULL || !check_span (tape, &from, label) || !check_span (tape, &to, label))
    return;
  if (from.size != to.size
      || (from.buffer == to.buffer && from.offset < to.offset + to.size
          && to.offset < from.offset + from.size))
    {
      refuse (tape, _ ("%s: the two parts of a copy overlap or differ in size"), label);
      return;
    }

  CzAccess accesses[]
      = { { from.buffer, from.offset, from.size, FALSE }, { to.buffer, to.offset, to.size, TRUE } };
  VkCommandBuffer commands = begin_command (tape, accesses, G_N_ELEMENTS (accesses), 0);
  if (commands == VK_NULL_HANDLE)
    return;
  keep_buffer (tape, from.buffer);
  keep_buffer (tape, to.buffer);
  VkBufferCopy region = { from.offset, to.offset, from.size };
  vkCmdCopyBuffer (commands, cz_buffer_get_vk (from.buffer), cz_buffer_get_vk (to.buffer), 1,
                   &region);
  end_command (tape, label, 0, 2.0 * (double)from.size);
}

gboolean
cz_tape_finish (CzTape *tape, GError **error)
{
  VkMemoryBarrier to_host = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_HOST_READ_BIT,
  };

  g_return_val_if_fail (!tape->finished, FALSE);
  tape->finished = TRUE;
  if (tape->error == NULL && (tape->segments->len > 0 || begin_segment (tape, &tape->error)))
    {
      vkCmdPipelineBarrier (last_segment (tape)->commands,
                            VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
                            VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &to_host, 0, NULL, 0, NULL);
      end_segment (tape, &tape->error);
    }
  cz_hazards_clear (tape->hazards);
  if (tape->error != NULL && error != NULL)
    *error = g_error_copy (tape->error);
  return tape->error == NULL;
}

guint
cz_tape_get_n_commands (CzTape *tape)
{
  return tape->entries->len;
}

guint
cz_tape_get_n_barriers (CzTape *tape)
{
  return tape->n_barriers;
}

guint
cz_tape_get_n_submits (CzTape *tape)
{
  return tape->segments->len;
}

double
cz_tape_get_flops (CzTape *tape)
{
  return tape->flops;
}
