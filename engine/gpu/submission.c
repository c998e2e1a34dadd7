// How commands reach the device's queue, and how their end is awaited.

#include <glib/gi18n-lib.h>

#include "engine/gpu/device-private.h"

gboolean
cz_device_submit (CzDevice *device,
                  const VkCommandBuffer *commands,
                  guint n_commands,
                  VkFence fence,
                  const char *label,
                  GError **error)
{
  if (!cz_device_check (device, error))
    return FALSE;

  g_rec_mutex_lock (&device->lock);
  for (guint i = 0; i < n_commands; i++)
    {
      VkSubmitInfo info = {
        .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
        .commandBufferCount = 1,
        .pCommandBuffers = &commands[i],
      };
      VkFence signalled = i + 1 == n_commands ? fence : VK_NULL_HANDLE;
      VkResult result = cz_gpu_fault_strikes (CZ_GPU_FAULT_SUBMIT) ? VK_ERROR_DEVICE_LOST
                        : cz_gpu_fault_strikes (CZ_GPU_FAULT_SUBMIT_MEMORY)
                            ? VK_ERROR_OUT_OF_DEVICE_MEMORY
                            : vkQueueSubmit (device->queue, 1, &info, signalled);
      if (result != VK_SUCCESS)
        {
          // Earlier parts may be running: nothing of theirs may be freed before they end.
          vkQueueWaitIdle (device->queue);
          cz_device_set_error (device, error, result, "vkQueueSubmit", __FILE__, __LINE__,
                               _ ("Starting “%s”"), label);
          g_rec_mutex_unlock (&device->lock);
          return FALSE;
        }
    }
  g_rec_mutex_unlock (&device->lock);
  return TRUE;
}

gboolean
cz_device_wait (CzDevice *device,
                VkFence fence,
                gint64 microseconds,
                const char *label,
                gboolean *ret_done,
                GError **error)
{
  if (!cz_device_check (device, error))
    return FALSE;

  guint64 nanoseconds = (guint64)MAX (microseconds, 0) * 1000;
  VkResult result = cz_gpu_fault_strikes (CZ_GPU_FAULT_WAIT)
                        ? VK_ERROR_DEVICE_LOST
                        : vkWaitForFences (device->vk, 1, &fence, VK_TRUE, nanoseconds);
  if (result != VK_SUCCESS && result != VK_TIMEOUT)
    {
      cz_device_set_error (device, error, result, "vkWaitForFences", __FILE__, __LINE__,
                           _ ("Waiting for “%s”"), label);
      return FALSE;
    }
  *ret_done = result == VK_SUCCESS;
  return TRUE;
}

// Ten minutes for a copy: whoever is slower than that is lost.
static gboolean
wait_once (CzDevice *device, const char *label, GError **error)
{
  gboolean done = FALSE;
  for (guint seconds = 0; !done && seconds < 600; seconds++)
    if (!cz_device_wait (device, device->once_fence, G_USEC_PER_SEC, label, &done, error))
      return FALSE;
  if (!done)
    cz_device_set_error (device, error, VK_ERROR_DEVICE_LOST, "vkWaitForFences", __FILE__, __LINE__,
                         _ ("Waiting ten minutes for “%s”"), label);
  return done;
}

gboolean
cz_device_run_once (CzDevice *device,
                    void (*record) (VkCommandBuffer commands, gpointer data),
                    gpointer data,
                    const char *label,
                    GError **error)
{
  VkCommandBufferBeginInfo begin = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
    .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
  };
  VkMemoryBarrier before = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
  };
  VkMemoryBarrier after = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_HOST_READ_BIT,
  };
  gboolean done = FALSE;

  g_rec_mutex_lock (&device->lock);
  VK (device, vkResetFences (device->vk, 1, &device->once_fence), _ ("Starting “%s”"), label);
  VK (device, vkBeginCommandBuffer (device->once_commands, &begin), _ ("Recording “%s”"), label);
  vkCmdPipelineBarrier (device->once_commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                        VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 1, &before, 0, NULL, 0, NULL);
  record (device->once_commands, data);
  vkCmdPipelineBarrier (device->once_commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                        VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &after, 0, NULL, 0, NULL);
  VK (device, vkEndCommandBuffer (device->once_commands), _ ("Recording “%s”"), label);
  done = cz_device_submit (device, &device->once_commands, 1, device->once_fence, label, error)
         && wait_once (device, label, error);

fail:
  g_rec_mutex_unlock (&device->lock);
  return done;
}
