#include "engine/gpu/buffer.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/gpu/device-private.h"

// One VkBuffer with memory of its own. Engines keep few and large buffers and bind parts of them,
// so that no allocator is needed here.

#define STAGING_BYTES ((gsize)8 << 20)
// What a CPU device leaves to the rest of the system, and below which it is not asked for.
#define SYSTEM_RESERVE_BYTES ((guint64)128 << 20)
#define ASK_SYSTEM_BYTES     ((gsize)1 << 20)

struct _CzBuffer
{
  gatomicrefcount references;
  CzDevice *device;
  gboolean internal; // the device owns it: it holds no reference to the device
  char *label;
  gsize size;
  VkBuffer vk;
  VkDeviceMemory memory;
  gsize allocated; // bytes of it
  gpointer mapped; // or NULL
};

// The first memory type of those allowed that has all wanted properties and none of the unwanted;
// -1.
static int
find_type (CzDevice *device,
           guint32 allowed,
           VkMemoryPropertyFlags wanted,
           VkMemoryPropertyFlags unwanted)
{
  for (guint i = 0; i < device->memory.memoryTypeCount; i++)
    {
      VkMemoryPropertyFlags flags = device->memory.memoryTypes[i].propertyFlags;
      if ((allowed >> i & 1) != 0 && (flags & wanted) == wanted && (flags & unwanted) == 0)
        return (int)i;
    }
  return -1;
}

// The best memory type of a kind; -1 if there is none.
static int
choose_type (CzDevice *device, guint32 allowed, CzMemory kind)
{
  const VkMemoryPropertyFlags local = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  const VkMemoryPropertyFlags cached = VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
  const VkMemoryPropertyFlags mapped
      = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  const VkMemoryPropertyFlags host_visible = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
  const struct
  {
    gboolean applies;
    VkMemoryPropertyFlags wanted, unwanted;
  } choices[] = {
    { kind == CZ_MEMORY_DEVICE && device->info.unified_memory, local | mapped | cached, 0 },
    { kind == CZ_MEMORY_DEVICE && device->info.unified_memory, local | mapped, 0 },
    { kind == CZ_MEMORY_DEVICE, local, host_visible },
    { kind == CZ_MEMORY_DEVICE, local, 0 },
    { kind == CZ_MEMORY_HOST, mapped | cached, 0 },
    { kind == CZ_MEMORY_HOST, mapped, 0 },
    { kind == CZ_MEMORY_DEVICE, 0, 0 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      int type = choices[i].applies
                     ? find_type (device, allowed, choices[i].wanted, choices[i].unwanted)
                     : -1;
      if (type >= 0)
        return type;
    }
  return -1;
}

// On a CPU device the driver says yes to any size, and the kernel's out-of-memory killer no.
static gboolean
check_size (CzDevice *device, gsize bytes, const char *label, GError **error)
{
  if (bytes == 0 || bytes > device->info.max_buffer_bytes)
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY,
                   _ ("The buffer “%s” of %zu bytes cannot be made on “%s”, where "
                      "one may have up to %zu: choose a smaller batch or block"),
                   label, bytes, device->info.name, device->info.max_buffer_bytes);
      return FALSE;
    }
  if (device->info.type != CZ_DEVICE_CPU || bytes < ASK_SYSTEM_BYTES)
    return TRUE;

  guint64 available = cz_device_get_available_memory (device);
  if (bytes > available - MIN (available, SYSTEM_RESERVE_BYTES))
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY,
                   _ ("There is not enough memory for “%s”: it needs %zu MiB and %" PRIu64
                      " MiB are available. Close other programs or "
                      "choose a smaller batch or block"),
                   label, bytes >> 20, available >> 20);
      return FALSE;
    }
  return TRUE;
}

static void
record_zeros (VkCommandBuffer commands, gpointer data)
{
  vkCmdFillBuffer (commands, ((CzBuffer *)data)->vk, 0, VK_WHOLE_SIZE, 0);
}

