#include "engine/gpu/pipeline-cache.h"

#include <string.h>

#include "engine/gpu/device-private.h"

#define MAGIC   "CZPC"
#define VERSION 1
// What lavapipe gives, a header without pipelines, is not worth a file.
#define SMALLEST_USEFUL 64

// The file: this header, in the machine's byte order, then size bytes of the driver's.
typedef struct
{
  char magic[4];
  guint32 version;
  guint32 vendor_id, device_id, driver_version, reserved;
  guint8 driver_uuid[16], cache_uuid[16];
  guint64 size;
  guint8 sha256[32]; // of the driver's bytes
} Header;

static void
fill_header (Header *header, const CzDeviceInfo *info, gconstpointer data, gsize size)
{
  gsize length = sizeof header->sha256;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  memset (header, 0, sizeof *header);
  memcpy (header->magic, MAGIC, sizeof header->magic);
  header->version = VERSION;
  header->vendor_id = info->vendor_id;
  header->device_id = info->device_id;
  header->driver_version = info->driver_version;
  memcpy (header->driver_uuid, info->driver_uuid, sizeof header->driver_uuid);
  memcpy (header->cache_uuid, info->cache_uuid, sizeof header->cache_uuid);
  header->size = size;
  g_checksum_update (checksum, data, (gssize)size);
  g_checksum_get_digest (checksum, header->sha256, &length);
}

GBytes *
cz_pipeline_cache_encode (const CzDeviceInfo *info, gconstpointer data, gsize size)
{
  GByteArray *file = g_byte_array_sized_new ((guint)(sizeof (Header) + size));
  Header header;
  fill_header (&header, info, data, size);
  g_byte_array_append (file, (const guint8 *)&header, sizeof header);
  g_byte_array_append (file, data, (guint)size);
  return g_byte_array_free_to_bytes (file);
}

GBytes *
cz_pipeline_cache_decode (const CzDeviceInfo *info, GBytes *file)
{
  gsize file_size;
  const guint8 *bytes = g_bytes_get_data (file, &file_size);
  if (file_size <= sizeof (Header))
    return NULL;
  Header expected;
  fill_header (&expected, info, bytes + sizeof (Header), file_size - sizeof (Header));
  if (memcmp (&expected, bytes, sizeof expected) != 0)
    return NULL;
  return g_bytes_new_from_bytes (file, sizeof (Header), file_size - sizeof (Header));
}

void
cz_pipeline_cache_load (CzDevice *device)
{
  g_autofree char *name
      = g_strdup_printf ("pipelines-%08x-%08x.bin", device->info.vendor_id, device->info.device_id);
  device->pipeline_cache_path
      = g_build_filename (g_get_user_cache_dir (), "clozebench", name, NULL);

  g_autoptr (GBytes) data = NULL;
  char *contents = NULL;
  gsize size = 0;
  if (g_file_get_contents (device->pipeline_cache_path, &contents, &size, NULL))
    {
      g_autoptr (GBytes) file = g_bytes_new_take (contents, size);
      data = cz_pipeline_cache_decode (&device->info, file);
    }

  VkPipelineCacheCreateInfo info = { .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO };
  if (data != NULL)
    info.pInitialData = g_bytes_get_data (data, &info.initialDataSize);
  if (vkCreatePipelineCache (device->vk, &info, NULL, &device->pipeline_cache) != VK_SUCCESS)
    device->pipeline_cache = VK_NULL_HANDLE;
}

void
cz_pipeline_cache_save (CzDevice *device)
{
  size_t size = 0;
  if (device->pipeline_cache == VK_NULL_HANDLE || !device->pipeline_cache_dirty
      || vkGetPipelineCacheData (device->vk, device->pipeline_cache, &size, NULL) != VK_SUCCESS
      || size < SMALLEST_USEFUL || size > G_MAXINT32)
    return;
  g_autofree guint8 *data = g_malloc (size);
  if (vkGetPipelineCacheData (device->vk, device->pipeline_cache, &size, data) != VK_SUCCESS)
    return;

  g_autoptr (GBytes) file = cz_pipeline_cache_encode (&device->info, data, size);
  g_autofree char *folder = g_path_get_dirname (device->pipeline_cache_path);
  gsize file_size;
  const char *bytes = g_bytes_get_data (file, &file_size);
  g_autoptr (GError) error = NULL;
  if (g_mkdir_with_parents (folder, 0700) != 0
      || !g_file_set_contents_full (device->pipeline_cache_path, bytes, (gssize)file_size,
                                    G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("The pipelines could not be kept in %s: %s", device->pipeline_cache_path,
             error != NULL ? error->message : g_strerror (errno));
  device->pipeline_cache_dirty = FALSE;
}
