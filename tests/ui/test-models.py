"""The models of a library: found, looked at in four views, verified, renamed, duplicated, exported,
removed; folders dropped, wrong, missing, damaged, back again. Nothing is trained."""
import csv, functools, os, re, shutil, subprocess, tempfile
from ui import *
from runs_library import Library

tmp = tempfile.mkdtemp()
source = os.path.join(os.environ['CZ_SOURCE_ROOT'], 'tests/model_a/model_A')
cloze = os.path.join(BUILD, 'cli', 'cloze')
library = Library(cloze, tmp, source, {'films': ['The film was a great story about a long day.'] * 60})
run = library.create('films, token', 'films', block_size=16, batch_size=4, test_blocks=4, micro_batch=4)
library.finish(run, 200, 3.0799, 2.431, 'aa11bb22cc33dd44')
shutil.copytree(source, os.path.join(library.path + '.files', 'runs', str(run), 'best'))
library.ask('model', 'duplicate', f'run:{run}@best', 'films adapted')
vocabulary = os.path.join(source, 'vocab.txt')
library.ask('model', 'new', '--vocabulary', vocabulary, '--name', 'fresh', '--dim', '32', '--layers', '2', '--heads', '2', '--seed', '1')
library.ask('model', 'new', '--vocabulary', vocabulary, '--name', 'fresh, other seed', '--dim', '32', '--layers', '2', '--heads', '2', '--seed', '2')
moved = os.path.join(tmp, 'moved'); shutil.copytree(library.ask('model', 'show', 'fresh')['folder'], moved)
library.ask('model', 'add', moved, '--name', 'lent')
ask = lambda sql, *values: __import__('sqlite3').connect(library.path).execute(sql, values).fetchall()

process, app = start_app('--library', library.path)
win = get(app, 'frame', T('Clozebench')); key('ctrl+2')
def clipboard():
    """What lies on the clipboard, asked for by a process of its own as any other program would."""
    return subprocess.run(['/usr/bin/python3', '-c', """
import gi
gi.require_version('Gdk', '4.0'); gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, GLib, Gtk
Gtk.init(); loop = GLib.MainLoop(); board = Gdk.Display.get_default().get_clipboard()
def read(board, result):
    try: print(board.read_text_finish(result) or '')
    finally: loop.quit()
board.read_text_async(None, read); GLib.timeout_add(3000, loop.quit); loop.run()"""], capture_output=True, text=True).stdout
def choose_item(button, item):
    """Chooses from a button's menu; what chose an item of it before may have left it open."""
    for attempt in range(4):
        found = at_once(lambda: [n for n in all_of(win, 'menu item', T(item)) if has(n, S.VISIBLE)])
        if found: return press(found[0])
        click(button); time.sleep(.2)
    raise AssertionError('no menu item ' + item)
def in_view(name): return any(n.name == name and extents(n).x > 260 and seen(n) for n in all_of(win, 'label', name))
def show(name):
    """Clicks its row; a list that is filled anew meanwhile may swallow a click."""
    for attempt in range(3):
        click(wait(lambda: next(n for n in all_of(win, 'label', name) if n.name == name and extents(n).x < 260 and seen(n)), 'the row of ' + name))
        try: return wait(lambda: in_view(name), name + ' is in view', 2)
        except AssertionError:
            if attempt == 2: raise
@functools.cache
def steady(role, name): return get(win, role, T(name))  # what stays as long as the window does is looked for once
def turn(view):
    """Clicks until it is on: the first click may close a list of choices that was left open."""
    tab = steady('page tab', view)
    def on(): click(tab); time.sleep(.1); return has(tab, S.SELECTED)
    wait(on, view + ' is shown')
def more(item): choose_item(steady('push button', 'More about this model'), item)
def dialog(): return wait(lambda: next((w for w in windows(app) if w != win), None), 'a dialog')
saved = tempfile.mkdtemp()  # the chooser reads what it lists: the library's file too would lose its locks
def save_as(title, name, button, before=lambda chooser: None):
    path = os.path.join(saved, name)
    wait(lambda: sh('xdotool', 'getactivewindow', 'getwindowname') == title, 'chooser is active'); time.sleep(.3)
    key('ctrl+a'); type_text(path); time.sleep(.2); before(window(app, title)); press(get(window(app, title), 'push button', button), 'click')
    return path

