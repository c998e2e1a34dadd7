"""Surprisal and neighbours: tints, the card of a word by pointer and by caret, the difference, the
table, every export, long texts that wait for a button and can be stopped, right-to-left text; and a
word's neighbours, back and forth. The models are the starter and one that expects some words more."""
import csv, json, locale, os, subprocess, tempfile
from ui import *
from playground_library import Library

tmp = tempfile.mkdtemp()
cloze = os.path.join(BUILD, 'cli', 'cloze')
library = Library(cloze, tmp, os.path.join(os.environ['CZ_SOURCE_ROOT'], 'resources/starter/model'))
run = library.run('films', {'great': 6.0, 'film': 4.0, 'this': -4.0})
adapted = f'run:{run}@best'
TEXT = 'This is a great film about internationalization.'
def remember(text):
    library.execute("INSERT INTO setting VALUES ('playground', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", [(json.dumps({'text': text, 'models': ['starter', adapted]}),)])
remember(TEXT)
expected = library.ask('surprisal', '--model', 'starter', '--model', adapted, TEXT)

process, app = start_app('--library', library.path)
win = get(app, 'frame', T('Clozebench'), 20)
key('ctrl+4')
def turn_to(title): click(get(win, 'page tab', T(title)))
def texts(): return [n for n in all_of(win, 'text', T('Surprisal under %s').replace('%s', '')) if seen(n)]
def described(part, n=None):
    wait(lambda: part in ((n or texts()[0]).get_description() or ''), f'{part!r} is told')
def bits(word, model=0): return next(w['bits'] for w in expected[model]['words'] if w['text'] == word)
locale.setlocale(locale.LC_ALL, '')
def number(value, digits=1): return locale.format_string(f'%.{digits}f', value)
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
def export(item):
    for attempt in range(3):
        click(get(win, 'push button', T('_Export'))); time.sleep(.4)
        found = [n for n in all_of(win, 'menu item', T(item)) if has(n, S.VISIBLE)]
        if found: return press(found[0])
    raise AssertionError('no menu item ' + item)
def save_as(item, name):
    title, path = T('Save the surprisal'), os.path.join(tmp, name)
    export(item)
    wait(lambda: sh('xdotool', 'getactivewindow', 'getwindowname') == title, 'chooser is active'); time.sleep(.3)
    key('ctrl+a'); type_text(path); time.sleep(.2)
    press(get(window(app, title), 'push button', T('_Save')), 'click')
    wait(lambda: os.path.exists(path) and os.path.getsize(path) > 0, 'saved: ' + name, 20)
    return open(path, 'rb').read()
def write(text):
    prompt = get(win, 'text', T('Text with masked words')); click(prompt); key('ctrl+a'); type_text(text)

# A short text is scored unasked; the numbers are cloze's own.
turn_to('Surprisal')
wait(lambda: len(texts()) == 2, 'two tinted texts', 40)
for model in expected: wait(lambda: says(win, number(model['pseudo_perplexity'], 2)), 'pseudo-perplexity')
assert text(texts()[0]) == TEXT
time.sleep(.3); shot('1-surprisal')
# By pointer: the first word.
e = extents(texts()[0]); x, y = origin(win)
sh('xdotool', 'mousemove', str(x + e.x + 25), str(y + e.y + 22)); described(number(bits('This'))); described(number(bits('This', 1)))
wait(lambda: says(win, T('%s: %s, probability %s').split(':')[0].replace('%s', 'starter')), 'the card is there'); shot('2-card')
# By caret, word by word to the one of several pieces; Escape puts the card away.
click(texts()[0], fx=.9, fy=.8); move(win, fx=.5, fy=.97); key('ctrl+Home')
for step in range(7): key('ctrl+Right')
key('Left')
described(number(bits('internationalization'))); described('##')
shot('3-caret'); key('Escape')
wait(lambda: not any(seen(n) for n in all_of(win, 'label', '##')), 'the card is put away')

# The difference, side by side, as a table that begins with the most surprising word.
press(get(win, 'push button', T('_Difference')))
get(win, 'label', T('difference to %s') % 'starter')
get(win, 'image', T('Scale of differences: from 8 bits less surprising, in blue with a line above, to 8 bits more, in orange with a line below'))
press(get(win, 'push button', T('S_ide by side')))
wait(lambda: extents(texts()[0]).y == extents(texts()[1]).y, 'side by side'); shot('4-difference')
move(texts()[1], fx=.06, fy=.4); described(T('%.1f bits more surprising than to %s').replace('%.1f', number(bits('This', 1) - bits('This'))) % 'starter', texts()[1])
press(get(win, 'push button', T('S_ide by side'))); press(get(win, 'push button', T('Ta_ble')))
highest = max((w['bits'], w['text']) for w in expected[0]['words'])
wait(lambda: says(win, number(highest[0], 2)), 'the table')
cells = [n.get_name() for n in all_of(win, 'label') if seen(n)]
assert cells.index(highest[1]) < cells.index(number(highest[0], 2)) < cells.index('great'), cells
shot('5-table'); press(get(win, 'push button', T('Te_xt')))

