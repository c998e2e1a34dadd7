"""A small AT-SPI and xdotool driver for the window (no dogtail, no pyatspi).

Widgets are found by role and by the text a person reads, looked up in the application's own
translations, so that a test runs in any language: T('_Import…')."""
import atexit, gettext, os, subprocess, time, warnings
warnings.simplefilter('ignore')
import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi
Atspi.init()
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
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app and app.get_process_id() == process.pid and app.get_child_count(): return app
    app = wait(find, 'application on the accessibility bus', 20)
    app.set_cache_mask(Atspi.Cache.NONE)  # GTK 4.8 doesn't tell when a label's text changes
    return process, app
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
    return [line for line in log().splitlines() if ('CRITICAL' in line or 'ERROR' in line) and 'object_path' not in line]

# ---- Keys, pictures, waiting ----
def sh(*a): return subprocess.run(a, capture_output=True, text=True).stdout.strip()
def key(*k): sh('xdotool', 'key', *k)
def type_text(t): sh('xdotool', 'type', '--delay', '8', '--', t)
def shot(name): sh('import', '-window', 'root', os.path.join(OUT, name + '.png'))

def wait(f, what='condition', t=8.0):
    end = time.monotonic() + t * PATIENCE
    while True:
        try:
            r = f()
            if r: return r
        except Exception: pass
        if time.monotonic() > end:
            shot('failed'); raise AssertionError('timed out: ' + what)
        time.sleep(.03)

# ---- Finding ----
def walk(n):
    """Everything below and n itself; what goes away meanwhile is left out, and so are pages behind the
    one in front, which the window hides from assistive technology."""
    yield n
    try: children = [c for c in map(n.get_child_at_index, range(n.get_child_count())) if c]
    except Exception: return
    for c in children: yield from walk(c)
def has(n, s): return n.get_state_set().contains(s)
def extents(n):
    part = n.get_component_iface()
    return part.get_extents(Atspi.CoordType.WINDOW) if part else None
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
        if not n or n.get_role_name() == 'application': return True
        e = extents(n)
        if e and e.width > 0 and e.height > 0 and not (e.x <= x < e.x + e.width and e.y <= y < e.y + e.height): return False
def fits(n, role, name):
    try: return n.get_role_name() == role and (name is None or name in (n.get_name() or ''))
    except Exception: return False
def all_of(root, role, name=None): return [n for n in walk(root) if fits(n, role, name)]
def get(root, role, name=None, t=8.0):
    """Substring match: GTK 4.8 names a mnemonic button '_Add row Add row'."""
    return wait(lambda: next((n for n in all_of(root, role, name) if seen(n)), None), f'{role} {name!r}', t)
def there(root, role, name=None, t=8.0):
    """As get, but it may be scrolled out of sight."""
    return wait(lambda: next((n for n in all_of(root, role, name) if has(n, S.VISIBLE)), None), f'{role} {name!r}', t)
def holding(root, role, label):
    """What of a role holds a label with this text."""
    return wait(lambda: next((n for n in all_of(root, role) if seen(n) and all_of(n, 'label', label)), None), f'{role} holding {label!r}')
def windows(app): return [app.get_child_at_index(i) for i in range(app.get_child_count())]
def window(app, title, t=8.0):
    return wait(lambda: next((w for w in windows(app) if (w.get_name() or '') == title), None), f'window {title!r}', t)
def gone(app, title): wait(lambda: not any((w.get_name() or '') == title for w in windows(app)), f'window {title!r} gone')
def says(root, part): return any(seen(n) for n in all_of(root, 'label', part))

# ---- Acting ----
def press(n, action=None):
    a = n.get_action_iface()
    for i in range(a.get_n_actions()):
        if action is None or a.get_action_name(i) == action: return a.do_action(i)
    raise AssertionError('no action on ' + n.get_name())
def set_text(n, s): assert n.get_editable_text_iface().set_text_contents(s)
def text(n):
    t = n.get_text_iface(); return Atspi.Text.get_text(t, 0, Atspi.Text.get_character_count(t))  # (0, -1) gives ''
def value(n): return Atspi.Value.get_current_value(n.get_value_iface())

def toplevel(n):
    while n.get_parent() and n.get_parent().get_role_name() != 'application': n = n.get_parent()
    return n
def origin(n):
    """Screen position of the AT-SPI (0, 0) of n's window: GTK 4 reports window-relative extents
    only, and leaves the shadow or the resize border (same on both sides) out of them."""
    top = toplevel(n); e = top.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    for w in sh('xdotool', 'search', '--onlyvisible', '--pid', os.environ['UITEST_PID']).split():
        if sh('xdotool', 'getwindowname', w) == top.get_name():
            g = dict(l.split('=') for l in sh('xdotool', 'getwindowgeometry', '--shell', w).split('\n') if '=' in l)
            return int(g['X']) + (int(g['WIDTH']) - e.width) // 2, int(g['Y']) + (int(g['HEIGHT']) - e.height) // 2
    raise AssertionError('no X window named ' + top.get_name())
def point(n, fx=.5, fy=.5):
    e = n.get_component_iface().get_extents(Atspi.CoordType.WINDOW); ox, oy = origin(n)
    return int(ox + e.x + e.width * fx), int(oy + e.y + e.height * fy)
def move(n, fx=.5, fy=.5): x, y = point(n, fx, fy); sh('xdotool', 'mousemove', '--sync', str(x), str(y))
def click(n, button=1, fx=.5, fy=.5, repeat=1): move(n, fx, fy); sh('xdotool', 'click', '--repeat', str(repeat), '--delay', '80', str(button))
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