static gboolean
clear (CzBuffer *buffer, GError **error)
{
  if (buffer->mapped == NULL)
    return cz_device_run_once (buffer->device, record_zeros, buffer, buffer->label, error);
  memset (buffer->mapped, 0, buffer->size);
  return TRUE;
}

CzBuffer *
cz_buffer_new_internal (
    CzDevice *device, gsize bytes, CzMemory kind, const char *label, GError **error)
{
  if (!cz_device_check (device, error) || !check_size (device, bytes, label, error))
    return NULL;

  g_autoptr (CzBuffer) buffer = g_new0 (CzBuffer, 1);
  g_atomic_ref_count_init (&buffer->references);
  buffer->device = device;
  buffer->internal = TRUE;
  buffer->label = g_strdup (label);
  buffer->size = bytes;

  // Whole texels, and fills of whole words. Never a power of two: lavapipe compiles a kernel once
  // more for each texel buffer that is one.
  gsize size = (bytes + 15) & ~(gsize)15;
  if ((size & (size - 1)) == 0)
    size += 16;

  VkBufferCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .size = size,
    .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT
             | VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT
             | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
    .sharingMode = VK_SHARING_MODE_EXCLUSIVE,
  };
  VK (device, vkCreateBuffer (device->vk, &info, NULL, &buffer->vk), _ ("Making the buffer “%s”"),
      label);
  cz_device_name_object (device, VK_OBJECT_TYPE_BUFFER, (guint64)buffer->vk, label);

  VkMemoryRequirements needs;
  vkGetBufferMemoryRequirements (device->vk, buffer->vk, &needs);
  int type = choose_type (device, needs.memoryTypeBits, kind);
  if (type < 0)
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                   _ ("The device “%s” has no memory for the buffer “%s”: choose another device"),
                   device->info.name, label);
      return NULL;
    }
  VkMemoryAllocateInfo allocation = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
    .allocationSize = needs.size,
    .memoryTypeIndex = (guint32)type,
  };
  VK (device,
      cz_gpu_fault_strikes (CZ_GPU_FAULT_ALLOCATION)
          ? VK_ERROR_OUT_OF_DEVICE_MEMORY
          : vkAllocateMemory (device->vk, &allocation, NULL, &buffer->memory),
      _ ("Making the buffer “%s” of %zu MiB"), label, (bytes + ((1 << 20) - 1)) >> 20);
  buffer->allocated = needs.size;
  g_atomic_pointer_add (&device->allocated, (gssize)buffer->allocated);
  VK (device, vkBindBufferMemory (device->vk, buffer->vk, buffer->memory, 0),
      _ ("Making the buffer “%s”"), label);

  const VkMemoryPropertyFlags mapped
      = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  if ((device->memory.memoryTypes[type].propertyFlags & mapped) == mapped
      && (kind == CZ_MEMORY_HOST || device->info.unified_memory))
    VK (device, vkMapMemory (device->vk, buffer->memory, 0, VK_WHOLE_SIZE, 0, &buffer->mapped),
        _ ("Mapping the buffer “%s”"), label);
  if (!clear (buffer, error))
    return NULL;
  return g_steal_pointer (&buffer);

fail:
  return NULL;
}

CzBuffer *
cz_buffer_new (CzDevice *device, gsize bytes, CzMemory kind, const char *label, GError **error)
{
  CzBuffer *buffer = cz_buffer_new_internal (device, bytes, kind, label, error);
  if (buffer != NULL)
    {
      buffer->internal = FALSE;
      cz_device_ref (device);
    }
  return buffer;
}

CzBuffer *
cz_buffer_ref (CzBuffer *buffer)
{
  g_atomic_ref_count_inc (&buffer->references);
  return buffer;
}

