#include "engine/gpu/instance.h"

#include <glib/gi18n-lib.h>

#include "engine/gpu/device.h"

static GMutex lock; // guards what follows
static VkInstance instance;
static VkDebugUtilsMessengerEXT messenger;
static gboolean validated;
static GMutex messages_lock; // of its own: the layer calls while lock may be held
static GPtrArray *messages;

static gboolean
processor_has_avx512 (void)
{
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
         && __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl");
#else
  return FALSE;
#endif
}

// lavapipe reads these when it is loaded. Two vector widths must not share one shader cache:
// Mesa 25.0 then gives wrong results.
static void
set_driver_environment (void)
{
  if (processor_has_avx512 ())
    g_setenv ("LP_NATIVE_VECTOR_WIDTH", "512", FALSE);

  if (g_getenv ("MESA_SHADER_CACHE_DIR") == NULL)
    {
      const char *width = g_getenv ("LP_NATIVE_VECTOR_WIDTH");
      g_autofree char *name = g_strconcat ("mesa-", width != NULL ? width : "native", NULL);
      g_autofree char *folder
          = g_build_filename (g_get_user_cache_dir (), "clozebench", name, NULL);
      if (g_mkdir_with_parents (folder, 0700) == 0)
        g_setenv ("MESA_SHADER_CACHE_DIR", folder, FALSE);
    }
}

static VKAPI_ATTR VkBool32 VKAPI_CALL
collect_message (VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                 VkDebugUtilsMessageTypeFlagsEXT types,
                 const VkDebugUtilsMessengerCallbackDataEXT *data,
                 void *user)
{
  // What the loader says about drivers that it could not open is no fault of ours.
  if ((types & VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT) == 0)
    return VK_FALSE;

  g_mutex_lock (&messages_lock);
  if (messages == NULL)
    messages = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (messages, g_strdup (data->pMessage));
  g_mutex_unlock (&messages_lock);
  g_warning ("Vulkan validation: %s", data->pMessage);
  return VK_FALSE;
}

static gboolean
layer_exists (const char *name)
{
  guint32 n = 0;
  vkEnumerateInstanceLayerProperties (&n, NULL);
  g_autofree VkLayerProperties *layers = g_new0 (VkLayerProperties, n + 1);
  vkEnumerateInstanceLayerProperties (&n, layers);
  for (guint i = 0; i < n; i++)
    if (g_str_equal (layers[i].layerName, name))
      return TRUE;
  return FALSE;
}

// Called with the lock held.
static gboolean
make_instance (GError **error)
{
  static const char *const validation_layer = "VK_LAYER_KHRONOS_validation";
  static const char *const validation_extensions[]
      = { VK_EXT_DEBUG_UTILS_EXTENSION_NAME, VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME };
  static const VkValidationFeatureEnableEXT enables[]
      = { VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT };
  gboolean validate = g_strcmp0 (g_getenv ("CZ_VALIDATION"), "1") == 0;

  set_driver_environment ();
  if (validate && !layer_exists (validation_layer))
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                   _ ("CZ_VALIDATION=1 needs the Vulkan validation layer, which is not here: "
                      "install vulkan-validationlayers or unset CZ_VALIDATION"));
      return FALSE;
    }

  VkDebugUtilsMessengerCreateInfoEXT messenger_info = {
    .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
    .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
                       | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
    .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
    .pfnUserCallback = collect_message,
  };
  VkValidationFeaturesEXT features = {
    .sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
    .pNext = &messenger_info,
    .enabledValidationFeatureCount = G_N_ELEMENTS (enables),
    .pEnabledValidationFeatures = enables,
  };
  VkApplicationInfo application = {
    .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
    .pApplicationName = "Clozebench",
    .pEngineName = "Clozebench",
    .apiVersion = VK_API_VERSION_1_2,
  };
  VkInstanceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
    .pApplicationInfo = &application,
  };
  if (validate)
    {
      info.pNext = &features;
      info.enabledLayerCount = 1;
      info.ppEnabledLayerNames = &validation_layer;
      info.enabledExtensionCount = G_N_ELEMENTS (validation_extensions);
      info.ppEnabledExtensionNames = validation_extensions;
    }

  VkInstance made = VK_NULL_HANDLE;
  VkResult result = vkCreateInstance (&info, NULL, &made);
  if (result != VK_SUCCESS)
    {
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_NO_DEVICE,
                   _ ("No Vulkan driver could be started (error %d): install "
                      "mesa-vulkan-drivers, which needs no GPU, or the driver of your GPU"),
                   result);
      return FALSE;
    }

  if (validate)
    {
      PFN_vkCreateDebugUtilsMessengerEXT create
          = (PFN_vkCreateDebugUtilsMessengerEXT)vkGetInstanceProcAddr (
              made, "vkCreateDebugUtilsMessengerEXT");
      if (create != NULL)
        create (made, &messenger_info, NULL, &messenger);
      validated = TRUE;
    }
  instance = made;
  return TRUE;
}

VkInstance
cz_instance_get (GError **error)
{
  g_mutex_lock (&lock);
  if (instance == VK_NULL_HANDLE)
    make_instance (error);
  VkInstance result = instance;
  g_mutex_unlock (&lock);
  return result;
}

gboolean
cz_instance_is_validated (void)
{
  g_mutex_lock (&lock);
  gboolean result = validated;
  g_mutex_unlock (&lock);
  return result;
}

char **
cz_instance_take_messages (void)
{
  g_mutex_lock (&messages_lock);
  GPtrArray *taken = messages != NULL ? messages : g_ptr_array_new ();
  messages = NULL;
  g_mutex_unlock (&messages_lock);
  g_ptr_array_add (taken, NULL);
  return (char **)g_ptr_array_free (taken, FALSE);
}
