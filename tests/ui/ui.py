"""A small AT-SPI and xdotool driver for the window (no dogtail, no pyatspi).

Widgets are found by role and by the text a person reads, looked up in the application's own
translations, so that a test runs in any language: T('_Import…').

A look asks for everything the application shows in one call; asking widget by widget takes some
milliseconds each, and there are hundreds."""
import ast, atexit, collections, functools, gettext, os, re, subprocess, time, warnings
warnings.simplefilter('ignore')
import gi
gi.require_version('Atspi', '2.0'); gi.require_version('GdkPixbuf', '2.0')
from gi.repository import Atspi, GdkPixbuf, Gio, GLib  # of Atspi the numbers of roles and states alone
S = Atspi.StateType
OUT = os.environ.get('UITEST_OUT', '.')
APP = os.environ['UITEST_APP']
BUILD = os.path.dirname(os.path.dirname(APP))
PATIENCE = float(os.environ.get('UITEST_PATIENCE', '3'))  # factor on every time limit

_language = os.environ.get('LC_ALL', 'C').split('_')[0].split('.')[0]
_translations = gettext.translation('clozebench', os.path.join(BUILD, 'po'), [_language], fallback=True)

def T(text):
    """The text in the window's language, without the mnemonic's underscore."""
    return _translations.gettext(text).replace('_', '')

# ---- Processes ----
_started = []
def start_app(*arguments, env=None):
    """Starts the application and gives its root on the accessibility bus."""
    log = open(os.path.join(OUT, 'app.log'), 'ab')
    process = subprocess.Popen([APP, *arguments], stdout=log, stderr=log, env={**os.environ, **(env or {})})
    _started.append(process)
    os.environ['UITEST_PID'] = str(process.pid)
    def find():
        for name, path in ask('org.a11y.atspi.Registry', ROOT, 'Accessible', 'GetChildren'):
            if bus().call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'GetConnectionUnixProcessID', GLib.Variant('(s)', (name,)), None, 0, 10000, None).unpack() == (process.pid,):
                return next((n for n in Look(name).nodes.values() if n.path == ROOT and windows(n)), None)
    return process, wait(find, 'application on the accessibility bus', 20)
def ended(process):
    wait(lambda: process.poll() is not None, 'the window closed')
    assert process.returncode == 0, f'it ended with {process.returncode}'
@atexit.register
def _end():
    for process in _started:
        if process.poll() is None: process.terminate()
    for process in _started:
        try: process.wait(5)
        except subprocess.TimeoutExpired: process.kill()
def log(): return open(os.path.join(OUT, 'app.log')).read()
def complaints():
    """What GTK complained about, but for what GTK 4.8 itself says on the accessibility bus."""
    return [line for line in log().splitlines() if ('CRITICAL' in line or 'ERROR' in line or 'actionhelper' in line) and 'object_path' not in line]

# ---- Keys, pictures, waiting ----
def sh(*a): return subprocess.run(a, capture_output=True, text=True).stdout.strip()
def key(*k): sh('xdotool', 'key', *k)
def type_text(t): sh('xdotool', 'type', '--delay', '8', '--', t)
def shot(name):
    """A picture for people to look at, whom CI has not. ImageMagick would look for a palette first, which takes longer than all the rest."""
    if os.environ.get('CI') == 'true' and name != 'failed': return
    loader = GdkPixbuf.PixbufLoader(); loader.write(subprocess.run(('import', '-window', 'root', 'ppm:-'), capture_output=True).stdout); loader.close()
    loader.get_pixbuf().savev(os.path.join(OUT, name + '.png'), 'png', ['compression'], ['1'])

def wait(f, what='condition', t=8.0):
    global _looks
    end = time.monotonic() + t * PATIENCE
    while True:
        _looks = {}
        try:
            r = f()
            if r: return r
        except Exception: pass
        finally: _looks = None
        if time.monotonic() > end:
            shot('failed'); raise AssertionError('timed out: ' + what)
        time.sleep(.03)

def at_once(f):
    """f (), which finds all it looks for in one look, as while waiting: each takes a while."""
    global _looks
    if _looks is not None: return f()
    _looks = {}
    try: return f()
    finally: _looks = None

