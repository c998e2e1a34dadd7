#include <glib/gi18n-lib.h>

#include "cli/command.h"
#include "cli/output.h"
#include "jobs/json-members.h"

static void
print_as_json (GArray *devices)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < devices->len; i++)
    {
      const CzDeviceInfo *info = &g_array_index (devices, CzDeviceInfo, i);

      json_builder_begin_object (builder);
      cz_json_set_int (builder, "index", info->index);
      cz_json_set_string (builder, "name", info->name);
      cz_json_set_string (builder, "type", cz_device_type_to_string (info->type));
      cz_json_set_string (builder, "driver", info->driver);
      cz_json_set_int (builder, "memory_bytes", (gint64)info->memory_bytes);
      cz_json_set_boolean (builder, "fp16", info->fp16);
      cz_json_set_boolean (builder, "bf16", info->bf16);
      cz_json_set_boolean (builder, "cooperative_matrix", info->cooperative_matrix);
      cz_json_set_int (builder, "subgroup_size", info->subgroup_size);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cz_print_json (builder);
}

static const char *
name_type (CzDeviceType type)
{
  switch (type)
    {
    case CZ_DEVICE_DISCRETE:
      return _ ("graphics card");
    case CZ_DEVICE_INTEGRATED:
      return _ ("integrated graphics");
    case CZ_DEVICE_VIRTUAL:
      return _ ("virtual graphics");
    case CZ_DEVICE_CPU:
      return _ ("processor");
    case CZ_DEVICE_OTHER:
    default:
      return _ ("other");
    }
}

static void
print_as_table (GArray *devices)
{
  CzListing *table
      = cz_listing_new (_ (">Number"), _ ("Name"), _ ("Kind"), _ (">Memory"), _ ("Driver"), NULL);

  for (guint i = 0; i < devices->len; i++)
    {
      const CzDeviceInfo *info = &g_array_index (devices, CzDeviceInfo, i);

      cz_listing_add_take (table, g_strdup_printf ("%u", info->index));
      cz_listing_add (table, info->name);
      cz_listing_add (table, name_type (info->type));
      cz_listing_add_take (table, cz_format_bytes ((double)info->memory_bytes));
      cz_listing_add (table, info->driver);
    }
  cz_listing_print (table);
}

static gboolean
list_devices (CzInvocation *invocation, GError **error)
{
  g_autoptr (GArray) devices = cz_device_list (error);

  if (devices == NULL)
    return FALSE;
  if (invocation->json)
    print_as_json (devices);
  else
    print_as_table (devices);
  return TRUE;
}

const CzCommand cz_device_commands[] = {
  { .words = "devices",
    .summary = N_ ("List the Vulkan devices, the best first."),
    .carry_out = list_devices },
  { NULL },
};