# The record of each; what no other room can do yet stands in no menu.
show('A'); wait(lambda: says(win, T('a folder of yours')) and all_of(win, 'label', T('Attention heads')) and all_of(win, 'label', source), 'what it is'); shot('1-overview')
click(steady('push button', 'More about this model')); actions = wait(lambda: [n.name for n in all_of(win, 'menu item', T('Re_name…')) and all_of(win, 'menu item') if has(n, S.VISIBLE)], 'the menu'); shot('2-menu')
for label, action in (('_Push to the Hub…', 'win.push-model'), ('Add domain _words…', 'win.extend-model')):
    there = subprocess.run(['grep', '-q', f'"{action}"', os.path.join(os.environ['CZ_SOURCE_ROOT'], 'gui/window.c')]).returncode == 0
    assert any(T(label) in name for name in actions) == there, (label, actions)
key('Escape')

# Its layers as the course's summary lists them: folded, unfolded, copied.
turn('Layers'); wait(lambda: says(win, T('Embeddings')) and says(win, T('Word prediction')), 'the layers'); shot('3-layers')
click(get(win, 'label', T('_Unfold all'))); wait(lambda: says(win, 'attention.q_lin'), 'what they hold'); shot('4-unfolded')
press(get(win, 'push button', T('Copy the table as text'))); wait(lambda: says(win, T('The table was copied.')), 'told')
text_of = clipboard(); count = library.ask('model', 'summary', 'A')['parameters']
assert 'attention.q_lin' in text_of and str(count) in re.sub('[^0-9\n]', '', text_of), text_of

# Its family: base, run with perplexities, model; a click goes there.
turn('Family'); wait(lambda: says(win, 'films adapted') and says(win, '21.76 → 11.37'), 'the family'); shot('5-family')
click(get(win, 'label', 'films, token')); wait(lambda: says(win, T('Perplexity')) or says(win, '11.37'), 'the run'); get(win, 'push button', T('More about this run')); key('ctrl+2')
click(wait(lambda: next(n for n in all_of(win, 'label', 'films adapted') if seen(n) and extents(n).x > 260), 'the model in the tree')); wait(lambda: says(win, T('this model')), 'the model')
turn('Overview'); get(win, 'push button', T('Show the model it was made from')); wait(lambda: says(win, T('made by the run “%s”') % 'films, token'), 'where from'); shot('6-made')

# Compared with what it was made from, which is the same; with another; with one it can't be compared with.
turn('Compare'); wait(lambda: says(win, T('The weights are the same as those of “%s”.') % 'A'), 'the same', 20)
show('fresh'); get(win, 'label', T('Choose a model…'))
click(get(win, 'push button', T('Choose a model…'))); press(wait(lambda: next(n for n in all_of(win, 'push button', 'fresh, other seed')), 'the choice')); wait(lambda: says(win, T('Moved by')) and says(win, '%'), 'compared', 20); shot('7-compared')
turn('By tensor'); wait(lambda: says(win, T('Largest')), 'the table'); shot('8-tensors')
choose_item(get(win, 'push button', T('Copy or save the table')), '_Save as CSV…')
path = save_as(T('Save the comparison'), 'moves.csv', T('_Save')); wait(lambda: os.path.exists(path) and os.path.getsize(path) > 0, 'saved')
lines = list(csv.DictReader(open(path))); known = library.ask('model', 'compare', 'fresh, other seed', 'fresh')
assert {l['tensor']: l['relative'] for l in lines} == {t['name']: '%.9g' % t['relative'] if t['relative'] is not None else '' for t in known['tensors']}
assert [float(l['relative'] or 0) for l in lines] == sorted((float(l['relative'] or 0) for l in lines), reverse=True)
click(get(win, 'push button', 'fresh, other seed')); press(wait(lambda: next(n for n in all_of(win, 'push button', T('Best model'))), 'the run’s')); wait(lambda: says(win, 'word_embeddings'), 'told what does not compare', 20); shot('9-other-shape')
turn('Overview')

# Verified; what is damaged is told where the model is, and what is put back is good again.
show('lent'); more('_Verify the files'); wait(lambda: says(win, T('All files are what they were when the model was added.')), 'verified', 20); shot('10-verified')
weights = os.path.join(moved, 'model.safetensors'); whole = open(weights, 'rb').read()
open(weights, 'wb').write(whole[:-4] + b'\1\2\3\4'); more('_Verify the files'); wait(lambda: any(seen(n) and 'model.safetensors' in n.name for n in all_of(win, 'label')), 'changed', 20); shot('11-changed')
open(weights, 'wb').write(whole[:1000]); key('ctrl+1', 'ctrl+2'); wait(lambda: says(win, T('The model can\'t be used as it is: %s Put back the files it was added with, or remove it and add it again.').split('%s')[0]), 'damaged')
assert not has(steady('push button', '_Try it'), S.SENSITIVE); shot('12-damaged')
shutil.move(moved, moved + ' elsewhere'); key('ctrl+1', 'ctrl+2'); wait(lambda: says(win, T('its folder is missing')), 'missing'); shot('13-missing')
for view in ('Layers', 'Family', 'Compare', 'Overview'): turn(view); time.sleep(.1)
assert len(windows(app)) == 1  # told where it is, in no dialog
shutil.move(moved + ' elsewhere', moved); open(weights, 'wb').write(whole); key('ctrl+1', 'ctrl+2'); wait(lambda: not says(win, T('its folder is missing')) and has(steady('push button', '_Try it'), S.SENSITIVE), 'back')

