#include "jobs/sleep-inhibitor.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#define TIMEOUT_MS 2000

int
cz_sleep_inhibitor_take (const char *why, GError **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, error);
  g_autoptr (GUnixFDList) descriptors = NULL;
  gint32 index = -1;

  if (bus == NULL)
    return -1;
  // A bus that goes away must not take the run with it.
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  g_autoptr (GVariant) answer = g_dbus_connection_call_with_unix_fd_list_sync (
      bus, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
      "Inhibit", g_variant_new ("(ssss)", "sleep", "Clozebench", why, "block"),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL /* fd_list */, &descriptors,
      NULL /* cancellable */, error);
  if (answer == NULL)
    return -1;
  g_variant_get (answer, "(h)", &index);
  if (descriptors == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no descriptor came");
      return -1;
    }
  return g_unix_fd_list_get (descriptors, index, error);
}
