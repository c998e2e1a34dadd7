"""The playground's view of attention: what is shown is what `cloze serve` says, of each head, of
several, without [CLS] and [SEP], of another word, as a difference, as a whole map; by pointer and
keyboard; long text; text from right to left; taken along."""
import csv, io, json, os, struct, subprocess, sys, tempfile
from ui import *

tmp = tempfile.mkdtemp()
starter = os.path.join(os.environ['CZ_SOURCE_ROOT'], 'resources', 'starter', 'model')
cloze = [os.path.join(BUILD, 'cli', 'cloze'), '--library', os.path.join(tmp, 'library.sqlite')]
TEXT = 'This film was a great [MASK], and the ending was unbelievable.'

def sharpen(target):
    """The starter with queries twice as large: its heads look at fewer words."""
    os.mkdir(target)
    for name in os.listdir(starter): open(os.path.join(target, name), 'wb').write(open(os.path.join(starter, name), 'rb').read())
    path = os.path.join(target, 'model.safetensors'); weights = bytearray(open(path, 'rb').read())
    length, = struct.unpack('<Q', weights[:8])
    for name, tensor in json.loads(weights[8:8 + length]).items():
        if '.q_lin.' not in name: continue
        start, end = (8 + length + offset for offset in tensor['data_offsets']); n = (end - start) // 2
        weights[start:end] = struct.pack(f'<{n}e', *(2 * v for v in struct.unpack(f'<{n}e', weights[start:end])))
    open(path, 'wb').write(weights)
sharpen(os.path.join(tmp, 'sharp'))
subprocess.run([*cloze, '--quiet', 'model', 'add', os.path.join(tmp, 'sharp'), '--name', 'sharp'], check=True, capture_output=True)

