// The process's one Vulkan instance, and what the validation layer says.
#pragma once

#include <vulkan/vulkan.h>
#include <glib.h>

G_BEGIN_DECLS

// The instance, made on the first call; VK_NULL_HANDLE with CZ_GPU_ERROR_NO_DEVICE when there is no
// driver (the next call tries again).
VkInstance cz_instance_get (GError **error);

// Whether the validation layer is on.
gboolean cz_instance_is_validated (void);

// Takes the messages collected so far.
char **cz_instance_take_messages (void);

G_END_DECLS