# Renamed, duplicated, exported with 16 bits.
more('Re_name…'); d = dialog(); entry = get(d, 'text', T('Name')); set_text(entry, 'A'); wait(lambda: not has(get(d, 'push button', T('_Rename')), S.SENSITIVE), 'taken'); shot('14-taken')
set_text(entry, 'borrowed'); press(get(d, 'push button', T('_Rename'))); wait(lambda: says(win, 'borrowed'), 'renamed')
more('_Duplicate…'); d = dialog(); press(get(d, 'push button', T('_Duplicate'))); wait(lambda: says(win, T('%s copy') % 'borrowed') and says(win, T('a copy of “%s”') % 'borrowed'), 'duplicated', 20); shot('15-duplicated')
more('_Export a folder…')
path = save_as(T('Export the model as a folder'), 'out', T('_Export'), lambda chooser: click(get(chooser, 'check box', T('Numbers of 16 bits: half the size')))); wait(lambda: os.path.exists(os.path.join(path, 'model.safetensors')), 'exported', 20)
wait(lambda: says(win, T('The folder “%s” was written.') % 'out'), 'told'); assert os.path.getsize(os.path.join(path, 'model.safetensors')) < len(whole) * .6

# A folder is dropped: entered, known already, none of a model.
drop(path, win); wait(lambda: says(win, T('The model was added.')) and ask("SELECT 1 FROM model WHERE name = 'out'"), 'dropped', 20)
drop(path, win); wait(lambda: says(win, T('The library has this folder already.')), 'known')
broken = tempfile.mkdtemp(); open(os.path.join(broken, 'config.json'), 'w').write('{}')
drop(broken, win); d = dialog(); get(d, 'label', T('The model was not added')); shot('16-no-model'); press(get(d, 'push button', T('_Close')))

# Many are found by words; adapting one opens the dialog with it.
for i in range(3): library.ask('model', 'duplicate', 'fresh', f'seed {i}')
if [n for n in all_of(win, 'menu item') if has(n, S.VISIBLE)]: key('Escape'); time.sleep(.3)  # a menu left open takes the keys
key('ctrl+f'); time.sleep(.3); type_text('seed 2'); wait(lambda: len([n for n in all_of(win, 'list item') if seen(n) and all_of(n, 'label', T('%s parameters · %s').split('%s')[1].strip(' ·'))]) == 1, 'found'); shot('17-found'); key('ctrl+a', 'BackSpace')
show('films adapted'); press(get(win, 'push button', T('_Adapt it…'))); d = window(app, T('New run')); wait(lambda: any(seen(n) and n.name == 'films adapted' for n in all_of(d, 'label')), 'with it'); shot('18-adapt'); key('Escape'); gone(app, T('New run')); key('ctrl+2')

# Removing says what depends on it, and whether files go.
show('A'); more('_Remove the model…'); d = dialog(); wait(lambda: any('films, token' in n.name and 'films adapted' in n.name for n in all_of(d, 'label')), 'what depends on it'); shot('19-depends'); press(get(d, 'push button', T('_Cancel'))); wait(lambda: len(windows(app)) == 1, 'closed')
show('seed 1'); folder, = ask("SELECT folder FROM model WHERE name = 'seed 1'")[0]; more('_Remove the model…'); d = dialog(); shot('20-files'); press(get(d, 'push button', T('_Remove')))
wait(lambda: says(win, T('The model was removed.')) and not os.path.exists(folder), 'removed with its files')

# The button of the header is a menu; narrow, the list folds.
click(get(win, 'push button', T('Add a model'))); wait(lambda: all_of(win, 'menu item', T('_Add a folder…')), 'the menu'); shot('21-add'); key('Escape')
resize(app, T('Clozebench'), 1000, 700); show('A'); shot('22-1000x700')
resize(app, T('Clozebench'), 700, 700); shot('23-folded')
key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('models are kept')