# Exports.
rows = list(csv.DictReader(save_as('Save as _CSV…', 'a.csv').decode().splitlines()))
assert [r['word'] for r in rows] == [w['text'] for w in expected[0]['words']]
great = next(r for r in rows if r['word'] == 'great'); values = list(great.values())
assert abs(float(values[3]) - bits('great')) < 1e-3 and abs(float(values[5]) - (bits('great', 1) - bits('great'))) < 1e-3, great
assert TEXT.encode()[int(great['start_byte']):int(great['end_byte'])] == b'great'
assert save_as('Save as a _picture (PNG)…', 'a.png').startswith(b'\x89PNG')
export('_Copy as a table'); wait(lambda: 'great\t' in clipboard(), 'copied', 15)

# Another text; a mask stays one. A right-to-left text. Nothing.
write('A [MASK] film.'); wait(lambda: text(texts()[0]) == 'A [MASK] film.', 'the new text')
# Typed it would come by keys that this keyboard has not, and some would get lost.
set_text(get(win, 'text', T('Text with masked words')), 'שלום هذا film'); wait(lambda: len(text(texts()[0])) == 13, 'right to left'); time.sleep(.3); shot('6-right-to-left')

# A long text waits for its button with what was there dimmed, can be stopped, and says how it was seen.
long = ' '.join(f'The film number {i} was good, said {name}.' for i, name in enumerate(['the critic', 'a friend', 'nobody'] * 9))
seen_in = len(library.ask('surprisal', '--model', 'starter', long)[0]['windows']); assert seen_in > 1
set_text(get(win, 'text', T('Text with masked words')), long)
get(win, 'push button', T('_Score'), 15); assert says(win, T('What stands below is of the text before.')); shot('7-long')
press(get(win, 'push button', T('_Score'))); click(get(win, 'push button', T('S_top'), 15))
wait(lambda: says(win, T('Scoring was stopped.')), 'stopped')
press(get(win, 'push button', T('_Score'))); wait(lambda: text(texts()[0]) == long, 'the long text is scored', 90)
wait(lambda: any(f' {seen_in} ' in n.get_name() for n in all_of(win, 'label') if seen(n)), 'windows are told')
assert not says(win, T('What stands below is of the text before.')); time.sleep(.3); shot('8-windows')
write(' '); wait(lambda: not texts() and says(win, T('Write a text above. Each of its words is then hidden in its turn, and its tint tells how little the model expected it there.')), 'nothing to score')

# Neighbours: of a word of the text, of one that is written, of a neighbour, and back.
write('This is a great [MASK].'); turn_to('Neighbours')
entry = get(win, 'text', T('Word whose neighbours are shown'))
nearest = json.loads(subprocess.run([cloze, '--library', library.path, 'serve'], input=json.dumps({'id': 1, 'request': 'neighbours', 'models': ['starter', adapted], 'word': 'great', 'count': 10}) + '\n', capture_output=True, text=True).stdout.splitlines()[-1])['result']
wait(lambda: text(entry) == 'great', 'the word before the mask'); first = nearest[0]['neighbours'][0]
wait(lambda: says(win, number(first['similarity'], 3)) and len([n for n in all_of(win, 'push button', first['token']) if seen(n)]) == 2, 'its neighbours under both models', 20)
time.sleep(.3); shot('9-neighbours')
click(get(win, 'push button', first['token'])); wait(lambda: text(entry) == first['token'], 'a neighbour is asked for')
click(entry); key('ctrl+a'); type_text('internationalization'); key('Return')
wait(lambda: says(win, '##ization'), 'its pieces are told'); shot('10-pieces')
key('alt+Left'); wait(lambda: text(entry) == first['token'], 'back')
click(get(win, 'push button', T('Back to the word before'))); wait(lambda: text(entry) == 'great', 'back to the first')
# GTK loses a click that comes at once after a button's own made it insensitive.
move(win, fx=.5, fy=.9); time.sleep(.1); move(win, fx=.4, fy=.9); time.sleep(.1)
click(get(win, 'push button', 'This')); wait(lambda: text(entry) == 'This', 'a word of the text')
assert process.poll() is None and not complaints(), complaints()