# What is true, by the process itself.
server = subprocess.Popen([*cloze, 'serve'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(model, text=TEXT, **members):
    server.stdin.write(json.dumps({'id': 1, 'request': 'attention', 'models': [model], 'text': text, **members}) + '\n'); server.stdin.flush()
    answer = json.loads(server.stdout.readline()); assert 'result' in answer, answer
    return answer['result'][0]
told = {model: ask(model, mask=0) for model in ('starter', 'sharp')}; whole = ask('sharp')
from_was = ask('starter', token=3); server.stdin.close(); server.wait()
pieces = [token['token'] for token in told['starter']['tokens']]
layers, heads = len(told['starter']['from']), len(told['starter']['from'][0]); every = [(l, h) for l in range(layers) for h in range(heads)]
assert pieces[1:7] == ['this', 'film', 'was', 'a', 'great', '[MASK]'] and any(p.startswith('##') for p in pieces), pieces

def mean(answer, chosen, words_only=False):
    row = [sum(answer['from'][l][h][key] for l, h in chosen) / len(chosen) for key in range(len(pieces))]
    if words_only: row[0] = row[-1] = 0; row = [p / sum(row) for p in row]
    return row
def words(row):
    """Pieces added up: [word, sum]."""
    found = []
    for token, p in zip(told['starter']['tokens'], row):
        part = TEXT[token['start']:token['end']]
        if token['token'].startswith('##'): found[-1] = [found[-1][0] + part, found[-1][1] + p]
        else: found.append([part or token['token'], p])
    return found
def most(row): return max(words(row), key=lambda word: abs(word[1]))

process, app = start_app('--library', cloze[2])
win = get(app, 'frame', T('Clozebench')); key('ctrl+4')
prompt = get(win, 'text', T('Text with masked words')); set_text(prompt, TEXT)
def switch():
    """Models and what they stand for come a moment after the window."""
    tab = next(n for n in walk(win) if n.name == T('Attention') and n.role != 'label' and seen(n)); click(tab); time.sleep(.3)
    return all_of(win, 'label', '·')
wait(switch, 'the view is shown')
def box(layer, head): return get(win, 'check box', T('Layer %u, head %u') % (layer + 1, head + 1) + ':')
box(layers - 1, heads - 1)

# Every head says where it looks most.
def describe(row): word, p = most(row); return f'“{word}”, {p:.3f}' if p < .0995 else f'“{word}”, {p:.2f}'
def says_all(answer, words_only=False): return all(describe(mean(answer, [head], words_only)) in box(*head).name for head in every)
wait(lambda: says_all(told['starter']), 'heads tell what is true'); shot('1-all')
def title(part): wait(lambda: any(part in n.name for n in all_of(win, 'label', '·')), 'title: ' + part)
def shown(row, difference=False):
    """The text tells the words looked at most, in order."""
    best = sorted(words(row), key=lambda word: -abs(word[1]))
    wait(lambda: any(f'{best[0][0]} {best[0][1]:.3f}, {best[1][0]} {best[1][1]:.3f}' in n.name for n in all_of(win, 'image')), f'shown: {best[:2]} of {[n.name for n in all_of(win, "image")]}')
title(T('Mean of all heads')); shown(mean(told['starter'], every))

# A click chooses a head, with Ctrl one more; the keyboard does the same; a name chooses a layer.
click(box(1, 2)); title(T('Layer %u, head %u') % (2, 3)); shown(mean(told['starter'], [(1, 2)]))
sh('xdotool', 'keydown', 'ctrl'); click(box(0, 0)); sh('xdotool', 'keyup', 'ctrl'); title(T('Mean of %u of %u heads') % (2, layers * heads)); shown(mean(told['starter'], [(1, 2), (0, 0)])); shot('2-two')
key('Right'); key('Down'); key('Return'); title(T('Layer %u, head %u') % (2, 2)); key('Right'); key('ctrl+space'); title(T('Mean of %u of %u heads') % (2, layers * heads))
assert has(box(1, 1), S.CHECKED) and has(box(1, 2), S.CHECKED) and not has(box(0, 0), S.CHECKED)
click(get(win, 'push button', T('All heads of layer %u') % 1)); title(T('Mean of layer %u') % 1); shown(mean(told['starter'], [(0, h) for h in range(heads)]))
key('Escape'); title(T('Mean of all heads'))
key('Up'); key('Right'); key('Return'); title(T('Mean of %u of %u heads') % (layers, layers * heads)); key('ctrl+a'); title(T('Mean of all heads'))
def focused(): return [n.name for n in walk(win) if has(n, S.FOCUSED) and n.role != 'frame']
assert T('Head %u of all layers') % 1 in focused(), focused()
key('Tab'); wait(lambda: T('Whole map of one head') in focused(), 'Tab leaves the heads: ' + str(focused()))

# Without the marks around the text, what is left adds up to 1.
check = get(win, 'check box', T('_Without [CLS] and [SEP]')); click(check)
wait(lambda: says(win, T('Without [CLS] and [SEP]: the shares of the words are made to add up to 1.')), 'told what was done')
shown(mean(told['starter'], every, True)); wait(lambda: says_all(told['starter'], True), 'heads without the marks'); shot('3-words')
click(check); wait(lambda: not has(check, S.CHECKED), 'with the marks again')

# From another word: the fourth piece of the text's first line, by pointer, then back by keyboard.
image = next(n for n in all_of(win, 'image') if '[MASK]' in n.name or 'looks' in n.name or T('Where “%s” looks · %s').split('“')[0] in n.name)
def to(piece):
    """Moves along the first line until the pointer is at a piece."""
    e = extents(image)
    for x in range(4, e.width, 24):
        move(image, x / e.width, 12 / e.height)
        if any(n.name.startswith(f'“{piece}”') for n in all_of(win, 'label', '“')): return
    raise AssertionError('not found: ' + piece)
to('was'); sh('xdotool', 'click', '1'); title('“was”'); wait(lambda: all(describe(mean(from_was, [head])) in box(*head).name for head in every), 'where “was” looks'); shot('4-was')
for _ in range(3): key('Right')
key('Return'); title('“[MASK]”'); wait(lambda: says_all(told['starter']), 'the mask again')

# Another model: alone, then as a difference to the first.
click(get(win, 'push button', T('Choose the models that are shown side by side')))
there(win, 'label', T('Up to four are shown side by side.')); time.sleep(.3); type_text('sharp'); time.sleep(.5)
def tick(): key('Tab'); time.sleep(.2); return has(there(win, 'check box', 'sharp'), S.FOCUSED)
wait(tick, 'the model has the focus'); key('space'); key('Escape')
choice = get(win, 'combo box', T('The model whose attention is shown')); click(choice); time.sleep(.4); key('Down'); key('Return')
wait(lambda: says_all(told['sharp']), 'the other model')
click(get(win, 'check box', T('Difference to %s') % 'starter')); click(box(1, 1))
change = [b - a for a, b in zip(mean(told['starter'], [(1, 1)]), mean(told['sharp'], [(1, 1)]))]
shown(change); word, by = most(change); wait(lambda: f'“{word}”' in box(1, 1).name and f'{abs(by):.3f}' in box(1, 1).name, 'the head tells its change: ' + box(1, 1).name); shot('5-difference')

# The whole map of the head: its cells are what the model says of every token.
click(get(win, 'check box', T('Difference to %s') % 'starter'))
fold = there(win, 'label', T('Whole map of one head')); scroll_to(win, 'label', T('Whole map of one head')); click(fold, fx=.05)
scene = there(win, 'image', T('Whole map of one head')); scroll_to(win, 'image', T('Whole map of one head')) if not seen(scene) else None
e = extents(scene); size = (e.width - 88) / len(pieces)
for query, at in ((2, 3), (6, 1)):
    p = whole['layers'][1][1][query][at]; number = '<0.001' if p < .001 else f'{p:.3f}' if p < .0995 else f'{p:.2f}'
    move(scene, (88 + size * (at + .5)) / e.width, (88 + size * (query + .5)) / e.height)
    wait(lambda: all_of(win, 'label', f'“{pieces[query]}” → “{pieces[at]}”: {number}'), f'cell {query}, {at} of {[n.name for n in all_of(win, "label", "→")]}')
shot('6-whole')

# Taken along.
def clipboard(kind='text'):
    """What lies on the clipboard, asked for by a process of its own as any other program would."""
    return subprocess.run(['/usr/bin/python3', '-c', """
import gi, sys
gi.require_version('Gdk', '4.0'); gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, GLib, Gtk
Gtk.init(); loop = GLib.MainLoop(); board = Gdk.Display.get_default().get_clipboard()
def read(board, result):
    try:
        if sys.argv[1] == 'text': print(board.read_text_finish(result) or '')
        else: board.read_texture_finish(result).save_to_png(sys.argv[2])
    finally: loop.quit()
(board.read_text_async if sys.argv[1] == 'text' else board.read_texture_async)(None, read); GLib.timeout_add(3000, loop.quit); loop.run()""", kind, os.path.join(OUT, 'copied.png')], capture_output=True, text=True).stdout
def copy(item):
    move(win, .5, .8); sh('xdotool', 'click', '--repeat', '20', '--delay', '8', '4')
    click(get(win, 'push button', T('Copy the attention'))); time.sleep(.3); press(there(win, 'menu item', T(item)))
copy('Copy as a _table (CSV)')
rows = wait(lambda: [r for r in csv.DictReader(io.StringIO(clipboard())) if r['model'] == 'sharp'], 'a table', 10)
assert [(int(r['layer']), int(r['head']), r['to_token']) for r in rows] == [(2, 2, p) for p in pieces], rows
assert all(abs(float(r['probability']) - p) < 1e-5 for r, p in zip(rows, mean(told['sharp'], [(1, 1)])))
copy('Copy as a _picture')
def pasted(): clipboard('texture'); return os.path.exists(os.path.join(OUT, 'copied.png'))
wait(pasted, 'a picture', 10)

# Long text: the part around the mask, said so; the whole map is not drawn.
set_text(prompt, 'It was a long day, and nobody had seen the film. ' * 30 + TEXT)
wait(lambda: all_of(win, 'label', T('The text has %u tokens and the model sees %u at once: only the part around the token asked for is shown.').split('%u')[1]), 'told what is shown', 20); shot('7-long')
wait(lambda: any(has(n, S.VISIBLE) for n in all_of(win, 'label', T('The text has %u tokens; a whole map is drawn of up to %d.').split('%u')[1].split('%d')[0])), 'told of the map')

# From right to left, and nothing.
set_text(prompt, 'הסרט הזה היה [MASK] מאוד.'); title('“[MASK]”'); wait(lambda: all_of(win, 'image', 'הזה') or all_of(win, 'image', '[UNK]') or all_of(win, 'image', 'הסרט'), 'shown'); shot('8-rtl')
set_text(prompt, ''); wait(lambda: says(win, T('Type a sentence above to see where the model looks.')), 'told what to do')

key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('attention is seen')