# ---- Asking ----
ROOT = '/org/a11y/atspi/accessible/root'
@functools.cache
def bus():
    address, = Gio.bus_get_sync(Gio.BusType.SESSION).call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None, 0, 10000, None).unpack()
    return Gio.DBusConnection.new_for_address_sync(address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
def ask(name, path, interface, method, arguments=None, of='org.a11y.atspi.'):
    answer = bus().call_sync(name, path, of + interface, method, arguments, None, 0, 30000, None).unpack()
    return answer[0] if answer else None

# One widget of the list of all as GVariant writes it. Read from the text, the list of 863 widgets took 16 ms
# of the processor; asking for its values one by one, 25.
_STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_ITEM = re.compile(rf"""\(\({_STRING}, '([^']*)'\), \({_STRING}, '[^']*'\), \({_STRING}, '([^']*)'\), (-?\d+), (-?\d+), \[[^]]*\], ({_STRING}), (\d+), {_STRING}, \[([^]]*)\]\)""", re.DOTALL)

class Node:
    """A widget: what a look told of it (path, role, name, state), and what is asked when it is wanted."""
    def __init__(self, look, item):
        self.look, self.bus = look, look.name
        self.path, self.parent, place, children, self._name, self._role, self._states = item.groups()
        self.place, self.children = int(place), int(children)
    @functools.cached_property
    def name(self): return ast.literal_eval(self._name)
    @functools.cached_property
    def role(self): return _role_name(int(self._role))
    @functools.cached_property
    def states(self): return [int(s) for s in self._states.split(',')]
    def __eq__(self, other): return isinstance(other, Node) and (self.bus, self.path) == (other.bus, other.path)
    def ask(self, interface, method, signature=None, *arguments):
        return ask(self.bus, self.path, interface, method, GLib.Variant(signature, arguments) if signature else None)
    def property(self, interface, name, value=None):
        arguments = ('org.a11y.atspi.' + interface, name)
        if value is None: return ask(self.bus, self.path, 'Properties', 'Get', GLib.Variant('(ss)', arguments), 'org.freedesktop.DBus.')
        ask(self.bus, self.path, 'Properties', 'Set', GLib.Variant('(ssv)', (*arguments, value)), 'org.freedesktop.DBus.')
    def get_name(self): return self.name
    def get_description(self): return self.property('Accessible', 'Description')
    def get_parent(self): return self.look.nodes.get(self.look.above.get(self.path))
def _path(reference): return reference.get_child_value(1).get_string()
def _each(array): return (array.get_child_value(i) for i in range(array.n_children()))
@functools.cache
def _role_name(role): return Atspi.role_get_name(Atspi.Role(role))

def ask_for_children(name, paths):
    """By path, all asked for before the first answer is waited for."""
    children = {}
    def answered(connection, result, path):
        try: children[path] = [_path(child) for child in _each(connection.call_finish(result).get_child_value(0))]
        except GLib.Error: children[path] = []  # gone meanwhile
    for path in paths: bus().call(name, path, 'org.a11y.atspi.Accessible', 'GetChildren', None, None, 0, 30000, None, answered, path)
    while len(children) < len(paths): GLib.MainContext.default().iteration(True)
    return children

_COMPACT = {'push button', 'toggle button', 'page tab', 'list item', 'table cell', 'table row', 'tree item', 'check box', 'radio button', 'combo box', 'text', 'label', 'menu item', 'slider', 'spin button', 'column header'}
class Look:
    """All widgets at one moment, but for pages behind the one in front, which the window hides from
    assistive technology, and what else is not visible.

    The list of all tells of each what it lies in, at which place, and how many visible ones it holds, but
    lists hidden ones too, and others only some time after they were first asked for. Within a button, a
    row, a tab and the like that is enough where the numbers agree; of all else the children are asked for."""
    def __init__(self, name):
        self.name = name
        for _ in range(9):
            items = bus().call_sync(name, '/org/a11y/atspi/cache', 'org.a11y.atspi.Cache', 'GetItems', None, None, 0, 30000, None)
            self.nodes, listed = {}, collections.defaultdict(list)
            for item in _ITEM.finditer(items.print_(False)):
                n = Node(self, item); self.nodes[n.path] = n; listed[n.parent].append((n.place, n.path))
            assert len(self.nodes) == items.get_child_value(0).n_children()
            self.below, self.above, self.extents, level = {}, {}, {}, [ROOT]
            trusted = set()
            while level:
                known, unsure = {}, []
                for path in level:
                    n, inside = self.nodes.get(path), listed.get(path, [])
                    if n is None or path == ROOT: unsure.append(path)
                    elif n.children == 0: pass
                    elif n.children == len(inside) and (path in trusted or n.role in _COMPACT): known[path] = [p for _, p in sorted(inside)]; trusted.update(known[path])
                    else: unsure.append(path)
                known.update(ask_for_children(name, unsure))
                self.below.update(known); self.above.update((child, path) for path, children in known.items() for child in children); level = [child for children in known.values() for child in children]
            # GTK lists a widget among all only some time after it was first asked for.
            if all(p in self.nodes for children in self.below.values() for p in children): break
            time.sleep(.01)
_looks = None  # while waiting and in at_once (): what the present try has looked at, by application
def look(name):
    if _looks is None: return Look(name)
    if name not in _looks: _looks[name] = Look(name)
    return _looks[name]
def _is_in(states, s): return bool(states[int(s) // 32] >> int(s) % 32 & 1)
def _is_fresh(n): return _looks is not None and _looks.get(n.bus) is n.look

# ---- Finding ----
def walk(n):
    """Everything below and n itself, as it is now."""
    now = look(n.bus)
    def below(n):
        yield n
        for path in now.below.get(n.path, []):
            if path in now.nodes: yield from below(now.nodes[path])
    return below(now.nodes[n.path]) if n.path in now.nodes else iter(())
def has(n, s): return _is_in(n.states if _is_fresh(n) else n.ask('Accessible', 'GetState'), s)
def extents(n):
    known = n.look.extents if _is_fresh(n) else {}
    if n.path not in known:
        try: known[n.path] = Extents(*n.ask('Component', 'GetExtents', '(u)', Atspi.CoordType.WINDOW))
        except GLib.Error: known[n.path] = None  # has none
    return known[n.path]
Extents = collections.namedtuple('Extents', 'x y width height')
def seen(n):
    """Whether a person sees it: GTK 4.8 calls showing what is scrolled out of sight too, so its middle
    has to lie in all that holds it. (Asking what lies at a point can crash GTK 4.8.)"""
    try: return _seen(n)
    except Exception: return False
def _seen(n):
    if not has(n, S.VISIBLE): return False
    e = extents(n)
    if e.width <= 0 or e.height <= 0: return False
    x, y = e.x + e.width // 2, e.y + e.height // 2
    while True:
        n = n.get_parent()
        if not n or n.path == ROOT: return True
        e = extents(n)
        if e and e.width > 0 and e.height > 0 and not (e.x <= x < e.x + e.width and e.y <= y < e.y + e.height): return False
def all_of(root, role, name=None): return [n for n in walk(root) if n.role == role and (name is None or name in n.name)]
def get(root, role, name=None, t=8.0):
    """Substring match: GTK 4.8 names a mnemonic button '_Add row Add row'."""
    return wait(lambda: next((n for n in all_of(root, role, name) if seen(n)), None), f'{role} {name!r}', t)
def there(root, role, name=None, t=8.0):
    """As get, but it may be scrolled out of sight."""
    return wait(lambda: next((n for n in all_of(root, role, name) if has(n, S.VISIBLE)), None), f'{role} {name!r}', t)
def holding(root, role, label):
    """What of a role holds a label with this text."""
    return wait(lambda: next((n for n in all_of(root, role) if seen(n) and all_of(n, 'label', label)), None), f'{role} holding {label!r}')
def windows(app): now = look(app.bus); return [now.nodes[path] for path in now.below[ROOT] if path in now.nodes]
def window(app, title, t=8.0):
    return wait(lambda: next((w for w in windows(app) if (w.get_name() or '') == title), None), f'window {title!r}', t)
def gone(app, title): wait(lambda: not any((w.get_name() or '') == title for w in windows(app)), f'window {title!r} gone')
def leave_welcome(win):
    """On a library with nothing in it the window begins with a page of its own."""
    get(win, 'label', T('Teach a model your field’s words'), 15); key('ctrl+1')
def says(root, part): return at_once(lambda: any(seen(n) for n in all_of(root, 'label', part)))

# ---- Acting ----
def press(n, action=None):
    for i in range(n.property('Action', 'NActions')):
        if action is None or n.ask('Action', 'GetName', '(i)', i) == action: return n.ask('Action', 'DoAction', '(i)', i)
    raise AssertionError('no action on ' + n.get_name())
def set_text(n, s): assert n.ask('EditableText', 'SetTextContents', '(s)', s)
def text(n): return n.ask('Text', 'GetText', '(ii)', 0, n.property('Text', 'CharacterCount'))  # (0, -1) gives ''
def value(n): return n.property('Value', 'CurrentValue')
def set_value(n, number): n.property('Value', 'CurrentValue', GLib.Variant('d', number))

def toplevel(n):
    while n.get_parent() and n.get_parent().path != ROOT: n = n.get_parent()
    return n
def origin(n):
    """Screen position of the AT-SPI (0, 0) of n's window: GTK 4 reports window-relative extents
    only, and leaves the shadow or the resize border (same on both sides) out of them."""
    top = toplevel(n); e = extents(top)
    # A search fails as a whole where a window (a tooltip's) goes while it looks.
    for _ in range(20):
        found = []
        for w in sh('xdotool', 'search', '--onlyvisible', '--pid', os.environ['UITEST_PID']).split():
            if sh('xdotool', 'getwindowname', w) == top.get_name():
                g = dict(l.split('=') for l in sh('xdotool', 'getwindowgeometry', '--shell', w).split('\n') if '=' in l)
                if 'Y' in g: found.append((int(g['WIDTH']), int(g['HEIGHT']), int(g['X']), int(g['Y'])))
        if found: break
        time.sleep(.1)
    else: raise AssertionError('no X window named ' + top.get_name())
    width, height, x, y = max(found)  # a tooltip's window has the same name
    return x + (width - e.width) // 2, y + (height - e.height) // 2
def point(n, fx=.5, fy=.5):
    e = extents(n); ox, oy = origin(n)
    return int(ox + e.x + e.width * fx), int(oy + e.y + e.height * fy)
def move(n, fx=.5, fy=.5):
    # Not --sync: where the pointer is there already, xdotool 3.20160805 waits 15 seconds for it to move.
    x, y = point(n, fx, fy); sh('xdotool', 'mousemove', str(x), str(y))
def click(n, button=1, fx=.5, fy=.5, repeat=1): move(n, fx, fy); sh('xdotool', 'click', '--repeat', str(repeat), '--delay', '80', str(button))
def scroll_to(window, role, name):
    """Turns the wheel in the middle of a window until it is seen."""
    def found():
        n = next((n for n in all_of(window, role, name) if seen(n)), None)
        if not n: move(window); sh('xdotool', 'click', '--repeat', '3', '--delay', '15', '5'); time.sleep(.2)
        return n
    return wait(found, f'{name!r} is scrolled to', 15)
def drop(path, onto):
    """Drags a file from a window of its own and drops it in the middle of a widget."""
    source = subprocess.Popen(['/usr/bin/python3', os.path.join(os.path.dirname(__file__), 'drag-source.py'), path]); _started.append(source)
    window = wait(lambda: sh('xdotool', 'search', '--onlyvisible', '--name', '^DragSource$'), 'drag source').split()[0]
    x, y = point(onto)
    sh('xdotool', 'windowmove', '--sync', window, '0', '0'); time.sleep(.5)
    sh('xdotool', 'mousemove', '--sync', '100', '80', 'mousedown', '1')
    for step in range(1, 21): sh('xdotool', 'mousemove', '--sync', str(100 + (x - 100) * step // 20), str(80 + (y - 80) * step // 20)); time.sleep(.02)
    time.sleep(.3); sh('xdotool', 'mouseup', '1'); time.sleep(.3); source.terminate()
def resize(app, title, width, height):
    w = sh('xdotool', 'search', '--onlyvisible', '--pid', os.environ['UITEST_PID'], '--name', f'^{title}$').split()[0]
    sh('xdotool', 'windowsize', '--sync', w, str(width), str(height)); time.sleep(.4)
def choose_file(app, title, path, button):
    """Drives the built-in file chooser: Ctrl+L opens the location entry."""
    wait(lambda: sh('xdotool', 'getactivewindow', 'getwindowname') == title, 'chooser is active')
    time.sleep(.3); key('ctrl+l'); time.sleep(.2); key('ctrl+a'); type_text(path)
    dialog = window(app, title)
    entry = get(dialog, 'text', 'GtkFileChooserEntry'); wait(lambda: text(entry) == path, 'path typed')
    time.sleep(.2); press(get(dialog, 'push button', button), 'click')
