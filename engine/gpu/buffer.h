// Device memory, and spans of it.
#pragma once

#include "engine/gpu/device.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_MEMORY_DEVICE, // fastest for kernels; mapped only where memory is unified
  CZ_MEMORY_HOST,   // always mapped and coherent; for what the host writes or reads each step
} CzMemory;

typedef struct _CzBuffer CzBuffer;

// A part of a buffer: offset and size in bytes. A span without a buffer is empty.
typedef struct
{
  CzBuffer *buffer;
  gsize offset, size;
} CzSpan;

// A new buffer of bytes > 0, filled with zeros; label appears in errors. Every use is allowed:
// storage, texel buffer, copies, indirect dispatch. CZ_GPU_ERROR_OUT_OF_MEMORY when there is not
// enough; on a CPU device that is asked of the system beforehand, so that nobody is killed for
// memory.
CzBuffer *cz_buffer_new (
    CzDevice *device, gsize bytes, CzMemory kind, const char *label, GError **error);

CzBuffer *cz_buffer_ref (CzBuffer *buffer);
void cz_buffer_unref (CzBuffer *buffer); // tapes hold references to what they use
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBuffer, cz_buffer_unref)

CzDevice *cz_buffer_get_device (CzBuffer *buffer);
gsize cz_buffer_get_size (CzBuffer *buffer);
const char *cz_buffer_get_label (CzBuffer *buffer);

// The buffer's bytes, mapped as long as it lives, or NULL for one that is not. The host may touch
// them only while no submitted tape that uses them is unfinished.
gpointer cz_buffer_map (CzBuffer *buffer);

// Copies bytes in or out, through a staging buffer where need be, and returns when that is done.
// Not while a submitted tape that uses them is unfinished.
gboolean cz_buffer_write (
    CzBuffer *buffer, gsize offset, const void *data, gsize size, GError **error);
gboolean cz_buffer_read (
    CzBuffer *buffer, gsize offset, void *ret_data, gsize size, GError **error);

static inline CzSpan
cz_span (CzBuffer *buffer, gsize offset, gsize size)
{
  return (CzSpan){ buffer, offset, size };
}

// The whole buffer.
static inline CzSpan
cz_span_all (CzBuffer *buffer)
{
  return (CzSpan){ buffer, 0, cz_buffer_get_size (buffer) };
}

// A part of a span; offset counts from the span's own.
static inline CzSpan
cz_span_part (CzSpan span, gsize offset, gsize size)
{
  return (CzSpan){ span.buffer, span.offset + offset, size };
}

// A span of 256 zero bytes that lives as long as the device: for bindings that a kernel declares
// but, as it is called, does not read. Never to be written.
CzSpan cz_device_get_zeros (CzDevice *device);

G_END_DECLS
