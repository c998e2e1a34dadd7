"""A window to drag a file from: drag-source.py FILE"""
import sys
import gi
gi.require_version('Gdk', '4.0')
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, Gio, Gtk

def activate(app):
    window = Gtk.ApplicationWindow(application=app, title='DragSource', default_width=200, default_height=100)
    label, source = Gtk.Label(label='drag me'), Gtk.DragSource()
    files = Gdk.FileList.new_from_array([Gio.File.new_for_path(sys.argv[1])])
    source.set_content(Gdk.ContentProvider.new_for_value(files))
    label.add_controller(source)
    window.set_child(label)
    window.present()

app = Gtk.Application(application_id='org.clozebench.DragSource')
app.connect('activate', activate)
app.run([])
