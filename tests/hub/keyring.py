"""A desktop's keyring for the tests: a bus of its own with a Secret Service on it that keeps what it
is given in memory, speaks the plain session alone, and fails on demand.

usage: keyring.py MODE, prints the bus' address; MODE: open; locked (and nobody unlocks it); silent
(answers nothing); absent (a bus without a keyring). Ends when its stdin does.
"""
import subprocess
import sys
import tempfile

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

PATH = "/org/freedesktop/secrets"
COLLECTION = PATH + "/collection/login"
INTERFACES = """<node>
<interface name="org.freedesktop.Secret.Service">
 <method name="OpenSession"><arg type="s" direction="in"/><arg type="v" direction="in"/><arg type="v" direction="out"/><arg type="o" direction="out"/></method>
 <method name="SearchItems"><arg type="a{ss}" direction="in"/><arg type="ao" direction="out"/><arg type="ao" direction="out"/></method>
 <method name="Unlock"><arg type="ao" direction="in"/><arg type="ao" direction="out"/><arg type="o" direction="out"/></method>
 <method name="GetSecrets"><arg type="ao" direction="in"/><arg type="o" direction="in"/><arg type="a{o(oayays)}" direction="out"/></method>
 <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
 <property name="Collections" type="ao" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Collection">
 <method name="CreateItem"><arg type="a{sv}" direction="in"/><arg type="(oayays)" direction="in"/><arg type="b" direction="in"/><arg type="o" direction="out"/><arg type="o" direction="out"/></method>
 <property name="Items" type="ao" access="read"/><property name="Label" type="s" access="read"/>
 <property name="Locked" type="b" access="read"/><property name="Created" type="t" access="read"/><property name="Modified" type="t" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Item">
 <method name="Delete"><arg type="o" direction="out"/></method>
 <method name="GetSecret"><arg type="o" direction="in"/><arg type="(oayays)" direction="out"/></method>
 <property name="Locked" type="b" access="read"/><property name="Attributes" type="a{ss}" access="read"/>
 <property name="Label" type="s" access="read"/><property name="Created" type="t" access="read"/><property name="Modified" type="t" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Prompt">
 <method name="Prompt"><arg type="s" direction="in"/></method><method name="Dismiss"/>
 <signal name="Completed"><arg type="b"/><arg type="v"/></signal>
</interface>
</node>"""
# A bus that starts no services of the machine's.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"""
NODE = Gio.DBusNodeInfo.new_for_xml(INTERFACES)
SERVICE, COLLECTION_INFO, ITEM, PROMPT = NODE.interfaces
NO_PROMPT = "/"


class Keyring:
    def __init__(self, connection, mode):
        self.connection, self.mode = connection, mode
        self.items = {}  # path → attributes, secret, label
        self.number = 0
        self.register(PATH, SERVICE)
        self.register(COLLECTION, COLLECTION_INFO)
        self.register(PATH + "/aliases/default", COLLECTION_INFO)
        self.register(PATH + "/prompt", PROMPT)

    def register(self, path, info):
        return self.connection.register_object(path, info, self.called, self.asked, None)

    def asked(self, connection, sender, path, interface, name):
        locked = self.mode == "locked"
        attributes, _, label, _ = self.items.get(path, ({}, b"", "login", 0))
        return {"Collections": GLib.Variant("ao", [COLLECTION]), "Items": GLib.Variant("ao", list(self.items)),
                "Locked": GLib.Variant("b", locked), "Attributes": GLib.Variant("a{ss}", attributes),
                "Label": GLib.Variant("s", label), "Created": GLib.Variant("t", 0),
                "Modified": GLib.Variant("t", 0)}[name]

    def called(self, connection, sender, path, interface, method, given, invocation):
        if self.mode != "silent":
            getattr(self, method)(given.unpack(), path, invocation)

    def secret(self, session, path):
        return (session, b"", self.items[path][1], "text/plain")

    def OpenSession(self, given, path, invocation):
        if given[0] != "plain":
            return invocation.return_dbus_error("org.freedesktop.DBus.Error.NotSupported", "plain only")
        return invocation.return_value(GLib.Variant("(vo)", (GLib.Variant("s", ""), PATH + "/session")))

    def SearchItems(self, given, path, invocation):
        found = [item for item, (attributes, *_) in self.items.items() if given[0].items() <= attributes.items()]
        locked = self.mode == "locked"
        invocation.return_value(GLib.Variant("(aoao)", ([], found) if locked else (found, [])))

    def Unlock(self, given, path, invocation):
        prompt = PATH + "/prompt" if self.mode == "locked" else NO_PROMPT
        invocation.return_value(GLib.Variant("(aoo)", ([] if self.mode == "locked" else given[0], prompt)))

    def Prompt(self, given, path, invocation):
        invocation.return_value(None)
        # The person dismisses it.
        self.connection.emit_signal(None, path, "org.freedesktop.Secret.Prompt", "Completed",
                                    GLib.Variant("(bv)", (True, GLib.Variant("ao", []))))

    def Dismiss(self, given, path, invocation):
        invocation.return_value(None)

    def GetSecrets(self, given, path, invocation):
        if self.mode == "locked":
            return invocation.return_dbus_error("org.freedesktop.Secret.Error.IsLocked", "locked")
        secrets = {item: self.secret(given[1], item) for item in given[0] if item in self.items}
        return invocation.return_value(GLib.Variant("(a{o(oayays)})", (secrets,)))

    def GetSecret(self, given, path, invocation):
        if self.mode == "locked":
            return invocation.return_dbus_error("org.freedesktop.Secret.Error.IsLocked", "locked")
        return invocation.return_value(GLib.Variant("((oayays))", (self.secret(given[0], path),)))

    def ReadAlias(self, given, path, invocation):
        invocation.return_value(GLib.Variant("(o)", (COLLECTION,)))

    def CreateItem(self, given, path, invocation):
        if self.mode == "locked":
            return invocation.return_dbus_error("org.freedesktop.Secret.Error.IsLocked", "locked")
        properties, (_, _, secret, _), replace = given
        attributes = properties.get("org.freedesktop.Secret.Item.Attributes", {})
        label = properties.get("org.freedesktop.Secret.Item.Label", "")
        for item, (known, *_) in self.items.items():
            if replace and known == attributes:
                self.items[item] = (attributes, bytes(secret), label, self.items[item][3])
                return invocation.return_value(GLib.Variant("(oo)", (item, NO_PROMPT)))
        self.number += 1
        item = f"{COLLECTION}/{self.number}"
        self.items[item] = (attributes, bytes(secret), label, self.register(item, ITEM))
        return invocation.return_value(GLib.Variant("(oo)", (item, NO_PROMPT)))

    def Delete(self, given, path, invocation):
        self.connection.unregister_object(self.items.pop(path)[3])
        invocation.return_value(GLib.Variant("(o)", (NO_PROMPT,)))


def main(mode):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(BUS)
        file.flush()
        bus = subprocess.Popen(["dbus-daemon", "--config-file=" + file.name, "--nofork", "--print-address"],
                               stdout=subprocess.PIPE, text=True)
        address = bus.stdout.readline().strip()
    loop = GLib.MainLoop()
    if mode != "absent":
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        connection.keyring = Keyring(connection, mode)
        connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                             GLib.Variant("(su)", ("org.freedesktop.secrets", 4)), None, 0, -1, None)
    print(address, flush=True)
    GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP,
                      lambda *_: loop.quit())
    loop.run()
    bus.terminate()
    bus.wait()


if __name__ == "__main__":
    main(sys.argv[1])
