// The device's compiled pipelines, kept on disk between processes: $XDG_CACHE_HOME/clozebench/
// pipelines-VENDOR-DEVICE.bin. A header of our own tells whose the bytes are and whether they are
// whole; a file that does not fit, or is damaged, is ignored and replaced.
#pragma once

#include "engine/gpu/device.h"

G_BEGIN_DECLS

// Makes device's VkPipelineCache, filled from disk if that may be; without one, pipelines are just
// built anew each time.
void cz_pipeline_cache_load (CzDevice *device);

// Writes it if pipelines were added. Failing to is not an error.
void cz_pipeline_cache_save (CzDevice *device);

// The file's bytes for this device's cache data, and back: decoding gives NULL for a file of
// another device, driver or version, or a damaged one.
GBytes *cz_pipeline_cache_encode (const CzDeviceInfo *info, gconstpointer data, gsize size);
GBytes *cz_pipeline_cache_decode (const CzDeviceInfo *info, GBytes *file);

G_END_DECLS
