"""Stands in for systemd's logind on the bus DBUS_SYSTEM_BUS_ADDRESS: a line for each inhibitor, taken or let go."""
import os

import gi  # noqa: F401
from gi.repository import Gio, GLib

INTERFACE = """<node><interface name="org.freedesktop.login1.Manager"><method name="Inhibit">
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="h" direction="out"/></method></interface></node>"""


def inhibit(connection, sender, path, interface, method, parameters, invocation):
    reading, writing = os.pipe()
    print("taken", *parameters.unpack(), sep="|", flush=True)
    GLib.io_add_watch(reading, GLib.IO_HUP, lambda *_: print("let go", flush=True))
    descriptors = Gio.UnixFDList.new()
    invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (descriptors.append(writing),)), descriptors)
    os.close(writing)


def take_name(connection, name):
    connection.register_object("/org/freedesktop/login1", Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], inhibit)


Gio.bus_own_name(Gio.BusType.SYSTEM, "org.freedesktop.login1", 0, take_name, lambda *_: print("ready", flush=True), None)
GLib.MainLoop().run()
