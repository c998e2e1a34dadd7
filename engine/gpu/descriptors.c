#include "engine/gpu/descriptors.h"

#include <glib/gi18n-lib.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/kernel-private.h"

// Invariant: the last pool has room for sets_left sets with storage_left and texel_left
// descriptors. Pools grow as tapes do: the first of a small tape costs little.
#define FIRST_SETS      32
#define LARGEST_SETS    512
#define STORAGE_PER_SET 5
#define TEXEL_PER_SET   3

typedef struct
{
  VkBuffer buffer;
  VkFormat format;
  VkDeviceSize offset, range;
} ViewKey;

struct _CzDescriptors
{
  CzDevice *device;
  GArray *pools; // of VkDescriptorPool
  guint pool_sets;
  guint sets_left, storage_left, texel_left;
  GHashTable *views; // ViewKey → VkBufferView
  GArray *view_handles;
};

static guint
hash_view (gconstpointer data)
{
  const ViewKey *key = data;
  guint64 mixed = (guint64)key->buffer * 31 + key->offset * 1000003 + key->range * 17;
  return (guint)(mixed ^ mixed >> 32) + (guint)key->format;
}

static gboolean
equal_views (gconstpointer a, gconstpointer b)
{
  const ViewKey *first = a, *second = b;
  return first->buffer == second->buffer && first->format == second->format
         && first->offset == second->offset && first->range == second->range;
}

CzDescriptors *
cz_descriptors_new (CzDevice *device)
{
  CzDescriptors *descriptors = g_new0 (CzDescriptors, 1);
  descriptors->device = device;
  descriptors->pools = g_array_new (FALSE, FALSE, sizeof (VkDescriptorPool));
  descriptors->views = g_hash_table_new_full (hash_view, equal_views, g_free, NULL);
  descriptors->view_handles = g_array_new (FALSE, FALSE, sizeof (VkBufferView));
  descriptors->pool_sets = FIRST_SETS;
  return descriptors;
}

void
cz_descriptors_free (CzDescriptors *descriptors)
{
  VkDevice vk = descriptors->device->vk;
  for (guint i = 0; i < descriptors->pools->len; i++)
    vkDestroyDescriptorPool (vk, g_array_index (descriptors->pools, VkDescriptorPool, i), NULL);
  for (guint i = 0; i < descriptors->view_handles->len; i++)
    vkDestroyBufferView (vk, g_array_index (descriptors->view_handles, VkBufferView, i), NULL);
  g_array_unref (descriptors->pools);
  g_array_unref (descriptors->view_handles);
  g_hash_table_unref (descriptors->views);
  g_free (descriptors);
}

static gboolean
add_pool (CzDescriptors *descriptors, GError **error)
{
  CzDevice *device = descriptors->device;
  guint sets = descriptors->pool_sets;
  VkDescriptorPoolSize sizes[] = {
    { VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, sets * STORAGE_PER_SET },
    { VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER, sets * TEXEL_PER_SET },
  };
  VkDescriptorPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
    .maxSets = sets,
    .poolSizeCount = G_N_ELEMENTS (sizes),
    .pPoolSizes = sizes,
  };
  VkDescriptorPool pool = VK_NULL_HANDLE;
  VK (device, vkCreateDescriptorPool (device->vk, &info, NULL, &pool),
      _ ("Making room for %u bindings"), sets);
  g_array_append_val (descriptors->pools, pool);
  descriptors->sets_left = sets;
  descriptors->storage_left = sizes[0].descriptorCount;
  descriptors->texel_left = sizes[1].descriptorCount;
  descriptors->pool_sets = MIN (sets * 2, LARGEST_SETS);
  return TRUE;

fail:
  return FALSE;
}

// The view of a span as texels; one for each span, format and tape.
static gboolean
get_view (CzDescriptors *descriptors,
          const CzSpan *span,
          CzBinding binding,
          VkBufferView *ret_view,
          GError **error)
{
  CzDevice *device = descriptors->device;
  gsize texel = binding == CZ_BINDING_TEXEL_VEC4 ? 16 : 4;
  ViewKey key = {
    .buffer = cz_buffer_get_vk (span->buffer),
    .format = binding == CZ_BINDING_TEXEL_VEC4 ? VK_FORMAT_R32G32B32A32_SFLOAT : VK_FORMAT_R32_UINT,
    .offset = span->offset,
    .range = span->size / texel * texel,
  };
  VkBufferView view = (VkBufferView)g_hash_table_lookup (descriptors->views, &key);
  if (view == VK_NULL_HANDLE)
    {
      VkBufferViewCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO,
        .buffer = key.buffer,
        .format = key.format,
        .offset = key.offset,
        .range = key.range,
      };
      VK (device, vkCreateBufferView (device->vk, &info, NULL, &view),
          _ ("Making a view of the buffer “%s”"), cz_buffer_get_label (span->buffer));
      g_array_append_val (descriptors->view_handles, view);
      g_hash_table_insert (descriptors->views, g_memdup2 (&key, sizeof key), (gpointer)view);
    }
  *ret_view = view;
  return TRUE;

fail:
  return FALSE;
}

gboolean
cz_descriptors_get (CzDescriptors *descriptors,
                    CzKernel *kernel,
                    const CzSpan spans[CZ_MAX_BINDINGS],
                    VkDescriptorSet *ret_set,
                    GError **error)
{
  CzDevice *device = descriptors->device;
  VkDescriptorSet set = VK_NULL_HANDLE;
  VkWriteDescriptorSet writes[CZ_MAX_BINDINGS];
  VkDescriptorBufferInfo buffers[CZ_MAX_BINDINGS];
  VkBufferView views[CZ_MAX_BINDINGS];
  guint n = 0;

  if ((descriptors->sets_left == 0 || descriptors->storage_left < kernel->n_storage
       || descriptors->texel_left < kernel->n_texel)
      && !add_pool (descriptors, error))
    return FALSE;

  VkDescriptorSetAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
    .descriptorPool
    = g_array_index (descriptors->pools, VkDescriptorPool, descriptors->pools->len - 1),
    .descriptorSetCount = 1,
    .pSetLayouts = &kernel->set_layout,
  };
  VK (device, vkAllocateDescriptorSets (device->vk, &info, &set),
      _ ("Binding the buffers of the kernel “%s”"), kernel->name);
  descriptors->sets_left--;
  descriptors->storage_left -= kernel->n_storage;
  descriptors->texel_left -= kernel->n_texel;

  for (guint i = 0; i < CZ_MAX_BINDINGS; i++)
    {
      CzBinding binding = kernel->spirv.bindings[i];
      if (binding == CZ_BINDING_NONE)
        continue;
      writes[n] = (VkWriteDescriptorSet){
        .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
        .dstSet = set,
        .dstBinding = i,
        .descriptorCount = 1,
      };
      if (binding == CZ_BINDING_TEXEL_VEC4 || binding == CZ_BINDING_TEXEL_UINT)
        {
          if (!get_view (descriptors, &spans[i], binding, &views[i], error))
            return FALSE;
          writes[n].descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
          writes[n].pTexelBufferView = &views[i];
        }
      else
        {
          buffers[i] = (VkDescriptorBufferInfo){ cz_buffer_get_vk (spans[i].buffer),
                                                 spans[i].offset, spans[i].size };
          writes[n].descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
          writes[n].pBufferInfo = &buffers[i];
        }
      n++;
    }
  vkUpdateDescriptorSets (device->vk, n, writes, 0, NULL);
  *ret_set = set;
  return TRUE;

fail:
  return FALSE;
}