void
cz_buffer_unref (CzBuffer *buffer)
{
  if (!g_atomic_ref_count_dec (&buffer->references))
    return;
  vkDestroyBuffer (buffer->device->vk, buffer->vk, NULL);
  vkFreeMemory (buffer->device->vk, buffer->memory, NULL);
  g_atomic_pointer_add (&buffer->device->allocated, -(gssize)buffer->allocated);
  if (!buffer->internal)
    cz_device_unref (buffer->device);
  g_free (buffer->label);
  g_free (buffer);
}

CzDevice *
cz_buffer_get_device (CzBuffer *buffer)
{
  return buffer->device;
}

gsize
cz_buffer_get_size (CzBuffer *buffer)
{
  return buffer->size;
}

const char *
cz_buffer_get_label (CzBuffer *buffer)
{
  return buffer->label;
}

gpointer
cz_buffer_map (CzBuffer *buffer)
{
  return buffer->mapped;
}

VkBuffer
cz_buffer_get_vk (CzBuffer *buffer)
{
  return buffer->vk;
}

typedef struct
{
  VkBuffer from, to;
  VkBufferCopy region;
} Copy;

static void
record_copy (VkCommandBuffer commands, gpointer data)
{
  Copy *copy = data;
  vkCmdCopyBuffer (commands, copy->from, copy->to, 1, &copy->region);
}

static gboolean
check_access (CzBuffer *buffer, gsize offset, gsize size, GError **error)
{
  if (!cz_device_check (buffer->device, error))
    return FALSE;
  if (offset > buffer->size || size > buffer->size - offset)
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                   _ ("Bytes %zu to %zu are outside the buffer "
                      "“%s” of %zu bytes"),
                   offset, offset + size, buffer->label, buffer->size);
      return FALSE;
    }
  return TRUE;
}

// Called with the device's lock held.
static CzBuffer *
get_staging (CzDevice *device, GError **error)
{
  if (device->staging == NULL)
    device->staging
        = cz_buffer_new_internal (device, STAGING_BYTES, CZ_MEMORY_HOST, "staging", error);
  return device->staging;
}

gboolean
cz_buffer_write (CzBuffer *buffer, gsize offset, const void *data, gsize size, GError **error)
{
  if (!check_access (buffer, offset, size, error))
    return FALSE;
  if (buffer->mapped != NULL)
    {
      if (size > 0)
        memcpy ((guint8 *)buffer->mapped + offset, data, size);
      return TRUE;
    }

  g_rec_mutex_lock (&buffer->device->lock);
  CzBuffer *staging = get_staging (buffer->device, error);
  gboolean good = staging != NULL;
  for (gsize done = 0; good && done < size;)
    {
      gsize part = MIN (size - done, STAGING_BYTES);
      Copy copy = { staging->vk, buffer->vk, { 0, offset + done, part } };
      memcpy (staging->mapped, (const guint8 *)data + done, part);
      good = cz_device_run_once (buffer->device, record_copy, &copy, buffer->label, error);
      done += part;
    }
  g_rec_mutex_unlock (&buffer->device->lock);
  return good;
}

gboolean
cz_buffer_read (CzBuffer *buffer, gsize offset, void *ret_data, gsize size, GError **error)
{
  if (!check_access (buffer, offset, size, error))
    return FALSE;
  if (buffer->mapped != NULL)
    {
      if (size > 0)
        memcpy (ret_data, (guint8 *)buffer->mapped + offset, size);
      return TRUE;
    }

  g_rec_mutex_lock (&buffer->device->lock);
  CzBuffer *staging = get_staging (buffer->device, error);
  gboolean good = staging != NULL;
  for (gsize done = 0; good && done < size;)
    {
      gsize part = MIN (size - done, STAGING_BYTES);
      Copy copy = { buffer->vk, staging->vk, { offset + done, 0, part } };
      good = cz_device_run_once (buffer->device, record_copy, &copy, buffer->label, error);
      if (good)
        memcpy ((guint8 *)ret_data + done, staging->mapped, part);
      done += part;
    }
  g_rec_mutex_unlock (&buffer->device->lock);
  return good;
}
